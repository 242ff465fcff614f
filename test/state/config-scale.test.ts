/** A company's config: thousands of profiles must change nothing but a little time. */
import type { Home } from '../support/home.ts'
import { assertSuccess, keysIn } from '../support/output.ts'
import { withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'

const RUNS = 7

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

/** The fastest of several warm runs, in milliseconds. */
async function fastest(home: Home, args: string[]): Promise<number> {
  const times: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const started = performance.now()
    assertSuccess(await home.ssox(args))
    times.push(performance.now() - started)
  }
  return Math.min(...times)
}

suite('a config of 5,000 profiles', (test) => {
  test('env, list and status are right, and about as fast as with 10', () =>
    withSignIn(async (home) => {
      const env = ['env', 'dev', '--shell', 'bash']
      home.writeConfig(config(home.center.startUrl, 10))
      const cold = await home.ssox(env)
      assertSuccess(cold)
      const few = await fastest(home, env)

      home.writeConfig(config(home.center.startUrl, 5000))
      const warm = await home.ssox(env)
      assertSuccess(warm)
      assert.is(warm.stdout, cold.stdout)
      const many = await fastest(home, env)
      console.log(
        `warm env: ${few.toFixed(0)} ms with 10 profiles, ${many.toFixed(0)} ms with 5,000 (${(many / few).toFixed(2)} times)`,
      )

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
