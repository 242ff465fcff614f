/** What the picker remembers, from damaged files and with several writers too. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SsoxError } from '../../src/problem.ts'
import { recentScores, rememberUse } from '../../src/state/recent.ts'
import { inParallel } from '../support/machine.ts'
import { assert, suite } from '../support/suite.ts'
import { STRANGE_FILES, spoiledContents } from './damaged.ts'

const DAY = 24 * 60 * 60_000
const NOW = Date.parse('2026-03-01T12:00:00Z')

interface Place {
  readonly state: string
  readonly file: string
}

function inFolder<T>(use: (place: Place) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'ssox-recent-'))
  const state = join(folder, 'state', 'ssox')
  const remove = () => rmSync(folder, { recursive: true, force: true })
  let result: T
  try {
    result = use({ state, file: join(state, 'recent') })
  } catch (error) {
    remove()
    throw error
  }
  if (result instanceof Promise) return result.finally(remove) as T
  remove()
  return result
}

/** The profiles by their scores, the highest first. */
function order(place: Place, now = NOW): string {
  return [...recentScores(place, now)]
    .sort(([, a], [, b]) => b - a)
    .map(([name]) => name)
    .join(' ')
}

suite('recently used profiles', (test) => {
  test('nothing is known at first', () =>
    inFolder((place) => assert.is(recentScores(place, NOW).size, 0)))

  const histories: [uses: string[], expected: string, sentence: string][] = [
    [['a@0', 'b@1'], 'b a', 'the latest of two that were used once'],
    [['a@0', 'a@0', 'b@1'], 'b a', 'twice a day before is not more, and later'],
    [['a@0', 'a@0', 'a@0', 'b@1'], 'a b', 'often yesterday before once today'],
    [['a@0', 'a@0', 'a@0', 'b@2'], 'b a', 'but not two days later'],
    [['a@5', 'b@4', 'c@4'], 'c a b', 'a clock that was set back loses nothing'],
  ]
  for (const [uses, expected, sentence] of histories)
    test(`${uses.join(' ')}: ${sentence}`, () =>
      inFolder((place) => {
        for (const use of uses) {
          const [name = '', day = ''] = use.split('@')
          // Within a day the later use counts a little more.
          rememberUse(place, name, NOW + Number(day) * DAY + uses.indexOf(use))
        }
        assert.is(order(place, NOW + 9 * DAY), expected)
      }))

  test('the order does not change when nothing is used', () =>
    inFolder((place) => {
      for (const [name, day] of [
        ['often', 0],
        ['often', 0],
        ['often', 0],
        ['late', 1],
      ] as const)
        rememberUse(place, name, NOW + day * DAY)
      for (const days of [1, 2, 10, 100])
        assert.is(order(place, NOW + days * DAY), 'often late', `after ${days} days`)
    }))

  test('the file and its folder are private', () =>
    inFolder((place) => {
      rememberUse(place, 'dev', NOW)
      assert.is(lstatSync(place.file).mode & 0o777, 0o600)
      assert.is(lstatSync(place.state).mode & 0o777, 0o700)
      assert.equal(readdirSync(place.state), ['recent'])
    }))

  test('names of any kind come back as they were', () =>
    inFolder((place) => {
      const names = ['__proto__', 'a b', 'é\u202e', '\x1b[31m', '"', '0', 'constructor']
      for (const name of names) rememberUse(place, name, NOW)
      assert.equal([...recentScores(place, NOW).keys()].sort(), names.sort())
    }))

  test('the file stays small, and the latest use is always in it', () =>
    inFolder((place) => {
      for (let at = 0; at < 450; at++) rememberUse(place, `profile-${at}`, NOW + at)
      const scores = recentScores(place, NOW + 450)
      assert.is(scores.size, 200)
      assert.ok(scores.has('profile-449'))
      assert.ok(!scores.has('profile-0'))
      rememberUse(place, 'x'.repeat(100_000), NOW + 451)
      assert.ok(readFileSync(place.file).length < 20_000)
    }))
})

