/** The tour of `ssox demo --script`: real commands in a real shell, each checked. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { findCommand } from '../system/find-command.ts'
import type { DemoHome } from './home.ts'
import { STEPS, type Step } from './tour-steps.ts'

export interface TourOptions {
  readonly home: DemoHome
  readonly print: (text: string) => void
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  /** Makes output harmless and hides every secret. */
  readonly clean: (text: string) => string
  readonly signal: AbortSignal
}

/** Runs every step; resolves to the titles of those that did not do what they promise. */
export async function runTour(options: TourOptions): Promise<string[]> {
  const failed: string[] = []
  for (const [at, step] of STEPS.entries()) {
    const { print, bold, dim, clean, signal } = options
    print(`\n${bold(`${at + 1}. ${step.title}`)}\n`)
    if ('command' in step) print(`   $ ${step.command}\n`)
    const result = await perform(step, options)
    signal.throwIfAborted()
    if (result === undefined) {
      print('   (shown only where there is a bash)\n')
      continue
    }
    print(dim(clean(result.output)).replace(/^(?=.)/gm, '   '))
    if (result.isRight && step.expect.test(result.output)) continue
    failed.push(step.title)
    print(`   this step failed (exit ${result.status})\n`)
  }
  return failed
}

interface Result {
  readonly status: number
  readonly output: string
  readonly isRight: boolean
}

/** undefined where what it takes is not there. */
async function perform(step: Step, options: TourOptions): Promise<Result | undefined> {
  if ('picture' in step) return { status: 0, output: step.picture(), isRight: true }
  if ('command' in step) {
    const run = await runInShell('sh', ['-c', step.command], '', options)
    return { ...run, isRight: run.status === (step.status ?? 0) }
  }
  const bash = findCommand('bash', options.home.env['PATH'])
  if (!bash) return undefined
  // Without a terminal, too, an interactive one shows its prompt and what it reads.
  const input = [...step.typed, 'exit', ''].join('\n')
  const words = ['--rcfile', join(options.home.path, '.bashrc'), '-i']
  // Lines that do not wrap are shown as they are.
  const home = { ...options.home, env: { ...options.home.env, COLUMNS: '1000' } }
  const run = await runInShell(bash, words, input, { ...options, home })
  return { ...run, output: transcript(run.output), isRight: run.status === 0 }
}

/** Without colour, without what bash says about having no terminal, and without its end. */
function transcript(output: string): string {
  const lines = output.replace(/\x1b\[[\d;?]*[a-z]|[\x01\x02\r]/gi, '').split('\n')
  const isNoise = /^bash: (cannot set terminal|no job control)|^exit$|demo [$#] exit$/
  return lines.filter((line) => !isNoise.test(line)).join('\n')
}

/** What a command prints, its errors too; `input` is typed. */
function runInShell(
  command: string,
  words: readonly string[],
  input: string,
  { home, signal }: TourOptions,
) {
  return new Promise<{ status: number; output: string }>((resolve) => {
    // One pipe for both streams: of two, nobody can tell what was written first.
    const child = spawn('sh', ['-c', 'exec "$@" 2>&1', 'sh', command, ...words], {
      cwd: home.path,
      env: home.env,
      stdio: ['pipe', 'pipe', 'ignore'],
      signal,
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      output += chunk
    })
    // It may end without reading.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    child.on('error', (error) => resolve({ status: 127, output: `${output}${error.message}\n` }))
    child.on('close', (code) => resolve({ status: code ?? 1, output }))
  })
}
