import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { parseDocument } from '../../src/aws/document.ts'
import {
  type AwsFiles,
  adHocProfile,
  describeProfile,
  findSession,
  loadProfile,
  profileNames,
  sessionNames,
} from '../../src/aws/profile.ts'
import { SsoxError } from '../../src/problem.ts'
import { assert, suite } from '../support/suite.ts'
import { awkwardFile } from './awkward-file.ts'

function files(config: string, credentials = ''): AwsFiles {
  return {
    config: parseDocument(config, 'config'),
    credentials: parseDocument(credentials, 'credentials'),
    configPath: '/h/.aws/config',
    credentialsPath: '/h/.aws/credentials',
  }
}

/** What is wrong with a profile: message, a bar, fix. */
function problem(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof SsoxError && error.kind === 'profile')
      return `${error.message} | ${error.fix}`
    throw error
  }
  throw new Error('no error was thrown')
}

const CORP = `
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start#/
sso_region = eu-west-1
sso_registration_scopes = sso:account:access, codewhisperer:analysis,,
`
const DEV = `
[profile dev]
sso_session = corp
sso_account_id = 012345678901
sso_role_name = Admin
region = eu-central-1
`
const NO_ENDPOINTS = {
  endpointUrls: {},
  ignoreConfiguredEndpointUrls: undefined,
  useFipsEndpoint: undefined,
  useDualstackEndpoint: undefined,
  caBundle: undefined,
  interactiveAuth: undefined,
  endpointUrl: undefined,
  maxAttempts: undefined,
  retryMode: undefined,
}

