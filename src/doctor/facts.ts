/** What the checks look at: gathered once, then only data. */
import type { ChosenSession } from '../auth/known-sessions.ts'
import type { AwsFiles } from '../aws/profile.ts'
import type { EpochMs } from '../aws/time.ts'
import type { HookShell } from '../install/shell-lines.ts'
import type { SsoxError } from '../problem.ts'
import type { Settings } from '../settings/table.ts'
import type { ShellName } from '../shells/shell.ts'
import type { Env, Paths } from '../state/paths.ts'

export interface Facts {
  readonly now: EpochMs
  readonly version: string
  readonly env: Env
  readonly paths: Paths
  readonly settings: Settings
  /** Why the settings are not what the file says. */
  readonly settingsProblem: SsoxError | undefined
  /** Empty where one of them cannot be read. */
  readonly files: AwsFiles
  readonly filesProblem: SsoxError | undefined
  /** The files that variables name and that are not there. */
  readonly missingFiles: readonly { readonly variable: string; readonly path: string }[]
  readonly sessions: readonly ChosenSession[]
  /** Sections of the credentials file that ssox has written. */
  readonly written: ReadonlySet<string>
  readonly processes: readonly ProcessLine[]
  readonly places: readonly Place[]
  readonly caches: readonly CacheFile[]
  /** Sessions for which programs open no more pages, with the command that signs in. */
  readonly givenUp: readonly { readonly session: string; readonly signIn: string }[]
  readonly browsers: readonly BrowserCommand[]
  readonly network: NetworkFacts
  readonly shell: ShellFacts
  readonly tools: readonly Tool[]
  /** Universal variables of fish, by name. */
  readonly universal: readonly string[]
}

/** A line `credential_process`, and what can be told of it without running it. */
export interface ProcessLine {
  readonly profile: string
  readonly place: string
  /** Its first word; undefined where a quote stays open. */
  readonly program: string | undefined
  /** The path that is run where there is no PATH but the usual folders of the system. */
  readonly bare: string | undefined
  /** The same with the PATH of this terminal. */
  readonly found: string | undefined
  /** What `#!/usr/bin/env` looks for and does not find there. */
  readonly interpreter: string | undefined
  /** True for a line that asks ssox for the profile that it stands in. */
  readonly isCircle: boolean
  readonly foreign: { readonly who: string; readonly fix: readonly string[] } | undefined
}

/** A file or folder that is to be private, and is not; or that cannot be used. */
export interface Place {
  readonly path: string
  readonly what: string
  readonly problem: 'open' | 'unwritable' | 'foreign'
  /** Permissions that would be right. */
  readonly mode: number
}

/** A file of `~/.aws/sso/cache` or `~/.aws/cli/cache`. */
export interface CacheFile {
  readonly path: string
  readonly folder: 'sso' | 'cli'
  readonly state: 'ok' | 'broken' | 'refused'
  /** Why it was refused. */
  readonly why?: string
  readonly kind: 'token' | 'registration' | 'role' | 'other'
  /** Of a registration. */
  readonly expiresAt?: EpochMs | undefined
  /** Of the session whose token this is: how the user calls it. */
  readonly session?: string | undefined
  /** The command that signs in to it. */
  readonly signIn?: string
  /** What the token was made for is not what the session says now. */
  readonly mismatch?: 'start URL' | 'region' | undefined
}

export interface BrowserCommand {
  readonly origin: string
  readonly program: string
  readonly isThere: boolean
  readonly isText: boolean
}

export interface NetworkFacts {
  /** Why nobody was asked. */
  readonly skipped: string | undefined
  readonly answers: readonly HostAnswer[]
}

export interface HostAnswer {
  readonly host: string
  /** How far this machine's clock is ahead, in milliseconds; undefined where the answer has no date. */
  readonly leadMs: number | undefined
  /** Why there is no answer. */
  readonly problem: SsoxError | undefined
}

export interface ShellFacts {
  readonly name: ShellName
  readonly hook: HookShell | undefined
  /** The start-up file, and whether it, or another that the shell reads, loads the hook. */
  readonly startUp: { readonly path: string; readonly hasLines: boolean } | undefined
  /** A bash that is started by a login does not read ~/.bashrc. */
  readonly login:
    | { readonly reason: string; readonly file: string; readonly line: string }
    | undefined
  /** The `ssox` on PATH, and the version that it tells where there is no PATH; undefined: it fails. */
  readonly command: { readonly path: string; readonly version: string | undefined } | undefined
  /** A new interactive shell; or why it cannot be looked at. */
  readonly probe: Probe | string
}

/** What a new terminal of this shell would have. */
export interface Probe {
  readonly isLoaded: boolean
  /** Of the hook's file. */
  readonly version: string | undefined
  /** True while the shell calls the hook before each prompt. */
  readonly isCalled: boolean
  /** True while the prompt has the place for the segment. */
  readonly isShown: boolean
  /** Who else draws the prompt. */
  readonly frame: string | undefined
  /** The `ssox` that it would start. */
  readonly command: string | undefined
}

export interface Tool {
  readonly name: 'aws' | 'botocore' | 'aws-sdk'
  readonly version: string
  /** Where it was found. */
  readonly path: string
}
