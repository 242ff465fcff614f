/** Words of a command line or a quoted name, as the AWS CLI splits them. */

/**
 * Words by the rules of Python's `shlex.split` (POSIX mode): quotes, and backslashes outside of
 * single quotes; undefined when a quote stays open.
 */
export function splitWords(text: string): string[] | undefined {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    const next = text.charAt(at + 1)
    if (quote === "'" ? char === "'" : quote !== '' && char === '"') quote = ''
    else if (quote !== "'" && char === '\\' && (quote === '' || next === '"' || next === '\\')) {
      if (next === '') return undefined
      word = (word ?? '') + next
      at++
    } else if (quote === '' && (char === '"' || char === "'")) {
      quote = char
      word ??= ''
    } else if (quote === '' && /[ \t\r\n]/.test(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + char
  }
  if (quote !== '') return undefined
  return word === undefined ? words : [...words, word]
}