suite('profiles that can be used', (test) => {
  test('SSO with a session section', () => {
    assert.equal(loadProfile(files(CORP + DEV), 'dev'), {
      kind: 'sso',
      name: 'dev',
      region: 'eu-central-1',
      settings: NO_ENDPOINTS,
      session: {
        kind: 'named',
        name: 'corp',
        startUrl: 'https://corp.awsapps.com/start#/',
        region: 'eu-west-1',
        scopes: ['sso:account:access', 'codewhisperer:analysis'],
        cacheName: 'corp',
      },
      accountId: '012345678901',
      roleName: 'Admin',
    })
  })

  test('SSO without a session section: the start URL names the token, exactly as it is written', () => {
    const config =
      '[default]\nsso_start_url = https://x.awsapps.com/start#/\nsso_region = us-gov-west-1\nsso_account_id = 000000000042\nsso_role_name = Read Only\n'
    const profile = loadProfile(files(config), 'default')
    assert.is(profile.kind, 'sso')
    assert.is(profile.region, undefined)
    assert.equal(profile.kind === 'sso' && profile.session, {
      kind: 'legacy',
      startUrl: 'https://x.awsapps.com/start#/',
      region: 'us-gov-west-1',
      cacheName: 'https://x.awsapps.com/start#/',
    })
    assert.is(profile.kind === 'sso' && profile.accountId, '000000000042')
  })

  test('values beside sso_session that equal those of the session are allowed', () => {
    const profile = loadProfile(files(`${CORP}${DEV}sso_region = eu-west-1\n`), 'dev')
    assert.is(profile.kind, 'sso')
  })

  const ends: [says: string, endsAt: number | undefined, why: string][] = [
    ['expiration = 2030-01-02T03:04:05Z', Date.UTC(2030, 0, 2, 3, 4, 5), 'as ssox write says it'],
    ['aws_expiration = 2030-01-02T03:04:05+00:00', Date.UTC(2030, 0, 2, 3, 4, 5), 'aws2-wrap'],
    ['x_security_token_expires = 2030-01-02T03:04:05Z', Date.UTC(2030, 0, 2, 3, 4, 5), 'saml2aws'],
    ['expiration = 2001-01-01T00:00:00Z', Date.UTC(2001, 0, 1), 'past'],
    ['expiration = soon', undefined, 'no time'],
    ['region = eu-west-1', undefined, 'nothing is said'],
  ]
  for (const [says, endsAt, why] of ends)
    test(`when the keys of a file end: ${says} (${why})`, () => {
      const keys = '[old]\naws_access_key_id = A\naws_secret_access_key = S\n'
      const read = (text: string) => loadProfile(files('', `${keys}${text}${says}\n`), 'old')
      const profile = read('aws_session_token = T\n')
      assert.is(profile.kind === 'static' && profile.endsAt, endsAt)
      const longTerm = read('')
      assert.is(longTerm.kind === 'static' && longTerm.endsAt, undefined, 'they do not end')
      assert.is(
        profile.kind === 'static' && profile.keys.expiresAt,
        undefined,
        'no variables of it',
      )
    })

  test('keys in the credentials file, with everything that belongs to them', () => {
    const credentials =
      '[old]\naws_access_key_id = AKIA1\naws_secret_access_key = S+/=\naws_session_token = T==\naws_account_id = 111122223333\n'
    assert.equal(loadProfile(files('[profile old]\nregion = eu-west-1\n', credentials), 'old'), {
      kind: 'static',
      name: 'old',
      region: 'eu-west-1',
      settings: NO_ENDPOINTS,
      keys: {
        accessKeyId: 'AKIA1',
        secretAccessKey: 'S+/=',
        sessionToken: 'T==',
        accountId: '111122223333',
      },
      place: '[old] in /h/.aws/credentials',
    })
  })

  test('a role with everything that can be said about it', () => {
    const config = `${CORP}${DEV}
[profile ops]
role_arn = arn:aws:iam::210987654321:role/path/Deploy
source_profile = dev
role_session_name = alice
external_id = x-1
mfa_serial = arn:aws:iam::012345678901:mfa/alice
duration_seconds = 1800
`
    const profile = loadProfile(files(config), 'ops')
    assert.equal(profile, {
      kind: 'assume-role',
      name: 'ops',
      region: undefined,
      settings: NO_ENDPOINTS,
      roleArn: 'arn:aws:iam::210987654321:role/path/Deploy',
      source: { kind: 'profile', profile: loadProfile(files(config), 'dev') },
      roleSessionName: 'alice',
      externalId: 'x-1',
      mfaSerial: 'arn:aws:iam::012345678901:mfa/alice',
      durationSeconds: 1800,
    })
  })

  test('a role with a credential source', () => {
    for (const [word, kind] of [
      ['Environment', 'environment'],
      ['Ec2InstanceMetadata', 'ec2'],
      ['EcsContainer', 'ecs'],
    ]) {
      const profile = loadProfile(
        files(`[profile a]\nrole_arn = r\ncredential_source = ${word}\n`),
        'a',
      )
      assert.equal(profile.kind === 'assume-role' && profile.source, { kind })
    }
  })

  const durations: [string, number | undefined][] = [
    ['3600', 3600],
    ['1_800', 1800],
    ['900.5', undefined],
    ['1h', undefined],
    ['', undefined],
  ]
  for (const [text, seconds] of durations)
    test(`duration_seconds = ${text || '(nothing)'} is ${seconds ?? 'left out'}`, () => {
      const config = `[profile a]\nrole_arn = r\ncredential_source = Environment\nduration_seconds = ${text}\n`
      const profile = loadProfile(files(config), 'a')
      assert.is(profile.kind === 'assume-role' && profile.durationSeconds, seconds)
    })

  test('a role with a token file', () => {
    const config =
      '[profile ci]\nrole_arn = r\nweb_identity_token_file = /t\nrole_session_name = s\nsource_profile = x\n'
    assert.equal(loadProfile(files(config), 'ci'), {
      kind: 'web-identity',
      name: 'ci',
      region: undefined,
      settings: NO_ENDPOINTS,
      roleArn: 'r',
      tokenFile: '/t',
      roleSessionName: 's',
    })
  })

  test('a command', () => {
    const profile = loadProfile(files('[profile p]\ncredential_process = "/a b/c" --x\n'), 'p')
    assert.is(profile.kind === 'process' && profile.command, '"/a b/c" --x')
  })

  test('a login session is recognised', () => {
    const profile = loadProfile(files('[profile l]\nlogin_session = arn:x\n'), 'l')
    assert.is(profile.kind === 'login-session' && profile.loginSession, 'arn:x')
  })

  test('any region is taken: it is looked at where it becomes part of a host', () => {
    for (const region of ['RegionOne', 'GRA', 'US', '"eu-west-1"', 'a b']) {
      const config = `[profile a]\nregion = ${region}\ncredential_process = c\n`
      assert.is(loadProfile(files(config), 'a').region, region)
    }
  })

  test('settings come from the profile and its services section', () => {
    const config = `${CORP}${DEV}services = local
ca_bundle = /c.pem
use_fips_endpoint = True
use_dualstack_endpoint = no
sso_interactive_auth = true
ignore_configured_endpoint_urls = false
endpoint_url = http://generic
max_attempts = 6
retry_mode = adaptive
[services local]
sso =
  endpoint_url = http://127.0.0.1:1
sso_oidc =
  endpoint_url = http://127.0.0.1:2
s3 =
  endpoint_url = http://127.0.0.1:3
`
    assert.equal(loadProfile(files(config), 'dev').settings, {
      endpointUrls: { sso: 'http://127.0.0.1:1', sso_oidc: 'http://127.0.0.1:2' },
      ignoreConfiguredEndpointUrls: false,
      useFipsEndpoint: true,
      useDualstackEndpoint: false,
      caBundle: '/c.pem',
      interactiveAuth: true,
      endpointUrl: 'http://generic',
      maxAttempts: '6',
      retryMode: 'adaptive',
    })
  })

  test('a profile that is given by flags needs no file', () => {
    const identity = {
      startUrl: 'https://x.awsapps.com/start',
      ssoRegion: 'eu-west-1',
      accountId: '000000000042',
      roleName: 'Admin',
    }
    const profile = adHocProfile(identity)
    assert.equal([profile.accountId, profile.roleName], ['000000000042', 'Admin'])
    assert.is(profile.session.cacheName, identity.startUrl)
    for (const wrong of [{ ssoRegion: 'x@evil' }, { accountId: '42' }])
      assert.throws(
        () => adHocProfile({ ...identity, ...wrong }),
        (error: SsoxError) => error.kind === 'usage',
      )
  })
})

