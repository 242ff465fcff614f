/** The verbs, flags and choices that each hook completes are those of `src/cli/spec.ts`. */
import { assert, suite } from '../support/suite.ts'
import { checkTable, fishTable, powershellTable } from './command-table.ts'
import { posixTable } from './posix-table.ts'

suite('the command table in the hooks', (test) => {
  test('ssox.bash', () => checkTable('ssox.bash', posixTable()))
  test('ssox.zsh', () => checkTable('ssox.zsh', posixTable()))
  test('ssox.fish', () => checkTable('ssox.fish', fishTable()))
  test('ssox.ps1', () => checkTable('ssox.ps1', powershellTable()))

  test('a verb that is missing is noticed', () => {
    const table = posixTable().filter((line) => !line.startsWith('    whoami)'))
    // Not assert.throws, which lets the errors of other assertions pass through.
    let noticed = ''
    try {
      checkTable('ssox.bash', table, false)
    } catch (error) {
      noticed = (error as Error).message
    }
    assert.match(noticed, /^ssox\.bash: set SSOX_WRITE_TABLES=1/)
  })
})
