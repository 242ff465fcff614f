/** `ssox setup`: from a start URL to a profile for every account and role, and up to date again later. */
import type { SectionEdit } from '../aws/document-edit.ts'
import type { SsoSession } from '../aws/profile.ts'
import type { Call, Outcome } from '../cli/command.ts'
import type { Flags } from '../cli/spec.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { ifPossible } from '../profiles/if-possible.ts'
import { noteBrokenLines } from '../profiles/profile-state.ts'
import { changeConfig } from '../setup/config-file.ts'
import { checkChoices, decide, type Found } from '../setup/decide.ts'
import { fetchListing } from '../setup/fetch-listing.ts'
import { offerHook } from '../setup/hook.ts'
import type { Listing } from '../setup/listing.ts'
import {
  asJson,
  type Decided,
  sayDone,
  sayGone,
  sayNext,
  sayRefused,
  sayUpToDate,
} from '../setup/outcome.ts'
import { compare } from '../setup/plan.ts'
import { checkProtect, offerProtection } from '../setup/protect.ts'
import { convert } from '../setup/run-convert.ts'
import { profileEdit, sessionEdit } from '../setup/section.ts'
import { requireAnswer, requireSomebody, requireWritable } from '../setup/somebody.ts'
import { chooseStart, startAsked } from '../setup/start.ts'
import { loadAwsFiles } from '../state/aws-files.ts'
import { dropListing } from '../state/listing.ts'

/**
 * @throws SsoxError `usage` (nobody to ask, a flag that cannot be), `profile`, `sign-in`, `refused` (no
 *   account is assigned), `network`, `storage`, `busy`; Cancelled
 */
export async function run(call: Call, ctx: Context): Promise<Outcome> {
  const { args, flags } = call
  const asked = startAsked(args, flags, ctx)
  checkChoices(flags)
  checkProtect(flags.protect)
  requireSomebody(flags, ctx)
  requireWritable(flags, ctx)
  const files = loadAwsFiles(ctx.paths)
  noteBrokenLines(files, ctx)
  if (flags.convert) return convert(asked, flags, ctx)
  const session = await chooseStart(asked, files, ctx)
  const listing = await fetchListing(session, files, call, ctx)
  requireAccounts(listing, session)
  sayRefused(listing, ctx)
  // Others may have changed them while somebody was signing in.
  const now = loadAwsFiles(ctx.paths)
  const standing = compare(now, session, listing)
  return bringUpToDate({ files: now, session, standing, flags }, ctx)
}

async function bringUpToDate(found: Found, ctx: Context): Promise<Outcome> {
  const { session, flags } = found
  const { decided, output, remember } = await decide(found, ctx)
  sayGone(decided, ctx)
  const edits = editsOf(decided, output, found)
  if (edits.length === 0) sayUpToDate(decided, ctx)
  const change = await changeConfig(edits, flags, ctx)
  requireAnswer(change.result, ctx)
  sayDone(decided, change, ctx)
  if (change.result === 'changed' || change.result === 'unchanged')
    ifPossible(() => {
      remember()
      dropListing(session, ctx.paths)
    }, ctx)
  if (change.result === 'changed') await finish(decided, flags, ctx)
  return { stdout: flags.json ? asJson(decided, change.result, change) : '' }
}

function editsOf(
  { added, removed }: Decided,
  output: string | undefined,
  { files, session }: Found,
): SectionEdit[] {
  const isMissing = session.kind === 'named' && !files.config.section('sso-session', session.name)
  return [
    ...(added.length > 0 && isMissing ? sessionEdit(session) : []),
    ...added.map((one) => profileEdit(one, { session, output })),
    ...removed.map(({ name }): SectionEdit => ({ type: 'profile', name, values: 'remove' })),
  ]
}

/** What makes the profiles pleasant to use. */
async function finish(decided: Decided, flags: Flags, ctx: Context): Promise<void> {
  await offerProtection(decided.added, flags, ctx)
  sayNext(decided, await offerHook(flags, ctx), ctx)
}

/** @throws SsoxError `refused` */
function requireAccounts({ accounts, roles }: Listing, { startUrl }: SsoSession): void {
  if ([...roles.values()].some((names) => names.length > 0)) return
  throw new SsoxError(
    'refused',
    accounts?.length
      ? `you have no role in any of the ${accounts.length} accounts of ${startUrl}`
      : `no AWS account is assigned to you in ${startUrl}`,
    'ask an administrator of IAM Identity Center: "AWS accounts", "Assign users or groups", a permission set; then run ssox setup again',
  )
}
