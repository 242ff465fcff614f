/** Which name each new profile gets: by the template, and by another where that is taken. Pure. */
import { namesRegion, renderName, shortRegion, type Template } from './template.ts'

/** A profile that shall be made. */
export interface Wanted {
  readonly accountId: string
  /** As AWS has it; may be empty. */
  readonly accountName: string
  readonly roleName: string
  readonly region: string | undefined
}

export interface Named extends Wanted {
  readonly name: string
  /** Why it is not what the template says: another profile has that name, or another new one. */
  readonly avoids: string | undefined
}

/**
 * Names for new profiles, in their order; none is taken, none twice, whatever the case of its letters.
 * Where two would have the same, or one is taken, the account id is added.
 */
export function nameAll(
  wanted: readonly Wanted[],
  template: Template,
  session: string,
  taken: Iterable<string>,
): Named[] {
  const used = new Set(['default', ...taken].map((name) => name.toLowerCase()))
  const first = wanted[0]?.region
  const isPlain = (one: Wanted) => one.region === first || namesRegion(template)
  const render = (one: Wanted, account: string) => {
    const name = renderName(template, {
      account,
      id: one.accountId,
      role: one.roleName,
      region: one.region ?? '',
      session,
    })
    return isPlain(one) ? name : `${name}.${shortRegion(one.region ?? '')}`
  }
  const usual = wanted.map((one) => render(one, one.accountName))
  const count = new Map<string, number>()
  for (const name of usual) count.set(name.toLowerCase(), (count.get(name.toLowerCase()) ?? 0) + 1)
  const isFree = (name: string) => !used.has(name.toLowerCase())
  const names = new Map<number, string>()
  for (const [at, name] of usual.entries()) {
    if (count.get(name.toLowerCase()) !== 1 || !isFree(name)) continue
    names.set(at, name)
    used.add(name.toLowerCase())
  }
  return wanted.map((one, at) => {
    const own = usual[at] ?? ''
    const name = names.get(at) ?? freeName(own, render(one, `${one.accountName} ${one.accountId}`))
    return { ...one, name, avoids: name === own ? undefined : own }

    function freeName(plain: string, withId: string): string {
      const hasId = (text: string) => text.includes(one.accountId)
      const base = hasId(plain) ? plain : hasId(withId) ? withId : `${plain}-${one.accountId}`
      let free = base
      for (let number = 2; !isFree(free); number++) free = `${base}-${number}`
      used.add(free.toLowerCase())
      return free
    }
  })
}
