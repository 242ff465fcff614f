/**
 * Lines of the AWS files that may belong to more than one profile, or to none as they are written:
 * whoever they belong to is not used, since it may be the wrong account (contract, section 6).
 */
import { SsoxError } from '../problem.ts'
import type { SectionType } from './document.ts'
import { formatName } from './document-header.ts'
import { breakOf, findProblems, misspeltHeader } from './document-problems.ts'
import type { SectionRef } from './problem-types.ts'
import type { AwsFiles } from './profile-types.ts'
import { openProfile } from './profile-view.ts'

const MAX_NAMED = 3
const KINDS = ['config', 'credentials'] as const

/**
 * Why a profile must not be used: a broken line that may belong to it, to a profile that it is based
 * on, or to a section that one of them names. The profile itself may be missing.
 */
export function breakBehind(files: AwsFiles, name: string): SsoxError | undefined {
  for (const { type, name: part } of sectionsBehind(files, name)) {
    const own = type === 'profile' && part === name
    const broken = breakOfSection(files, type, part, own ? undefined : name)
    if (broken) return broken
  }
  return undefined
}

/** As `breakBehind`, for one section; `user` is the profile that is based on it. */
export function breakOfSection(
  files: AwsFiles,
  type: SectionType,
  name: string,
  user?: string,
): SsoxError | undefined {
  for (const kind of KINDS) {
    if (kind === 'credentials' && type !== 'profile') continue
    const problem = breakOf(files[kind], { type, name })
    if (!problem) continue
    const what = wordsFor({ type, name })
    const path = pathOf(files, kind)
    const subject = user === undefined ? what : `profile "${user}", which is based on ${what},`
    return new SsoxError(
      'profile',
      `${subject} is not used: line ${problem.line} of ${path} may belong to it: ${problem.message}`,
      `${problem.fix} in line ${problem.line} of ${path}`,
    )
  }
  return undefined
}

function* sectionsBehind(files: AwsFiles, name: string): Generator<SectionRef> {
  const seen = new Set<string>()
  for (let next: string | undefined = name; next !== undefined && !seen.has(next); ) {
    seen.add(next)
    yield { type: 'profile', name: next }
    const view = openProfile(files, next)
    const session = view?.get('sso_session')
    const services = view?.get('services')
    if (session !== undefined) yield { type: 'sso-session', name: session }
    if (services !== undefined) yield { type: 'services', name: services }
    next = view?.get('source_profile')
  }
}

/** Why a section that is asked for is not there, and what mends it, where a header tells. */
export function misspelt(
  files: AwsFiles,
  type: SectionType,
  name: string,
): { readonly why: string; readonly fix: string } | undefined {
  for (const kind of KINDS) {
    const problem = misspeltHeader(files[kind], name)
    if (!problem) continue
    const place = `line ${problem.line} of ${pathOf(files, kind)}`
    const header = formatName(type, name, kind)
    const isElsewhere = kind === 'credentials' && type !== 'profile'
    return {
      why: `${place}: ${problem.message}`,
      fix: isElsewhere
        ? `move the section of ${place} to ${files.configPath}`
        : `write [${header ?? name}] in ${place}`,
    }
  }
  return undefined
}

/** One sentence about the lines that keep profiles from being used; undefined without any. */
export function brokenLines(files: AwsFiles): string | undefined {
  const broken = KINDS.flatMap((kind) =>
    findProblems(files[kind])
      .filter(({ breaks, code }) => breaks.length > 0 || code === 'key-before-section')
      .map((problem) => ({ ...problem, path: pathOf(files, kind) })),
  )
  const [first] = broken
  if (!first) return undefined
  const lost = [...new Set(broken.flatMap(({ breaks }) => breaks.map(wordsFor)))]
  const shown = lost.length > MAX_NAMED ? [...lost.slice(0, MAX_NAMED), '…'] : lost
  const unused = lost.length > 0 ? `; not used until it is mended: ${shown.join(', ')}` : ''
  const more = broken.length > 1 ? ` (and ${broken.length - 1} more: ssox doctor)` : ''
  return `line ${first.line} of ${first.path}: ${first.message}${more}${unused}`
}

function wordsFor({ type, name }: SectionRef): string {
  if (type === 'profile') return `profile "${name}"`
  return type === 'sso-session' ? `SSO session "${name}"` : `services "${name}"`
}

function pathOf({ configPath, credentialsPath }: AwsFiles, kind: (typeof KINDS)[number]): string {
  return kind === 'config' ? configPath : credentialsPath
}
