/** Which lines of a text go and which come, place by place. */

/** How far one looks for lines that are the same again. */
const LOOK_AHEAD = 200

/** `- ` for lines that go, `+ ` for those that come, '' between places that are apart. */
export function lineDiff(before: readonly string[], after: readonly string[]): string[] {
  const result: string[] = []
  let [from, to] = [0, 0]
  let isApart = false
  while (from < before.length || to < after.length) {
    if (from < before.length && to < after.length && before[from] === after[to]) {
      from++
      to++
      isApart = result.length > 0
      continue
    }
    const [gone, come] = untilSame(before.slice(from), after.slice(to))
    if (isApart) result.push('')
    isApart = false
    result.push(...before.slice(from, from + gone).map((line) => `- ${line}`))
    result.push(...after.slice(to, to + come).map((line) => `+ ${line}`))
    from += gone
    to += come
  }
  return result
}

/** How many lines of each go by before both have the same; the fewest together. */
function untilSame(before: readonly string[], after: readonly string[]): [number, number] {
  const limit = Math.min(LOOK_AHEAD, before.length + after.length)
  for (let sum = 1; sum <= limit; sum++)
    for (let gone = Math.min(sum, before.length); gone >= 0; gone--) {
      const come = sum - gone
      if (come > after.length) break
      const isEnd = gone === before.length && come === after.length
      if (isEnd || (gone < before.length && before[gone] === after[come])) return [gone, come]
    }
  return [before.length, after.length]
}
