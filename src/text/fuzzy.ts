/**
 * Fuzzy search over rows of fields, the name first: the same beginning is better than the beginning
 * of a word, that better than any part, that better than letters in the right order.
 */

export interface Field {
  /** As it is shown. */
  readonly text: string
  /** As it is compared: of the same length, without letter case. */
  readonly folded: string
  /** Where its words begin. */
  readonly starts: readonly number[]
  /** Only digits. */
  readonly isNumber: boolean
}

export interface Searchable {
  readonly fields: readonly Field[]
  /** Decides between rows that match equally well, larger first. */
  readonly weight: number
}

/** First and one past the last UTF-16 unit of a part of a field. */
export type Range = readonly [from: number, to: number]

interface Hit {
  readonly tier: keyof typeof COST
  readonly ranges: readonly Range[]
}

/** Of the name; a match of another field costs `OTHER_FIELD` more. Terms add up. */
const COST = { exact: 0, prefix: 1, word: 2, words: 3, inside: 4, scattered: 8 } as const
const OTHER_FIELD = 2
/** Gaps between scattered letters, beyond which they make no difference. */
const MAX_GAPS = 100
const ASCII = /^[\x00-\x7f]*$/

/** A field that can be searched. */
export function toField(text: string): Field {
  // One by one: a Σ at the end of a word has another lower case, and that of `İ` is longer.
  const folded = ASCII.test(text) ? text.toLowerCase() : [...text].map(foldOne).join('')
  return { text, folded, starts: wordStarts(text), isNumber: /^\d+$/.test(text) }
}

/** The rows that every word of the query is in, best first; all by weight for an empty query. */
export function search<T extends Searchable>(rows: readonly T[], query: string): T[] {
  const terms = termsOf(query)
  const found: { readonly row: T; readonly cost: number }[] = []
  for (const row of rows) {
    const cost = costOf(row, terms)
    if (cost !== undefined) found.push({ row, cost })
  }
  const length = (row: T) => (terms.length > 0 ? (row.fields[0]?.text.length ?? 0) : 0)
  found.sort(
    (a, b) => a.cost - b.cost || b.row.weight - a.row.weight || length(a.row) - length(b.row),
  )
  return found.map(({ row }) => row)
}

/** What of each field the query has found, for highlighting; parts may overlap. */
export function foundRanges({ fields }: Searchable, query: string): Range[][] {
  const found: Range[][] = fields.map(() => [])
  for (const term of termsOf(query)) {
    const best = bestHit(fields, term)
    if (best) found[best.at]?.push(...best.hit.ranges)
  }
  return found
}

function termsOf(query: string): string[] {
  return toField(query)
    .folded.split(/\s+/)
    .filter((term) => term !== '')
}

function costOf({ fields }: Searchable, terms: readonly string[]): number | undefined {
  let sum = 0
  for (const term of terms) {
    const best = bestHit(fields, term)
    if (!best) return undefined
    sum += best.cost
  }
  const [name] = fields
  // A name may hold blanks itself.
  const whole = terms.length > 1 && name ? findIn(name, terms.join(' ')) : undefined
  return whole ? Math.min(sum, costOfHit(whole)) : sum
}

function bestHit(fields: readonly Field[], term: string) {
  let best: { readonly at: number; readonly hit: Hit; readonly cost: number } | undefined
  for (const [at, field] of fields.entries()) {
    // Nothing in another field can be better than that.
    if (best && best.cost <= OTHER_FIELD) break
    const hit = findIn(field, term)
    const cost = hit ? costOfHit(hit) + (at > 0 ? OTHER_FIELD : 0) : undefined
    if (hit && cost !== undefined && !(best && best.cost <= cost)) best = { at, hit, cost }
  }
  return best
}

function costOfHit({ tier, ranges }: Hit): number {
  if (tier !== 'scattered') return COST[tier]
  const span = (ranges.at(-1)?.[1] ?? 0) - (ranges[0]?.[0] ?? 0)
  return COST.scattered + Math.min(span - ranges.length, MAX_GAPS) / (MAX_GAPS + 1)
}

function findIn(field: Field, term: string): Hit | undefined {
  const { folded, starts } = field
  const first = folded.indexOf(term)
  const part = (tier: Hit['tier'], at: number): Hit => ({ tier, ranges: [[at, at + term.length]] })
  if (first === 0) return part(term.length === folded.length ? 'exact' : 'prefix', 0)
  for (let at = first; at > 0; at = folded.indexOf(term, at + 1))
    if (starts.includes(at)) return part('word', at)
  // Digits in the right order are found in nearly every account id.
  if (first < 0 && (term.length === 1 || field.isNumber || !hasInOrder(folded, term)))
    return undefined
  const words = findWords(field, term)
  if (words) return { tier: 'words', ranges: words }
  return first > 0 ? part('inside', first) : { tier: 'scattered', ranges: scattered(folded, term) }
}

function hasInOrder(folded: string, term: string): boolean {
  let end = 0
  for (const letter of term) {
    const at = folded.indexOf(letter, end)
    if (at < 0) return false
    end = at + letter.length
  }
  return true
}

/** The letters in their order, as close together as they can be before where they first end. */
function scattered(folded: string, term: string): Range[] {
  const letters = [...term]
  let end = 0
  for (const letter of letters) end = folded.indexOf(letter, end) + letter.length
  const ranges: Range[] = []
  for (const letter of letters.reverse()) {
    const at = folded.lastIndexOf(letter, end - letter.length)
    ranges.unshift([at, at + letter.length])
    end = at
  }
  return ranges
}

/** The beginnings of some of the words, one after the other: `pradm` in `prod-eu-admin`. */
function findWords({ folded, starts }: Field, term: string): Range[] | undefined {
  if (!starts.some((at) => folded[at] === term[0])) return undefined
  const hopeless = new Set<string>()
  const search = (done: number, word: number): Range[] | undefined => {
    if (done === term.length) return []
    const key = `${done} ${word}`
    if (hopeless.has(key)) return undefined
    for (let at = word; at < starts.length; at++) {
      const from = starts[at] ?? 0
      const end = starts[at + 1] ?? folded.length
      let to = from
      while (to < end && folded[to] === term[done + to - from]) to++
      for (; to > from; to--) {
        const rest = search(done + to - from, at + 1)
        if (rest) return [[from, to], ...rest]
      }
    }
    hopeless.add(key)
    return undefined
  }
  return search(0, 0)
}

/** After a separator, a capital after a small letter, and where letters and digits meet. */
function wordStarts(text: string): number[] {
  const starts: number[] = []
  let before = OTHER
  for (let at = 0; at < text.length; at++) {
    const here = kindOf(text.charCodeAt(at))
    const goesOn = here === before || (before === CAPITAL && here === SMALL)
    if (here !== OTHER && !goesOn) starts.push(at)
    before = here
  }
  return starts
}

const [OTHER, SMALL, CAPITAL, DIGIT] = [0, 1, 2, 3]

function kindOf(code: number): number {
  if ((code >= 0x61 && code <= 0x7a) || code > 0x7f) return SMALL
  if (code >= 0x41 && code <= 0x5a) return CAPITAL
  return code >= 0x30 && code <= 0x39 ? DIGIT : OTHER
}

function foldOne(character: string): string {
  const lower = character.toLowerCase()
  return lower.length === character.length ? lower : character
}
