/** Builds the context of one run from flags, environment, settings and the machine. */
import { userRegion } from './aws/environment.ts'
import { isRegionName } from './aws/partition.ts'
import { loadSettings, truth, unknownSettings } from './checked-settings.ts'
import type { Flags } from './cli/spec.ts'
import type { Context, SignInPolicy, Terminal } from './context.ts'
import { SsoxError } from './problem.ts'
import { type Env, resolvePaths } from './state/paths.ts'
import type { Settings } from './state/settings.ts'
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

/**
 * @throws SsoxError `profile` (no home folder, settings that cannot be read), `usage` (a setting, or
 *   `--region`)
 */
export function createContext(input: ContextInput): Context {
  const { flags, env, facts } = input
  const paths = resolvePaths(env)
  const settings = loadSettings(paths.settings)
  for (const { key, meant } of unknownSettings(settings))
    input.say.note(
      `${paths.settings}: there is no setting "${key}"${meant ? `; did you mean ${meant}?` : ''}`,
    )
  const terminal: Terminal = {
    ...facts,
    colour: decideColour({
      flag: flags.color,
      env,
      isTerminal: truth(settings, 'color') ?? facts.stdout,
    }),
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
      flag: regionFlag(flags),
      environment: userRegion(env),
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
    why: whyNot(flags, asked, noInput),
    openBrowser:
      flags.browser === undefined
        ? truth(settings, 'no_browser') !== true
        : flags.browser !== false,
    deviceCode: flags.deviceCode ?? truth(settings, 'device_code') ?? false,
    flow: loginFlow(settings),
    browser: browserCommand(flags, env, settings),
    port: flags.port ?? (settings.has('port') ? Number(settings.get('port')) : undefined),
  }
}

function whyNot({ login }: Flags, asked: boolean | undefined, noInput: boolean): string {
  if (login === false) return '--no-login'
  if (asked === false) return 'login = false in the settings'
  return noInput ? '--no-input' : 'there is no terminal'
}

function loginFlow(settings: Settings): SignInPolicy['flow'] {
  const flow = settings.get('login_flow')
  return flow === 'pkce' || flow === 'device' ? flow : undefined
}

/** BROWSER is part of the environment, so it comes before the setting; its own entries stay its. */
function browserCommand(flags: Flags, env: Env, settings: Settings): string | undefined {
  const asked = flags.browser || env['SSOX_BROWSER']
  if (asked) return asked
  return env['BROWSER'] ? undefined : settings.get('browser')
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
