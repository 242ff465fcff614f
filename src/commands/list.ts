/** `ssox list`: the profiles. */
import { describeProfile, type ProfileSummary, profileNames } from '../aws/profile.ts'
import type { Call, Outcome } from '../cli/command.ts'
import type { Context } from '../context.ts'
import { noteBrokenLines, noteNoProfiles } from '../profiles/profile-state.ts'
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
  if (flags.json) return { stdout: `${JSON.stringify({ version: 1, profiles }, null, 2)}\n` }
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
    return [name, kindCell(profile, style), ...(isKnown ? [accountId, roleName, region] : [])]
  })
  const { stdout: isTerminal, columns } = ctx.terminal
  const size = isTerminal ? { columns, mark: shownIn(ctx.env, '…') } : {}
  const text = table(rows, { header: HEADER, fit: FIT, ...size })
  return { stdout: text + problemsOf(profiles, style) }
}

const HEADER = ['PROFILE', 'KIND', 'ACCOUNT', 'ROLE', 'REGION']
const FIT = [{ rank: 0 }, { rank: 3 }, { rank: 1 }, { rank: 2, isFlexible: true }, { rank: 4 }]

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
