/** The profiles that words of a command line mean: names, and globs over all names. */
import { type AwsFiles, describeProfile, profileNames } from '../aws/profile.ts'
import { SsoxError } from '../problem.ts'
import { matchesGlob, parseGlobs } from '../text/glob.ts'

const WILDCARD = /[*?[]/

/**
 * The names that the words mean, each once, in the order of the words and of the files. A word that is
 * a name is that profile; a glob leaves out what has no credentials to ask for: settings only, keys that are in a file.
 * @throws SsoxError `profile` for a glob that matches nothing
 */
export function matchingProfiles(words: readonly string[], files: AwsFiles): string[] {
  const names = profileNames(files)
  return [...new Set(words.flatMap((word) => namesFor(word, names, files)))]
}

function namesFor(word: string, names: readonly string[], files: AwsFiles): readonly string[] {
  if (names.includes(word) || !WILDCARD.test(word)) return [word]
  const globs = parseGlobs(word) ?? []
  const found = names.filter((name) => globs.some((glob) => matchesGlob(glob, name)))
  const meant = found.filter((name) => {
    const { kind, settingsOnly } = describeProfile(files, name)
    return !settingsOnly && kind !== 'static'
  })
  if (meant.length > 0) return meant
  throw new SsoxError(
    'profile',
    `no profile with credentials to ask for matches "${word}"`,
    'ssox list',
  )
}
