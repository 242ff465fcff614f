/** Lines that may belong to more than one profile: which profiles are refused for them, and why. */
import { parseDocument } from '../../src/aws/document.ts'
import {
  type AwsFiles,
  brokenLines,
  describeProfile,
  findSession,
  loadProfile,
  profileNames,
} from '../../src/aws/profile.ts'
import { SsoxError } from '../../src/problem.ts'
import { assert, suite } from '../support/suite.ts'
import { BROKEN, DEV, keys, OTHERS, SESSION, SOUND } from './broken-files.ts'

function files(config: string, credentials = ''): AwsFiles {
  return {
    config: parseDocument(config, 'config'),
    credentials: parseDocument(credentials, 'credentials'),
    configPath: 'CONFIG',
    credentialsPath: 'CREDENTIALS',
  }
}

/** `ok`, or what is wrong with a profile: message, a bar, fix. */
function outcome(read: () => unknown): string {
  try {
    read()
    return 'ok'
  } catch (error) {
    if (error instanceof SsoxError && error.kind === 'profile')
      return `${error.message} | ${error.fix}`
    throw error
  }
}

suite('profiles that a broken line may belong to are refused', (test) => {
  for (const { title, config, dev, prod } of BROKEN)
    test(title, () => {
      const both = files(config)
      const refusal = (name: string, [line, message, fix]: readonly [number, string, string]) =>
        `profile "${name}" is not used: line ${line} of CONFIG may belong to it: ${message} | ${fix} in line ${line} of CONFIG`
      const ofProd = prod === 'same' ? dev : prod
      assert.is(
        outcome(() => loadProfile(both, 'dev')),
        dev ? refusal('dev', dev) : 'ok',
      )
      if (ofProd)
        assert.is(
          outcome(() => loadProfile(both, 'prod')),
          refusal('prod', ofProd),
        )
      for (const name of ['other', 'dev2'])
        assert.is(
          outcome(() => loadProfile(both, name)),
          'ok',
        )
      const note = brokenLines(both) ?? ''
      const [line, message] = dev ?? ofProd ?? []
      assert.ok(note.startsWith(`line ${line} of CONFIG: ${message}`), note)
      if (dev) assert.match(note, /not used until it is mended: .*profile "dev"/)
    })

  for (const [title, config] of SOUND)
    test(`not refused: ${title}`, () => {
      assert.is(
        outcome(() => loadProfile(files(`${config}\n${OTHERS}`), 'dev')),
        'ok',
      )
    })

  test('[profile default] before [default]: the readers differ; the other way round they agree', () => {
    const plain = `[default]\n${keys('1')}`
    const prefixed = `[profile default]\n${keys('2')}`
    const differ = outcome(() => loadProfile(files(`${prefixed}${plain}${SESSION}`), 'default'))
    assert.match(differ, /^profile "default" is not used: line 5 of CONFIG may belong to it/)
    assert.match(differ, /\| join \[profile default\] of line 1 with the one in line 5 of CONFIG$/)
    const agreed = loadProfile(files(`${plain}${prefixed}${SESSION}`), 'default')
    assert.is(agreed.kind === 'sso' && agreed.accountId, '222222222222')
  })

  test('in the credentials file', () => {
    const entry = (id: string) => `aws_access_key_id = ${id}\naws_secret_access_key = S\n`
    for (const header of ['prod]', '[prod', '  [prod]', '[profile prod']) {
      const both = files('', `[dev]\n${entry('A')}${header}\n${entry('B')}[other]\n${entry('C')}`)
      for (const name of ['dev', 'prod'])
        assert.match(
          outcome(() => loadProfile(both, name)),
          /^profile "\w+" is not used: line 4 of CREDENTIALS may belong to it/,
          header,
        )
      assert.is(
        outcome(() => loadProfile(both, 'other')),
        'ok',
      )
    }
    const twice = files('', `[dev]\n${entry('A')}aws_access_key_id = B\n`)
    assert.match(
      outcome(() => loadProfile(twice, 'dev')),
      /aws_access_key_id is there twice in \[dev\] \(line 2, too\)/,
    )
    const glued = files('', `[dev]\n${entry('A').trimEnd()}[prod]\n${entry('B')}`)
    for (const name of ['dev', 'prod'])
      assert.match(
        outcome(() => loadProfile(glued, name)),
        /line 3 of CREDENTIALS may belong to it: a section header stands behind the value/,
      )
  })

  test('what is based on a broken profile, session or services section is refused, too', () => {
    const broken = `${DEV}sso_account_id = 222222222222\n`
    const role =
      '[profile ops]\nrole_arn = arn:aws:iam::333333333333:role/R\nsource_profile = dev\n'
    assert.match(
      outcome(() => loadProfile(files(`${role}${broken}${OTHERS}`), 'ops')),
      /^profile "ops", which is based on profile "dev", is not used: line 8 of CONFIG/,
    )
    const twice = files(`${DEV}${SESSION}sso_region = us-east-1\n`)
    assert.match(
      outcome(() => loadProfile(twice, 'dev')),
      /^profile "dev", which is based on SSO session "corp", is not used: line 8 of CONFIG may/,
    )
    assert.match(
      outcome(() => findSession(twice, 'corp')),
      /^SSO session "corp" is not used: line 8 of CONFIG .* \| remove sso_region in line 7, or in line 8 of CONFIG$/,
    )
    const services = files(`${DEV}services = s\n[services s]\nsso\n${OTHERS}`)
    assert.match(
      outcome(() => loadProfile(services, 'dev')),
      /^profile "dev", which is based on services "s", is not used: line 7 of CONFIG/,
    )
  })

  test('a list has it with its kind, and with why it is not used', () => {
    const both = files(`${DEV}profile prod]\n${keys('2')}${OTHERS}`)
    assert.equal(profileNames(both), ['dev', 'other', 'dev2'])
    const { kind, problem, fix } = describeProfile(both, 'dev')
    assert.equal([kind, fix], ['sso', 'write [profile prod] in line 5 of CONFIG'])
    assert.match(problem ?? '', /^profile "dev" is not used/)
  })

  test('no message holds what may be a secret', () => {
    const both = files(
      `${DEV}S3CRET\n[profile b]\nS3CRET: x\nS3CRET S3CRET: x\n= S3CRET\nx =\n  S3CRET\n`,
      '[c]\nS3CRET\nS3CRET\naws_secret_access_key = S3CRET\n  S3CRET\naws_secret_access_key = S3CRET\n',
    )
    for (const name of ['dev', 'b', 'c']) {
      const text = outcome(() => loadProfile(both, name))
      assert.match(text, /is not used/)
      if (name !== 'b') assert.not.match(text, /S3CRET/)
    }
  })
})

