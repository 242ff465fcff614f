/** What a terminal in raw mode sends, as keys (xterm "Control Sequences", ECMA-48). */

/** Text as it was typed or pasted, or a key by its name: `up`, `enter`, `ctrl-c`. */
export type Key = { readonly text: string } | { readonly name: string }

const CONTROL: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\b': 'backspace',
  '\x7f': 'backspace',
}

/** By what follows `ESC [` or `ESC O`, without modifiers. */
const SEQUENCES: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  H: 'home',
  F: 'end',
  Z: 'shift-tab',
  '1~': 'home',
  '7~': 'home',
  '4~': 'end',
  '8~': 'end',
  '5~': 'page-up',
  '6~': 'page-down',
  '200~': 'paste-start',
  '201~': 'paste-end',
}

/** A whole control sequence; `ESC [ [ A` is a function key of the Linux console. */
const WHOLE = /^\x1b(?:\[\[[A-E]|[[O]([0-?]*)[ -/]*([@-~]))/
const BEGUN = /^\x1b(?:[[O][0-?]*[ -/]*)?$/
const TEXT = /^[^\x00-\x1f\x7f]+/

/**
 * The keys in `input`, and the beginning of one that is not there yet.
 * @param isAll nothing more has come for a while: a lone ESC is the key of that name
 */
export function decodeKeys(input: string, isAll: boolean): { keys: Key[]; rest: string } {
  const keys: Key[] = []
  let rest = input
  while (rest !== '') {
    if (!isAll && BEGUN.test(rest)) break
    const [key, length] = firstKey(rest)
    if (key) keys.push(key)
    rest = rest.slice(length)
  }
  return { keys, rest }
}

/** The first key, undefined for one without a meaning here, and how much of the input it is. */
function firstKey(input: string): [key: Key | undefined, length: number] {
  const text = TEXT.exec(input)?.[0]
  if (text !== undefined) return [{ text }, text.length]
  const first = input.charAt(0)
  if (first !== '\x1b') return [{ name: CONTROL[first] ?? controlName(first) }, 1]
  const [whole, parameters = '', final = ''] = WHOLE.exec(input) ?? []
  if (whole !== undefined) {
    const name = SEQUENCES[final === '~' ? `${parameters.split(';')[0]}~` : final]
    return [name === undefined ? undefined : { name }, whole.length]
  }
  if (input.length === 1 || input.charAt(1) === '\x1b') return [{ name: 'escape' }, 1]
  const isBegun = BEGUN.test(input)
  if (isBegun) return [undefined, input.length]
  // Alt and a key.
  return [input.charAt(1) === '\x7f' ? { name: 'ctrl-w' } : undefined, 2]
}

function controlName(character: string): string {
  return `ctrl-${String.fromCharCode(character.charCodeAt(0) + 0x60)}`
}
