/** Private copies of one run, beside other runs, which remove what killed ones have left. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { makePrivateCopy } from '../../src/state/private-copies.ts'
import { wordsFor } from '../support/own-process.ts'
import { assert, suite } from '../support/suite.ts'

const SWEEPER = fileURLToPath(new URL('sweeper.process.ts', import.meta.url))
/** Enough for a copy to be met at its worst moment, were there one. */
const COPIES = 500

async function besideSweeper(use: (runtime: string) => void | Promise<void>): Promise<void> {
  const runtime = mkdtempSync(join(tmpdir(), 'ssox-copies-'))
  const sweeper = spawn(process.execPath, [...wordsFor(SWEEPER), runtime], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  try {
    await once(sweeper.stdout, 'data')
    await use(runtime)
    assert.is(sweeper.exitCode, null, 'it has swept until now')
  } finally {
    sweeper.kill('SIGKILL')
    rmSync(runtime, { recursive: true, force: true })
  }
}

suite('private copies', (test) => {
  test('are there from the moment they are made until they are removed, whoever clears away', () =>
    besideSweeper(async (runtime) => {
      let gone = 0
      for (let n = 0; n < COPIES; n += 10) {
        const copies = Array.from({ length: 10 }, () => makePrivateCopy({ runtime }, 'text\n'))
        for (const { path, remove } of copies) {
          if (!existsSync(path)) gone++
          remove()
        }
        await setImmediate()
      }
      assert.is(gone, 0)
      assert.equal(readdirSync(runtime), [])
    }))

  test('hold the text, for this user only', () =>
    besideSweeper((runtime) => {
      const { path, remove } = makePrivateCopy({ runtime }, 'text\n')
      assert.is(readFileSync(path, 'utf8'), 'text\n')
      assert.is(statSync(path).mode & 0o777, 0o600)
      remove()
      assert.not(existsSync(path))
    }))
})
