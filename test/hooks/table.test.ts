/** What the hooks hold of `src`: the verbs, flags and choices, and the variables of rivals. */
import { readFileSync } from 'node:fs'
import { RIVALS } from '../../src/aws/environment.ts'
import { assert, suite } from '../support/suite.ts'
import { checkTable, fishTable, powershellTable } from './command-table.ts'
import { hookPath } from './hook-shell.ts'
import { posixTable } from './posix-table.ts'

const HOOKS = ['ssox.bash', 'ssox.zsh', 'ssox.fish', 'ssox.ps1'] as const

suite('what the hooks hold of the program', (test) => {
  test('ssox.bash: the command table', () => checkTable('ssox.bash', posixTable()))
  test('ssox.zsh: the command table', () => checkTable('ssox.zsh', posixTable()))
  test('ssox.fish: the command table', () => checkTable('ssox.fish', fishTable()))
  test('ssox.ps1: the command table', () => checkTable('ssox.ps1', powershellTable()))

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

  for (const hook of HOOKS)
    test(`${hook}: unsets what src/aws/environment.ts says, and the mark of the guard`, () => {
      const text = readFileSync(hookPath(hook), 'utf8')
      const [, block = ''] = /^ *# BEGIN rivals\n(.*?)^ *# END rivals$/ms.exec(text) ?? []
      const families = /^(AWSUME_|GRANTED_SSO)/
      const expected = [...RIVALS.filter((name) => !families.test(name)), 'SSOX_PROTECTED']
      const all = block.match(/\b[A-Z][A-Z0-9_]+\b/g) ?? []
      const names = all.filter((name) => !families.test(name)).sort()
      // Where the hook looks for them first, it has the list twice.
      const lists = block.includes('+1}') ? [...expected, ...expected] : expected
      assert.equal(names, lists.sort())
      for (const family of ['AWSUME_', 'GRANTED_SSO']) assert.ok(text.includes(family), family)
    })
})