suite('which kind of credentials a profile has', (test) => {
  const keys = 'aws_access_key_id = A\naws_secret_access_key = S\n'
  const role = 'role_arn = r\ncredential_source = Environment\n'
  const sso =
    'sso_start_url = u\nsso_region = eu-west-1\nsso_account_id = 111122223333\nsso_role_name = R\n'
  const process = 'credential_process = c\n'
  const login = 'login_session = l\n'
  const cases: [string, inConfig: string, inCredentials: string, kind: string][] = [
    ['a role comes before all else', role + sso + process + keys, keys, 'assume-role'],
    [
      'a token file comes before the role',
      `web_identity_token_file = t\n${role}${sso}`,
      keys,
      'web-identity',
    ],
    ['SSO comes before keys', sso + process + keys, keys, 'sso'],
    ['keys in the credentials file come before a login session', login + process, keys, 'static'],
    ['a login session comes before a command', login + process + keys, '', 'login-session'],
    ['a command comes before keys in the config file', process + keys, '', 'process'],
    ['a command may stand in the credentials file', '', process, 'process'],
    ['SSO may stand in the credentials file', '', sso, 'sso'],
    ['keys in the config file come last', keys, '', 'static'],
  ]
  for (const [title, inConfig, inCredentials, kind] of cases)
    test(title, () => {
      const both = files(`[profile a]\n${inConfig}`, `[a]\n${inCredentials}`)
      assert.is(loadProfile(both, 'a').kind, kind)
    })

  test('the credentials file wins for a property that both files have', () => {
    const both = files('[profile a]\nregion = eu-west-1\n', `[a]\nregion = eu-west-2\n${keys}`)
    assert.is(loadProfile(both, 'a').region, 'eu-west-2')
  })

  test('the old name of the session token comes first, as in the AWS CLI', () => {
    const both = files('', `[a]\n${keys}aws_session_token = new\naws_security_token = old\n`)
    const profile = loadProfile(both, 'a')
    assert.is(profile.kind === 'static' && profile.keys.sessionToken, 'old')
  })
})

