/** What a report says of somebody: nothing, but the same of the same. */
import { readFacts } from '../../src/doctor/facts/gather.ts'
import { masking } from '../../src/doctor/masking.ts'
import { assert, suite } from '../support/suite.ts'
import { contextOf, withPatient } from './rig.ts'

const CONFIG = `[profile team-dev]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = PowerUser
[profile team]
role_arn = arn:aws:iam::210987654321:role/ops/Deploy
source_profile = gone
[Jane Roe]
[sso-session corp]
sso_start_url = https://d-1234567890.awsapps.com/start
sso_region = us-east-1
`

suite('a report', (test) => {
  const cases: [title: string, line: string, expected: string][] = [
    ['names, the longer ones whole', '"team-dev" and "team"', '"<profile-1>" and "<profile-2>"'],
    ['a session and a role', '[sso-session corp] PowerUser', '[sso-session <session-1>] <role-1>'],
    [
      'the role of an ARN, and its account',
      '210987654321:role/ops/Deploy',
      '<account-1>:role/ops/<role-2>',
    ],
    ['a profile that is only named', 'source "gone"', 'source "<profile-3>"'],
    ['a header that no tool reads', '[Jane Roe] is no section', '[<section-1>] is no section'],
    ['an address', 'at https://d-1234567890.awsapps.com/start.', 'at <url-1>'],
    [
      'a portal by its id',
      'portal d-1234567890 or ssoins-1234567890abcdef',
      'portal <portal-1> or <portal-2>',
    ],
    [
      'the host of a proxy',
      'the proxy proxy.corp-net.sh:8080 and 10.1.2.3',
      'the proxy <host-1> and <host-2>',
    ],
    ['the hosts of AWS are nobody', 'oidc.us-east-1.amazonaws.com', 'oidc.us-east-1.amazonaws.com'],
    ['an id of a key', 'AKIAIOSFODNN7EXAMPLE', '<key-1>'],
    ['a secret of the environment', 'it is verysecretverysecret', 'it is <secret>'],
    [
      'words and files stay',
      './install.sh of 0.1.0 in ~/.aws/config',
      './install.sh of 0.1.0 in ~/.aws/config',
    ],
  ]
  for (const [title, line, expected] of cases)
    test(title, () =>
      withPatient((patient) => {
        patient.write('.aws/config', CONFIG)
        patient.write('.aws/credentials', '')
        patient.env['AWS_SECRET_ACCESS_KEY'] = 'verysecretverysecret'
        const ctx = contextOf(patient)
        const facts = readFacts(ctx) as Parameters<typeof masking>[0]
        assert.is(masking(facts, ctx)(line), expected)
      }),
    )

  test('the same name has the same mask, and the home is ~', () =>
    withPatient((patient) => {
      const ctx = contextOf(patient)
      const mask = masking(readFacts(ctx) as Parameters<typeof masking>[0], ctx)
      assert.is(mask(`${patient.path}/x`), '~/x')
      assert.is(mask('999999999999 dev 888888888888'), '<account-1> <profile-1> <account-2>')
      assert.is(mask('888888888888 dev'), '<account-2> <profile-1>')
    }))
})
