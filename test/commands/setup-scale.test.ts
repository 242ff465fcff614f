/**
 * `ssox setup` against a portal that takes 20 requests a second and refuses one of ten besides: nothing
 * is lost, nothing twice, and a run that is killed is gone on with. SSOX_TEST_ACCOUNTS=1000 for the size
 * of a large company.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseDocument } from '../../src/aws/document.ts'
import { type Home, node, program, withHome } from '../support/home.ts'
import { told } from '../support/output.ts'
import { until } from '../support/patience.ts'
import { writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'

const ACCOUNTS = Number(process.env['SSOX_TEST_ACCOUNTS'] ?? 60)
const ROLES = ['AdministratorAccess', 'Billing', 'Developer', 'PowerUserAccess', 'ReadOnly']
const LIMIT_MS = 60_000 + ACCOUNTS * 500

/** Every tenth has the name of another, and no order is that of the names. */
const accounts = Array.from({ length: ACCOUNTS }, (_, at) => ({
  accountId: String(100_000_000_000 + ((at * 7_919) % 1_000_000)),
  accountName: `Team ${at % Math.ceil(ACCOUNTS * 0.9)}`,
  emailAddress: 'aws@example.com',
  roles: ROLES,
}))

const ARGS = ['--sso-region', 'us-east-1', '--region', 'eu-west-1', '--yes', '--login']

suite('setup of a large company', (test) => {
  test(
    `${ACCOUNTS} accounts with ${ROLES.length} roles each, killed in between`,
    () =>
      withHome(
        async (home) => {
          writeSettings(home, { login_flow: 'pkce' })
          const half = ACCOUNTS / 2
          await killed(home, () => listedIn(home) >= half)
          const before = listedIn(home)
          assert.is(home.read('config'), '')
          const run = await home.ssox(['setup', home.center.startUrl, ...ARGS], {
            timeout: LIMIT_MS,
          })
          assert.is(run.status, 0, told(run))
          assert.match(run.stderr, /going on with the list .*: \d+ of \d+ accounts are there/)
          assert.not.match(run.stderr, 'Warning')
          assertAllThere(home)
          const { answered, refused } = answers(home)
          assert.ok(refused > 0, 'the portal has refused nothing')
          assert.ok(answered <= ACCOUNTS + (ACCOUNTS - before), `${answered} answers`)
          assert.is(home.browserOpens().length, 1)

          const { mtimeMs } = statSync(home.aws('config'))
          const again = await home.ssox(['setup', '--yes'], { timeout: LIMIT_MS })
          assert.match(again.stderr, `nothing new: all ${ACCOUNTS * ROLES.length} roles`)
          assert.is(statSync(home.aws('config')).mtimeMs, mtimeMs)
        },
        {
          config: '',
          accounts,
          pageSize: 100,
          portalCallsPerSecond: 20,
          portalRefusesEvery: 10,
        },
      ),
    LIMIT_MS * 4,
  )
})

/** Runs it until something is true, then kills it as nothing can be prepared for. */
async function killed(home: Home, isTime: () => boolean): Promise<void> {
  const child = spawn(node, [program, 'setup', home.center.startUrl, ...ARGS], {
    env: home.env,
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  await until('half of the accounts', isTime, LIMIT_MS)
  child.kill('SIGKILL')
  const [, signal] = await ended
  assert.is(signal, 'SIGKILL')
}

/** How many accounts are kept for the next run. */
function listedIn(home: Home): number {
  const folder = join(home.path, '.local', 'state', 'ssox')
  try {
    const [name = ''] = readdirSync(folder).filter((one) => /^listing-[0-9a-f]+$/.test(one))
    const { roles } = JSON.parse(readFileSync(join(folder, name), 'utf8'))
    return Object.keys(roles).length
  } catch {
    return 0
  }
}

function answers({ center }: Home) {
  const all = center.requests.filter(({ operation }) => operation === 'ListAccountRoles')
  const refused = all.filter(({ status }) => status === 429).length
  return { answered: all.filter(({ status }) => status === 200).length, refused }
}

function assertAllThere(home: Home): void {
  const config = parseDocument(home.read('config'), 'config')
  const names = config.names('profile')
  assert.is(home.read('config').match(/^\[profile /gm)?.length, names.length)
  const pairs = names.map((name) => {
    const { values } = config.section('profile', name) ?? { values: new Map() }
    return `${values.get('sso_account_id')}/${values.get('sso_role_name')}`
  })
  const expected = accounts.flatMap(({ accountId, roles }) =>
    roles.map((role) => `${accountId}/${role}`),
  )
  assert.equal(pairs.sort(), expected.sort())
}
