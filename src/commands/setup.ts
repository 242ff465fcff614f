/** `ssox setup`: from a start URL to a profile for every account and role, and up to date again later. */
import type { SectionEdit } from '../aws/document-edit.ts'
import { profileNames, type SsoSession } from '../aws/profile.ts'
import type { Call, Outcome } from '../cli/command.ts'
import type { Flags } from '../cli/spec.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { ifPossible } from '../profiles/if-possible.ts'
import { noteBrokenLines } from '../profiles/profile-state.ts'
import { changeConfig } from '../setup/config-file.ts'
import { fetchListing } from '../setup/fetch-listing.ts'
import { filterBy } from '../setup/filter.ts'
import { offerHook } from '../setup/hook.ts'
import type { Listing } from '../setup/listing.ts'
import { type Named, nameAll, type Wanted } from '../setup/names.ts'
import { asJson, type Decided, sayDone, sayGone, sayNext, sayUpToDate } from '../setup/outcome.ts'
import { type Assignment, compare, keyOf, prunable, type Standing } from '../setup/plan.ts'
import { checkProtect, offerProtection } from '../setup/protect.ts'
import {
  askRegions,
  askTemplate,
  pickAssignments,
  readRegions,
  usualRegion,
} from '../setup/questions.ts'
import { convert } from '../setup/run-convert.ts'
import { profileEdit, sessionEdit } from '../setup/section.ts'
import { requireAnswer, requireSomebody } from '../setup/somebody.ts'
import { chooseStart, startAsked } from '../setup/start.ts'
import { parseTemplate, USUAL_TEMPLATE } from '../setup/template.ts'
import { loadAwsFiles } from '../state/aws-files.ts'
import { dropListing } from '../state/listing.ts'
import { rememberChoices, type SetupChoices, setupChoices } from '../state/setup-choices.ts'

/** What one run knows once the portal has answered. */
interface Found {
  readonly session: SsoSession
  readonly standing: Standing
  readonly before: SetupChoices | undefined
  readonly flags: Flags
}

/**
 * @throws SsoxError `usage` (nobody to ask, a flag that cannot be), `profile`, `sign-in`, `refused` (no
 *   account is assigned), `network`, `storage`, `busy`; Cancelled
 */
export async function run({ args, flags }: Call, ctx: Context): Promise<Outcome> {
  const asked = startAsked(args, flags, ctx)
  checkFlags(flags)
  requireSomebody(flags, ctx)
  const files = loadAwsFiles(ctx.paths)
  noteBrokenLines(files, ctx)
  if (flags.convert) return convert(asked, flags, ctx)
  const session = await chooseStart(asked, files, ctx)
  const listing = await fetchListing(session, files, flags, ctx)
  requireAccounts(listing, session)
  return bringUpToDate(session, listing, flags, ctx)
}

/** What can be told before anybody signs in. @throws SsoxError `usage` */
function checkFlags(flags: Flags): void {
  filterBy(flags.filter)
  checkProtect(flags.protect)
  if (flags.template !== undefined) parseTemplate(flags.template)
  if (flags.region !== undefined) readRegions(flags.region)
}

async function bringUpToDate(
  session: SsoSession,
  listing: Listing,
  flags: Flags,
  ctx: Context,
): Promise<Outcome> {
  // Others may have changed them while somebody was signing in.
  const files = loadAwsFiles(ctx.paths)
  const standing = compare(files, session, listing)
  const before = setupChoices(session.cacheName, ctx.paths)
  const found = { session, standing, before, flags }
  const { chosen, left } = await choose(found, ctx)
  const { named, template, regions } = await nameThem(chosen, found, ctx)
  const gone = prunable(files, standing.gone)
  const removed = flags.prune ? gone.own : []
  const decided: Decided = { session, standing, added: named, left: left.length, gone, removed }
  sayGone(decided, ctx)
  const edits: SectionEdit[] = [
    ...(named.length > 0 ? missingSession(session, ctx) : []),
    ...named.map((one) => profileEdit(one, { session, output: outputOf(found) })),
    ...removed.map(({ name }): SectionEdit => ({ type: 'profile', name, values: 'remove' })),
  ]
  if (edits.length === 0) sayUpToDate(decided, ctx)
  const change = await changeConfig(edits, flags, ctx)
  requireAnswer(change.result, ctx)
  sayDone(decided, change, ctx)
  if (change.result === 'changed' || change.result === 'unchanged') {
    const choices = { template, regions, output: outputOf(found), filter: filterOf(found) }
    ifPossible(() => {
      rememberChoices(session.cacheName, { ...choices, left: left.map(keyOf) }, ctx.paths)
      dropListing(session, ctx.paths)
    }, ctx)
  }
  if (change.result === 'changed') await finish(decided, flags, ctx)
  return { stdout: flags.json ? asJson(decided, change.result, change) : '' }
}

