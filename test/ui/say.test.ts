import { SsoxError } from '../../src/problem.ts'
import { createSay, type SayOptions } from '../../src/ui/say.ts'
import { assert, suite } from '../support/suite.ts'

function setUp(options: Partial<SayOptions> = {}) {
  const written: string[] = []
  const say = createSay({
    write: (text) => written.push(text),
    colour: false,
    quiet: false,
    debug: false,
    ...options,
  })
  return { say, written }
}

const UNKNOWN = new SsoxError('profile', 'no profile "dve"; did you mean dev?', 'ssox env dev')

suite('say', (test) => {
  test('a note is a line of ssox', () => {
    const { say, written } = setUp()
    say.note('signing in')
    assert.equal(written, ['ssox: signing in\n'])
  })

  test('a warning says that it is one', () => {
    const { say, written } = setUp()
    say.warn('the clock is wrong')
    assert.equal(written, ['ssox: warning: the clock is wrong\n'])
  })

  test('a problem has its fix on a line of its own, in one write', () => {
    const { say, written } = setUp()
    say.problem(UNKNOWN)
    assert.equal(written, ['ssox: no profile "dve"; did you mean dev?\n  ssox env dev\n'])
  })

  test('a problem without a fix is one line', () => {
    const { say, written } = setUp()
    say.problem(new SsoxError('busy', 'gave up waiting'))
    assert.equal(written, ['ssox: gave up waiting\n'])
  })

  test('anything else that is thrown is an internal error without a stack', () => {
    const { say, written } = setUp()
    say.problem(new TypeError('x is not a function'))
    say.problem('a string')
    assert.match(written[0] ?? '', /^ssox: internal error: x is not a function\n {2}.*--debug.*\n$/)
    assert.match(written[1] ?? '', /^ssox: internal error: a string\n/)
  })

  test('--debug adds the stack and what caused it', () => {
    const { say, written } = setUp({ debug: true })
    const cause = new Error('connect refused')
    say.problem(new SsoxError('network', 'no answer', 'try again', { cause }))
    const lines = (written[0] ?? '').split('\n')
    assert.equal(lines.slice(0, 2), ['ssox: no answer', '  try again'])
    assert.ok(lines.some((line) => line.includes('say.test.ts')))
    assert.ok(lines.some((line) => line.startsWith('caused by: Error: connect refused')))
  })

  test('a circle of causes ends', () => {
    const { say, written } = setUp({ debug: true })
    const error = new Error('round')
    error.cause = error
    say.problem(error)
    assert.is((written[0] ?? '').split('Error: round').length, 2)
  })

  test('-q leaves problems, what needs an answer, and results', () => {
    const { say, written } = setUp({ quiet: true })
    say.note('a')
    say.warn('b')
    say.ask('c')
    say.lines('d\n')
    say.problem(UNKNOWN)
    assert.is(written.length, 3)
    assert.is(written[0], 'ssox: c\n')
    assert.is(written[1], 'd\n')
  })

  test('debug lines appear only with --debug', () => {
    const off = setUp()
    off.say.debug('cache hit')
    assert.equal(off.written, [])
    const on = setUp({ debug: true })
    on.say.debug('cache hit')
    assert.equal(on.written, ['ssox: debug: cache hit\n'])
  })

  test('everything said is made harmless', () => {
    const { say, written } = setUp({ debug: true })
    const hostile = 'x\x1b]0;title\x07\u202e\nssox: fine'
    say.note(hostile)
    say.warn(hostile)
    say.ask(hostile)
    say.debug(hostile)
    say.problem(new SsoxError('refused', hostile, hostile))
    for (const text of written.slice(0, 4)) assert.is(text.split('\n').length, 2, text)
    assert.not.match(written.join(''), /[\x1b\x07\u202e]/)
    assert.match(written[0] ?? '', /x\\x1b\]0;title\\x07\\u202e\\nssox: fine\n$/)
  })

  test('colour marks problems, fixes, warnings', () => {
    const { say, written } = setUp({ colour: true })
    say.problem(UNKNOWN)
    say.warn('x')
    say.note('plain')
    assert.match(
      written[0] ?? '',
      /^\x1b\[31mssox:\x1b\[39m no profile .*\n {2}\x1b\[1mssox env dev/,
    )
    assert.match(written[1] ?? '', /\x1b\[33mwarning:/)
    assert.is(written[2], 'ssox: plain\n')
  })

  test('knows the width of the terminal', () => {
    assert.is(setUp().say.columns, 80)
    assert.is(setUp({ columns: 132 }).say.columns, 132)
  })
})

suite('masking', (test) => {
  test('a registered secret is shown nowhere', () => {
    const { say, written } = setUp({ debug: true })
    const secret = 'aoaAAAAAG.refresh+token/=='
    say.mask(secret)
    say.note(`n ${secret}`)
    say.warn(`w ${secret}${secret}`)
    say.ask(`a ${secret}`)
    say.lines(`l ${secret}\n`)
    say.debug(`d ${secret}`)
    say.problem(new SsoxError('internal', secret, secret, { cause: new Error(secret) }))
    assert.not(written.join('').includes(secret))
    assert.is(written[0], 'ssox: n [secret]\n')
    assert.is(written[1], 'ssox: warning: w [secret][secret]\n')
  })

  for (const [form, shown] of [
    ['inside a URL', encodeURIComponent('a+b/c=d+e/f=g+h/')],
    ['inside JSON', JSON.stringify({ token: 'a+b/c=d+e/f=g+h/' })],
  ] as const)
    test(`a secret is masked ${form}`, () => {
      const { say, written } = setUp()
      say.mask('a+b/c=d+e/f=g+h/')
      say.note(shown)
      assert.ok((written[0] ?? '').includes('[secret]'), written[0])
      assert.not((written[0] ?? '').includes('b/c'))
    })

  test('a quoted secret is masked in its escaped form', () => {
    const { say, written } = setUp()
    say.mask('pass"word\\x-and-more')
    say.note(JSON.stringify('pass"word\\x-and-more'))
    assert.is(written[0], 'ssox: "[secret]"\n')
  })

  test('a longer secret is masked whole, also when a shorter one is part of it', () => {
    const { say, written } = setUp()
    const [short, long] = ['abcdefghijklmnop', 'abcdefghijklmnopqrst']
    say.mask(short)
    say.mask(long)
    say.note(`${long} ${short}`)
    assert.is(written[0], 'ssox: [secret] [secret]\n')
  })

  test('characters of regular expressions mean nothing in a secret', () => {
    const { say, written } = setUp()
    const secret = '.*+?^${}()|[]\\/-'
    say.mask(secret)
    say.note(`plain text, ${secret}`)
    assert.is(written[0], 'ssox: plain text, [secret]\n')
  })

  test('a secret with control characters is masked before they are shown', () => {
    const { say, written } = setUp()
    const secret = 'a\x1bb\ud800-and-some-more'
    say.mask(secret)
    say.note(`<${secret}>`)
    assert.is(written[0], 'ssox: <[secret]>\n')
  })

  test('one of fewer than sixteen characters masks nothing: it is a word', () => {
    const { say, written } = setUp()
    for (const word of ['', 'test', 'fifteen-letters']) say.mask(word)
    say.mask('sixteen--letters')
    say.note('test: fifteen-letters, sixteen--letters')
    assert.is(written[0], 'ssox: test: fifteen-letters, [secret]\n')
  })
})
