/**
 * Installs and compiles the consumers of the tests that are no packages of Debian:
 * `node --import tsx test/consumers/install.ts [tool …]`. What the machine cannot make is said.
 */
import { CONSUMERS } from './consumers.ts'
import { make } from './made.ts'

const asked = process.argv.slice(2)
for (const { tool, recipe, lacks } of CONSUMERS) {
  if (!recipe || (asked.length > 0 && !asked.includes(tool))) continue
  const lacking = lacks()
  if (lacking) {
    console.log(`${tool}: not made, for want of ${lacking}`)
    continue
  }
  const begun = Date.now()
  if (make(tool, recipe)) console.log(`${tool}: ${((Date.now() - begun) / 1000).toFixed(1)} s`)
}
