/** Chains of roles: every role is asked for once, and no process waits for itself. */
import type { Home } from '../support/home.ts'
import { assertSuccess, keysIn } from '../support/output.ts'
import { withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'

const DEPLOY = 'arn:aws:iam::210987654321:role/Deploy'
const OTHER = 'arn:aws:iam::210987654321:role/Audit'

const role = (name: string, arn: string, source: string) =>
  `\n[profile ${name}]\nrole_arn = ${arn}\nsource_profile = ${source}\n`

function withChain<T>(profiles: string, use: (home: Home) => Promise<T>): Promise<T> {
  return withSignIn((home) => {
    home.center.iamRoles.push({ roleArn: OTHER })
    home.writeConfig(`${home.read('config')}${profiles}`)
    return use(home)
  })
}

/** How often STS is asked for a role. */
const assumed = (home: Home) => home.center.counts['AssumeRole'] ?? 0

suite('the same role twice in a chain', (test) => {
  const cases: [title: string, profiles: string, times: number][] = [
    [
      'one after the other, for two regions',
      role('prod-eu', DEPLOY, 'dev') + role('top', DEPLOY, 'prod-eu'),
      1,
    ],
    [
      'with another role between',
      role('first', DEPLOY, 'dev') +
        role('between', OTHER, 'first') +
        role('top', DEPLOY, 'between'),
      2,
    ],
  ]
  for (const [title, profiles, times] of cases)
    test(`${title}: asked for once, without a wait, also with --refresh`, () =>
      withChain(profiles, async (home) => {
        const cold = await home.ssox(['env', 'top', '--shell', 'bash'])
        assertSuccess(cold)
        assert.is(assumed(home), times)
        const refreshed = await home.ssox(['env', 'top', '--shell', 'bash', '--refresh'])
        assertSuccess(refreshed)
        assert.is(assumed(home), 2 * times)
        assert.is.not(keysIn(refreshed).id, keysIn(cold).id)
      }))
})

suite('a chain of roles', (test) => {
  test('several at once ask for each role once', () =>
    withChain(role('middle', OTHER, 'dev') + role('top', DEPLOY, 'middle'), async (home) => {
      const runs = await Promise.all(
        Array.from({ length: 4 }, () => home.ssox(['env', 'top', '--shell', 'bash', '--quiet'])),
      )
      for (const run of runs) assertSuccess(run)
      assert.is(new Set(runs.map((run) => keysIn(run).id)).size, 1)
      assert.is(assumed(home), 2)
    }))
})
