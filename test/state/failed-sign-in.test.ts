import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SsoxError } from '../../src/problem.ts'
import {
  countSignIn,
  failedSignIn,
  forgetBegunSignIns,
  rememberFailedSignIn,
} from '../../src/state/failed-sign-in.ts'
import { assert, suite } from '../support/suite.ts'

const KEY = 'd033e22ae348aeb5660fc2140aec35850c4da997'
const DENIED = new SsoxError('sign-in', 'the sign-in was denied', 'ssox login')

function withRuntime(use: (paths: { runtime: string }, file: () => string) => void): void {
  const runtime = mkdtempSync(join(tmpdir(), 'ssox-failed-'))
  const locks = join(runtime, 'locks')
  try {
    use({ runtime }, () => join(locks, readdirSync(locks)[0] ?? ''))
  } finally {
    rmSync(runtime, { recursive: true, force: true })
  }
}

suite('a sign-in that failed', (test) => {
  const times: [title: string, failedAt: number, since: number, now: number, expected: boolean][] =
    [
      ['while somebody was waiting for it counts', 2_000, 1_000, 3_000, true],
      ['just now counts', 2_000, 1_000, 2_000, true],
      ['before anybody asked does not', 1_000, 2_000, 3_000, false],
      ['at the moment of asking does not', 2_000, 2_000, 3_000, false],
      ['in the future of a clock that was set back does not', 9_000, 1_000, 3_000, false],
    ]
  for (const [title, failedAt, since, now, expected] of times)
    test(title, () =>
      withRuntime((paths) => {
        rememberFailedSignIn(paths, KEY, DENIED, failedAt)
        const found = failedSignIn(paths, KEY, since, now)
        assert.is(found !== undefined, expected)
        if (!found) return
        const { kind, message, fix } = found
        assert.equal([kind, message, fix], ['sign-in', DENIED.message, DENIED.fix])
      }),
    )

  test('is one of its own session only', () =>
    withRuntime((paths) => {
      rememberFailedSignIn(paths, KEY, DENIED, 2_000)
      assert.is(failedSignIn(paths, KEY.replace('d', 'e'), 1_000, 3_000), undefined)
    }))

  test('is kept in a private file, the latest one', () =>
    withRuntime((paths, file) => {
      rememberFailedSignIn(paths, KEY, DENIED, 2_000)
      rememberFailedSignIn(paths, KEY, new SsoxError('sign-in', 'too late'), 4_000)
      assert.is(readdirSync(join(paths.runtime, 'locks')).length, 1)
      assert.is(statSync(file()).mode & 0o777, 0o600)
      assert.is(failedSignIn(paths, KEY, 3_000, 5_000)?.message, 'too late')
    }))

  test('a damaged file says nothing', () =>
    withRuntime((paths, file) => {
      rememberFailedSignIn(paths, KEY, DENIED, 2_000)
      for (const text of [
        '',
        '{',
        '[]',
        '{"at":"2000","message":"x"}',
        '{"at":2000}',
        '{"at":2000,"message":7}',
      ]) {
        writeFileSync(file(), text)
        assert.is(failedSignIn(paths, KEY, 1_000, 3_000), undefined, text)
      }
    }))
})

suite('sign-ins that were begun', (test) => {
  const HOUR = 3_600_000

  test('are counted, each session by itself, until they are forgotten', () =>
    withRuntime((paths, file) => {
      const other = KEY.replace('d', 'e')
      const begin = (key: string) => countSignIn(paths, key, HOUR)
      assert.equal([begin(KEY), begin(KEY), begin(other), begin(KEY)], [0, 1, 0, 2])
      forgetBegunSignIns(paths, KEY)
      assert.equal([begin(KEY), begin(other)], [0, 1])
      assert.is(statSync(file()).mode & 0o777, 0o600)
      forgetBegunSignIns(paths, KEY)
      forgetBegunSignIns(paths, KEY)
    }))

  for (const [title, at, before] of [
    ['eleven hours ago counts', 12 * HOUR, 1],
    ['twelve hours ago does not', 13 * HOUR, 0],
    ['in the future of a clock that was set back does not', HOUR / 2, 0],
  ] as const)
    test(`one of ${title}`, () =>
      withRuntime((paths) => {
        countSignIn(paths, KEY, HOUR)
        assert.is(countSignIn(paths, KEY, at), before)
      }))

  test('a damaged file counts none', () =>
    withRuntime((paths, file) => {
      countSignIn(paths, KEY, HOUR)
      for (const text of ['', '[]', '{"at":"x","count":9}', `{"at":${HOUR},"count":"9"}`]) {
        writeFileSync(file(), text)
        assert.is(countSignIn(paths, KEY, HOUR), 0, text)
      }
    }))
})
