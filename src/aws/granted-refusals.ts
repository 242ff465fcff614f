/** Profiles of granted (`granted-keys.ts`) of which two tools would make two accounts: they are refused. */
import { granted, KEYS, ROLE_KEYS } from './granted-keys.ts'
import { processCall } from './process-command.ts'
import type { ProfileView } from './profile-view.ts'

/**
 * A profile that says twice who it is, in two ways, is nobody: the AWS tools and granted would act as
 * two accounts.
 * @throws SsoxError `profile`
 */
export function refuseSecondIdentity({ name, getFrom, place, fail }: ProfileView): void {
  const written = (key: string) => getFrom('credentials', key) ?? getFrom('config', key)
  for (const key of KEYS) {
    const [own, other] = [written(key), written(granted(key))]
    if (own === undefined || other === undefined || own === other) continue
    throw fail(
      `profile "${name}" has ${key} = ${own}, and ${granted(key)} = ${other}`,
      `remove one of ${key} and ${granted(key)} from ${place(key)}`,
    )
  }
}

/**
 * Account and role of one profile beside a line of granted for another: granted refuses it, the AWS
 * tools get the keys of the other.
 * @throws SsoxError `profile`
 */
export function refuseLineOfAnother(view: ProfileView, command: string): void {
  const call = processCall(command)
  const hasRole = ROLE_KEYS.some((key) => view.get(granted(key)) !== undefined)
  if (!hasRole || call?.program !== 'granted' || call.profile === undefined) return
  throw view.fail(
    `profile "${view.name}" has granted_sso_* of its own, but its credential_process calls granted for "${call.profile}"`,
    `write --profile ${view.name} in credential_process of ${view.place('credential_process')}`,
  )
}
