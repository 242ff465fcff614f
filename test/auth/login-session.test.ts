/** `login_session`: the keys that `aws login` keeps are used while they are valid. */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Home, withHome } from '../support/home.ts'
import { assertFailure, assertSuccess, keysIn } from '../support/output.ts'
import { assert, suite } from '../support/suite.ts'

const SESSION = 'arn:aws:iam::123456789012:user/ana'
const KEYS = { accessKeyId: 'ASIALOGIN', secretAccessKey: 'secret', sessionToken: 'token' }
const ENV = ['env', 'mine', '--shell', 'bash']

/** A home with a profile `mine`, and what `aws login` has kept for it. */
function withLogin<T>(
  minutes: number,
  use: (home: Home) => Promise<T>,
  fields: Readonly<Record<string, unknown>> = {},
  folder = '.aws/login/cache',
): Promise<T> {
  return withHome(async (home) => {
    home.writeConfig(`${home.read('config')}\n[profile mine]\nlogin_session = ${SESSION}\n
[profile on-mine]\nrole_arn = arn:aws:iam::210987654321:role/Deploy\nsource_profile = mine\n`)
    const name = createHash('sha256').update(SESSION).digest('hex')
    const expiresAt = new Date(Date.now() + minutes * 60_000).toISOString()
    const accessToken = { ...KEYS, accountId: '123456789012', expiresAt, ...fields }
    mkdirSync(join(home.path, folder), { recursive: true, mode: 0o700 })
    writeFileSync(
      join(home.path, folder, `${name}.json`),
      JSON.stringify({ accessToken, refreshToken: 'r', dpopKey: 'k', clientId: 'c' }),
      { mode: 0o600 },
    )
    return use(home)
  })
}

suite('login_session', (test) => {
  test('valid keys are used, and are not kept anywhere else', () =>
    withLogin(14, async (home) => {
      const run = await home.ssox(ENV)
      assertSuccess(run)
      assert.equal(keysIn(run), { id: 'ASIALOGIN', secret: 'secret', token: 'token' })
      const answer = JSON.parse((await home.ssox(['credential-process', 'mine'])).stdout)
      assert.is(answer.AccessKeyId, 'ASIALOGIN')
      assert.is(answer.AccountId, '123456789012')
      for (const name of ['mine', 'on-mine'])
        assert.is((await home.ssox(['status', name, '--check'])).status, 0)
      const files = readdirSync(home.path, { recursive: true, encoding: 'utf8' })
      assert.equal(
        files.filter((name) => /[/-]mine$/.test(name)),
        [],
      )
    }))

  test('in the folder that AWS_LOGIN_CACHE_DIRECTORY names', () =>
    withLogin(
      14,
      async (home) => {
        assert.is((await home.ssox(ENV)).status, 3)
        home.env['AWS_LOGIN_CACHE_DIRECTORY'] = '~/elsewhere'
        assertSuccess(await home.ssox(ENV))
      },
      {},
      'elsewhere',
    ))

  for (const [title, minutes, fields] of [
    ['that have ended', -1, {}],
    ['without a secret', 14, { secretAccessKey: '' }],
    ['without an end', 14, { expiresAt: undefined }],
  ] as const)
    test(`keys ${title} are not: exit 3, and what renews them`, () =>
      withLogin(
        minutes,
        async (home) => {
          const run = await home.ssox(ENV)
          assertFailure(run, 3, /uses login_session \(aws login\), which has no valid keys now/)
          assert.match(run.stderr, 'aws configure export-credentials --profile=mine')
          for (const name of ['mine', 'on-mine'])
            assert.is((await home.ssox(['status', name, '--check'])).status, 4)
        },
        fields,
      ))
})