/** What makes the profiles pleasant to use. */
async function finish(decided: Decided, flags: Flags, ctx: Context): Promise<void> {
  await offerProtection(decided.added, flags, ctx)
  sayNext(decided, await offerHook(flags, ctx), ctx)
}

function missingSession(session: SsoSession, { paths }: Context): SectionEdit[] {
  if (session.kind !== 'named') return []
  const { config } = loadAwsFiles(paths)
  return config.section('sso-session', session.name) ? [] : sessionEdit(session)
}

function filterOf({ flags, before }: Found): string | undefined {
  return flags.filter ?? before?.filter
}

function outputOf({ flags, before }: Found): string | undefined {
  return flags.output ?? before?.output
}

function regionsOf({ flags, before }: Found): readonly string[] | undefined {
  return flags.region === undefined ? before?.regions : readRegions(flags.region)
}

/** The roles that get a profile, and those that could have one. */
async function choose(found: Found, ctx: Context) {
  const { standing, before, flags } = found
  const open = standing.listed.filter((one) => wantedOf([one], found).length > 0)
  const candidates = open.filter(filterBy(filterOf(found)))
  const leftBefore = new Set(flags.filter === undefined ? before?.left : [])
  const isFresh = (one: Assignment) => !leftBefore.has(keyOf(one))
  const fresh = candidates.filter(isFresh)
  const maySelect = ctx.interactive && !flags.yes && !flags.dryRun && flags.filter === undefined
  const hasChoice = candidates.length > 1 || standing.listed.length > 1
  const isAsked = flags.choose ? candidates.length > 0 : fresh.length > 0 && hasChoice
  const chosen = maySelect && isAsked ? await pickAssignments(candidates, isFresh, ctx) : fresh
  const taken = new Set(chosen.map(keyOf))
  return { chosen, left: candidates.filter((one) => !taken.has(keyOf(one))) }
}

/** A profile for each region, but for those that are there; which region the first has is no matter. */
function wantedOf(chosen: readonly Assignment[], found: Found, given = regionsOf(found)): Wanted[] {
  const regions: readonly (string | undefined)[] = given ?? [undefined]
  const { keys, regional } = presentOf(found.standing)
  return chosen.flatMap((one) =>
    regions
      .filter((region, at) =>
        at === 0 ? !keys.has(keyOf(one)) : !regional.has(`${keyOf(one)} ${region}`),
      )
      .map((region) => ({ ...one, region })),
  )
}

const seen = new WeakMap<Standing, { keys: Set<string>; regional: Set<string> }>()

function presentOf(standing: Standing) {
  const known = seen.get(standing)
  if (known) return known
  const keys = new Set(standing.present.map(keyOf))
  const regional = new Set(standing.present.map((one) => `${keyOf(one)} ${one.region}`))
  seen.set(standing, { keys, regional })
  return { keys, regional }
}

/** Names and regions of the new profiles: by flags, as the last time, else as the person says. */
async function nameThem(chosen: readonly Assignment[], found: Found, ctx: Context) {
  const { session, before, flags } = found
  const files = loadAwsFiles(ctx.paths)
  const taken = [...profileNames(files), ...files.credentials.names('profile')]
  const name = session.kind === 'named' ? session.name : 'sso'
  const isAsked = ctx.interactive && !flags.yes && !flags.dryRun && chosen.length > 0
  let regions = regionsOf(found)
  if (!regions && chosen.length > 0) {
    const usual = usualRegion(files, session, ctx)
    regions = isAsked ? await askRegions(usual, ctx) : [usual]
  }
  const wanted = wantedOf(chosen, found, regions)
  const nameBy = (template: string): Named[] =>
    nameAll(wanted, parseTemplate(template), name, taken)
  const known = flags.template ?? before?.template
  const template =
    known ??
    (isAsked && wanted.length > 1
      ? await askTemplate((one) => nameAll(wanted, one, name, taken), ctx)
      : chosen.length > 0
        ? USUAL_TEMPLATE
        : undefined)
  return { named: nameBy(template ?? USUAL_TEMPLATE), template, regions }
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
