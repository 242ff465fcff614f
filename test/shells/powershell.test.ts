/**
 * PowerShell payloads without PowerShell: every one is a block of assignments of one literal each,
 * by a model of the tokenizer. What a real PowerShell does is in quote.test.ts and render.test.ts.
 */
import { powershell } from '../../src/shells/powershell.ts'
import { assert, suite } from '../support/suite.ts'
import { changeOf } from './change-of.ts'
import { hostileStrings, hostileValues } from './hostile.ts'

suite('PowerShell, by the rules of its tokenizer', (test) => {
  test('the model sees code after a literal that only doubles ASCII quotes', () => {
    const naive = (text: string) => `'${text.replaceAll("'", "''")}'`
    const literal = scanLiteral(naive("x’;$global:pwn=1;‘y it's"), 0)
    assert.equal(literal, { text: 'x', end: 3 })
    assert.equal(scanLiteral("'a''b’’c‘‚d'", 0), { text: "a'b’c‚d", end: 12 })
    assert.throws(() => scanLiteral("'never closed", 0), /not closed/)
  })

  test('10000 strings are one expression each, ASCII, and mean themselves', () => {
    for (const text of hostileStrings(10_000)) {
      const word = powershell.quote(text)
      assert.match(word, /^[ -~]+$/)
      assert.equal(readExpression(word, 0), { text, end: word.length }, word)
    }
  })

  test('10000 values are assignments of one literal each, in blocks on one line', () => {
    const entries = hostileValues(10_000).map((value, at) => [`V${at}`, value] as const)
    for (let at = 0; at < entries.length; at += 20) {
      const unset = [`GONE${at}`, `GONE${at + 1}`]
      const set = entries.slice(at, at + 20)
      const payload = powershell.render(changeOf(unset, set))
      assert.equal([...readPayload(payload)], [...unset.map((name) => [name, null]), ...set])
      for (const cut of [payload.length - 2, payload.length >> 1, 1])
        assert.throws(() => readPayload(payload.slice(0, cut)), /not|no /)
    }
  })

  test('10000 failure messages are one literal in the throw statement', () => {
    for (const message of hostileStrings(10_000)) {
      const payload = powershell.failure(message)
      const head = "& { $ErrorActionPreference = 'Stop'; throw "
      assert.match(payload, /^[ -~]+\n$/)
      assert.is(payload.slice(0, head.length), head)
      const { text, end } = scanLiteral(payload, head.length)
      assert.is(payload.slice(end), ' }\n')
      assert.ok(text.startsWith('ssox: '))
    }
  })
})

/** `& { $env:K = <expression>; $env:L = $null }` and nothing else. */
function readPayload(payload: string): Map<string, string | null> {
  const assignment = /\$env:([A-Za-z_][A-Za-z0-9_]*) = /y
  const read = new Map<string, string | null>()
  let at = expectAt(payload, 0, '& { ')
  for (;;) {
    assignment.lastIndex = at
    const [whole, name = ''] = assignment.exec(payload) ?? []
    if (whole === undefined) throw new Error(`no assignment at ${at}`)
    at += whole.length
    if (payload.startsWith('$null', at)) {
      read.set(name, null)
      at += '$null'.length
    } else {
      const { text, end } = readExpression(payload, at)
      read.set(name, text)
      at = end
    }
    if (!payload.startsWith('; ', at)) break
    at += '; '.length
  }
  if (payload.slice(at) !== ' }\n') throw new Error(`the block is not closed at ${at}`)
  return read
}

/** A literal, or `(literal + term + …)` where a term is a literal or `[char]0x…`. */
function readExpression(source: string, start: number): { text: string; end: number } {
  if (source[start] !== '(') return scanLiteral(source, start)
  let { text, end } = scanLiteral(source, start + 1)
  const unit = /\[char\]0x([0-9a-f]{1,4})/y
  while (source.startsWith(' + ', end)) {
    unit.lastIndex = end + ' + '.length
    const [whole, digits = ''] = unit.exec(source) ?? []
    const term =
      whole === undefined
        ? scanLiteral(source, end + ' + '.length)
        : { text: String.fromCharCode(Number.parseInt(digits, 16)), end: unit.lastIndex }
    text += term.text
    end = term.end
  }
  return { text, end: expectAt(source, end, ')') }
}

/**
 * A single-quoted literal as PowerShell reads it: any of five characters opens and closes it, and
 * two of them in a row are the second one.
 * https://github.com/PowerShell/PowerShell/blob/master/src/System.Management.Automation/engine/parser/tokenizer.cs (ScanStringLiteral)
 */
function scanLiteral(source: string, start: number): { text: string; end: number } {
  const isQuote = (at: number) => /['\u2018-\u201b]/.test(source.charAt(at))
  if (!isQuote(start)) throw new Error(`no literal at ${start}`)
  let text = ''
  for (let at = start + 1; at < source.length; at++) {
    if (!isQuote(at)) text += source.charAt(at)
    else if (isQuote(at + 1)) text += source.charAt(++at)
    else return { text, end: at + 1 }
  }
  throw new Error(`the literal at ${start} is not closed`)
}

function expectAt(source: string, at: number, expected: string): number {
  if (!source.startsWith(expected, at)) throw new Error(`no ${expected} at ${at}`)
  return at + expected.length
}
