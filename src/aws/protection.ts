/** The wrong-account guard: which profiles are protected (contract, section 6). */

/** What the globs of `protect` are compared with. */
export interface Guarded {
  readonly profile: string
  readonly accountId: string | undefined
  readonly roleName: string | undefined
}

/**
 * True when one of the globs (`*`, `?`; separated by commas or blanks) matches the profile, the
 * account id or the role as a whole; letter case does not count.
 */
export function isProtected(globs: string | undefined, guarded: Guarded): boolean {
  const patterns = (globs ?? '').split(/[\s,]+/).filter((glob) => glob !== '')
  const values = [guarded.profile, guarded.accountId, guarded.roleName]
  return patterns.some((glob) => {
    const pattern = globPattern(glob)
    return values.some((value) => value !== undefined && pattern.test(value))
  })
}

function globPattern(glob: string): RegExp {
  const source = glob.replace(/[\\^$.*+?()[\]{}|]/g, (char) =>
    char === '*' ? '.*' : char === '?' ? '.' : `\\${char}`,
  )
  return new RegExp(`^${source}$`, 'is')
}
