/** Removes left copies over and over, as other runs would: `sweeper.process.ts <runtime folder>`. */
import { removeLeftCopies } from '../../src/state/private-copies.ts'

const [runtime = ''] = process.argv.slice(2)
process.stdin.resume()
process.stdin.on('end', () => process.exit())
process.stdout.write('ready\n')
const sweep = () => {
  for (let n = 0; n < 100; n++) removeLeftCopies({ runtime, otherRuntimes: [] })
  setImmediate(sweep)
}
sweep()
