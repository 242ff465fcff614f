/** A company's config: thousands of profiles change nothing. */
import { assertSuccess, keysIn } from '../support/output.ts'
import { withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'

/** `dev` is in the middle; names and values are as long as those of real generated files. */
function config(startUrl: string, count: number): string {
  const others = Array.from({ length: count - 1 }, (_, at) => {
    const account = String(100_000_000_000 + at)
    return `[profile workload-${at}-production/AdministratorAccess]
sso_session = corp
sso_account_id = ${account}
sso_role_name = AdministratorAccess
region = eu-central-1
`
  })
  const dev = `[profile dev]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
region = eu-west-1
`
  others.splice(others.length >> 1, 0, dev)
  return `[sso-session corp]
sso_start_url = ${startUrl}
sso_region = us-east-1
sso_registration_scopes = sso:account:access

${others.join('\n')}`
}

suite('a config of 5,000 profiles', (test) => {
  test('env, list and status are right', () =>
    withSignIn(async (home) => {
      const env = ['env', 'dev', '--shell', 'bash']
      home.writeConfig(config(home.center.startUrl, 10))
      const cold = await home.ssox(env)
      assertSuccess(cold)

      home.writeConfig(config(home.center.startUrl, 5000))
      const warm = await home.ssox(env)
      assertSuccess(warm)
      assert.is(warm.stdout, cold.stdout)

      const other = 'workload-4711-production/AdministratorAccess'
      home.center.accounts.push({
        accountId: '100000004711',
        accountName: 'workload 4711',
        emailAddress: 'w4711@example.com',
        roles: ['AdministratorAccess'],
      })
      const last = await home.ssox(['env', other, '--shell', 'bash'])
      assertSuccess(last)
      assert.match(last.stdout, /SSOX_ACCOUNT_ID='100000004711'/)
      assert.not.equal(keysIn(last).id, keysIn(warm).id)

      const names = (await home.ssox(['list', '--names'])).stdout.trimEnd().split('\n')
      assert.is(names.length, 5000)
      assert.is(new Set(names).size, 5000)
      const status = await home.ssox(['status', '--json'])
      assertSuccess(status)
      const typo = await home.ssox(['env', 'dve', '--shell', 'bash'])
      assert.is(typo.status, 3)
      assert.match(typo.stderr, /did you mean .*dev/)
    }))
})
