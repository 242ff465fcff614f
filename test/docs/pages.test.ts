/** Every page for users: its command lines, its links, and the commands that change files. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseDocument } from '../../src/aws/document.ts'
import { type AwsFiles, describeProfile } from '../../src/aws/profile.ts'
import { assert, suite } from '../support/suite.ts'
import { commandLines, pages, verbOf } from './command-lines.ts'

const PAGES = pages()
const FROM = [...PAGES.keys()].filter((path) => path.startsWith('docs/from-'))

/** As GitHub makes them of headings. */
function anchorsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  )
}

suite('pages for users', (test) => {
  for (const [path, page] of PAGES) {
    test(`${path}: every command line is one that ssox understands`, () => {
      const lines = commandLines(page)
      for (const words of lines) verbOf(words)
      assert.ok(!path.startsWith('docs/from-') || lines.length >= 10, `${lines.length} lines`)
    })

    test(`${path}: every link leads to a page and a heading`, () => {
      const text = page.replaceAll(/^```\w+\n.*?^```$/gms, '')
      for (const [, target = '', anchor] of text.matchAll(
        /\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g,
      )) {
        const file = join(dirname(path), target)
        const there = target === '' ? page : (PAGES.get(file) ?? '')
        assert.ok(target === '' || existsSync(new URL(`../../${file}`, import.meta.url)), file)
        if (anchor !== undefined) assert.ok(anchorsOf(there).includes(anchor), `${file}#${anchor}`)
      }
    })
  }

  test('a wrong option is found, with the hook’s command too', () => {
    for (const line of ['`ssox exec dev --mode key -- true`', '`awsuse dev --regoin x`'])
      assert.throws(() => commandLines(line).map(verbOf), /key|regoin/)
  })

  test('there are eight pages for those who come from another tool, and tools.md leads to each', () => {
    assert.is(FROM.length, 8)
    for (const path of FROM)
      assert.ok(PAGES.get('docs/tools.md')?.includes(`](${path.slice('docs/'.length)})`), path)
  })

  for (const path of FROM)
    test(`${path}: a table, what differs, what to delete`, () => {
      const page = PAGES.get(path) ?? ''
      for (const text of ['| you type | with ssox |', '## What differs', '## What to delete'])
        assert.ok(page.includes(text), text)
      assert.match(page, /^\*\*What ssox does not have:\*\* /m)
    })
})

/** Runs a shell block of a page on `~/.aws/config` and gives what that is then. */
function changed(path: string, pattern: RegExp, config: string): string {
  const page = (PAGES.get(path) ?? '').replaceAll(/^ {3}/gm, '')
  const block = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].find(([, text]) =>
    pattern.test(text ?? ''),
  )
  if (!block) throw new Error(`${path} has no block with ${pattern}`)
  const home = mkdtempSync(join(tmpdir(), 'ssox-pages-'))
  try {
    for (const folder of ['.aws', 'bin']) mkdirSync(join(home, folder))
    writeFileSync(join(home, 'bin/ssox'), '#!/bin/sh\n')
    chmodSync(join(home, 'bin/ssox'), 0o755)
    writeFileSync(join(home, '.aws/config'), config)
    const env = { HOME: home, PATH: `${join(home, 'bin')}:${process.env['PATH']}` }
    const { stderr } = spawnSync('sh', ['-ec', block[1] ?? ''], { env, encoding: 'utf8' })
    assert.is(stderr, '')
    return readFileSync(join(home, '.aws/config'), 'utf8').replaceAll(home, '/h')
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

/** Each profile in a line: its name, kind, account and role. */
function profilesOf(config: string): string[] {
  const files: AwsFiles = {
    config: parseDocument(config, 'config'),
    credentials: parseDocument('', 'credentials'),
    configPath: '/c',
    credentialsPath: '/k',
  }
  return files.config.names('profile').map((name) => {
    const { kind, accountId, roleName, session } = describeProfile(files, name)
    return [name, kind, accountId, roleName, session].filter(Boolean).join(' ')
  })
}

suite('commands of the pages that change the config file', (test) => {
  test('profiles of granted become SSO profiles, and nothing else changes', () => {
    const granted = readFileSync(
      new URL('../fixtures/aws/published/04-granted-and-chains.config', import.meta.url),
      'utf8',
    )
    const after = changed('docs/from-granted.md', /perl/, granted)
    assert.equal(profilesOf(after), profilesOf(granted))
    assert.not.match(after, /granted_sso|--profile (?:harbour_root|star-ops)/)
    assert.match(after, /^credential_process = granted credential-process --profile kiosk-iam$/m)
    const lines = (text: string) =>
      text.split('\n').map((line) => line.replace(/^granted_(?=sso_)/, ''))
    const gone = lines(granted).filter((line) => !lines(after).includes(line))
    assert.is(gone.length, 2, gone.join('\n'))
  })

  test('profiles of aws-sso-cli become SSO profiles with one session', () => {
    const line = (binary: string, sso: string, role: string) =>
      `credential_process = ${binary} -S "${sso}" process --arn arn:aws:iam::012345678901:role/${role}`
    const config = `[default]
region = eu-west-1
# BEGIN_AWS_SSO_CLI

[profile sandbox-27:Admin]
${line('/opt/homebrew/bin/aws-sso -u open', 'Default', 'AdministratorAccess')}
region = eu-west-3

[profile other]
${line('/usr/bin/aws-sso', 'Other', 'ReadOnly')}
# END_AWS_SSO_CLI
`
    const after = changed('docs/from-aws-sso-cli.md', /perl/, config)
    assert.equal(profilesOf(after), [
      'default invalid',
      'sandbox-27:Admin sso 012345678901 AdministratorAccess corp',
      'other process',
    ])
    assert.not.match(after, /AWS_SSO_CLI/)
    assert.match(after, /^\[sso-session corp\]\nsso_start_url = https:\/\/x\.awsapps\.com\/start$/m)
  })

  test('lines of aws-sso-util go, or call ssox', () => {
    const config = `[profile a]
sso_start_url = https://x.awsapps.com/start
credential_process = aws-sso-util credential-process --profile a
[profile b]
credential_process=aws-sso-credential-process --profile b
[profile c]
credential_process = aws-vault export --format=json c
`
    const without = changed('docs/from-aws-sso-util.md', /\/d'/, config)
    assert.is(without, config.replaceAll(/.*aws-sso-.*\n/g, ''))
    const calling = changed('docs/from-aws-sso-util.md', /command -v ssox/, config)
    assert.is(calling, config.replaceAll(/aws-sso-(util )?credential/g, '/h/bin/ssox credential'))
  })
})