suite('chains of roles', (test) => {
  const keys = 'aws_access_key_id = A\naws_secret_access_key = S\n'
  /** Kinds from the profile to the root. */
  function chain(config: string, name: string, credentials = ''): string[] {
    const kinds: string[] = []
    let profile = loadProfile(files(config, credentials), name)
    for (;;) {
      kinds.push(`${profile.name} ${profile.kind}`)
      if (profile.kind !== 'assume-role' || profile.source.kind !== 'profile') return kinds
      profile = profile.source.profile
    }
  }

  test('a role may be assumed with a role that is assumed with SSO', () => {
    const config = `${CORP}${DEV}[profile b]\nrole_arn = b\nsource_profile = dev\n[profile a]\nrole_arn = a\nsource_profile = b\n`
    assert.equal(chain(config, 'a'), ['a assume-role', 'b assume-role', 'dev sso'])
  })

  test('a profile may be its own source if it has keys', () => {
    const config = `[profile a]\nrole_arn = a\nsource_profile = a\n${keys}`
    assert.equal(chain(config, 'a'), ['a assume-role', 'a static'])
  })

  test('as a source, keys come before the role of the same profile', () => {
    const config = `[profile a]\nrole_arn = a\nsource_profile = b\n[profile b]\nrole_arn = b\nsource_profile = a\n${keys}`
    assert.equal(chain(config, 'a'), ['a assume-role', 'b static'])
  })

  test('the source may be in the credentials file only', () => {
    const config = '[profile a]\nrole_arn = a\nsource_profile = b\n'
    assert.equal(chain(config, 'a', `[b]\n${keys}`), ['a assume-role', 'b static'])
  })

  const wrong: [string, config: string, text: RegExp][] = [
    [
      'a circle is named from end to end',
      '[profile a]\nrole_arn = a\nsource_profile = b\n[profile b]\nrole_arn = b\nsource_profile = c\n[profile c]\nrole_arn = c\nsource_profile = b\n',
      /circle: "a" → "b" → "c" → "b".*\| correct source_profile in \[profile c\] in \/h\/\.aws\/config$/,
    ],
    [
      'a profile without keys cannot be its own source',
      '[profile a]\nrole_arn = a\nsource_profile = a\n',
      /profile "a" has itself as source_profile, but no keys of its own/,
    ],
    [
      'a source that is not there, with a suggestion',
      '[profile a]\nrole_arn = a\nsource_profile = bsae\n[profile base]\n',
      /"a" has the source_profile "bsae", which is in no AWS file; did you mean "base"\?/,
    ],
    [
      'a source without credentials is named with the chain',
      '[profile a]\nrole_arn = a\nsource_profile = b\n[profile b]\nregion = eu-west-1\n',
      /profile "b" has no credentials.*\(source_profile chain "a" → "b"\)/,
    ],
    [
      'both kinds of source',
      '[profile a]\nrole_arn = a\nsource_profile = b\ncredential_source = Environment\n',
      /profile "a" has both source_profile and credential_source \| remove one of them from \[profile a\]/,
    ],
    [
      'no source',
      '[profile a]\nrole_arn = a\n',
      /profile "a" has role_arn, but neither source_profile nor credential_source \| add source_profile/,
    ],
    [
      'an unknown credential source: case counts',
      '[profile a]\nrole_arn = a\ncredential_source = environment\n',
      /"environment", which is none of Environment, Ec2InstanceMetadata, EcsContainer/,
    ],
    [
      'a token file without a role',
      '[profile a]\nweb_identity_token_file = t\n',
      /profile "a" has web_identity_token_file, but no role_arn/,
    ],
  ]
  for (const [title, config, text] of wrong)
    test(title, () => {
      assert.match(
        problem(() => loadProfile(files(config), 'a')),
        text,
      )
    })
})

