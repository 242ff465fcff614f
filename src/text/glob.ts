/** Globs as shells have them: `*`, `?`, `[a-z]`, `[!a-z]`; letter case does not count. */

/** What one character must be; `any` stands for any number of characters. */
type Part = 'any' | ((char: string) => boolean)

export type Glob = readonly Part[]

/** Meant by whoever writes them: quotes, braces, regular expressions. No name of AWS needs them. */
const FOREIGN = /["'\\(){}|^$!\]]/

/** The words of a list with commas between; blanks inside of one are part of it, as in names of accounts. */
export function listWords(list: string): string[] {
  return list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

/**
 * The globs of a list with commas between; undefined when one of them is not a glob: a bracket that
 * stays open, a class such as `[:digit:]`, or a sign of another kind of pattern.
 */
export function parseGlobs(list: string): readonly Glob[] | undefined {
  return parseAll(listWords(list))
}

/**
 * The globs of a guard, which had better hold too much than too little: what has blanks in it is
 * a name, and may have been meant as several globs.
 */
export function parseGuard(list: string): readonly Glob[] | undefined {
  return parseAll(listWords(list).flatMap((word) => [...new Set([word, ...word.split(/\s+/)])]))
}

function parseAll(words: readonly string[]): readonly Glob[] | undefined {
  const globs = words.map(parseGlob)
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
