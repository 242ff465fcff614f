/** Which consumers can run here; the others are skipped, or fail where they are promised. */
import { existsSync } from 'node:fs'
import { isPromised, unlessMissing } from '../support/promised.ts'
import type { Declare } from '../support/suite.ts'
import { CONSUMERS, type Consumer } from './consumers.ts'
import { madeFolder } from './made.ts'

function missing({ tool, recipe, lacks }: Consumer): string | undefined {
  const lacking = lacks()
  if (lacking) return `it needs ${lacking}`
  if (!recipe || existsSync(madeFolder(tool, recipe))) return undefined
  return `it is not made: node --import tsx test/consumers/install.ts ${tool}`
}

const found = CONSUMERS.map((consumer) => ({ consumer, missing: missing(consumer) }))

/** The consumers that can run here. */
export const PRESENT: readonly Consumer[] = found
  .filter((one) => one.missing === undefined)
  .map(({ consumer }) => consumer)

/** Declares one test for each consumer that cannot. */
export function declareMissing(test: Declare): void {
  for (const { consumer, missing: words } of found)
    if (words) unlessMissing(test, words, isPromised(consumer.tool))(consumer.name, () => undefined)
}

/** The names of consumers, for a title. */
export const namesOf = (consumers: readonly Consumer[]) =>
  consumers.map(({ tool }) => tool).join(', ')