suite('profiles that cannot be used', (test) => {
  const cases: [string, config: string, credentials: string, text: RegExp][] = [
    [
      'everything that is missing is named at once, with its place',
      '[profile a]\nsso_session = corp\nsso_account_id = 111122223333\n[sso-session corp]\nsso_start_url = u\n',
      '',
      /^profile "a" lacks sso_role_name, and its SSO session "corp" lacks sso_region \| add sso_role_name to \[profile a\] in \/h\/\.aws\/config, and sso_region to \[sso-session corp\] in \/h\/\.aws\/config$/,
    ],
    [
      'without a session section, its values are missing in the profile',
      '[profile a]\nsso_role_name = R\n',
      '',
      /^profile "a" lacks sso_account_id, sso_start_url, sso_region \| add .* to \[profile a\] in \/h\/\.aws\/config$/,
    ],
    [
      'what is missing in the session only',
      '[profile a]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = R\nsso_region = eu-west-1\n[sso-session corp]\nsso_start_url = u\n',
      '',
      /^profile "a": its SSO session "corp" lacks sso_region \| add sso_region to \[sso-session corp\]/,
    ],
    [
      'an unknown session, with a suggestion',
      `${CORP}[profile a]\nsso_session = crop\nsso_account_id = 111122223333\nsso_role_name = R\n`,
      '',
      /"a" names the SSO session "crop", which is not in \/h\/\.aws\/config; did you mean "corp"\?/,
    ],
    [
      'values that contradict the session, all of them',
      `${CORP}[profile a]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = R\nsso_region = eu-west-2\nsso_start_url = u\n`,
      '',
      /"a" and its SSO session "corp" differ in sso_start_url \(u, https:.*\), sso_region \(eu-west-2, eu-west-1\) \| remove sso_start_url and sso_region from \[profile a\]/,
    ],
    [
      'a session without account and role',
      `${CORP}[profile a]\nsso_session = corp\nregion = eu-west-1\n`,
      '',
      /"a" has an SSO session, but no account and role \(sso_account_id, sso_role_name\) \| add sso_account_id and sso_role_name to \[profile a\]/,
    ],
    [
      'an account number that lost its zero',
      `${CORP}[profile a]\nsso_session = corp\nsso_account_id = 12345678901\nsso_role_name = R\n`,
      '',
      /sso_account_id of profile "a" is "12345678901", not a number of twelve digits/,
    ],
    [
      'a region that would lead to another host',
      '[profile a]\nsso_start_url = u\nsso_region = x@evil.example/#\nsso_account_id = 111122223333\nsso_role_name = R\n',
      '',
      /sso_region of profile "a" is "x@evil\.example\/#", which is not the name of a region/,
    ],
    [
      'the same in the session',
      `[sso-session s]\nsso_start_url = u\nsso_region = evil.example\n[profile a]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = R\n`,
      '',
      /profile "a": sso_region of SSO session "s" is "evil\.example".*\[sso-session s\] in \/h\/\.aws\/config/,
    ],
    [
      'an access key without its secret',
      '',
      '[a]\naws_access_key_id = A\n',
      /"a" has aws_access_key_id, but no aws_secret_access_key beside it \| add aws_secret_access_key to \[a\] in \/h\/\.aws\/credentials/,
    ],
    [
      'a secret without its access key',
      '[profile a]\naws_secret_access_key = S\n',
      '',
      /"a" has aws_secret_access_key, but no aws_access_key_id beside it/,
    ],
    [
      'halves of a key pair in two files are not put together',
      '[profile a]\naws_secret_access_key = S\n',
      '[a]\naws_access_key_id = A\n',
      /"a" has aws_access_key_id, but no aws_secret_access_key beside it/,
    ],
    [
      'nothing that gives credentials',
      '[profile a]\nregion = eu-west-1\n',
      '',
      /profile "a" has no credentials: no SSO, keys, role or credential_process/,
    ],
    [
      'a services section that is not there',
      '[profile a]\ncredential_process = c\nservices = loacl\n[services local]\n',
      '',
      /"a" names the services section "loacl", which is not in \/h\/\.aws\/config; did you mean "local"\?/,
    ],
    [
      'a profile that is not there, with a suggestion',
      '[profile aa]\n[profile prod]\n',
      '[ab]\n',
      /^there is no profile "a" in \/h\/\.aws\/config or \/h\/\.aws\/credentials; did you mean "aa", "ab"\? \| ssox list$/,
    ],
    [
      'no profile at all',
      '',
      '',
      /^there is no profile "a": no profiles found in .* \| ssox setup$/,
    ],
  ]
  for (const [title, config, credentials, text] of cases)
    test(title, () => {
      assert.match(
        problem(() => loadProfile(files(config, credentials), 'a')),
        text,
      )
    })

  test('no message holds a secret', () => {
    const texts = [
      ['[profile a]\naws_secret_access_key = WJALR\n', ''],
      ['', '[a]\naws_access_key_id = WJALR\n'],
      [
        '[profile a]\nsso_session = s\nsso_role_name = R\naws_secret_access_key = WJALR\n[sso-session s]\naws_secret_access_key = WJALRX\n',
        '',
      ],
    ]
    for (const [config = '', credentials = ''] of texts)
      assert.not.match(
        problem(() => loadProfile(files(config, credentials), 'a')),
        /WJALR/,
      )
  })
})

