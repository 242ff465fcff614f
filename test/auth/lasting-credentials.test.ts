/** When credentials are renewed that are to last, and who waits for it; the clock is moved by hand. */

import { setTimeout as delay } from 'node:timers/promises'
import {
  type EndingCredentials,
  keepValid,
  type LastingOptions,
} from '../../src/auth/lasting-credentials.ts'
import { SsoxError } from '../../src/problem.ts'
import { until } from '../support/patience.ts'
import { assert, suite } from '../support/suite.ts'

const MINUTE = 60_000
const START = 1_000_000_000_000

type Answer = () => Promise<EndingCredentials>

/** Credentials `#n` that end at a time. */
const keys = (n: number, expiresAt: number): EndingCredentials => ({
  accessKeyId: `#${n}`,
  secretAccessKey: 's',
  sessionToken: 't',
  expiresAt,
})

/** A world with a clock; `answer` is how AWS answers the next renewals. */
function world(sessionMs: number) {
  const clock = { now: START }
  const state = { asked: 0, signIn: 1, problems: [] as string[] }
  const stop = new AbortController()
  const good: Answer = async () => keys(state.asked, clock.now + sessionMs)
  const service = { answer: good }
  const options: LastingOptions = {
    now: () => clock.now,
    renew: () => {
      state.asked++
      return service.answer()
    },
    signInState: () => state.signIn,
    onProblem: ({ message }) => state.problems.push(message),
    signal: stop.signal,
  }
  const lasting = keepValid(keys(0, START + sessionMs), options)
  /** Lets so much time pass, and looks. */
  const pass = async (ms: number) => {
    clock.now += ms
    lasting.look()
    await delay(0)
  }
  const current = async () => (await lasting.current()).accessKeyId
  return { clock, state, service, good, lasting, pass, current, stop }
}

const failing =
  (kind: 'network' | 'sign-in' | 'refused'): Answer =>
  async () => {
    throw new SsoxError(kind, `it is ${kind}`)
  }

suite('credentials that last', (test) => {
  for (const [title, session, before, at] of [
    ['an hour: 16 minutes before the end', 60 * MINUTE, 44 * MINUTE, 44 * MINUTE + 1_000],
    ['twelve hours: 16 minutes before', 720 * MINUTE, 704 * MINUTE, 704 * MINUTE + 1_000],
    ['a quarter of an hour: after the half', 15 * MINUTE, 7.5 * MINUTE, 7.5 * MINUTE + 1_000],
    ['a minute: after the half', MINUTE, MINUTE / 2, MINUTE / 2 + 1_000],
  ] as const)
    test(`are renewed with nobody asking; a session of ${title}`, async () => {
      const { state, pass, current } = world(session)
      await pass(before)
      assert.is(state.asked, 0)
      await pass(at - before)
      assert.is(state.asked, 1)
      assert.is(await current(), '#1')
      await pass(before)
      assert.is(state.asked, 1)
    })

  test('of an hour, with an answer of AWS that takes five seconds: nobody waits, the new ones come then', async () => {
    const { service, clock, current, pass, state } = world(60 * MINUTE)
    let arrive: (keys: EndingCredentials) => void = () => undefined
    service.answer = () =>
      new Promise((resolve) => {
        arrive = resolve
      })
    await pass(44 * MINUTE)
    assert.is(state.asked, 0)
    for (let second = 1; second <= 5; second++) {
      await pass(1_000)
      assert.is(await current(), '#0', `44:0${second}`)
    }
    arrive(keys(1, clock.now + 60 * MINUTE))
    await pass(0)
    assert.is(await current(), '#1')
    assert.is(state.asked, 1)
  })

  test('are answered from memory while a renewal takes its time', async () => {
    const { service, clock, current, state } = world(60 * MINUTE)
    service.answer = () => new Promise(() => undefined)
    clock.now += 50 * MINUTE
    for (let n = 0; n < 100; n++) assert.is(await current(), '#0')
    assert.is(state.asked, 1)
  })

  test('after a sleep past their end are new in the first answer, for all who ask, with one request', async () => {
    const { clock, current, state } = world(60 * MINUTE)
    clock.now += 700 * MINUTE
    assert.equal(await Promise.all(Array.from({ length: 20 }, current)), Array(20).fill('#1'))
    assert.is(state.asked, 1)
  })

  test('go on while the network fails, and are asked for less and less often', async () => {
    const { service, pass, current, state } = world(60 * MINUTE)
    service.answer = failing('network')
    await pass(45 * MINUTE)
    const gaps: number[] = []
    for (let s = 0, last = 0; s < 600; s++) {
      const before = state.asked
      await pass(1_000)
      if (state.asked > before) {
        gaps.push(s + 1 - last)
        last = s + 1
      }
    }
    assert.equal(gaps.slice(0, 6), [5, 10, 20, 40, 60, 60])
    assert.is(await current(), '#0')
    assert.equal(state.problems, [])
  })

  test('hold who asks when they have ended without a network, until it is there again', async () => {
    const { clock, service, good, current, state } = world(60 * MINUTE)
    service.answer = failing('network')
    clock.now += 61 * MINUTE
    const held = Promise.all([current(), current()])
    await until('the first failure', () => state.problems.length > 0)
    service.answer = good
    // The clock stands still for the pauses: what is waited for is a second of it.
    clock.now += 2_000
    const [one, two] = await held
    assert.is(one, two)
    assert.equal(state.problems, ['it is network'])
  })

  test('end for who has waited a minute', async () => {
    const { clock, service, current } = world(60 * MINUTE)
    service.answer = failing('network')
    clock.now += 61 * MINUTE
    const held = current().catch(({ message }) => message)
    await delay(0)
    clock.now += 61_000
    assert.is(await held, 'it is network')
  })

  test('say once that a sign-in is needed, and are back after it', async () => {
    const { clock, service, good, pass, current, state } = world(60 * MINUTE)
    service.answer = failing('sign-in')
    await pass(45 * MINUTE)
    await pass(1_000)
    await pass(1_000)
    assert.equal(state.problems, ['it is sign-in'])
    assert.is(await current(), '#0')
    clock.now += 20 * MINUTE
    for (let n = 0; n < 10; n++)
      assert.is(await current().catch(({ message }) => message), 'it is sign-in')
    assert.is(state.asked, 2)
    assert.equal(state.problems, ['it is sign-in'])
    service.answer = good
    state.signIn = 2
    assert.is(await current(), '#3')
  })

  test('that have ended when they come are none', async () => {
    const { clock, service, current, state } = world(60 * MINUTE)
    service.answer = async () => keys(9, clock.now - 1)
    clock.now += 61 * MINUTE
    const held = current().catch(({ message }) => message)
    await delay(0)
    clock.now += 61_000
    assert.match(await held, /ended already by the clock of this machine/)
    assert.is(state.problems.length, 1)
  })

  test('leave nobody waiting when the command has ended', async () => {
    const { clock, service, current, stop } = world(60 * MINUTE)
    service.answer = () => new Promise(() => undefined)
    clock.now += 61 * MINUTE
    const held = current().catch(({ name }) => name)
    await delay(0)
    stop.abort()
    assert.is(await held, 'AbortError')
  })
})
