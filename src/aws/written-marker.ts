/** The comment by which a section of the credentials file says that `ssox write` made it. Pure. */
import type { Section } from './document.ts'

/** Whose keys are in a section. */
export interface SectionOrigin {
  readonly profile: string
  /** What the AWS tools hash for the token file of the session behind them; undefined without SSO. */
  readonly session: string | undefined
}

const QUOTED = '"(?:[^"\\\\]|\\\\.)*"'
export const MARKER = new RegExp(
  `^written by ssox for profile (${QUOTED})(?: of SSO session (${QUOTED}))?(?:;|$)`,
)

/** The comment under the header: it says who wrote the section, for what, and how it goes. */
export function markerOf({ profile, session }: SectionOrigin): string {
  const of = session === undefined ? '' : ` of SSO session ${quoted(session)}`
  const end = session === undefined ? '' : '; ssox logout takes it out'
  return `written by ssox for profile ${quoted(profile)}${of}${end}`
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /\p{Cc}/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** What the comment says; undefined without one. */
export function readMarker({ comments }: Section): SectionOrigin | undefined {
  for (const comment of comments) {
    const [, profile, session] = MARKER.exec(comment) ?? []
    if (profile === undefined) continue
    try {
      return {
        profile: String(JSON.parse(profile)),
        session: session === undefined ? undefined : String(JSON.parse(session)),
      }
    } catch {
      // Somebody has edited it.
    }
  }
  return undefined
}
