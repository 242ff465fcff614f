/** Builds the context of one run from flags, environment, settings and the machine. */
import type { Flags } from './cli/spec.ts'
import type { Context, SignInPolicy, Terminal } from './context.ts'
import { SsoxError } from './problem.ts'
import { type Env, resolvePaths } from './state/paths.ts'
import { readSettings, type Settings } from './state/settings.ts'
import type { terminalFacts } from './system/terminal.ts'
import { decideColour } from './ui/colour.ts'
import type { Say } from './ui/say.ts'

export interface ContextInput {
  readonly verb: string
  readonly flags: Flags
  readonly env: Env
  readonly say: Say
  readonly signal: AbortSignal
  readonly facts: ReturnType<typeof terminalFacts>
}

/** @throws SsoxError `profile` (no home folder, settings that cannot be read), `usage` (a setting) */
export function createContext(input: ContextInput): Context {
  const { flags, env, facts } = input
  const paths = resolvePaths(env)
  const settings = readSettings(paths.settings)
  const terminal: Terminal = {
    ...facts,
    colour: decideColour({ flag: flags.color, env, isTerminal: facts.stdout }),
  }
  const noInput = flags.input === false || truth(settings, 'no_input') === true
  const interactive = facts.stdin && facts.stderr && !noInput
  return {
    env,
    paths,
    settings,
    say: input.say,
    signal: input.signal,
    now: Date.now,
    terminal,
    interactive,
    signIn: signInPolicy(input, settings, { interactive, noInput }),
    region: {
      flag: flags.region,
      environment: env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || undefined,
      setting: settings.get('region'),
    },
  }
}

function signInPolicy(
  { verb, flags, env }: ContextInput,
  settings: Settings,
  { interactive, noInput }: { interactive: boolean; noInput: boolean },
): SignInPolicy {
  const asked = flags.login ?? (noInput ? undefined : truth(settings, 'login'))
  const byDefault = verb === 'login' ? !noInput : interactive
  return {
    allowed: asked ?? byDefault,
    why: asked === false ? '--no-login' : noInput ? '--no-input' : 'there is no terminal',
    openBrowser: flags.browser !== false && truth(settings, 'no_browser') !== true,
    deviceCode: flags.deviceCode ?? truth(settings, 'device_code') ?? false,
    flow: loginFlow(settings),
    browser: flags.browser || env['SSOX_BROWSER'] || settings.get('browser') || undefined,
    port: flags.port ?? portSetting(settings),
  }
}

/** A setting that is true or false. @throws SsoxError `usage` */
function truth(settings: Settings, key: string): boolean | undefined {
  const value = settings.get(key)?.toLowerCase()
  if (value === undefined) return undefined
  if (['true', 'yes', 'on', '1'].includes(value)) return true
  if (['false', 'no', 'off', '0'].includes(value)) return false
  throw badSetting(key, value, 'true or false')
}

function loginFlow(settings: Settings): SignInPolicy['flow'] {
  const value = settings.get('login_flow')
  if (value === undefined || value === 'pkce' || value === 'device') return value
  throw badSetting('login_flow', value, 'pkce or device')
}

function portSetting(settings: Settings): number | undefined {
  const value = settings.get('port')
  if (value === undefined) return undefined
  const port = Number(value)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw badSetting('port', value, 'a number from 1 to 65535')
}

function badSetting(key: string, value: string, expected: string): SsoxError {
  return new SsoxError(
    'usage',
    `the setting ${key} is "${value}"; it must be ${expected}`,
    `correct ${key} in the ssox settings file`,
  )
}