suite('lists of profiles and sessions', (test) => {
  const all = files(
    `${CORP}${DEV}
[profile ops]
role_arn = arn:aws:iam::210987654321:role/path/Deploy
source_profile = dev
[profile __proto__]
credential_process = c
[profile broken]
sso_session = corp
sso_account_id = 1
sso_role_name = R
region = eu-west-1
`,
    '[dev]\n[keys]\naws_access_key_id = A\naws_secret_access_key = S\naws_account_id = 111122223333\n',
  )

  test('names of both files, once, the config file first', () => {
    assert.equal(profileNames(all), ['dev', 'ops', '__proto__', 'broken', 'keys'])
    assert.equal(sessionNames(all), ['corp'])
  })

  test('a summary says kind, account, role, region and the session at the root', () => {
    const summaries = profileNames(all).map((name) =>
      JSON.parse(JSON.stringify(describeProfile(all, name))),
    )
    assert.equal(summaries, [
      {
        name: 'dev',
        kind: 'sso',
        accountId: '012345678901',
        roleName: 'Admin',
        region: 'eu-central-1',
        session: 'corp',
      },
      {
        name: 'ops',
        kind: 'assume-role',
        accountId: '210987654321',
        roleName: 'Deploy',
        session: 'corp',
      },
      { name: '__proto__', kind: 'process' },
      {
        name: 'broken',
        kind: 'invalid',
        accountId: '1',
        roleName: 'R',
        region: 'eu-west-1',
        session: 'corp',
        problem: 'sso_account_id of profile "broken" is "1", not a number of twelve digits',
        fix: 'correct sso_account_id in [profile broken] in /h/.aws/config',
      },
      { name: 'keys', kind: 'static', accountId: '111122223333' },
    ])
  })

  test('a summary of a profile that is not there says so', () => {
    const { kind, problem: text } = describeProfile(all, 'nope')
    assert.is(kind, 'invalid')
    assert.match(text ?? '', /there is no profile "nope"/)
  })

  test('a session is found by its name', () => {
    assert.is(findSession(all, 'corp').region, 'eu-west-1')
    assert.match(
      problem(() => findSession(all, 'corps')),
      /there is no SSO session "corps" in \/h\/\.aws\/config; did you mean "corp"\?/,
    )
    const bare = files('[sso-session s]\n[sso-session t]\nsso_start_url = u\nsso_region = U.S\n')
    assert.match(
      problem(() => findSession(bare, 's')),
      /SSO session "s" lacks sso_start_url and sso_region \| add/,
    )
    assert.match(
      problem(() => findSession(bare, 't')),
      /sso_region of SSO session "t" is "U\.S"/,
    )
  })

  test('whatever the files hold, every profile can be listed', () => {
    fc.assert(
      fc.property(awkwardFile, awkwardFile, (config, credentials) => {
        const any = files(config, credentials)
        for (const name of profileNames(any)) assert.is(describeProfile(any, name).name, name)
      }),
      { numRuns: 500 },
    )
  })

  test('a chain of a thousand profiles is followed to its end', () => {
    const links = Array.from(
      { length: 1000 },
      (_, at) => `[profile p${at}]\nrole_arn = r\nsource_profile = p${at + 1}\n`,
    )
    const end = '[profile p1000]\ncredential_process = c\n'
    assert.is(describeProfile(files(links.join('') + end), 'p0').kind, 'assume-role')
    assert.match(
      describeProfile(files(links.join('')), 'p0').problem ?? '',
      /"p999" has the source_profile "p1000", which is in no AWS file/,
    )
  })
})

suite('SSO token configuration, cases of the AWS CLI', (test) => {
  interface Case {
    readonly documentation: string
    readonly config: Record<string, Record<string, Record<string, string>>>
    readonly resolves: boolean
    readonly expectedException?: string
  }
  const url = new URL(
    '../fixtures/aws/aws-cli-2.36.7/sso-token-provider-resolution.json',
    import.meta.url,
  )
  const { cases } = JSON.parse(readFileSync(url, 'utf8')) as { cases: Case[] }

  /** The session of the profile "test", as a token provider looks for it. */
  function sessionOf({ config }: Case) {
    const section = (title: string, values: Record<string, string>) =>
      [`[${title}]`, ...Object.entries(values).map(([key, value]) => `${key} = ${value}`), ''].join(
        '\n',
      )
    const text = [
      ...Object.entries(config['profiles'] ?? {}).map(([name, values]) =>
        section(`profile ${name}`, values),
      ),
      ...Object.entries(config['sso_sessions'] ?? {}).map(([name, values]) =>
        section(`sso-session ${name}`, values),
      ),
    ].join('')
    const both = files(text)
    const name = both.config.section('profile', 'test')?.values.get('sso_session')
    return name === undefined ? undefined : findSession(both, name)
  }

  for (const one of cases)
    test(one.documentation, () => {
      if (one.expectedException)
        assert.throws(
          () => sessionOf(one),
          (e: unknown) => e instanceof SsoxError,
        )
      else assert.is(sessionOf(one) !== undefined, one.resolves)
    })
})
