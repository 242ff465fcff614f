/**
 * The warm lane: `ssox env <profile>` from valid cached credentials, with nothing loaded but the
 * file system. It answers only what it is sure of; anything else, every problem included, is the
 * full program's (which prints the same statement).
 */
import { fstatSync } from 'node:fs'
import { roleSlot } from './auth/role-slot.ts'
import { accountOf, type EnvMode, environmentPatch } from './aws/environment.ts'
import { loadProfile } from './aws/profile.ts'
import { guardedBy, isProtected } from './aws/protection.ts'
import { EXIT } from './problem.ts'
import { readSettings } from './settings/read.ts'
import { detectShell } from './shells/detect.ts'
import { shellNamed } from './shells/shell.ts'
import { loadAwsFiles } from './state/aws-files.ts'
import { type Env, resolvePaths } from './state/paths.ts'
import { rememberUse } from './state/recent.ts'
import { peekRoleCredentials } from './state/role-cache.ts'
import { currentState, fingerprint } from './state/switch-cache.ts'
import { HOOK_MIN_LEFT_MINUTES, keepForHooks } from './state/switch-memory.ts'
import { codeOf, reasonOf, writeAll } from './system/files.ts'
import { namesFromProc } from './system/proc.ts'

/** Major number of /dev/null and its kin on Linux; terminals have others. */
const MEMORY_DEVICES = 1
const BROKEN_PIPE = 141

interface Request {
  readonly profile: string
  readonly shell: string | undefined
  readonly mode: string | undefined
}

/** Answers the command line if it can; false: nothing was written, run the full program. */
export function warm(argv: readonly string[], env: Env): boolean {
  const request = readRequest(argv)
  if (!request || mayBeTerminal()) return false
  let statement: string | undefined
  try {
    statement = answer(request, env)
  } catch {
    // The full program meets the same problem and reports it.
    return false
  }
  if (statement === undefined) return false
  write(statement)
  return true
}

/** Only `env` with one profile and these two options, each in one spelling; undefined for all else. */
function readRequest(argv: readonly string[]): Request | undefined {
  if (argv[0] !== 'env') return undefined
  const found = new Map<string, string>()
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at]
    const isOption = word === '--shell' || word === '--mode'
    const value = isOption ? argv[++at] : word
    if (!value || value.startsWith('-') || (!isOption && found.has(''))) return undefined
    found.set(isOption ? word : '', value)
  }
  const profile = found.get('')
  return profile === undefined
    ? undefined
    : { profile, shell: found.get('--shell'), mode: found.get('--mode') }
}

function answer(request: Request, env: Env): string | undefined {
  const paths = resolvePaths(env)
  const settings = readSettings(paths.settings)
  const mode = request.mode ?? settings.mode
  if (mode !== 'both' && mode !== 'keys') return undefined
  if (env['AWS_VAULT']) return undefined
  const { shell, guessedFrom } = detectShell({
    flag: request.shell,
    parentNames: request.shell === undefined ? namesFromProc() : [],
    shellEnv: undefined,
    onWindows: false,
  })
  if (guessedFrom) return undefined
  // A hook keeps the result for its next switch; a new state for it is the full program's work.
  const hook = env['SSOX_HOOK'] && request.mode === undefined
  const state = hook ? currentState(paths, fingerprint(paths)) : undefined
  if (hook && !state) return undefined
  const minLeftMs = settings.min_left * 60_000
  const files = loadAwsFiles(paths)
  const profile = loadProfile(files, request.profile)
  // Whether the setting counts depends on the shell's own region.
  if (profile.region === undefined && settings.region !== undefined) return undefined
  const credentials =
    profile.kind === 'sso' || profile.kind === 'assume-role'
      ? peekRoleCredentials(roleSlot(profile, paths), Date.now(), minLeftMs)
      : undefined
  if (!credentials) return undefined
  const protect = settings.protect
  const patch = environmentPatch(
    {
      profileName: profile.name,
      inFiles: true,
      mode: mode satisfies EnvMode,
      region: profile.region,
      credentials,
      sessionEndsAt: undefined,
      ...accountOf(profile),
      guarded: protect !== undefined && isProtected(protect, guardedBy(profile, files)),
    },
    env,
  )
  if (hook && patch.get('SSOX_PROTECTED')) return undefined
  const isPlain = settings.min_left <= HOOK_MIN_LEFT_MINUTES
  if (state && isPlain && settings.cache) keepForHooks(state, profile, patch, env, paths)
  if (state && env['SSOX_HOOK'] !== 'renew') rememberUse(paths, profile.name, Date.now())
  return shellNamed(shell).render(patch)
}

/** `node:tty` costs more than the whole lane; a character device that is no memory device will do. */
function mayBeTerminal(): boolean {
  const stat = fstatSync(1)
  if (!stat.isCharacterDevice()) return false
  return process.platform !== 'linux' || stat.rdev >> 8 !== MEMORY_DEVICES
}

function write(statement: string): void {
  try {
    writeAll(1, statement)
  } catch (error) {
    const isClosedPipe = codeOf(error) === 'EPIPE'
    process.exitCode = isClosedPipe ? BROKEN_PIPE : EXIT.storage
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
