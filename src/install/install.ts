/** Installs or updates ssox for one user. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { messageOf, SsoxError } from '../problem.ts'
import { shellNameOf } from '../shells/shell.ts'
import { type Env, resolvePaths } from '../state/paths.ts'
import { findCommand } from '../system/find-command.ts'
import { readUserText } from '../system/user-file.ts'
import { loginAdvice, runsCompinit } from './advice.ts'
import { type Editor, underLock, withTilde } from './edit.ts'
import type { InstallOptions } from './options.ts'
import { type Places, remember } from './places.ts'
import {
  checkPlaces,
  type HookChange,
  installProgram,
  makeFolder,
  missingFolders,
  versionIn,
} from './program-files.ts'
import {
  addToPath,
  HOOK_FILES,
  type HookShell,
  hookLine,
  loadHook,
  pathLine,
} from './shell-lines.ts'
import { type Added, addToStartUp, asBlock } from './start-up.ts'
import { type StartUpFile, startUpFile } from './start-up-files.ts'
import type { Voice } from './voice.ts'

export interface Installation {
  readonly options: InstallOptions
  readonly places: Places
  /** The package that is installed. */
  readonly source: string
  /** A Node that stays where it is, and its version. */
  readonly node: string
  readonly nodeVersion: string
  readonly editor: Editor
  readonly voice: Voice
}

/** @returns false when a start-up file could not be changed @throws SsoxError */
export async function install(job: Installation): Promise<boolean> {
  const { options, source, editor, voice } = job
  const version = versionIn(source)
  const dry = options.dryRun ? ', what would be done (dry run, nothing is changed):' : ''
  voice.say(`ssox ${version}${dry}`)
  voice.step('node', `${job.node} (${job.nodeVersion})`)
  // Those that the lock needs, too.
  const made = missingFolders(editor.runtime)
  if (!options.dryRun) return underLock('install', editor, () => installNow(job, made))
  announce(job)
  return changeStartUpFiles(job, [])
}

async function installNow(job: Installation, made: string[]): Promise<boolean> {
  const { source, places, node, editor } = job
  announce(job)
  editor.signal.throwIfAborted()
  const hooks = installProgram(source, places, { node, made })
  editor.signal.throwIfAborted()
  const later: string[] = []
  const isDone = await changeStartUpFiles(job, later)
  closingWords(job, hooks, later)
  return isDone
}

/** @throws SsoxError `storage` when something else is in the place of the program */
function announce({ places, voice }: Installation): void {
  checkPlaces(places)
  const before = versionIn(places.lib)
  voice.step('program', places.lib + (before === undefined ? '' : ` (replaces ${before})`))
  voice.step('command', places.launcher)
  voice.step('hooks', places.hooks)
  voice.step('manual', places.manual)
}

/** `later` takes paragraphs for the end, when everything else is said. */
async function changeStartUpFiles(job: Installation, later: string[]): Promise<boolean> {
  let isDone = true
  for (const shell of job.options.shells)
    isDone = (await changeStartUpFile(job, shell, later)) && isDone
  return isDone
}

async function changeStartUpFile(job: Installation, shell: HookShell, later: string[]) {
  const { places, editor, voice, options } = job
  const lines = blockLines(shell, places)
  const byHand = (why: string) =>
    voice.say('', why, '', ...asBlock(lines).map((line) => `  ${line}`))
  let file: StartUpFile
  try {
    file = startUpFile(shell, editor)
  } catch (error) {
    byHand(`${messageOf(error)}, so add these lines yourself:`)
    return true
  }
  const name = withTilde(file.path, places.home)
  // With --no-modify-rc there is nobody to ask either.
  const asked = options.modifyRc
    ? editor
    : { ...editor, yes: false, dryRun: false, confirm: undefined }
  try {
    const added = await addToStartUp(
      { shell, file, lines, beforeChange: () => record(places, file.path) },
      asked,
    )
    tell(job, { shell, file, name, added, byHand }, later)
    return true
  } catch (error) {
    if (!(error instanceof SsoxError)) throw error
    byHand(`Not changed: ${error.message}, so add these lines yourself:`)
    return !hasFailed(error)
  }
}

/** A file that is left alone on purpose is no failure; one that could not be written is. */
function hasFailed(error: SsoxError): boolean {
  return error.kind === 'busy' || error.cause !== undefined
}

/** On record before it is there: what is on record and is not there does no harm. */
function record({ lib }: Places, path: string): void {
  const made: string[] = []
  makeFolder(dirname(path), made)
  remember(lib, { folder: made, 'start-up': [path] })
}

