/**
 * The test runner: `node --import tsx test/run.ts [--jobs N] [folder|part of a file name …]`.
 * Each file runs in its own process with a deadline; a file whose tally does not add up fails.
 * Output of a file is shown only when it fails. The last line is `N passed, N failed, N skipped`.
 * What took longest the last time comes first, so that no core waits for a long file at the end.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { bundleTests } from './bundle.ts'
import { isLate } from './support/patience.ts'
import type { Tally } from './support/suite.ts'

const FILE_DEADLINE_MS = 420_000

/** What this runner keeps. */
const CACHE = new URL('../node_modules/.cache/ssox', import.meta.url).pathname
/** Seconds of each file in its last run, by its path. */
const SECONDS = join(CACHE, 'test-seconds.json')
/** A file that has not run here yet is expected to take so long for its size, and what it says of itself. */
const SECONDS_PER_BYTE = 1 / 500
const SECONDS_OF_SLOW_TESTS = 30

interface FileResult {
  file: string
  tally: Tally
  problem: string | undefined
  output: string
  seconds: number
}

/** Every `*.test.ts` below `root`, sorted. */
function testFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(root, name))
    .sort()
}

function lastSeconds(): Record<string, number> {
  try {
    return JSON.parse(readFileSync(SECONDS, 'utf8'))
  } catch {
    return {}
  }
}

/** The longest first. */
function inOrder(files: string[]): string[] {
  const last = lastSeconds()
  const seconds = files.map((file) => [file, last[relative('.', file)] ?? guess(file)] as const)
  return seconds.sort(([, a], [, b]) => b - a).map(([file]) => file)
}

function guess(file: string): number {
  const text = readFileSync(file, 'utf8')
  const slow = /\bSLOW_TEST_MS\b/.test(text) ? SECONDS_OF_SLOW_TESTS : 0
  return text.length * SECONDS_PER_BYTE + slow
}

function keepSeconds(results: readonly FileResult[]): void {
  const seconds = results.map(({ file, seconds }) => [relative('.', file), Math.round(seconds)])
  const kept = { ...lastSeconds(), ...Object.fromEntries(seconds) }
  writeFileSync(SECONDS, JSON.stringify(kept))
}

/** The environment of a test file: without what only makes each Node, and each .NET, start slower. */
function environment(build: string | undefined): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, ...rest } = process.env
  const built = build === undefined ? {} : { SSOX_TEST_BUILD: build }
  return { DOTNET_TieredPGO: '0', DOTNET_TC_CallCounting: '0', ...rest, ...built }
}

/** Why the file counts as failed although no test said so, or undefined. */
function inconsistency(tally: Tally | undefined, code: number | null, late: boolean) {
  if (late) return `did not finish within ${FILE_DEADLINE_MS / 1000} s of an idle machine`
  if (!tally) return `reported no tally (exit ${code}): a suite that never ran or never settled`
  if (tally.declared === 0) return 'declares no test'
  if (tally.passed + tally.failed + tally.skipped !== tally.declared)
    return `declared ${tally.declared} tests, finished ${tally.passed + tally.failed + tally.skipped}`
  if (code !== 0 && tally.failed === 0) return `exited ${code} although no test failed`
  return undefined
}

/** Runs a test file by these words behind `node`; `build` is the folder with what is built. */
function runFile(file: string, words: readonly string[], build?: string): Promise<FileResult> {
  const started = Date.now()
  return new Promise((done) => {
    const child = spawn(process.execPath, words, {
      env: environment(build),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    let output = ''
    let tally: Tally | undefined
    let late = false
    child.stdout?.on('data', (chunk) => {
      output += chunk
    })
    child.stderr?.on('data', (chunk) => {
      output += chunk
    })
    child.on('message', (message) => {
      tally = message as Tally
    })
    const look = () => {
      late = isLate(Date.now() - started, FILE_DEADLINE_MS)
      if (late) child.kill('SIGKILL')
      else timer = setTimeout(look, FILE_DEADLINE_MS / 10)
    }
    let timer = setTimeout(look, FILE_DEADLINE_MS)
    child.on('close', (code) => {
      clearTimeout(timer)
      done({
        file,
        tally: tally ?? { declared: 0, passed: 0, failed: 0, skipped: 0, notes: [] },
        problem: inconsistency(tally, code, late),
        output,
        seconds: (Date.now() - started) / 1000,
      })
    })
  })
}

function report(result: FileResult): void {
  const { tally, problem } = result
  const failed = problem !== undefined || tally.failed > 0
  const counts = `${tally.passed} passed${tally.failed ? `, ${tally.failed} failed` : ''}${tally.skipped ? `, ${tally.skipped} skipped` : ''}`
  console.log(
    `${failed ? 'FAIL' : 'ok  '} ${relative('.', result.file)}  ${counts}  ${result.seconds.toFixed(1)} s`,
  )
  if (problem) console.log(`     ${problem}`)
  if (failed) console.log(result.output.replace(/^/gm, '     '))
  for (const note of tally.notes) console.log(`     skipped: ${note}`)
}

async function main(argv: string[]): Promise<void> {
  const words = [...argv]
  // Most of what a file takes is waiting, for a limit of time or for a screen.
  let jobs = 3 * availableParallelism()
  const at = words.indexOf('--jobs')
  if (at >= 0) jobs = Number(words.splice(at, 2)[1])
  const rootAt = words.indexOf('--root')
  const root = resolve(
    rootAt >= 0 ? (words.splice(rootAt, 2)[1] ?? '.') : new URL('.', import.meta.url).pathname,
  )
  const all = testFiles(root).filter((file) => rootAt >= 0 || !file.includes('/fixtures/'))
  const files =
    words.length === 0
      ? all
      : all.filter((file) => words.some((word) => relative(root, file).includes(word)))
  const queue = inOrder(files)
  const results: FileResult[] = []
  mkdirSync(CACHE, { recursive: true })
  const build = mkdtempSync(join(CACHE, 'tests-'))
  try {
    // What is broken on purpose is read file by file.
    const builtFile = rootAt < 0 ? await bundleTests(files, build) : undefined
    const worker = async () => {
      for (let file = queue.shift(); file; file = queue.shift()) {
        const result = builtFile
          ? await runFile(file, ['--enable-source-maps', builtFile(file)], build)
          : await runFile(file, ['--import', 'tsx', file])
        results.push(result)
        report(result)
      }
    }
    await Promise.all(Array.from({ length: jobs }, worker))
  } finally {
    rmSync(build, { recursive: true, force: true })
  }
  if (rootAt < 0) keepSeconds(results)
  const sum = (key: 'passed' | 'failed' | 'skipped') =>
    results.reduce((total, { tally }) => total + tally[key], 0)
  const broken = results.filter(({ problem }) => problem !== undefined).length
  const passed = sum('passed')
  const failed = sum('failed') + broken
  if (files.length === 0) console.log(`no test file matches: ${words.join(' ') || root}`)
  if (failed > 0 || passed === 0) process.exitCode = 1
  console.log(`${passed} passed, ${failed} failed, ${sum('skipped')} skipped`)
}

await main(process.argv.slice(2))
