/** The profiles that words of a command line mean: names, and globs over all names. */
import { copiedProfile } from '../aws/copied-profile.ts'
import {
  type AwsFiles,
  describeProfile,
  type ProfileSummary,
  profileNames,
} from '../aws/profile.ts'
import { SsoxError } from '../problem.ts'
import { matchesGlob, parseGlobs } from '../text/glob.ts'

const WILDCARD = /[*?[]/

/**
 * The names that the words mean, each once, in the order of the words and of the files. A word that is
 * a name, or no glob, is that profile; a glob leaves out those that are there for their settings only, and what ssox
 * has made of another: it would be the same account and role again.
 * @param isMeant whether a glob can mean a profile with credentials
 * @throws SsoxError `profile` for a glob that matches nothing
 */
export function matchingProfiles(
  words: readonly string[],
  files: AwsFiles,
  isMeant: (profile: ProfileSummary) => boolean = () => true,
): string[] {
  const names = profileNames(files)
  return [...new Set(words.flatMap((word) => namesFor(word, names, files, isMeant)))]
}

function namesFor(
  word: string,
  names: readonly string[],
  files: AwsFiles,
  isMeant: (profile: ProfileSummary) => boolean,
): readonly string[] {
  if (names.includes(word) || !WILDCARD.test(word)) return [word]
  const globs = parseGlobs(word) ?? []
  const found = names.filter((name) => globs.some((glob) => matchesGlob(glob, name)))
  const meant = found.filter((name) => {
    const profile = describeProfile(files, name)
    if (profile.settingsOnly || !isMeant(profile)) return false
    const original = copiedProfile(profile, files)
    return original === undefined || !names.includes(original)
  })
  if (meant.length > 0) return meant
  throw new SsoxError(
    'profile',
    `no profile with credentials to ask for matches "${word}"`,
    'ssox list',
  )
}
