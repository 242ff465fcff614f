/** Where the files are: what the variables of the AWS files may hold. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { resolvePaths } from '../../src/state/paths.ts'
import { assert, suite } from '../support/suite.ts'

suite('the path in AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE', (test) => {
  const env = { HOME: '/h', USERPROFILE: '/other', WORK: '/w', EMPTY: '', TILDE: '~' }
  const cases: [title: string, value: string, path: string][] = [
    ['empty: the usual one', '', '/h/.aws/config'],
    ['absolute', '/a/c', '/a/c'],
    ['relative', 'a/c', 'a/c'],
    ['~', '~', '/h'],
    ['~/', '~/c', '/h/c'],
    ['the home of somebody else stays, as for the SDKs', '~root/c', '~root/c'],
    ['a variable', '$HOME/c', '/h/c'],
    ['in braces', '${WORK}x/$HOME', '/wx//h'],
    ['two', '$WORK$HOME', '/w/h'],
    ['an empty one', '/a$EMPTY/c', '/a/c'],
    ['one that is not set stays', '$NOBODY/${constructor}/$', '$NOBODY/${constructor}/$'],
    ['variables first, then ~', '$TILDE/c', '/h/c'],
  ]
  for (const [title, value, path] of cases)
    test(title, () => {
      const paths = (name: string) => resolvePaths({ ...env, [name]: value })
      assert.is(paths('AWS_CONFIG_FILE').config, path)
      const credentials = path.replace(/aws\/config$/, 'aws/credentials')
      assert.is(paths('AWS_SHARED_CREDENTIALS_FILE').credentials, credentials)
    })

  test('a file that is called like that comes first', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ssox-paths-'))
    try {
      const path = join(folder, '$HOME')
      writeFileSync(path, '')
      assert.is(resolvePaths({ ...env, AWS_CONFIG_FILE: path }).config, path)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