suite('recently used profiles: damaged files', (test) => {
  const good = JSON.stringify({ version: 1, at: NOW, profiles: [['dev', 1]] })

  test('no content stops the picker, and the next use mends the file', () =>
    inFolder((place) => {
      mkdirSync(place.state, { recursive: true })
      for (const [title, content] of spoiledContents(good)) {
        writeFileSync(place.file, content)
        assert.is(recentScores(place, NOW).size, 0, title)
        rememberUse(place, 'dev', NOW)
        assert.is(order(place), 'dev', title)
      }
    }))

  for (const [sentence, value, expected] of [
    ['nothing in it', {}, ''],
    ['no time', { profiles: [['dev', 1]] }, ''],
    ['profiles that are none', { at: NOW, profiles: { dev: 1 } }, ''],
    ['entries that are none', { at: NOW, profiles: [1, null, 'x', [], ['y'], ['dev', 1]] }, 'dev'],
    [
      'scores that are none',
      {
        at: NOW,
        profiles: [
          ['a', '9'],
          ['b', -1],
          ['c', 0],
        ],
      },
      '',
    ],
    [
      'a name that is none',
      {
        at: NOW,
        profiles: [
          [{}, 1],
          ['dev', 1],
        ],
      },
      'dev',
    ],
    [
      'more entries than ssox writes',
      { at: NOW, profiles: many(9_999) },
      many(200).map(first).join(' '),
    ],
  ] as const)
    test(sentence, () =>
      inFolder((place) => {
        mkdirSync(place.state, { recursive: true })
        writeFileSync(place.file, JSON.stringify(value))
        assert.is(order(place), expected)
      }),
    )

  test('a score without measure is forgotten in the end', () =>
    inFolder((place) => {
      mkdirSync(place.state, { recursive: true })
      writeFileSync(place.file, `{"at":${NOW},"profiles":[["wrong",1e308]]}`)
      rememberUse(place, 'dev', NOW + 12 * DAY)
      assert.is(order(place, NOW + 12 * DAY), 'dev wrong')
    }))

  for (const [title, make] of STRANGE_FILES)
    test(`${title} in its place is not read`, () =>
      inFolder((place) => {
        mkdirSync(place.state, { recursive: true })
        make(place.file)
        assert.is(recentScores(place, NOW).size, 0)
        if (title === 'a folder')
          assert.throws(
            () => rememberUse(place, 'dev', NOW),
            (error: unknown) => error instanceof SsoxError && error.kind === 'storage',
          )
        else {
          rememberUse(place, 'dev', NOW)
          assert.is(order(place), 'dev')
        }
      }))

  test('a folder that cannot be made is a storage problem', () =>
    inFolder((place) => {
      mkdirSync(join(place.state, '..'), { recursive: true })
      writeFileSync(place.state, 'a file')
      assert.is(recentScores(place, NOW).size, 0)
      assert.throws(
        () => rememberUse(place, 'dev', NOW),
        (error: unknown) => error instanceof SsoxError && error.kind === 'storage',
      )
    }))
})

suite('recently used profiles: several writers', (test) => {
  test('the file is whole at every moment', () =>
    inFolder(async (place) => {
      const recent = fileURLToPath(new URL('../../src/state/recent.ts', import.meta.url))
      const script = `const { rememberUse } = await import(${JSON.stringify(recent)})
for (let at = 0; at < 100; at++)
  rememberUse({ state: ${JSON.stringify(place.state)} }, process.argv[1] + at % 10, ${NOW} + at)`
      let running = true
      let looks = 0
      const look = async () => {
        while (running) {
          if (existsSync(place.file)) {
            JSON.parse(readFileSync(place.file, 'utf8'))
            looks++
          }
          await new Promise((resolve) => setImmediate(resolve))
        }
      }
      const write = inParallel(['a', 'b', 'c'], async (name) => {
        const args = ['--import', 'tsx', '--input-type=module', '-e', script, name]
        const [status] = await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'close')
        return status
      }).finally(() => {
        running = false
      })
      const [statuses] = await Promise.all([write, look()])
      assert.equal(statuses, [0, 0, 0])
      assert.ok(looks > 0)
      // Each name is counted ten times: a lost use or two leave most of the thirty.
      assert.ok(recentScores(place, NOW).size >= 10)
      assert.equal(readdirSync(place.state), ['recent'])
    }))
})

function many(count: number): [string, number][] {
  return Array.from({ length: count }, (_, at) => [`p${at}`, 1_000 - at / 100])
}

function first([name]: readonly [string, number]): string {
  return name
}
