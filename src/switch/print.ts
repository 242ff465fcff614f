/**
 * Prints the statement or the answer of an entry in the switch cache (see `entry.ts`), if all that it
 * says holds. May import `entry.ts` and what of src/system costs nothing: this is all that a warm
 * `ssox env` or `ssox credential-process` loads.
 */
import { lstatSync, readFileSync, statSync } from 'node:fs'
import { codeOf, mayBeTerminal, reasonOf, writeAll } from '../system/files.ts'
import {
  ANSWER_MIN_LEFT_MINUTES,
  condition,
  ENTRY_MIN_LEFT_MINUTES,
  type EntryHead,
  type EntryKind,
  entryName,
  readEntry,
  STATE_FILES,
} from './entry.ts'

type Env = Readonly<Record<string, string | undefined>>

/** By the name of the process; those without a name of their own are for the full program. */
const SHELLS: Readonly<Record<string, string>> = {
  bash: 'bash',
  zsh: 'zsh',
  fish: 'fish',
  pwsh: 'powershell',
  sh: 'sh',
  dash: 'sh',
  mksh: 'sh',
  busybox: 'sh',
}
/** Variables with which the answer of credential-process is another, or is logged. */
const OTHER_ANSWER = [
  'AWS_SSO_START_URL',
  'AWS_SSO_REGION',
  'AWS_SSO_ACCOUNT_ID',
  'AWS_SSO_ROLE_NAME',
  'AWS_SSO_CREDENTIAL_PROCESS_DEBUG',
]
const BROKEN_PIPE = 141
const STORAGE_FAILED = 7

interface Request {
  readonly profile: string
  readonly kind: EntryKind
  readonly minLeftMinutes: number
}

/** True when the command line was answered; false: nothing was written, run the full program. */
export function printCached(argv: readonly string[], env: Env): boolean {
  // What a hook asks for is also written for its next time.
  if (env['SSOX_HOOK']) return false
  let statement: string | undefined
  try {
    const request = argv[0] === 'env' ? readEnv(argv.slice(1)) : readProcess(argv, env)
    statement = request && !mayBeTerminal(1) ? statementOf(request, env) : undefined
  } catch {
    // The full program meets the same problem and reports it.
    return false
  }
  if (statement === undefined) return false
  print(statement)
  return true
}

/** Only one profile and `--shell`, in their plainest spelling; undefined for all else. */
function readEnv(words: string[]): Request | undefined {
  const at = words.indexOf('--shell')
  const named = at < 0 ? undefined : words.splice(at, 2)[1]
  const [profile] = words
  if (words.length !== 1 || !profile || profile.startsWith('-')) return undefined
  if (at >= 0 && !/^[a-z]+$/.test(named ?? '')) return undefined
  const shell = named ?? parentShell()
  return shell === undefined
    ? undefined
    : { profile, kind: `t-${shell}`, minLeftMinutes: ENTRY_MIN_LEFT_MINUTES }
}

/** Only `credential-process --profile` and a name. */
function readProcess(argv: readonly string[], env: Env): Request | undefined {
  const [verb, flag, profile, more] = argv
  if (verb !== 'credential-process' || flag !== '--profile' || more !== undefined) return undefined
  if (!profile || profile.startsWith('-')) return undefined
  if (OTHER_ANSWER.some((name) => env[name])) return undefined
  return { profile, kind: 'j', minLeftMinutes: ANSWER_MIN_LEFT_MINUTES }
}

function parentShell(): string | undefined {
  const name = readFileSync(`/proc/${process.ppid}/comm`, 'utf8').trimEnd()
  return Object.hasOwn(SHELLS, name) ? SHELLS[name] : undefined
}

function statementOf({ profile, kind, minLeftMinutes }: Request, env: Env): string | undefined {
  const name = entryName(kind, profile)
  const runtime = runtimeFolder(env)
  if (name === undefined || runtime === undefined) return undefined
  const path = `${runtime}/current/${name}`
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (!stat?.isFile() || !isOurs(stat.uid)) return undefined
  const entry = readEntry(readFileSync(path, 'utf8'))
  if (!entry || entry.head.condition !== condition(profile, env)) return undefined
  const { source } = entry
  if ((source !== undefined) !== (kind === 'j')) return undefined
  if (source?.file && String(mtimeOf(source.file)) !== source.mtimeNs) return undefined
  return holds(entry.head, minLeftMinutes) ? entry.statement : undefined
}

/** `$XDG_RUNTIME_DIR/ssox`, else the cache folder (src/state/paths.ts), if it is private. */
function runtimeFolder(env: Env): string | undefined {
  const { HOME, XDG_RUNTIME_DIR, XDG_CACHE_HOME } = env
  const cache = XDG_CACHE_HOME?.startsWith('/') ? XDG_CACHE_HOME : `${HOME}/.cache`
  return [XDG_RUNTIME_DIR, cache]
    .filter((base) => base?.startsWith('/'))
    .map((base) => `${base}/ssox`)
    .find((folder) => {
      const stat = lstatSync(folder, { throwIfNoEntry: false })
      return stat?.isDirectory() && isOurs(stat.uid) && (stat.mode & 0o077) === 0
    })
}

function holds(
  { files, stateFolder, tokenFile, marker, expires }: EntryHead,
  minLeftMinutes: number,
): boolean {
  const leftSeconds = expires - Date.now() / 1000
  return (
    leftSeconds >= minLeftMinutes * 60 &&
    STATE_FILES.every((name) => mtimeOf(files[name]) === mtimeOf(`${stateFolder}/${name}`)) &&
    mtimeOf(stateFolder) !== undefined &&
    mtimeOf(tokenFile) !== undefined &&
    mtimeOf(marker) !== undefined
  )
}

function mtimeOf(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.mtimeNs
}

function isOurs(uid: number): boolean {
  return process.geteuid === undefined || uid === process.geteuid()
}

function print(statement: string): void {
  try {
    writeAll(1, statement)
  } catch (error) {
    const isClosedPipe = codeOf(error) === 'EPIPE'
    process.exitCode = isClosedPipe ? BROKEN_PIPE : STORAGE_FAILED
    if (!isClosedPipe)
      complain(
        `ssox: cannot write the result: ${reasonOf(error)}\n  free some space, or write it somewhere else\n`,
      )
  }
}

/** A stderr that takes nothing either must not change the exit code. */
function complain(text: string): void {
  try {
    writeAll(2, text)
  } catch {
    // There is nobody left to tell.
  }
}
