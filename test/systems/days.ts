/** A home whose nights pass: what was signed in and handed out in the evening has ended by morning. */
import { fileURLToPath } from 'node:url'
import type { Consumer } from '../consumers/consumers.ts'
import { madeFolder } from '../consumers/made.ts'
import type { Finished, Home, HomeOptions } from '../support/home.ts'
import { withHome } from '../support/home.ts'
import { runIn } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { writeSettings } from '../support/signed-in.ts'

const NIGHT_MS = 14 * 3_600_000
const SESSION_SECONDS = 8 * 3600

const clock = fileURLToPath(new URL('./later.cjs', import.meta.url))

/**
 * Runs `use` in a fresh home with an Identity Center that signs people out after eight hours. `night`
 * moves the clocks of both, of ssox and of every program of Node in that home.
 */
export function withDays<T>(
  use: (home: Home, night: () => void) => Promise<T>,
  options: HomeOptions = {},
): Promise<T> {
  let later = 0
  return withHome(
    (home) => {
      // These tests may run in a container, where ssox would not count on a browser.
      writeSettings(home, { login_flow: 'pkce' })
      Object.assign(home.env, {
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1',
      })
      return use(home, () => {
        later += NIGHT_MS
        Object.assign(home.env, { LATER_MS: `${later}`, NODE_OPTIONS: `--require=${clock}` })
      })
    },
    {
      clock: () => Date.now() + later,
      ...options,
      lifetimes: { session: SESSION_SECONDS, ...options.lifetimes },
    },
  )
}

/** Runs a consumer as it is, with these variables on top of the home's; `undefined` takes one out. */
export function runConsumer(
  home: Home,
  { tool, recipe, words }: Consumer,
  variables: Readonly<Record<string, string | undefined>> = {},
): Promise<Finished> {
  const folder = recipe ? madeFolder(tool, recipe) : ''
  return runIn(home, words(folder), { env: { ...home.env, ...variables } })
}

/** `<account> <role>` of the ARN that was printed. @throws Error when there is none */
export function actorIn(run: Finished): string {
  const [, account, role] =
    /arn:aws:sts::(\d+):assumed-role\/(?:AWSReservedSSO_)?([A-Za-z]+)/.exec(run.stdout) ?? []
  if (run.status !== 0 || !account) throw new Error(told(run))
  return `${account} ${role}`
}
