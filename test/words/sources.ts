/** Every error of the source, read from the calls that make it: kind, message and cure as written. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface WrittenError {
  /** File and line below `src/`. */
  readonly file: string
  readonly line: number
  readonly kind: string
  /** Alternatives of a text, each with `<name>` for what is put in. */
  readonly message: readonly string[]
  readonly fix: readonly string[]
  /** The expression that makes the cure; undefined where there is none. */
  readonly fixSource: string | undefined
}

const src = fileURLToPath(new URL('../../src', import.meta.url))

/** Calls that make an error, with the kind of those that have one kind only. */
const MAKERS: readonly (readonly [call: string, kind: string | undefined])[] = [
  ['new SsoxError(', undefined],
  ['usage(', 'usage'],
  ['view.fail(', 'profile'],
  ['refuse(', 'profile'],
]

/** All of them, by file and line. */
export function writtenErrors(): WrittenError[] {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  return files
    .filter((file) => file.endsWith('.ts') && !file.startsWith('demo/'))
    .sort()
    .flatMap((file) => errorsIn(file, readFileSync(join(src, file), 'utf8')))
}

function errorsIn(file: string, source: string): WrittenError[] {
  const found = MAKERS.flatMap(([call, kind]) =>
    [...source.matchAll(new RegExp(`(?<![.\\w])${call.replace(/[.(]/g, '\\$&')}`, 'g'))].map(
      ({ index }) => ({ at: index + call.length, kind }),
    ),
  )
  return found
    .sort((one, other) => one.at - other.at)
    .flatMap(({ at, kind }) => {
      const args = argumentsAt(source, at)
      if (kind !== undefined) args.unshift(`'${kind}'`)
      const [kindSource = '', message = '', fix] = args
      // A definition of such a function, or an error that is passed on as it is.
      const texts = textsOf(message)
      if (/^[a-z]+: /.test(message) || texts.length === 0) return []
      return {
        file,
        line: source.slice(0, at).split('\n').length,
        kind: kindSource.replaceAll("'", ''),
        message: texts,
        fix: fix === undefined ? [] : textsOf(fix),
        // Where mistakes of the command line have none, the help of the verb is it.
        fixSource: fix ?? (file === 'cli/mistakes.ts' ? 'helpOf(line, verb)' : undefined),
      }
    })
}

/** The arguments from here to the bracket that closes the call. */
function argumentsAt(source: string, start: number): string[] {
  const args: string[] = []
  let from = start
  readCall(source, start, (at) => {
    args.push(source.slice(from, at))
    from = at + 1
  })
  return args.map((arg) => arg.replace(/\s+/g, ' ').trim()).filter((arg) => arg !== '')
}

/** Where the bracket is that closes the call. */
function endOfCall(source: string, start: number): number {
  let end = start
  readCall(source, start, (at) => {
    end = at
  })
  return end
}

/** Calls `onEnd` at the end of each argument. */
function readCall(source: string, start: number, onEnd: (at: number) => void): void {
  let depth = 0
  for (let at = start; at < source.length; at++) {
    const char = source.charAt(at)
    if ('\'"`'.includes(char)) at = endOfText(source, at)
    else if (char === '/' && /[(,] ?$/.test(source.slice(at - 2, at)))
      at = source.indexOf('/', at + 1)
    else if ('([{'.includes(char)) depth++
    else if (')]}'.includes(char) && depth-- === 0) {
      onEnd(at)
      return
    } else if (char === ',' && depth === 0) onEnd(at)
  }
  throw new Error('a call is not closed')
}

/** Where a string or a template ends that begins here. */
function endOfText(source: string, start: number): number {
  const quote = source.charAt(start)
  for (let at = start + 1; at < source.length; at++) {
    if (source.charAt(at) === '\\') at++
    else if (source.charAt(at) === quote) return at
    else if (quote === '`' && source.startsWith('${', at)) at = endOfBraces(source, at + 1)
  }
  throw new Error('a text is not closed')
}

function endOfBraces(source: string, start: number): number {
  let depth = 0
  for (let at = start; at < source.length; at++) {
    const char = source.charAt(at)
    if ('\'"`'.includes(char)) at = endOfText(source, at)
    else if (char === '{') depth++
    else if (char === '}' && --depth === 0) return at
  }
  throw new Error('a brace is not closed')
}

const COMMANDS: Readonly<Record<string, string | undefined>> = {
  typedCommand: undefined,
  switchCommand: 'env',
  signInCommand: 'login',
}

/**
 * The texts that an expression may become: its strings and templates, and the commands that are made
 * in it. What is compared, or given to other functions, is none of them.
 */
function textsOf(expression: string): string[] {
  const texts: string[] = []
  for (let at = 0; at < expression.length; at++) {
    const char = expression.charAt(at)
    if ('\'"`'.includes(char)) {
      const end = endOfText(expression, at)
      const isCompared =
        /[=!]==? $/.test(expression.slice(0, at)) || /^ [=!]==/.test(expression.slice(end + 1))
      if (!isCompared) texts.push(shown(expression.slice(at + 1, end)))
      at = end
    } else if (char === '/' && /[(,=?:] ?$|^$/.test(expression.slice(0, at)))
      at = expression.indexOf('/', at + 1)
    else if (char === '(') {
      const name = /[\w.]*$/.exec(expression.slice(0, at))?.[0] ?? ''
      if (name === '') continue
      const args = argumentsAt(expression, at + 1)
      if (Object.hasOwn(COMMANDS, name))
        texts.push(`<ssox ${COMMANDS[name] ?? args[0]?.replaceAll("'", '')} …>`)
      at = endOfCall(expression, at + 1)
    }
  }
  return texts.map((text) => text.trim()).filter((text) => text !== '')
}

/** A text with the names of what is put in. */
function shown(text: string): string {
  let result = ''
  for (let at = 0; at < text.length; at++) {
    if (!text.startsWith('${', at)) {
      result += text.charAt(at) === '\\' ? text.charAt(++at) : text.charAt(at)
      continue
    }
    const end = endOfBraces(text, at + 1)
    const inner = nameOf(text.slice(at + 2, end))
    result += inner.startsWith('<') ? inner : `<${inner}>`
    at = end
  }
  return result
}

/** What is put in: the texts that it may be, or its name. */
function nameOf(expression: string): string {
  const texts = textsOf(expression)
  if (texts.length > 0) return texts.join('|')
  const words = expression.match(/[A-Za-z]\w*/g) ?? []
  const helpers =
    /^(JSON|stringify|typedWord|quotedWord|quoted|quote|join|map|at|length|one|names?)$/
  return words.find((word) => !helpers.test(word)) ?? words.at(-1) ?? expression
}
