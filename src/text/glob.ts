/** Globs as shells have them: `*`, `?`, `[a-z]`, `[!a-z]`; letter case does not count. */

/** What one character must be; `any` stands for any number of characters. */
type Part = 'any' | ((char: string) => boolean)

export type Glob = readonly Part[]

/** Meant by whoever writes them: quotes, braces, regular expressions. No name of AWS needs them. */
const FOREIGN = /["'\\(){}|^$!\]]/

/**
 * The globs of a list, separated by commas or blanks; undefined when one of them is not a glob: a
 * bracket that stays open, a class such as `[:digit:]`, or a sign of another kind of pattern.
 */
export function parseGlobs(list: string): readonly Glob[] | undefined {
  const globs = list
    .split(/[\s,]+/)
    .filter((glob) => glob !== '')
    .map(parseGlob)
  return globs.every((glob) => glob !== undefined) ? globs : undefined
}

/** True when the glob matches the whole text; never slower than one length times the other. */
export function matchesGlob(glob: Glob, text: string): boolean {
  const chars = [...text.toLowerCase()]
  let [part, char] = [0, 0]
  /** Where to go on after the last `*`, when what follows it does not fit. */
  let retry: { part: number; char: number } | undefined
  while (char < chars.length) {
    const wanted = glob[part]
    if (wanted === 'any') {
      retry = { part: ++part, char }
    } else if (wanted?.(chars[char] ?? '')) {
      part++
      char++
    } else if (retry) {
      char = ++retry.char
      part = retry.part
    } else return false
  }
  return glob.slice(part).every((rest) => rest === 'any')
}

function parseGlob(text: string): Glob | undefined {
  const parts: Part[] = []
  // A bracket that is first in a set is part of it.
  for (const [token, not, set] of text.toLowerCase().matchAll(/\[([!^]?)(.[^\]]*)\]|./gsu)) {
    if (set !== undefined) {
      const isIn = parseSet(set)
      if (!isIn) return undefined
      parts.push(not ? (char) => !isIn(char) : isIn)
    } else if (token === '*') parts.push('any')
    else if (token === '?') parts.push(() => true)
    else if (token === '[' || FOREIGN.test(token)) return undefined
    else parts.push((char) => char === token)
  }
  return parts
}

/** What is between the brackets: characters, and ranges in the order of their code points. */
function parseSet(text: string): ((char: string) => boolean) | undefined {
  if (/\[[:.=]/.test(text)) return undefined
  const ranges: [first: string, last: string][] = []
  for (const [one, first = one, last = one] of text.matchAll(/(.)-(.)|./gsu)) {
    if (first > last) return undefined
    ranges.push([first, last])
  }
  return (char) => ranges.some(([first, last]) => first <= char && char <= last)
}
