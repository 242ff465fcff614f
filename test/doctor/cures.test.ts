/** Statements about variables, in each shell that is installed: typed, they do what they say. */
import { set, unset } from '../../src/doctor/cures.ts'
import { environmentAfter, testIn } from '../support/in-shell.ts'
import { assert, suite } from '../support/suite.ts'

const SHELLS = [
  ['bash', 'bash'],
  ['zsh', 'zsh'],
  ['dash', 'sh'],
  ['fish', 'fish'],
  ['tcsh', 'tcsh'],
  ['elvish', 'elvish'],
  ['nu', 'nu'],
  ['pwsh', 'powershell'],
] as const

suite('a cure for variables', (test) => {
  for (const [real, name] of SHELLS)
    testIn(test, real, 'takes them out, and sets one', () => {
      const script = `${unset(name, ['SSOX_ONE', 'SSOX_TWO'])}\n${set(name, 'SSOX_NEW', 'eu-west-1')}`
      const env = { SSOX_ONE: '1', SSOX_TWO: '2', SSOX_THREE: '3' }
      const { environment: after } = environmentAfter(real, script, { env })
      assert.is(after.get('SSOX_ONE'), undefined)
      assert.is(after.get('SSOX_TWO'), undefined)
      assert.is(after.get('SSOX_THREE'), '3')
      assert.is(after.get('SSOX_NEW'), 'eu-west-1')
    })
})
