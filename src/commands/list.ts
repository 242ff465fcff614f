/** `ssox list`: the profiles. */
import { describeProfile, type ProfileSummary, profileNames } from '../aws/profile.ts'
import { protectedNames } from '../aws/protection.ts'
import type { Call, Outcome } from '../cli/command.ts'
import type { Context } from '../context.ts'
import {
  currentProfile,
  noteBrokenLines,
  noteNoProfiles,
  summaryForPrograms,
} from '../profiles/profile-state.ts'
import { loadAwsFiles } from '../state/aws-files.ts'
import { forTerminal } from '../text/terminal-text.ts'
import { shownIn } from '../ui/charset.ts'
import { type Colours, colours } from '../ui/colour.ts'
import { type Cell, table } from '../ui/columns.ts'

/** @throws SsoxError `profile` when the AWS files cannot be read */
export async function run({ flags }: Call, ctx: Context): Promise<Outcome> {
  const files = loadAwsFiles(ctx.paths)
  const names = profileNames(files)
  if (flags.names) {
    const shown = ctx.terminal.stdout ? names.map(forTerminal) : names
    return { stdout: shown.map((name) => `${name}\n`).join('') }
  }
  const profiles = names.map((name) => describeProfile(files, name))
  const guarded = protectedNames(ctx.settings.protect, profiles, files)
  const current = currentProfile(ctx)
  if (flags.json) {
    const shown = profiles.map((profile) => ({
      ...summaryForPrograms(profile),
      current: profile.name === current,
      protected: guarded.has(profile.name),
    }))
    return { stdout: `${JSON.stringify({ version: 1, profiles: shown }, null, 2)}\n` }
  }
  if (profiles.length === 0) {
    noteNoProfiles(files.configPath, ctx)
    return {}
  }
  noteBrokenLines(files, ctx)
  const style = colours(ctx.terminal.colour)
  const rows = profiles.map((profile) => {
    const { name, kind, problem, accountId = '', roleName = '', region = '' } = profile
    // Read from a broken line, they may be those of another profile.
    const isKnown = problem === undefined || kind === 'invalid'
    const about = isKnown ? [accountId, roleName, region] : ['', '', '']
    const isGuarded = guarded.has(name)
    const notes = [...(name === current ? ['in use'] : []), ...(isGuarded ? ['protected'] : [])]
    return [
      { text: name, style: isGuarded ? style.danger : undefined },
      kindCell(profile, style),
      ...about,
      { text: notes.join(', '), style: isGuarded ? style.red : style.bold },
    ]
  })
  const { stdout: isTerminal, columns } = ctx.terminal
  const size = isTerminal ? { columns, mark: shownIn(ctx.env, '…') } : {}
  const text = table(rows, { header: HEADER, fit: FIT, ...size })
  return { stdout: text + problemsOf(profiles, style) }
}

const HEADER = ['PROFILE', 'KIND', 'ACCOUNT', 'ROLE', 'REGION', '']
const FIT = [
  { rank: 0 },
  { rank: 4 },
  { rank: 1 },
  { rank: 3, isFlexible: true },
  { rank: 5 },
  { rank: 2 },
]

function kindCell({ kind, problem, settingsOnly }: ProfileSummary, { dim, red }: Colours): Cell {
  if (settingsOnly) return { text: 'no credentials', style: dim }
  return problem === undefined ? kind : { text: 'invalid', style: red }
}

/** Under the table, as each is longer than a window is wide, with what mends it. */
function problemsOf(profiles: readonly ProfileSummary[], { bold }: Colours): string {
  const lines = profiles.flatMap(({ problem, fix, settingsOnly }) => {
    if (problem === undefined || settingsOnly) return []
    return [forTerminal(problem), ...(fix === undefined ? [] : [`  ${bold(forTerminal(fix))}`])]
  })
  return lines.length > 0 ? `\n${lines.join('\n')}\n` : ''
}