interface Told {
  readonly shell: HookShell
  readonly file: StartUpFile
  readonly name: string
  readonly added: Added
  byHand(why: string): void
}

function tell(job: Installation, told: Told, later: string[]): void {
  const { voice, places, options, editor } = job
  const { shell, file, name, added } = told
  switch (added.result) {
    case 'unchanged':
      voice.step('start-up', added.why)
      if (!added.isBlock && !isOnPath(job))
        later.push(
          `For the command in every terminal, add to ${name}:`,
          `  ${pathLine(shell, places.bin, places.home)}`,
        )
      return
    case 'unasked':
      told.byHand(
        options.modifyRc
          ? `No terminal to ask on and no --yes. To have awsuse, add to ${name}:`
          : `To have awsuse, add to ${name}:`,
      )
      break
    case 'declined':
      voice.say('Not changed.')
      break
    case 'changed':
    case 'shown':
      if (shell === 'bash') tellLoginShells(job, added, later)
      else if (added.result === 'changed') voice.say('Changed; every new terminal has it.')
  }
  if (shell === 'zsh' && !hasCompinit(file))
    later.push(
      `All of the completion needs, in ${withTilde(file.path, editor.home)}: autoload -Uz compinit && compinit`,
    )
}

function tellLoginShells({ voice, places }: Installation, added: Added, later: string[]): void {
  const advice = loginAdvice((name) => readUserText(join(places.home, name)))
  if (added.result === 'changed')
    voice.say(advice ? 'Changed.' : 'Changed; every new terminal has it.')
  if (!advice) return
  later.push(
    `Login shells (macOS terminals, SSH) ${advice.reason}.`,
    `For ssox in them, put into ${advice.file}:`,
    `  ${advice.line}`,
  )
}

/** Ubuntu runs compinit for everybody. */
function hasCompinit({ path, alsoRead }: StartUpFile): boolean {
  const files = [path, ...alsoRead, '/etc/zshrc', '/etc/zsh/zshrc'].map(readUserText)
  return runsCompinit(files) || /^ID.*ubuntu/m.test(readUserText('/etc/os-release') ?? '')
}

/** What stands between the markers. */
function blockLines(
  shell: HookShell,
  { home, bin, hooks }: Pick<Places, 'home' | 'bin' | 'hooks'>,
) {
  return [pathLine(shell, bin, home), hookLine(shell, join(hooks, HOOK_FILES[shell]), home)]
}

function closingWords(job: Installation, hooks: HookChange, later: readonly string[]): void {
  const { options, places, editor, voice } = job
  const { env } = editor
  voice.say('')
  sayWhatToType(job, hooks)
  const other = findCommand('ssox', env['PATH'])
  if (other && other !== places.launcher)
    voice.say(`Another ssox comes first on your PATH: ${other}`)
  if (options.shells.length === 0)
    voice.say(
      `There is no hook for ${env['SHELL'] || 'an unknown shell'} (--shell: bash, zsh, fish, powershell).`,
    )
  voice.say(`Next: ${firstStep(env)}, or without an AWS account: ssox demo`)
  if (later.length > 0) voice.say('', ...later)
}

/** Who has no AWS files has no profile to sign in for. */
function firstStep(env: Env): string {
  const { config, credentials } = resolvePaths(env)
  return [config, credentials].some((path) => existsSync(path)) ? 'ssox login' : 'ssox setup'
}

/** The line for this terminal, which has read its start-up file already. */
function sayWhatToType(job: Installation, hooks: HookChange): void {
  const { options, places, editor, voice } = job
  const { home, bin } = places
  const [only, ...more] = options.shells
  const named = more.length === 0 ? only : undefined
  const shell = named ?? shellNameOf(editor.env['SHELL'] ?? '') ?? 'sh'
  const path = isOnPath(job) ? [] : [addToPath(shell, bin, home)]
  const hook = options.shells.find((name) => name === shell)
  const load = hook ? [loadHook(hook, join(places.hooks, HOOK_FILES[hook]), home)] : []
  if (hook && (hooks === 'new' || path.length > 0))
    voice.say(
      'This terminal has no awsuse yet. To have it now, type:',
      `  ${[...path, ...load].join('; ')}`,
    )
  else if (hook && hooks === 'updated')
    voice.say(
      'Open terminals keep the hook of before. To have the new one, type:',
      `  ${load.join()}`,
    )
  else if (path.length > 0)
    voice.say(
      `${withTilde(bin, home)} is not on your PATH in this terminal. For now:`,
      `  ${path.join()}`,
    )
}

function isOnPath({ places, editor }: Installation): boolean {
  return (editor.env['PATH'] ?? '').split(':').includes(places.bin)
}