suite('what is not there may be misspelt', (test) => {
  const found: [title: string, config: string, credentials: string, name: string, text: string][] =
    [
      [
        '[dev] in the config file',
        `[dev]\n${keys('1')}`,
        '',
        'dev',
        'there is no profile "dev": line 1 of CONFIG: [dev] is no section that AWS tools read | write [profile dev] in line 1 of CONFIG',
      ],
      [
        '[profile dev] in the credentials file',
        OTHERS,
        '[profile dev]\naws_access_key_id = A\n',
        'dev',
        'there is no profile "dev": line 1 of CREDENTIALS: [profile dev] is ignored: this file holds profiles by their names alone | write [dev] in line 1 of CREDENTIALS',
      ],
      [
        'a name with a blank that is not quoted',
        `[profile my team]\n${keys('1')}`,
        '',
        'my team',
        `there is no profile "my team": line 1 of CONFIG: [profile my team] is not a name that AWS tools read, unless it is quoted | write [profile 'my team'] in line 1 of CONFIG`,
      ],
      [
        'blanks inside the brackets',
        `[ profile dev ]\n${keys('1')}`,
        '',
        'dev',
        'there is no profile "dev": line 1 of CONFIG: [ profile dev ] has blanks inside the brackets, which some tools or all do not accept | write [profile dev] in line 1 of CONFIG',
      ],
      [
        'a mistyped or capital "profile"',
        `[Profile dev]\n${keys('1')}`,
        '',
        'dev',
        'there is no profile "dev": line 1 of CONFIG: [Profile dev] is no section that AWS tools read | write [profile dev] in line 1 of CONFIG',
      ],
    ]
  for (const [title, config, credentials, name, text] of found)
    test(title, () => {
      assert.is(
        outcome(() => loadProfile(files(config, credentials), name)),
        text,
      )
    })

  test('a session', () => {
    const both = files(
      `${DEV}[sso_session corp]\nsso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1\n`,
    )
    const why =
      'line 5 of CONFIG: [sso_session corp] is no section that AWS tools read | write [sso-session corp] in line 5 of CONFIG'
    assert.is(
      outcome(() => loadProfile(both, 'dev')),
      `profile "dev" names the SSO session "corp", which is not in CONFIG: ${why}`,
    )
    assert.is(
      outcome(() => findSession(both, 'corp')),
      `there is no SSO session "corp" in CONFIG: ${why}`,
    )
  })

  test('a session in the credentials file', () => {
    const text = outcome(() => loadProfile(files(DEV, SESSION), 'dev'))
    assert.match(
      text,
      /which is not in CONFIG: line 1 of CREDENTIALS: \[sso-session corp\] is ignored/,
    )
    assert.match(text, /\| move the section of line 1 of CREDENTIALS to CONFIG$/)
  })

  test('a key', () => {
    const config = `[profile dev]\nsso_session = corp\nsso account id = 1\nsso_role_name = R\n${OTHERS}`
    assert.match(
      outcome(() => loadProfile(files(config), 'dev')),
      /^profile "dev" lacks sso_account_id; line 3 of CONFIG: the key has a character that AWS does not/,
    )
  })
})
