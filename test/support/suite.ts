/**
 * The only door to uvu for tests: `suite(title, declare)`.
 * uvu alone exits 0 when a hook throws, a string is thrown or `.run()` is forgotten; here there
 * are no hooks (fixtures are functions), `.run()` is always called, every test has a timeout, what
 * is thrown becomes an Error, and a tally goes to the runner, which fails on any difference.
 */
import './defer.ts'
import { exec, suite as uvuSuite } from 'uvu'
import { isLate } from './patience.ts'

export * as assert from 'uvu/assert'

/** How a finished test file did; sent to `test/run.ts` over IPC. */
export interface Tally {
  declared: number
  passed: number
  failed: number
  skipped: number
  notes: string[]
}

const tally: Tally = { declared: 0, passed: 0, failed: 0, skipped: 0, notes: [] }
const DEFAULT_TIMEOUT_MS = 60_000

export interface Declare {
  /** Declares a test; it fails when it takes longer than `timeoutMs` of an idle machine. */
  (title: string, run: () => unknown, timeoutMs?: number): void
  /** Declares a test that cannot run here; counted, and printed with its reason. */
  skip(title: string, reason: string): void
}

/** Declares a suite and runs it. Fixtures are plain functions called inside tests. */
export function suite(title: string, declare: (test: Declare) => void): void {
  const tests = uvuSuite(title)
  const test: Declare = (name, run, timeoutMs = DEFAULT_TIMEOUT_MS) => {
    tally.declared++
    tests(name, async () => {
      try {
        await withTimeout(run, timeoutMs)
        tally.passed++
      } catch (thrown) {
        tally.failed++
        throw thrown instanceof Error ? thrown : new Error(`thrown: ${String(thrown)}`)
      }
    })
  }
  test.skip = (name, reason) => {
    tally.declared++
    tally.skipped++
    tally.notes.push(`${title} › ${name}: ${reason}`)
  }
  declare(test)
  tests.run()
}

const endings: (() => Promise<void>)[] = []

/** Ends what the tests of this file share, after the last of them. */
export function atEnd(end: () => Promise<void>): void {
  endings.push(end)
}

async function withTimeout(run: () => unknown, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const began = performance.now()
  const late = new Promise<never>((_, reject) => {
    const look = () => {
      const took = performance.now() - began
      if (isLate(took, timeoutMs))
        reject(new Error(`timed out after ${took.toFixed(0)} ms (limit ${timeoutMs} ms)`))
      else timer = setTimeout(look, timeoutMs)
    }
    timer = setTimeout(look, timeoutMs)
  })
  try {
    await Promise.race([run(), late])
  } finally {
    clearTimeout(timer)
  }
}

// Fires once the file has been evaluated, top-level awaits included.
process.once('beforeExit', async () => {
  await exec()
  for (const end of endings) await end()
  if (process.send) process.send(tally, () => process.disconnect())
})
