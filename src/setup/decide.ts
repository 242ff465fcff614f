/** What `setup` is to do: by flags, by what was chosen before, else by what the person says. */
import { type AwsFiles, profileNames, type SsoSession } from '../aws/profile.ts'
import type { Flags } from '../cli/spec.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { rememberChoices, type SetupChoices, setupChoices } from '../state/setup-choices.ts'
import { typedCommand } from '../ui/typed-command.ts'
import { filterBy } from './filter.ts'
import { type Named, nameAll, type Wanted } from './names.ts'
import { type Decided, sessionWord } from './outcome.ts'
import { type Assignment, keyOf, prunable, type Standing } from './plan.ts'
import { askRegions, askTemplate, pickAssignments, readRegions, usualRegion } from './questions.ts'
import { parseTemplate, type Template, USUAL_TEMPLATE } from './template.ts'

/** What is known once the portal has answered. */
export interface Found {
  readonly files: AwsFiles
  readonly session: SsoSession
  readonly standing: Standing
  readonly flags: Flags
}

/** A decision, and what is to be remembered of it. */
export interface Decision {
  readonly decided: Decided
  readonly output: string | undefined
  /** @throws SsoxError `storage` */
  remember(): void
}

interface Asked extends Found {
  readonly before: SetupChoices | undefined
}

/** @throws SsoxError `profile` for a filter that nothing matches; Cancelled */
export async function decide(found: Found, ctx: Context): Promise<Decision> {
  const { files, session, standing, flags } = found
  const before = setupChoices(session.cacheName, ctx.paths)
  const asked = { ...found, before }
  const { chosen, left, without } = await choose(asked, ctx)
  const { named, template, regions } = await nameThem(chosen, asked, ctx)
  const gone = prunable(files, standing.gone)
  const removed = flags.prune ? gone.own : []
  const output = flags.output ?? before?.output
  const choices = { template, regions, output, filter: nextFilter(asked), left }
  return {
    decided: { session, standing, added: named, left: without, gone, removed },
    output,
    remember: () => rememberChoices(session.cacheName, choices, ctx.paths),
  }
}

/** What can be told before anybody signs in. @throws SsoxError `usage` */
export function checkChoices({ filter, template, region }: Flags): void {
  filterBy(filter)
  if (template !== undefined) parseTemplate(template)
  if (region !== undefined) readRegions(region)
}

function filterOf({ flags, before }: Pick<Asked, 'flags' | 'before'>): string | undefined {
  return flags.filter ?? before?.filter
}

/** What is asked for once is wanted later, too, beside what was wanted before. */
function nextFilter({ flags, before }: Asked): string | undefined {
  if (before === undefined || flags.filter === undefined) return filterOf({ flags, before })
  const known = before.filter?.split(',') ?? []
  return before.filter && [...new Set([...known, ...flags.filter.split(',')])].join(',')
}

function regionsOf({ flags, before }: Asked): readonly string[] | undefined {
  return flags.region === undefined ? before?.regions : readRegions(flags.region)
}

/** The roles that get a profile, those that are remembered as left out, and how many stay without. */
async function choose(found: Asked, ctx: Context) {
  const { standing, before, flags } = found
  const open = standing.listed.filter((one) => wantedOf([one], found).length > 0)
  const isMeant = filterBy(filterOf(found))
  // Who chooses again may want what a filter of before has kept away.
  const candidates = flags.choose && flags.filter === undefined ? open : open.filter(isMeant)
  if (flags.filter !== undefined) requireMatch(flags.filter, found)
  const leftBefore = new Set(flags.filter === undefined ? before?.left : [])
  const isFresh = (one: Assignment) => isMeant(one) && !leftBefore.has(keyOf(one))
  const fresh = candidates.filter(isFresh)
  const maySelect = ctx.interactive && !flags.yes && !flags.dryRun && flags.filter === undefined
  const hasChoice = candidates.length > 1 || standing.listed.length > 1
  const isAsked = flags.choose ? candidates.length > 0 : fresh.length > 0 && hasChoice
  const chosen = maySelect && isAsked ? await pickAssignments(candidates, isFresh, ctx) : fresh
  const taken = new Set(chosen.map(keyOf))
  const offered = new Set([...(before?.left ?? []), ...candidates.map(keyOf)])
  const left = open.map(keyOf).filter((key) => offered.has(key) && !taken.has(key))
  return { chosen, left, without: open.length - chosen.length }
}

/** A mistyped filter would be remembered, too. @throws SsoxError `profile` */
function requireMatch(filter: string, { standing, session }: Found): void {
  if (standing.listed.some(filterBy(filter))) return
  throw new SsoxError(
    'profile',
    `none of your accounts and roles matches ${JSON.stringify(filter)}`,
    typedCommand('setup', sessionWord(session), ['--dry-run']),
  )
}

/** A profile for each region, but for those that are there; which region the first has is no matter. */
function wantedOf(chosen: readonly Assignment[], found: Asked, given = regionsOf(found)): Wanted[] {
  const { has } = found.standing
  const regions: readonly (string | undefined)[] = given ?? [undefined]
  return chosen.flatMap((one) =>
    regions
      .filter((region, at) => !has(one, at === 0 ? undefined : region))
      .map((region) => ({ ...one, region })),
  )
}

/** Names and regions of the new profiles: by flags, as the last time, else as the person says. */
async function nameThem(chosen: readonly Assignment[], found: Asked, ctx: Context) {
  const { files, session, before, flags } = found
  let regions = regionsOf(found)
  let template = flags.template ?? before?.template
  if (chosen.length === 0) return { named: [], template, regions }
  const isAsked = ctx.interactive && !flags.yes && !flags.dryRun
  const usual = usualRegion(files, session, ctx)
  regions ??= isAsked ? await askRegions(usual, ctx) : [usual]
  const wanted = wantedOf(chosen, found, regions)
  const taken = [...profileNames(files), ...files.credentials.names('profile')]
  const name = session.kind === 'named' ? session.name : 'sso'
  const nameBy = (one: Template): Named[] => nameAll(wanted, one, name, taken)
  template ??= isAsked && wanted.length > 1 ? await askTemplate(nameBy, ctx) : USUAL_TEMPLATE
  return { named: nameBy(parseTemplate(template)), template, regions }
}
