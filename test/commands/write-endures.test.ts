/**
 * `ssox write` among many writers, and killed in the middle. SSOX_TEST_SCALE=20 runs this file at full
 * scale (50 writers for 20 rounds, a kill at 200 points); it then takes a quarter of an hour:
 * `SSOX_TEST_SCALE=20 node --import tsx test/commands/write-endures.test.ts`.
 */
import { spawn } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Home, node, writeAged } from '../support/home.ts'
import { inParallel, SLOW_TEST_MS, testWith } from '../support/machine.ts'
import { assertSuccess, told } from '../support/output.ts'
import { readObject, roleFile, tokenFile, withSignIn } from '../support/signed-in.ts'
import { killAt, stepsOn } from '../support/strace.ts'
import { assert, suite } from '../support/suite.ts'
import { cachedKeys, outside, sections } from './written.ts'

const SCALE = Math.max(1, Number(process.env['SSOX_TEST_SCALE'] ?? 1))
const WRITERS = 50
const ROUNDS = SCALE
const KILLS = 10 * SCALE

/** Says what a run at another scale than the usual one has shown. */
const report = (text: string) => SCALE > 1 && console.log(text)

/** As `aws configure set` does, until its stdin ends: reads, empties the file, writes it anew. */
const IN_PLACE = `
const fs = require('fs'), path = process.argv[1]
let made = 0, stop = false
process.stdin.on('end', () => { stop = true }).resume()
const once = () => {
  if (stop) { console.log(made); return }
  const fd = fs.openSync(path, 'r+')
  const text = fs.readFileSync(fd, 'utf8')
  fs.ftruncateSync(fd)
  fs.writeSync(fd, text.replace(/^count = .*$/m, 'count = ' + ++made), 0)
  fs.closeSync(fd)
  setTimeout(once, 40)
}
once()`

/** Starts it; `stop` ends it and gives the count that the file must have. */
function writeInPlace(path: string): { stop(): Promise<string> } {
  const child = spawn(node, ['-e', IN_PLACE, path])
  let count = ''
  child.stdout.on('data', (chunk) => {
    count += chunk
  })
  const ended = new Promise((resolve) => child.on('close', resolve))
  return {
    stop: async () => {
      child.stdin.end()
      await ended
      return count.trim()
    },
  }
}

/** Gave up waiting, and says so: on a machine with much to do, the last of fifty may. */
const BUSY = 8

/**
 * One of the writers: into a section of its own, in each round for the other profile; again when the
 * machine was too slow. @returns how often it was, or what went wrong
 */
async function writeOnce(home: Home, at: number, round: number): Promise<number | string> {
  const words = ['write', (at + round) % 2 === 0 ? 'dev' : 'prod', '--as', `n${at}`, '-q']
  for (let busy = 0; ; busy++) {
    const run = await home.ssox(words)
    if (run.status === 0) return busy
    if (run.status !== BUSY || busy === 5) return told(run)
  }
}

/** What is wrong with the file after a round. */
function lostIn(home: Home, round: number): string[] {
  const found = sections(home)
  const [dev, prod] = [cachedKeys(home), cachedKeys(home, '012345678901', 'AdministratorAccess')]
  return Array.from({ length: WRITERS }, (_, at) => at).flatMap((at) => {
    const keys = (at + round) % 2 === 0 ? dev : prod
    const values = found[`n${at}`]
    const isThere =
      values?.['aws_access_key_id'] === keys['AccessKeyId'] &&
      values?.['aws_secret_access_key'] === keys['SecretAccessKey'] &&
      values?.['aws_session_token'] === keys['SessionToken']
    return isThere ? [] : [`round ${round}: n${at}`]
  })
}

