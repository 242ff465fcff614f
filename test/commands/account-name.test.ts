/** An account id, or `account/role`, in the place of a profile's name. */
import type { Home } from '../support/home.ts'
import { assertFailure, assertSuccess, told } from '../support/output.ts'
import { withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'

const ENV = ['--shell', 'bash']

/** `prod` alone has 012345678901; `default` and `dev` have 123456789012. */
function withProfiles<T>(use: (home: Home) => Promise<T>): Promise<T> {
  return withSignIn(use)
}

suite('an account in place of a name', (test) => {
  test('of one profile is that profile, which a note says once', () =>
    withProfiles(async (home) => {
      for (const [word, name] of [
        ['012345678901', 'prod'],
        ['123456789012/Developer', 'dev'],
        ['210987654321/Deploy', 'deploy'],
      ] as const) {
        const run = await home.ssox(['env', word, ...ENV])
        assert.is(run.status, 0, told(run))
        assert.match(run.stdout, new RegExp(`SSOX_PROFILE='?${name}\\b`))
        assert.match(run.stdout, new RegExp(`AWS_PROFILE='?${name}\\b`))
        assert.is(run.stderr.split(`${word} is profile "${name}"`).length, 2)
      }
    }))

  test('for every verb that takes a profile', () =>
    withProfiles(async (home) => {
      const word = '123456789012/Developer'
      const who = await home.ssox(['whoami', word])
      assert.match(who.stdout, /^profile +dev$/m, told(who))
      const exec = await home.ssox(['exec', word, '--', 'sh', '-c', 'echo "$AWS_PROFILE"'])
      assert.is(exec.stdout, 'dev\n')
      const answer = await home.ssox(['credential-process', '--profile', word])
      assertSuccess(answer)
      assert.is(JSON.parse(answer.stdout).AccountId, '123456789012')
      assert.match((await home.ssox(['status', word])).stdout, /\bdev\b/)
      assert.is((await home.ssox(['status', word, '--check'])).status, 0)
      assert.is((await home.ssox(['write', word])).status, 0)
      assert.match(home.read('credentials'), '[dev-keys]')
      assert.is((await home.ssox(['login', word])).status, 0)
      assert.is((await home.ssox(['logout', word])).status, 0)
      assert.is((await home.ssox(['status', word, '--check'])).status, 4)
    }))

  test('of several profiles: they are listed, and nothing changes', () =>
    withProfiles(async (home) => {
      const run = await home.ssox(['env', '123456789012', ...ENV])
      assertFailure(run, 3, /123456789012 is the account of 2 profiles: "default", "dev"/)
      assert.is(run.stdout.trim(), 'false')
    }))

  test('of none, and a word that is no account: the usual error', () =>
    withProfiles(async (home) => {
      for (const word of ['999999999999', '123456789012/Nobody', '12345678901', '123456789012/'])
        assertFailure(await home.ssox(['env', word, ...ENV]), 3, /there is no profile "/)
    }))

  test('a profile of that name comes first', () =>
    withProfiles(async (home) => {
      home.writeConfig(
        `${home.read('config')}\n[profile 012345678901]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = ReadOnly\n`,
      )
      const run = await home.ssox(['env', '012345678901', ...ENV])
      assertSuccess(run)
      assert.match(run.stdout, /SSOX_ACCOUNT_ID='?123456789012\b/)
    }))
})
