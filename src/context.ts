/** What a command gets to work with: values, no globals. Built once in `program.ts`. */
import type { RegionSources } from './aws/region.ts'
import type { EpochMs } from './aws/time.ts'
import type { Scope, Settings } from './settings/table.ts'
import type { Env, Paths } from './state/paths.ts'
import type { Say } from './ui/say.ts'

export interface Context {
  /** The environment ssox was started with. */
  readonly env: Env
  readonly paths: Paths
  readonly settings: Settings
  /** What the settings say for some profiles or SSO sessions alone. */
  readonly scopes: readonly Scope[]
  /** Text for people, on stderr. */
  readonly say: Say
  /** Aborted on SIGINT, SIGTERM and SIGHUP; every wait takes it. */
  readonly signal: AbortSignal
  readonly now: () => EpochMs
  readonly terminal: Terminal
  /** True when questions may be asked: stdin and stderr are terminals and not `--no-input`. */
  readonly interactive: boolean
  /** Why not, for messages: `stdin is not a terminal`; empty when questions may be asked. */
  readonly cannotAsk: string
  readonly signIn: SignInPolicy
  /** `--mfa-code`; AWS takes each code once. */
  readonly mfaCode: string | undefined
  readonly region: RegionSources
  /** Makes each request to the access portal when its turn has come, where there are many. */
  readonly paced?: <T>(make: () => Promise<T>) => Promise<T>
}

export interface Terminal {
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  readonly columns: number
  readonly rows: number
  /** Colour on stdout; colour on stderr is part of `say`. */
  readonly colour: boolean
}

/** How a sign-in may happen, from flags, environment and settings. */
export interface SignInPolicy {
  /** `--login`: even without a terminal; `--no-login`: never; else only on a terminal. */
  readonly allowed: boolean
  /** Why it is not allowed, for the message. */
  readonly why: string
  readonly openBrowser: boolean
  /** The way that a flag or a setting asks for, and by which words. */
  readonly asked: { readonly flow: 'pkce' | 'device'; readonly by: string } | undefined
  /** `--browser`, SSOX_BROWSER or the setting: a command line. */
  readonly browser: string | undefined
  /** By the flag or SSOX_BROWSER, which no section of the settings changes. */
  readonly isBrowserAsked: boolean
  /** Where the callback of the browser listens; any free port without it. */
  readonly port: number | undefined
  /** Called with the key of the token before a sign-in is begun; throws when there were too many. */
  readonly begin?: (key: string) => void
  /** The flags that chose the way, as typed, for a command that signs in the same way. */
  readonly words: readonly string[]
}
