/** What `setup` asks on a terminal, and what it takes where nobody is asked. */
import { isRegionName } from '../aws/partition.ts'
import type { AwsFiles, SsoSession } from '../aws/profile.ts'
import type { Context } from '../context.ts'
import { Cancelled, SsoxError } from '../problem.ts'
import { runPicker } from '../profiles/picker-screen.ts'
import { ask } from '../system/ask.ts'
import { canRedraw } from '../system/terminal.ts'
import { shownIn } from '../ui/charset.ts'
import { table } from '../ui/columns.ts'
import { openPicker, pickerItem } from '../ui/picker.ts'
import type { PickerColumn } from '../ui/picker-view.ts'
import type { Named } from './names.ts'
import type { Assignment } from './plan.ts'
import { parseTemplate, type Template, USUAL_TEMPLATE } from './template.ts'

const TABLE: readonly PickerColumn[] = [
  { title: 'ACCOUNT', rank: 0 },
  { title: '', rank: 3, isFixed: true },
  { title: 'ROLE', rank: 1 },
  { title: '', rank: 2, isFixed: true },
]
const PREVIEW_ROWS = 8

/** The roles that get a profile; `fresh` are marked at first. @throws Cancelled */
export async function pickAssignments(
  candidates: readonly Assignment[],
  isFresh: (one: Assignment) => boolean,
  ctx: Context,
): Promise<Assignment[]> {
  const byItem = new Map(
    candidates.map((one) => {
      const columns = [one.accountName || one.accountId, one.accountId, one.roleName] as const
      return [pickerItem(columns), one]
    }),
  )
  const marked = [...byItem].filter(([, one]) => isFresh(one)).map(([item]) => item)
  const hasOlder = marked.length < byItem.size
  const accounts = new Set(candidates.map(({ accountId }) => accountId)).size
  const many = `${candidates.length} roles in ${accounts} ${accounts === 1 ? 'account' : 'accounts'}`
  ctx.say.ask(
    `${many} can have a profile${canRedraw(ctx.env) ? '; Enter takes those that are marked' : ''}`,
  )
  if (!canRedraw(ctx.env)) {
    const cannot = `this terminal cannot show a list (TERM=${ctx.env['TERM']})`
    ctx.say.ask(`${cannot}: all that are new are taken; --filter takes some`)
    return candidates.filter(isFresh)
  }
  const { dim, green } = ctx.say.colours
  const step = await runPicker(
    openPicker([...byItem.keys()], marked),
    {
      prompt: 'Profiles for',
      table: TABLE,
      note: (item) => {
        const one = byItem.get(item)
        const isNew = one !== undefined && isFresh(one)
        const text = hasOlder ? (isNew ? 'new' : 'left out') : ''
        return { text, style: isNew ? green : dim }
      },
    },
    ctx,
  )
  if (step?.kind !== 'marked') throw new Cancelled()
  return step.items.flatMap((item) => byItem.get(item) ?? [])
}

/** The names by a template, for people; long lists are cut. */
function showNames(named: readonly Named[], { say, env, terminal }: Context): void {
  const rows = named
    .slice(0, PREVIEW_ROWS)
    .map(({ name, accountId, roleName }) => [`  ${name}`, accountId, roleName])
  const fit = [{ rank: 0 }, { rank: 1 }, { rank: 2, isFlexible: true }]
  say.lines(table(rows, { columns: terminal.columns, fit, mark: shownIn(env, '…') }))
  const more = named.length - rows.length
  if (more > 0) say.lines(`  ${shownIn(env, '…')} and ${more} more\n`)
  const other = named.filter(({ avoids }) => avoids !== undefined)
  const [first] = other
  if (first)
    say.ask(
      `${other.length} of them ${other.length === 1 ? 'has' : 'have'} the account id as well, since the name is taken otherwise: ${first.avoids}`,
    )
}

/** The template that the person takes, after a look at the names that it makes. @throws Cancelled */
export async function askTemplate(
  nameBy: (template: Template) => readonly Named[],
  ctx: Context,
): Promise<string> {
  let text = USUAL_TEMPLATE
  for (;;) {
    const named = nameBy(parseTemplate(text))
    ctx.say.ask(`${named.length} profiles, named by ${text}:`)
    showNames(named, ctx)
    const question = 'Enter takes these names, or type another template, such as {account}-{role}: '
    const answer = (await ask(question, ctx.signal)).trim()
    if (answer === '') return text
    try {
      parseTemplate(answer)
      text = answer
    } catch (error) {
      if (!(error instanceof SsoxError)) throw error
      ctx.say.problem(error)
    }
  }
}

/** The regions in a list, separated by commas. @throws SsoxError `usage` */
export function readRegions(text: string): string[] {
  const regions = text.split(',').map((region) => region.trim())
  const wrong = regions.find((region) => !isRegionName(region))
  if (wrong === undefined) return [...new Set(regions)]
  throw new SsoxError(
    'usage',
    `--region cannot be ${JSON.stringify(wrong)}, which is not the name of a region`,
    'use one such as eu-west-1; several, with commas between, make a profile for each',
  )
}

/** The regions of the profiles; Enter takes the usual one. @throws Cancelled */
export async function askRegions(usual: string, ctx: Context): Promise<string[]> {
  for (;;) {
    const answer = await ask(`AWS region of the profiles [${usual}]: `, ctx.signal)
    try {
      return readRegions(answer.trim() || usual)
    } catch (error) {
      if (!(error instanceof SsoxError)) throw error
      ctx.say.problem(error)
    }
  }
}

/** What somebody would most likely answer: their own region, else that of Identity Center. */
export function usualRegion(
  { config }: AwsFiles,
  session: SsoSession,
  { region }: Context,
): string {
  const ofDefault = config.section('profile', 'default')?.values.get('region')
  const found = [region.environment, ofDefault, region.setting].find(
    (one) => one !== undefined && isRegionName(one),
  )
  return found ?? session.region
}
