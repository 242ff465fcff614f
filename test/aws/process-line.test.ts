/** The line `credential_process` of ssox: how it is written, and which sections take it. */
import { parseDocument } from '../../src/aws/document.ts'
import { editDocument } from '../../src/aws/document-edit.ts'
import { hasSsoBeside, processEdit, processLine } from '../../src/aws/process-line.ts'
import type { AwsFiles } from '../../src/aws/profile.ts'
import { SsoxError } from '../../src/problem.ts'
import { splitWords } from '../../src/text/shell-words.ts'
import { assert, suite } from '../support/suite.ts'

suite('the line', (test) => {
  const cases: [program: string[], profile: string, line: string][] = [
    [['/n/node', '/s/main.cjs'], 'dev', '/n/node /s/main.cjs credential-process --profile dev'],
    [['/home/a b/ssox'], 'my dev', '"/home/a b/ssox" credential-process --profile "my dev"'],
    [["/it's/ssox"], 'é', '"/it\'s/ssox" credential-process --profile "é"'],
    [['/ssox'], '-x', '/ssox credential-process --profile=-x'],
    [['/ssox'], 'a#b', '/ssox credential-process --profile "a#b"'],
    [['/ssox'], '~*(', '/ssox credential-process --profile "~*("'],
  ]
  for (const [program, profile, line] of cases)
    test(line, () => {
      assert.is(processLine(program, profile), line)
      const last = splitWords(line)
        ?.at(-1)
        ?.replace(/^--profile=/, '')
      assert.is(last, profile)
    })

  for (const name of ['a"b', 'a\\b', 'a$b', 'a`b', 'a\nb', 'a #b', 'a ;b', 'a\x1bb'])
    test(`refuses ${JSON.stringify(name)}`, () => {
      for (const words of [
        () => processLine(['/ssox'], name),
        () => processLine([`/${name}`], 'd'),
      ])
        assert.throws(words, (error: unknown) => error instanceof SsoxError && error.exitCode === 3)
    })
})

const LINE = '/n/node /s/main.cjs credential-process --profile dev'

function filesWith(config: string, credentials: string): AwsFiles {
  return {
    configPath: '/c',
    credentialsPath: '/k',
    config: parseDocument(config, 'config'),
    credentials: parseDocument(credentials, 'credentials'),
  }
}

suite('the section that takes it', (test) => {
  const taken: [title: string, config: string, after: string, sso: boolean][] = [
    [
      'a new one, with the region',
      '[default]\nregion = x\n',
      `[default]\nregion = x\n\n[profile p]\n# by ssox credential-process --install\ncredential_process = ${LINE}\nregion = eu-west-1\n`,
      false,
    ],
    [
      'one with settings, which stay',
      '[profile p]\noutput = json\nregion = us-east-1\n',
      `[profile p]\noutput = json\nregion = us-east-1\ncredential_process = ${LINE}\n`,
      false,
    ],
    [
      'one with a line of ssox, from another folder',
      '[profile p]\r\ncredential_process = "/old node/node" /x/main.cjs credential-process --profile old\r\nregion = a\r\n',
      `[profile p]\r\ncredential_process = ${LINE}\r\nregion = a\r\n`,
      false,
    ],
    [
      'one with the same line: no byte changes',
      `[profile p]\ncredential_process=${LINE}\nregion=a\n`,
      `[profile p]\ncredential_process=${LINE}\nregion=a\n`,
      false,
    ],
    [
      'one that uses SSO',
      '[profile p]\nsso_session = corp\nregion = a\n',
      `[profile p]\nsso_session = corp\nregion = a\ncredential_process = ${LINE}\n`,
      true,
    ],
  ]
  for (const [title, config, after, sso] of taken)
    test(title, () => {
      const files = filesWith(config, '[other]\naws_access_key_id = x\n')
      const text = editDocument(files.config, [processEdit(files, 'p', LINE, 'eu-west-1')])
      assert.is(text, after)
      assert.is(hasSsoBeside(files, 'p'), sso)
    })

  const refused: [key: string, config: string, credentials: string][] = [
    ['aws_access_key_id', '', '[p]\naws_access_key_id = x\naws_secret_access_key = y\n'],
    ['aws_access_key_id', '[profile p]\naws_access_key_id = x\n', ''],
    ['role_arn', '[profile p]\nrole_arn = x\nsource_profile = y\n', ''],
    ['web_identity_token_file', '[profile p]\nweb_identity_token_file = x\n', ''],
    ['login_session', '[profile p]\nlogin_session = x\n', ''],
    ['credential_process', '[profile p]\ncredential_process = aws-vault exec x --json\n', ''],
    ['credential_process', '[profile p]\ncredential_process = x credential-process -p y\n', ''],
    ['credential_process', '', '[p]\ncredential_process = ssox credential-process --profile d\n'],
  ]
  for (const [key, config, credentials] of refused)
    test(`not one with ${key} in ${config === '' ? 'the credentials file' : 'the config file'}: ${config || credentials}`, () =>
      assert.throws(
        () => processEdit(filesWith(config, credentials), 'p', LINE, undefined),
        (error: unknown) =>
          error instanceof SsoxError &&
          error.exitCode === 3 &&
          error.message.includes(` has ${key},`),
      ))
})
