/** What `setup` says at its end: in words, and as JSON. */
import type { SsoSession } from '../aws/profile.ts'
import type { Context } from '../context.ts'
import type { EditResult } from '../install/edit.ts'
import { withTilde } from '../install/edit.ts'
import { typedCommand, typedWord } from '../ui/typed-command.ts'
import { type ConfigChange, undoCommand } from './config-file.ts'
import type { Listing } from './listing.ts'
import type { Named } from './names.ts'
import type { Present, Standing } from './plan.ts'

/** What was found and decided. */
export interface Decided {
  readonly session: SsoSession
  readonly standing: Standing
  readonly added: readonly Named[]
  /** Not chosen, now or earlier. */
  readonly left: number
  readonly gone: { readonly own: readonly Present[]; readonly others: readonly Present[] }
  readonly removed: readonly Present[]
}

const MAX_NAMED = 6

/** Says what is gone, before anything is asked. */
export function sayGone({ gone, removed, session }: Decided, { say }: Context): void {
  const { own, others } = gone
  if (own.length > 0 && removed.length === 0)
    say.warn(
      `${listed(own)} ${own.length === 1 ? 'is' : 'are'} for an account or role that you have no more; ${typedCommand('setup', sessionWord(session), ['--prune'])} takes ${own.length === 1 ? 'it' : 'them'} out`,
    )
  if (others.length > 0)
    say.warn(
      `${listed(others)} ${others.length === 1 ? 'is' : 'are'} for an account or role that you have no more, and not as setup has made ${others.length === 1 ? 'it' : 'them'}, so left alone`,
    )
}

/** Says which accounts the portal has listed, but would not tell the roles of. */
export function sayRefused({ refused, accounts = [] }: Listing, { say }: Context): void {
  const names = accounts.filter(({ id }) => refused.has(id)).map(({ id, name }) => name || id)
  if (names.length === 0) return
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : ''
  say.warn(
    `AWS lists ${count(names.length, 'account')} whose roles it does not tell: ${names.slice(0, MAX_NAMED).join(', ')}${more}`,
  )
}

/** Says that there is nothing to do. */
export function sayUpToDate({ standing, left, session }: Decided, { say }: Context): void {
  const { listed: all, present, has } = standing
  const covered = all.filter((one) => has(one)).length
  const which =
    covered === all.length
      ? all.length === 1
        ? 'your only role has'
        : `all ${count(covered, 'role')} have`
      : `${covered} of ${count(all.length, 'role')} ${covered === 1 ? 'has' : 'have'}`
  say.note(`nothing new: ${which} a profile`)
  if (left > 0)
    say.note(
      `${count(left, 'role')} ${left === 1 ? 'was' : 'were'} left out: ${typedCommand('setup', sessionWord(session), ['--choose'])} chooses again`,
    )
  const legacy = present.filter(({ isLegacy }) => isLegacy).length
  if (legacy > 0 && session.kind === 'named')
    say.note(
      `${count(legacy, 'profile')} ${legacy === 1 ? 'has' : 'have'} the older form, which is not renewed by itself: ssox setup --convert mends that`,
    )
}

/** Says what was done, and how it is undone. */
export function sayDone({ added, removed }: Decided, change: ConfigChange, ctx: Context): void {
  const { say, paths } = ctx
  if (change.result === 'declined') say.ask('not changed')
  if (change.result === 'unchanged' && added.length + removed.length > 0)
    say.note('another ssox has made this change meanwhile')
  if (change.result !== 'changed') return
  const done = [
    ...(added.length > 0 ? [`${count(added.length, 'profile')} added`] : []),
    ...(removed.length > 0 ? [`${count(removed.length, 'profile')} taken out`] : []),
  ]
  say.note(`${done.join(', ')} in ${withTilde(paths.config, paths.home)}`)
  if (change.backup !== undefined) say.note(`undo: ${undoCommand(change.backup, ctx)}`)
}

/** The next thing to type. */
export function sayNext({ added }: Decided, hasHook: boolean, { say }: Context): void {
  const [first] = added
  if (!first) return
  const word = typedWord(first.name)
  say.note(
    hasHook
      ? `next: awsuse ${word}, or awsuse alone to choose; ssox status shows them all`
      : `next: eval "$(ssox env ${word})", or ssox exec ${word} -- aws s3 ls; ssox status shows them all`,
  )
}

/** The same for programs. */
export function asJson(
  { session, standing, added, gone, removed }: Decided,
  result: EditResult,
  { backup }: Pick<ConfigChange, 'backup'>,
): string {
  const isOut = new Set(removed.map(({ name }) => name))
  const shown = (one: Pick<Present, 'name' | 'accountId' | 'roleName' | 'region'>) => ({
    name: one.name,
    accountId: one.accountId,
    roleName: one.roleName,
    region: one.region,
  })
  const value = {
    version: 1,
    result,
    session: session.kind === 'named' ? session.name : null,
    startUrl: session.startUrl,
    ssoRegion: session.region,
    added: added.map((one) => ({ ...shown(one), accountName: one.accountName })),
    kept: standing.present.filter((one) => !isOut.has(one.name)).map(shown),
    gone: [
      ...gone.own.map((one) => ({ ...shown(one), prunable: true, removed: isOut.has(one.name) })),
      ...gone.others.map((one) => ({ ...shown(one), prunable: false, removed: false })),
    ],
    backup: backup ?? null,
  }
  return `${JSON.stringify(value, undefined, 2)}\n`
}

/** By what `setup` is called for this session again. */
export function sessionWord(session: SsoSession): string {
  return session.kind === 'named' && !session.isDraft ? session.name : session.startUrl
}

function listed(profiles: readonly Present[]): string {
  const names = profiles.slice(0, MAX_NAMED).map(({ name }) => `"${name}"`)
  const more = profiles.length - names.length
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '')
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
