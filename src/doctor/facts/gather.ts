/** Gathers what the checks look at: the one place of the doctor that reads the machine. */
import { existsSync } from 'node:fs'
import manifest from '../../../package.json' with { type: 'json' }
import { allSessions } from '../../auth/known-sessions.ts'
import { parseDocument } from '../../aws/document.ts'
import type { AwsFiles } from '../../aws/profile.ts'
import { writtenSections } from '../../aws/written-section.ts'
import type { Context } from '../../context.ts'
import { messageOf, SsoxError } from '../../problem.ts'
import { settingsText } from '../../settings/load.ts'
import { readSettings } from '../../settings/read.ts'
import { loadAwsFiles } from '../../state/aws-files.ts'
import { sectionRecords } from '../../state/written-sections.ts'
import type { Facts } from '../facts.ts'
import { browserCommands } from './browsers.ts'
import { cacheFiles, givenUpSessions } from './caches.ts'
import { openPlaces } from './places.ts'
import { processLines } from './processes.ts'
import { shellFacts, universalVariables } from './shell.ts'
import { findTools } from './tools.ts'

export interface GatherOptions {
  /** Why the sign-in hosts are not to be asked. */
  readonly offline: string | undefined
  /** Names of the processes above this one, nearest first. */
  readonly parents: readonly string[]
  /** Where programs that are being worked on have their packages. */
  readonly folder: string
}

/** What others have to be asked for: hosts, a new shell, programs. */
type AskedFacts = Pick<Facts, 'network' | 'shell' | 'tools'>

/** @throws the signal's reason */
export async function gather(ctx: Context, options: GatherOptions): Promise<Facts> {
  const read = readFacts(ctx)
  const { sessions } = read
  // It needs what the AWS SDK needs.
  const { askHosts } = await import('./network.ts')
  const [network, shell, tools] = await Promise.all([
    askHosts(sessions, options.offline, ctx),
    shellFacts(options.parents, ctx),
    findTools(options.folder, ctx),
  ])
  ctx.signal.throwIfAborted()
  return { ...read, network, shell, tools }
}

/** What this user's files and environment say. */
export function readFacts(ctx: Context): Omit<Facts, keyof AskedFacts> {
  const { env, paths, settings } = ctx
  const { files, problem } = readFiles(ctx)
  const sessions = allSessions(files)
  return {
    now: ctx.now(),
    version: manifest.version,
    env,
    paths,
    settings,
    settingsProblem: settingsProblem(paths),
    files,
    filesProblem: problem,
    missingFiles: missingFiles(ctx),
    sessions,
    written: new Set(
      writtenSections(files.credentials, sectionRecords(paths)).map(({ section }) => section),
    ),
    processes: processLines(files, ctx),
    places: openPlaces(files, ctx),
    caches: cacheFiles(sessions, ctx),
    givenUp: givenUpSessions(sessions, ctx),
    browsers: browserCommands(ctx),
    universal: universalVariables(ctx),
  }
}

/** A file that cannot be read is a finding; the checks go on without it. */
function readFiles({ paths }: Context): { files: AwsFiles; problem: SsoxError | undefined } {
  try {
    return { files: loadAwsFiles(paths), problem: undefined }
  } catch (error) {
    const files = {
      configPath: paths.config,
      credentialsPath: paths.credentials,
      config: parseDocument('', 'config'),
      credentials: parseDocument('', 'credentials'),
    }
    return { files, problem: asProblem(error) }
  }
}

/** Why the settings cannot be used: this verb starts without them, and says so. */
function settingsProblem({ settings }: Context['paths']): SsoxError | undefined {
  try {
    readSettings(settingsText(settings), settings)
    return undefined
  } catch (error) {
    return asProblem(error)
  }
}

function asProblem(error: unknown): SsoxError {
  if (error instanceof SsoxError) return error
  return new SsoxError('internal', messageOf(error))
}

function missingFiles({ env, paths }: Context) {
  const named = [
    ['AWS_CONFIG_FILE', paths.config],
    ['AWS_SHARED_CREDENTIALS_FILE', paths.credentials],
  ] as const
  return named.flatMap(([variable, path]) =>
    env[variable] && !existsSync(path) ? [{ variable, path }] : [],
  )
}
