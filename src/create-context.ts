/** Builds the context of one run from flags, environment, settings and the machine. */
import { isRegionName } from './aws/partition.ts'
import type { Call } from './cli/command.ts'
import type { Flags } from './cli/spec.ts'
import type { Context, SignInPolicy } from './context.ts'
import { SsoxError } from './problem.ts'
import type { LoadedSettings } from './settings/load.ts'
import type { Settings } from './settings/table.ts'
import { type Env, resolvePaths } from './state/paths.ts'
import { userRegion } from './switch/variables.ts'
import type { terminalFacts } from './system/terminal.ts'
import type { Say } from './ui/say.ts'

export interface ContextInput {
  readonly invocation: Call
  readonly env: Env
  readonly settings: LoadedSettings
  readonly say: Say
  readonly signal: AbortSignal
  readonly facts: ReturnType<typeof terminalFacts>
  /** Colour on stdout. */
  readonly colour: boolean
}

/** Says itself what is wrong with the settings (contract, "Precedence"). */
const STARTS_ANYWAY: Call['verb'] = 'doctor'

/** @throws SsoxError `profile` (no home folder), `usage` (the settings, `--region` or `--mfa-code`) */
export function createContext(input: ContextInput): Context {
  const { env, facts, colour, say, signal } = input
  const { flags, verb } = input.invocation
  const paths = resolvePaths(env)
  if (input.settings.problem !== undefined && verb !== STARTS_ANYWAY) throw input.settings.problem
  const settings = input.settings.values
  const cannotAsk = whyNotAsk(flags, settings, facts)
  return {
    env,
    paths,
    settings,
    scopes: input.settings.scopes,
    say,
    signal,
    now: Date.now,
    terminal: { ...facts, colour },
    interactive: cannotAsk === undefined,
    cannotAsk: cannotAsk ?? '',
    signIn: {
      ...signInPermission(verb, flags, settings, cannotAsk),
      openBrowser:
        flags.browser === undefined ? settings.no_browser !== true : flags.browser !== false,
      asked: askedFlow(flags, settings),
      browser: browserCommand(flags, env, settings),
      isBrowserAsked: Boolean(flags.browser || env['SSOX_BROWSER']),
      port: flags.port ?? settings.port,
      words: signInWords(flags),
    },
    mfaCode: mfaCode(flags),
    region: {
      // There, it is for the profiles that are made.
      flag: verb === 'setup' ? undefined : regionFlag(flags),
      environment: userRegion(env),
      setting: settings.region,
    },
  }
}

/** Why no question may be asked; undefined when one may. */
function whyNotAsk(
  flags: Flags,
  settings: Settings,
  { stdin, stderr }: ContextInput['facts'],
): string | undefined {
  if (flags.input === false) return '--no-input'
  if (settings.no_input) return 'no_input = true in the settings'
  if (stdin && stderr) return undefined
  if (!stdin && !stderr) return 'there is no terminal'
  return `${stdin ? 'stderr' : 'stdin'} is not a terminal`
}

/** `login` needs no terminal: the verb itself is the request (a GUI program may run it). */
function signInPermission(
  verb: string,
  flags: Flags,
  settings: Settings,
  cannotAsk: string | undefined,
): Pick<SignInPolicy, 'allowed' | 'why'> {
  const isForbidden = flags.input === false || settings.no_input === true
  if (flags.login !== undefined) return { allowed: flags.login, why: '--no-login' }
  if (!isForbidden && settings.login !== undefined)
    return { allowed: settings.login, why: 'login = false in the settings' }
  const allowed = cannotAsk === undefined || (verb === 'login' && !isForbidden)
  return { allowed, why: cannotAsk ?? '' }
}

/** A port is where the callback listens; only as a flag does it ask for the callback. */
function askedFlow(flags: Flags, settings: Settings): SignInPolicy['asked'] {
  if (flags.deviceCode) return { flow: 'device', by: '--device-code' }
  if (flags.port !== undefined) return { flow: 'pkce', by: `callback on port ${flags.port}` }
  if (settings.device_code) return { flow: 'device', by: 'device_code = true in the settings' }
  const flow = settings.login_flow
  return flow && { flow, by: `login_flow = ${flow} in the settings` }
}

/** BROWSER is part of the environment, so it comes before the setting; its own entries stay its. */
function browserCommand(flags: Flags, env: Env, settings: Settings): string | undefined {
  const asked = flags.browser || env['SSOX_BROWSER']
  if (asked) return asked
  return env['BROWSER'] ? undefined : settings.browser
}

/** The sign-in flags again, for a command that signs in the same way; not who may be asked. */
function signInWords({ deviceCode, port, browser }: Flags): string[] {
  return [
    ...(deviceCode ? ['--device-code'] : []),
    ...(port === undefined ? [] : [`--port=${port}`]),
    ...(browser === undefined ? [] : [browser === false ? '--no-browser' : `--browser=${browser}`]),
  ]
}

/** What every device shows (IAM User Guide, "MFA"): six digits. */
function mfaCode({ mfaCode }: Flags): string | undefined {
  if (mfaCode === undefined || /^\d{6}$/.test(mfaCode)) return mfaCode
  throw new SsoxError(
    'usage',
    `--mfa-code cannot be ${JSON.stringify(mfaCode)}, which is not a code of six digits`,
    'use the code that the MFA device shows now',
  )
}

/** It becomes part of host names. */
function regionFlag({ region }: Flags): string | undefined {
  if (region === undefined || isRegionName(region)) return region
  throw new SsoxError(
    'usage',
    `--region cannot be ${JSON.stringify(region)}, which is not the name of a region`,
    'use one such as eu-west-1',
  )
}