suite('many writers', (test) => {
  test(
    `${WRITERS} at once, and the AWS CLI’s way of writing beside them, lose nothing`,
    () =>
      withSignIn(async (home) => {
        const theirs = '# mine\n[theirs]\ncount = 0\n'
        writeFileSync(home.aws('credentials'), theirs, { mode: 0o600 })
        for (const name of ['dev', 'prod']) await home.ssox(['env', name, '--shell', 'bash', '-q'])
        const numbers = Array.from({ length: WRITERS }, (_, at) => at)
        const lost: string[] = []
        let busy = 0
        for (let round = 0; round < ROUNDS; round++) {
          const other = writeInPlace(home.aws('credentials'))
          const ends = await inParallel(numbers, (at) => writeOnce(home, at, round), WRITERS)
          const count = await other.stop()
          for (const end of ends)
            if (typeof end === 'number') busy += end
            else lost.push(end)
          lost.push(...lostIn(home, round))
          if (sections(home)['theirs']?.['count'] !== count) lost.push(`round ${round}: theirs`)
        }
        report(`${WRITERS} writers, ${ROUNDS} rounds: ${lost.length} lost, ${busy} times busy`)
        assert.equal(lost, [])
        const left = outside(
          home.read('credentials'),
          numbers.map((at) => `n${at}`),
        )
        assert.is(left.replace(/\d+/, '0').trimEnd(), theirs.trimEnd())
      }),
    SLOW_TEST_MS * SCALE,
  )
})

const WRITE = ['write', 'dev', 'prod', '--refresh', '-q'] as const
const OURS = ['dev-keys', 'prod-keys']
const SECRETS = ['aws_secret_access_key', 'aws_session_token']
const FOREIGN =
  '# mine\r\n[a]\r\naws_access_key_id=AKIAFOREIGN ; x\r\n\r\n; c\r\n[ b ]\r\nk = 1\r\n'

/** The files are whole: foreign bytes as they were, our sections complete and of this service. */
function assertWhole(home: Home, config: string, about: string): void {
  assert.is(home.read('config'), config, about)
  const text = home.read('credentials')
  assert.is(outside(text, OURS).replace(/(?:\r\n)+$/, '\r\n'), FOREIGN, about)
  const secrets = home.center.secrets()
  const found = sections(home)
  for (const name of OURS)
    for (const key of name in found ? SECRETS : [])
      assert.ok(secrets.includes(String(found[name]?.[key])), `${about}: ${name}`)
  for (const path of [tokenFile(home), roleFile(home)]) readObject(path)
}

suite('a kill of write', (test) => {
  testWith(
    test,
    ['strace'],
    `at ${KILLS} points leaves whole files, and nothing in the way of the next run`,
    () =>
      withSignIn(async (home) => {
        assertSuccess(await home.ssox(['env', 'dev', '--shell', 'bash']))
        const config = home.read('config')
        const start = () => writeAged(home.aws('credentials'), FOREIGN)
        start()
        const places = [home.aws(), join(home.path, '.cache'), join(home.path, '.local')]
        const all = await stepsOn(home, WRITE, places)
        // With few points, those at the file itself.
        const steps = SCALE > 1 ? all : all.filter(({ text }) => /credentials|written/.test(text))
        start()
        const half = KILLS / 2
        const points = Array.from(
          { length: KILLS },
          (_, at) => steps[Math.floor((((at % half) + 0.5) * steps.length) / half)],
        )
        let killed = 0
        for (const [at, point] of points.entries()) {
          if (!point) throw new Error('a run without steps')
          // Half of them add the sections, the other half replace them, once they are there.
          if (at < half) start()
          const run = await killAt(home, WRITE, point)
          const about = `killed at ${point.text.slice(0, 120)}`
          if (run.status === 0) continue
          killed++
          assertWhole(home, config, about)
        }
        report(`killed at ${killed} of ${points.length} points (${steps.length} steps): 0 damaged`)
        assert.ok(killed >= points.length * 0.8, `${killed} kills of ${points.length}`)
        assertSuccess(await home.ssox([...WRITE]))
        assertWhole(home, config, 'the run after them')
        assert.equal(Object.keys(sections(home)), ['a', ' b ', ...OURS])
        assert.equal(readdirSync(home.aws()).sort(), ['cli', 'config', 'credentials', 'sso'])
      }),
    SLOW_TEST_MS * SCALE,
  )
})
