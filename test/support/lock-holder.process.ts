/** Takes a lock in a process of its own: `lock-holder.process.ts <lock> <PATH>`; holds it until stdin ends. */
import { spawn } from 'node:child_process'
import { acquireLock } from '../../src/system/lock.ts'

const [path = '', searchPath] = process.argv.slice(2)
const lock = await acquireLock(path, {
  waitMs: 30_000,
  searchPath,
  what: 'a test',
  signal: new AbortController().signal,
})
// A browser that outlives ssox must not keep the lock.
spawn('sleep', ['30'], { detached: true, stdio: 'ignore' }).unref()
process.stdout.write('locked\n')
process.stdin.resume()
process.stdin.on('end', () => {
  lock?.release()
  process.exit()
})
