/**
 * What install.sh hands over to: a program of its own, since it is no verb (it is not in the help, not
 * completed, and has to work whatever the settings of ssox say).
 */
import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Cancelled, EXIT, SsoxError } from '../problem.ts'
import { type Env, resolvePaths } from '../state/paths.ts'
import { terminalFacts } from '../system/terminal.ts'
import type { Editor } from './edit.ts'
import { install } from './install.ts'
import { stableNode } from './launcher.ts'
import { readOptions } from './options.ts'
import { manifestFile, type Places, placesOf, prefixOfHooks } from './places.ts'
import { uninstall } from './uninstall.ts'
import { createVoice, type Voice } from './voice.ts'

const HANGUP = 129

async function main(argv: readonly string[], env: Env): Promise<void> {
  const stop = new AbortController()
  const signals = [
    ['SIGINT', EXIT.interrupted],
    ['SIGTERM', EXIT.terminated],
    ['SIGHUP', HANGUP],
  ] as const
  for (const [signal, code] of signals) process.once(signal, () => stop.abort(new Cancelled(code)))
  const voice = createVoice(terminalFacts(), stop.signal)
  try {
    process.exitCode = (await run(argv, env, voice, stop.signal)) ? 0 : 1
  } catch (error) {
    process.exitCode = report(error, voice)
  }
}

function report(error: unknown, voice: Voice): number {
  if (error instanceof Cancelled) return error.exitCode
  voice.problem(error)
  const isUsage = error instanceof SsoxError && error.kind === 'usage'
  return isUsage ? EXIT.usage : EXIT.internal
}

async function run(argv: readonly string[], env: Env, voice: Voice, signal: AbortSignal) {
  const options = readOptions(argv, env['SHELL'])
  const { home, runtime } = resolvePaths(env)
  const source = fileURLToPath(new URL('..', import.meta.url)).replace(/(?<=.)\/$/, '')
  refuseSudo(env, home)
  const places = findPlaces(env, home, source, options)
  const { yes, dryRun } = options
  const { confirm } = voice
  const show = (lines: readonly string[]) => voice.say(...lines)
  const note = (text: string) => voice.complain(text)
  const editor: Editor = { env, home, runtime, signal, yes, dryRun, show, note, confirm }
  if (options.uninstall) return uninstall({ options, places, editor, voice })
  const node = stableNode(options.node ?? process.execPath, process.execPath, existsSync)
  const nodeVersion = process.version
  return install({ options, places, source, node, nodeVersion, editor, voice })
}

/** @throws SsoxError `profile` for root in the home of somebody else */
function refuseSudo(env: Env, home: string): void {
  if (process.getuid?.() !== 0 || !env['SUDO_USER']) return
  if (statSync(home, { throwIfNoEntry: false })?.uid === 0) return
  throw new SsoxError(
    'profile',
    `with sudo the files in ${home} would belong to root: run it without`,
    './install.sh',
  )
}

/** For a removal without --prefix: where this program is installed, else what the hooks belong to. */
function findPlaces(
  env: Env,
  home: string,
  source: string,
  { uninstall, prefix }: { uninstall: boolean; prefix: string | undefined },
): Places {
  const places = placesOf(env, home, prefix)
  if (!uninstall || prefix !== undefined) return places
  const own = basename(source) === 'ssox' && basename(dirname(source)) === 'lib'
  const candidates = [
    ...(own ? [dirname(dirname(source))] : []),
    ...[prefixOfHooks(places.hooks)].filter((folder) => folder !== undefined),
  ]
  const found = candidates.find((folder) => existsSync(manifestFile(join(folder, 'lib', 'ssox'))))
  return found === undefined ? places : placesOf(env, home, found)
}

void main(process.argv.slice(2), process.env)
