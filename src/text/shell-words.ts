/** Words of a command line: split as the AWS CLI does, and quoted as a POSIX shell reads them. */

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

/** Not at the beginning: zsh expands `=`, fish `%`, PowerShell `@`. */
const PLAIN = /^[\w./:-][\w./:@%+=,-]*$/

/** True for a word that no shell takes for anything else. */
export function isPlainWord(word: string): boolean {
  return PLAIN.test(word)
}

/** A word for a POSIX shell: as it is, or in single quotes. */
export function quotedWord(word: string): string {
  return isPlainWord(word) ? word : singleQuoted(word)
}

/**
 * `'…'` as POSIX has it. There is no escape for bytes outside ASCII (dash has no `$'…'`), so they
 * stand for themselves, and blanks need the quotes of `eval "$(…)"`.
 * https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#tag_18_02_02
 */
export function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
