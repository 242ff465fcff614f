/** Removes ssox: its files, and its lines in start-up files, which become what they were. */
import { existsSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, SsoxError } from '../problem.ts'
import { findCommand } from '../system/find-command.ts'
import { dropTemporaries, readUserText } from '../system/user-file.ts'
import { typedWord } from '../ui/typed-command.ts'
import { difference, type Editor, underLock, withTilde } from './edit.ts'
import type { InstallOptions } from './options.ts'
import { type Places, readManifest } from './places.ts'
import {
  isOurLauncher,
  isOurManual,
  isOurProgram,
  missingFolders,
  removeEmpty,
  removeProgram,
} from './program-files.ts'
import { HOOK_FILES } from './shell-lines.ts'
import { removeFromStartUp } from './start-up.ts'
import { lineThatNames, markersIn, withoutLines } from './start-up-file.ts'
import { usualStartUpFiles } from './start-up-files.ts'
import type { Voice } from './voice.ts'

export interface Removal {
  readonly options: InstallOptions
  readonly places: Places
  readonly editor: Editor
  readonly voice: Voice
}

/** @returns false when something is left that should have gone @throws SsoxError */
export async function uninstall(job: Removal): Promise<boolean> {
  const { options, editor, places, voice } = job
  const found = look(job)
  if (found.things.length + found.blocks.length === 0) {
    voice.say('ssox is not installed here; nothing to remove.')
    return true
  }
  for (const thing of found.things) voice.step('remove', thing)
  for (const path of found.blocks) showBlock(path, job)
  if (options.dryRun) return true
  // Without a terminal the option itself is the answer: only what was installed is removed.
  if (!options.yes && voice.confirm && !(await voice.confirm('Remove all this?'))) {
    voice.say('Nothing was removed.')
    return true
  }
  const folders = readManifest(places.lib)?.folder ?? []
  const made = [...folders, ...missingFolders(editor.runtime)]
  // Another ssox may have installed meanwhile.
  const isDone = await underLock('install', editor, () => removeNow(job, look(job)))
  dropLocks(editor.runtime, made)
  if (isDone) voice.say('Removed.')
  if (found.hooks.some((folder) => found.things.includes(folder)))
    voice.say('Open terminals keep awsuse, and their keys until those end: close them.')
  sayWhatIsLeft(found.files, job)
  return isDone
}

interface Found {
  /** Folders of hooks. */
  readonly hooks: readonly string[]
  /** Start-up files. */
  readonly files: readonly string[]
  /** Those with our lines in them. */
  readonly blocks: readonly string[]
  /** What is there of the program. */
  readonly things: readonly string[]
}

function look({ places, editor }: Removal): Found {
  const manifest = readManifest(places.lib)
  const hooks = [...new Set([...(manifest?.hooks ?? []), places.hooks])].sort()
  const usual = usualStartUpFiles(editor)
  const files = [...new Set([...(manifest?.['start-up'] ?? []), ...usual])].sort()
  const things = [
    ...(isOurLauncher(places.launcher) ? [places.launcher] : []),
    ...(isOurManual(places.manual) ? [places.manual] : []),
    ...(isOurProgram(places.lib) ? [places.lib] : []),
    ...hooks.filter((folder) => existsSync(folder)),
  ]
  return { hooks, files, blocks: files.filter(markersOf), things }
}

async function removeNow(job: Removal, { hooks, files, blocks }: Found): Promise<boolean> {
  const { places, voice } = job
  let isDone = true
  for (const path of blocks) isDone = (await removeBlock(path, job)) && isDone
  for (const path of files) dropTemporaries(path)
  const remaining = removeProgram(places, hooks)
  if (remaining.length === 0) return isDone
  const words = remaining.map((path) => typedWord(path))
  voice.complain('these could not be removed', `rm -rf ${words.join(' ')}`)
  return false
}

function showBlock(path: string, { places, voice }: Removal): void {
  try {
    const text = readUserText(path) ?? ''
    const lines = difference(text, withoutLines(text)).map((line) => `  ${line}`)
    voice.say('', `${withTilde(path, places.home)}:`, '', ...lines, '')
  } catch {
    // The removal says what is wrong with it.
  }
}

async function removeBlock(path: string, { options, places, editor, voice }: Removal) {
  const name = withTilde(path, places.home)
  if (!options.modifyRc) {
    voice.say(`${name} was left as it is; without ssox its lines do nothing.`)
    return true
  }
  try {
    // It was shown, and asked for, with everything else.
    await removeFromStartUp(path, { ...editor, yes: true, show: () => undefined })
    return true
  } catch (error) {
    if (!(error instanceof SsoxError)) throw error
    const block = markersOf(path)
    voice.complain(
      messageOf(error),
      block && 'first' in block
        ? `remove lines ${block.first} to ${block.last} of ${name} by hand; without ssox they do nothing`
        : error.fix,
    )
    return false
  }
}

function sayWhatIsLeft(files: readonly string[], { places, editor, voice }: Removal): void {
  for (const path of files) {
    const text = readUserText(path)
    const numbers = Object.values(HOOK_FILES).flatMap((hook) =>
      text === undefined ? [] : (lineThatNames(text, hook) ?? []),
    )
    if (numbers.length > 0)
      voice.say(
        `Line ${Math.min(...numbers)} of ${withTilde(path, places.home)} is not from this installer, and names a hook of ssox.`,
      )
  }
  for (const path of places.kept) if (isFolder(path)) voice.say(`Left as it is: ${path}`)
  if (isFolder(join(places.home, '.aws')))
    voice.say('Left as it is: ~/.aws, with what you are signed in to')
  const other = findCommand('ssox', editor.env['PATH'])
  if (other) voice.say(`Another ssox is on your PATH: ${other}`)
}

/** The locks, and the folders that were made for them. */
function dropLocks(runtime: string, made: readonly string[]): void {
  const folder = join(runtime, 'locks')
  for (const name of ['start-up.lock', 'install.lock']) rmSync(join(folder, name), { force: true })
  for (const each of [folder, ...made.toSorted().reverse()]) removeEmpty(each)
}

function markersOf(path: string) {
  return markersIn(readUserText(path) ?? '')
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
