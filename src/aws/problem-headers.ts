/** What is wrong with a section header that has both its brackets. */
import type { DocumentKind } from './document.ts'
import { type Header, PORTABLE_NAME, readHeader } from './document-header.ts'
import type { Report } from './problem-types.ts'

/** Sections of other tools in the config file. */
const FOREIGN = /^(?:plugins|preview|toolkit)$/
const ADJACENT_COMMENT = /^[#;]/
const DISTANT_COMMENT = /^\s+[#;]/

/** Reports a name that some tools do not read, and what stands around it. */
export function checkHeader(header: Header, kind: DocumentKind, report: Report): void {
  const { section, content = '', rest } = header
  const label = `[${content}]`
  if (rest !== '' && !DISTANT_COMMENT.test(rest))
    report(
      'after-header',
      ADJACENT_COMMENT.test(rest)
        ? `a comment is right behind ${label}: put a blank in front of it, or some SDKs read past the header`
        : `there is text behind ${label}, which only the AWS CLI leaves out`,
    )
  if (content.trim() === 'DEFAULT')
    report(
      'default-section',
      '[DEFAULT]: the AWS CLI adds its values to every section, the SDKs to none',
    )
  else if (section) checkName(section.name, label, report)
  else if (!hasBlanks(content, kind)) checkStrange(content, kind, report)
  if (hasBlanks(content, kind))
    report(
      'header-blanks',
      `${label} has blanks inside the brackets, which some tools or all do not accept`,
      section ? {} : { header: content },
    )
}

/** True when it would be a section of ours, or is one for some tools, but for the blanks around it. */
function hasBlanks(content: string, kind: DocumentKind): boolean {
  const inner = content.trim()
  return inner !== content && readHeader(`[${inner}]`, 0, kind).section !== undefined
}

function checkName(name: string, label: string, report: Report): void {
  if (name === '__proto__')
    report('proto', `${label}: the JavaScript SDK fails on this name and reads no profile at all`)
  else if (!PORTABLE_NAME.test(name))
    report('unportable-name', `${label}: only the AWS CLI (and ssox) knows names like this`)
}

/** A section that is no profile, session or services section. */
function checkStrange(content: string, kind: DocumentKind, report: Report): void {
  const name = content.trim()
  const header = content
  if (kind === 'credentials') {
    report(
      'profile-in-credentials',
      `[${content}] is ignored: this file holds profiles by their names alone`,
      { header },
    )
  } else if (/^(?:profile|sso-session|services)(?:\s|$)/.test(name)) {
    report('not-a-name', `[${content}] is not a name that AWS tools read, unless it is quoted`, {
      header,
    })
  } else if (!FOREIGN.test(name)) {
    report('unknown-section', `[${content}] is no section that AWS tools read`, { header })
  }
}
