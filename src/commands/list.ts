/** `ssox list`: the profiles. */
import { describeProfile, profileNames } from '../aws/profile.ts'
import type { Context } from '../context.ts'
import { loadAwsFiles } from '../state/aws-files.ts'
import { shownIn } from '../ui/charset.ts'
import { colours } from '../ui/colour.ts'
import { table } from '../ui/table.ts'
import { forTerminal } from '../ui/text.ts'
import type { Call, Outcome } from './command.ts'
import { noteNoProfiles } from './profile-state.ts'

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
  const { dim, red } = colours(ctx.terminal.colour)
  const rows = profiles.map(({ name, kind, accountId, roleName, region, problem }) =>
    problem
      ? [name, { text: kind, style: red }, { text: problem, style: dim }, '', '']
      : [name, kind, accountId ?? '', roleName ?? '', region ?? ''],
  )
  const header = ['PROFILE', 'KIND', 'ACCOUNT', 'ROLE', 'REGION']
  if (!ctx.terminal.stdout) return { stdout: table(rows, { header }) }
  const mark = shownIn(ctx.env, '…')
  return { stdout: table(rows, { header, columns: ctx.terminal.columns, mark }) }
}
