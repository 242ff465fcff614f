/** The table of all checks, and what they find. */

import { CACHE_CHECKS } from './checks/caches.ts'
import { ENVIRONMENT_CHECKS } from './checks/environment.ts'
import { FILE_CHECKS } from './checks/files.ts'
import { KEY_CHECKS } from './checks/keys.ts'
import { NETWORK_CHECKS } from './checks/network.ts'
import { PROFILE_CHECKS } from './checks/profiles.ts'
import { SHELL_CHECKS } from './checks/shell.ts'
import { TOOL_CHECKS } from './checks/tools.ts'
import type { Facts } from './facts.ts'
import { AREAS, type Check, type Found } from './finding.ts'

export const CHECKS: readonly Check[] = [
  ...FILE_CHECKS,
  ...PROFILE_CHECKS,
  ...KEY_CHECKS,
  ...ENVIRONMENT_CHECKS,
  ...CACHE_CHECKS,
  ...NETWORK_CHECKS,
  ...SHELL_CHECKS,
  ...TOOL_CHECKS,
]

const WORST_FIRST = ['broken', 'warning', 'note'] as const

/** What all checks find, by area, the worst first. */
export function examine(facts: Facts): Found[] {
  const found = CHECKS.flatMap((check) => check.run(facts).map((one) => ({ ...one, check })))
  const order = (one: Found) =>
    AREAS.indexOf(one.check.area) * WORST_FIRST.length + WORST_FIRST.indexOf(one.level)
  return found.sort((a, b) => order(a) - order(b))
}

/** True when nothing is broken: warnings and notes are no failure. */
export function isHealthy(found: readonly Found[]): boolean {
  return found.every(({ level }) => level !== 'broken')
}
