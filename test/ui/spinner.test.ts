import { width } from '../../src/text/width.ts'
import { createSpinner, frame } from '../../src/ui/spinner.ts'
import { assert, suite } from '../support/suite.ts'

const HIDE = '\x1b[?25l'
const SHOW = '\x1b[?25h'

/** A spinner on a pretended terminal, with a timer that ticks on demand. */
function setUp({ isTerminal = true, columns = 80, shown = (sign: string) => sign } = {}) {
  const written: string[] = []
  const timers = new Set<() => void>()
  const spinner = createSpinner({
    write: (text) => written.push(text),
    isTerminal,
    columns,
    shown,
    every: (draw, ms) => {
      assert.ok(ms >= 50, 'does not keep the processor busy')
      timers.add(draw)
      return () => timers.delete(draw)
    },
  })
  const tick = () => {
    for (const draw of timers) draw()
  }
  return { spinner, written, timers, tick }
}

suite('frame', (test) => {
  test('says what is waited for and how long still', () =>
    assert.is(frame(0, 'waiting', 9 * 60_000), '⠋ waiting (9m left)'))
  test('leaves out the time when there is no end', () =>
    assert.is(frame(1, 'waiting'), '⠙ waiting'))
  test('says when the time is over', () => assert.is(frame(0, 'waiting', 0), '⠋ waiting (expired)'))
  test('comes round', () => assert.is(frame(10, 'x'), frame(0, 'x')))
  test('moves at every tick', () => assert.is.not(frame(3, 'x'), frame(4, 'x')))
  test('makes the text harmless', () => assert.is(frame(0, 'a\x1b[2J'), '⠋ a\\x1b[2J'))
})

suite('spinner', (test) => {
  test('hides the cursor, draws, and clears all of it on stop', () => {
    const { spinner, written, timers } = setUp()
    spinner.start('waiting')
    assert.is(written.join(''), `${HIDE}\r\x1b[K⠋ waiting`)
    spinner.stop()
    assert.is(written.at(-1), `\r\x1b[K${SHOW}`)
    assert.is(timers.size, 0)
  })

  test('moves with the timer and asks for the time left each time', () => {
    const { spinner, written, tick } = setUp()
    let left = 120_000
    spinner.start('waiting', () => left)
    left = 60_000
    tick()
    assert.is(written.at(-1), '\r\x1b[K⠙ waiting (1m left)')
    spinner.stop()
  })

  test('draws its own signs as the locale has them, and names as they are', () => {
    const inAscii = (sign: string) => (sign === '…' ? '~' : '|')
    const { spinner, written } = setUp({ columns: 12, shown: inAscii })
    spinner.start('a…b→c of a long name')
    assert.is(written.at(-1), '\r\x1b[K| a…b→c of~')
    spinner.stop()
  })

  test('draws nothing on anything but a terminal', () => {
    const { spinner, written, timers } = setUp({ isTerminal: false })
    let above = 0
    spinner.start('waiting')
    spinner.above(() => above++)
    spinner.stop()
    assert.equal(written, [])
    assert.is(timers.size, 0)
    assert.is(above, 1, 'lines of others are written all the same')
  })

  test('changes its text without a second timer or a second hidden cursor', () => {
    const { spinner, written, timers } = setUp()
    spinner.start('one', () => 1000)
    spinner.start('two')
    assert.is(timers.size, 1)
    assert.is(written.join('').split(HIDE).length, 2)
    assert.match(written.at(-1) ?? '', /two$/)
    spinner.stop()
  })

  test('stops once, and not before it started', () => {
    const { spinner, written } = setUp()
    spinner.stop()
    assert.equal(written, [])
    spinner.start('x')
    spinner.stop()
    const length = written.length
    spinner.stop()
    assert.is(written.length, length)
  })

  test('draws nothing after stop, even when a tick comes late', () => {
    const { spinner, written, timers } = setUp()
    spinner.start('x')
    const [late] = timers
    spinner.stop()
    const length = written.length
    late?.()
    assert.is(written.length, length)
  })

  test('starts again after stop', () => {
    const { spinner, written, timers } = setUp()
    spinner.start('x')
    spinner.stop()
    spinner.start('y')
    assert.is(timers.size, 1)
    assert.match(written.at(-1) ?? '', /y$/)
    spinner.stop()
  })

  test('lets others write above its line', () => {
    const { spinner, written } = setUp()
    spinner.start('x')
    written.length = 0
    spinner.above(() => written.push('ssox: a note\n'))
    assert.equal(written.slice(0, 2), ['\r\x1b[K', 'ssox: a note\n'])
    assert.match(written[2] ?? '', /x$/)
    spinner.stop()
  })

  test('stays within one line of the terminal', () => {
    const { spinner, written } = setUp({ columns: 12 })
    spinner.start('a very long status line', () => 60_000)
    assert.ok(width((written.at(-1) ?? '').replace('\r\x1b[K', '')) < 12)
    spinner.stop()
  })
})
