/** Which consumers can run here; the others are skipped, or fail where they are promised. */
import { existsSync } from 'node:fs'
import { isPromised, unlessMissing } from '../support/promised.ts'
import type { Declare } from '../support/suite.ts'
import { CONSUMERS, type Consumer } from './consumers.ts'
import { madeFolder } from './made.ts'

/** Why a consumer cannot run here, in words; undefined: it can. */
function missing({ tool, recipe, lacks }: Consumer): string | undefined {
  const lacking = lacks()
  if (lacking) return `it needs ${lacking}`
  if (!recipe || existsSync(madeFolder(tool, recipe))) return undefined
  return `it is not made: node --import tsx test/consumers/install.ts ${tool}`
}

/** Those of the consumers that can run here; for each other one a test is declared. */
export function presentConsumers(
  test: Declare,
  consumers: readonly Consumer[] = CONSUMERS,
): readonly Consumer[] {
  return consumers.filter((consumer) => {
    const words = missing(consumer)
    if (words === undefined) return true
    unlessMissing(test, words, isPromised(consumer.tool))(consumer.name, () => undefined)
    return false
  })
}

/** The first of these consumers that can run here. @throws Error when none can */
export function consumerOf(...tools: readonly string[]): Consumer {
  for (const tool of tools) {
    const consumer = CONSUMERS.find((one) => one.tool === tool)
    if (consumer && missing(consumer) === undefined) return consumer
  }
  throw new Error(`none of these is here: ${tools.join(', ')}`)
}

/** The names of consumers, for a title. */
export const namesOf = (consumers: readonly Consumer[]) =>
  consumers.map(({ tool }) => tool).join(', ')
