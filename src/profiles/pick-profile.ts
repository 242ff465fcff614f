/** The person chooses a profile: with our own picker, or with a program of theirs. */
import { accountNames } from '../aws/account-names.ts'
import {
  type AwsFiles,
  describeProfile,
  loadProfile,
  type ProfileSummary,
  profileNames,
} from '../aws/profile.ts'
import { protectedNames } from '../aws/protection.ts'
import type { Context } from '../context.ts'
import { Cancelled, SsoxError } from '../problem.ts'
import { recentScores } from '../state/recent.ts'
import { timeLeft } from '../ui/duration.ts'
import { openPicker, type PickerItem, pickerItem } from '../ui/picker.ts'
import { type NoteOf, PICKER_TABLE } from '../ui/picker-view.ts'
import { runPicker } from './picker-screen.ts'
import { currentProfile, expiryOf, leftStyle } from './profile-state.ts'

/**
 * The name of the profile that the person chooses; needs a terminal on stdin and stderr.
 * @throws SsoxError `profile` (there is none), `usage` (their own picker fails); Cancelled
 */
export async function pickProfile(files: AwsFiles, ctx: Context): Promise<string> {
  const summaries = profileNames(files).map((name) => describeProfile(files, name))
  if (summaries.length === 0)
    throw new SsoxError(
      'profile',
      `there is no profile to choose: no profiles found in ${files.configPath} or ${files.credentialsPath}`,
      'ssox setup',
    )
  const items = toItems(summaries, files, ctx)
  const note = noteOf(new Map(summaries.map((one) => [one.name, one])), files, ctx)
  const command = ctx.env['SSOX_PICKER'] || ctx.settings.picker
  if (!command || command === 'builtin') return pickHere(items, note, ctx)
  const { pickWith } = await import('./external-picker.ts')
  return pickWith(command, items, note, ctx)
}

function toItems(
  summaries: readonly ProfileSummary[],
  files: AwsFiles,
  ctx: Context,
): readonly PickerItem[] {
  const accounts = accountNames(files)
  const scores = recentScores(ctx.paths, ctx.now())
  const current = currentProfile(ctx)
  const guarded = protectedNames(ctx.settings.protect, summaries, files)
  return summaries.map(({ name, accountId = '', roleName = '', problem }) =>
    pickerItem([name, accountId, [...(accounts.get(accountId) ?? [])][0] ?? '', roleName], {
      // What cannot be used is never the first choice.
      weight: problem === undefined ? (scores.get(name) ?? 0) : -1,
      isCurrent: name === current,
      isProtected: guarded.has(name),
    }),
  )
}

/** How long the credentials of an item are good for; each file is read once at the most. */
function noteOf(
  summaries: ReadonlyMap<string, ProfileSummary>,
  files: AwsFiles,
  ctx: Context,
): NoteOf {
  const ends = new Map<string, number | undefined>()
  const { dim, red } = ctx.say.colours
  return ({ name }) => {
    const { kind, problem, settingsOnly } = summaries.get(name) ?? {}
    if (settingsOnly) return { text: 'no keys', style: dim }
    if (problem !== undefined) return { text: 'invalid', style: red }
    if (!ends.has(name)) ends.set(name, expiryOf(loadProfile(files, name), ctx))
    const end = ends.get(name)
    if (end === undefined) return { text: kind === 'static' ? 'no expiry' : '', style: dim }
    const left = end - ctx.now()
    return { text: timeLeft(left), style: leftStyle(left, ctx.say.colours) }
  }
}

/** Our own picker. */
async function pickHere(items: readonly PickerItem[], note: NoteOf, ctx: Context): Promise<string> {
  const step = await runPicker(
    openPicker(items),
    { prompt: 'Profile', table: PICKER_TABLE, note },
    ctx,
  )
  if (step?.kind === 'chosen') return step.item.name
  throw new Cancelled()
}
