/** What was perhaps meant by a mistyped verb, flag, profile or session. */
import { distance } from 'fastest-levenshtein'

const MAX_SUGGESTIONS = 3
/** A shorter part of a word matches too much. */
const SHORTEST_PART = 3

/** Up to three candidates, best first: the same start, one part of the other, a few typos apart. */
export function suggest(word: string, candidates: Iterable<string>): string[] {
  const wanted = word.toLowerCase()
  if (wanted === '') return []
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, rank: rankOf(wanted, candidate.toLowerCase()) }))
    .filter(({ rank }) => rank < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MAX_SUGGESTIONS)
    .map(({ candidate }) => candidate)
}

/** 0 the same but for case, 1 prefix, 2 part, 3 and more: typos; infinite: something else. */
function rankOf(wanted: string, candidate: string): number {
  if (candidate === wanted) return 0
  if (candidate.startsWith(wanted)) return 1
  const [short, long] = wanted.length < candidate.length ? [wanted, candidate] : [candidate, wanted]
  if (short.length >= SHORTEST_PART && long.includes(short)) return 2
  const typos = wanted.length < 3 ? 1 : wanted.length < 8 ? 2 : 3
  if (long.length - short.length > typos) return Number.POSITIVE_INFINITY
  const found = distance(wanted, candidate)
  return found <= typos && found < short.length ? 2 + found : Number.POSITIVE_INFINITY
}
