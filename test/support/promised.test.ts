/** A test whose tool is missing is never passed over without a word. */
import { unlessMissing } from './promised.ts'
import { assert, type Declare, suite } from './suite.ts'

/** What becomes of a test that is declared so. */
function fateOf(missing: string | undefined, promised: boolean): string {
  let fate = 'not declared'
  const declare = (_: string, run: () => unknown) => {
    try {
      run()
      fate = 'run'
    } catch (thrown) {
      fate = `failed: ${(thrown as Error).message}`
    }
  }
  const skip = (_: string, reason: string) => {
    fate = `skipped: ${reason}`
  }
  const test: Declare = Object.assign(declare, { skip })
  unlessMissing(test, missing, promised)('title', () => undefined)
  return fate
}

suite('a test whose tool is missing', (test) => {
  const cases: [title: string, missing: string | undefined, promised: boolean, fate: string][] = [
    ['runs when nothing is missing', undefined, false, 'run'],
    ['runs when what is promised is there', undefined, true, 'run'],
    [
      'is skipped with the reason',
      'tmux is not installed',
      false,
      'skipped: tmux is not installed',
    ],
    ['fails when that was promised', 'tmux is gone', true, 'failed: promised, but tmux is gone'],
  ]
  for (const [title, missing, promised, fate] of cases)
    test(title, () => assert.is(fateOf(missing, promised), fate))
})
