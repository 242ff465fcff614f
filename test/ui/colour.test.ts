import { $ as kleur } from 'kleur/colors'
import { type ColourFacts, colours, decideColour } from '../../src/ui/colour.ts'
import { assert, suite } from '../support/suite.ts'

const NOTHING: ColourFacts = { flag: undefined, env: {}, isTerminal: false }

suite('decideColour', (test) => {
  const cases: readonly [string, Partial<ColourFacts>, boolean][] = [
    ['a terminal gets colour', { isTerminal: true }, true],
    ['a pipe gets none', { isTerminal: false }, false],
    ['--color colours a pipe', { flag: true }, true],
    ['--no-color leaves a terminal plain', { flag: false, isTerminal: true }, false],
    ['--color is stronger than NO_COLOR', { flag: true, env: { NO_COLOR: '1' } }, true],
    ['--no-color is stronger than FORCE_COLOR', { flag: false, env: { FORCE_COLOR: '1' } }, false],
    ['--color is stronger than TERM=dumb', { flag: true, env: { TERM: 'dumb' } }, true],
    ['NO_COLOR leaves a terminal plain', { env: { NO_COLOR: '1' }, isTerminal: true }, false],
    ['NO_COLOR=0 counts too', { env: { NO_COLOR: '0' }, isTerminal: true }, false],
    ['an empty NO_COLOR does not count', { env: { NO_COLOR: '' }, isTerminal: true }, true],
    ['NO_COLOR is stronger than FORCE_COLOR', { env: { NO_COLOR: '1', FORCE_COLOR: '1' } }, false],
    [
      'NO_COLOR is stronger than CLICOLOR_FORCE',
      { env: { NO_COLOR: '1', CLICOLOR_FORCE: '1' } },
      false,
    ],
    ['FORCE_COLOR colours a pipe', { env: { FORCE_COLOR: '1' } }, true],
    ['FORCE_COLOR=true colours a pipe', { env: { FORCE_COLOR: 'true' } }, true],
    [
      'FORCE_COLOR=0 leaves a terminal plain',
      { env: { FORCE_COLOR: '0' }, isTerminal: true },
      false,
    ],
    ['FORCE_COLOR=false too', { env: { FORCE_COLOR: 'false' }, isTerminal: true }, false],
    ['an empty FORCE_COLOR does not count', { env: { FORCE_COLOR: '' } }, false],
    [
      'FORCE_COLOR=0 is stronger than CLICOLOR_FORCE',
      { env: { FORCE_COLOR: '0', CLICOLOR_FORCE: '1' } },
      false,
    ],
    ['FORCE_COLOR is stronger than CLICOLOR=0', { env: { FORCE_COLOR: '1', CLICOLOR: '0' } }, true],
    ['FORCE_COLOR is stronger than TERM=dumb', { env: { FORCE_COLOR: '1', TERM: 'dumb' } }, true],
    ['CLICOLOR_FORCE colours a pipe', { env: { CLICOLOR_FORCE: '1' } }, true],
    ['CLICOLOR_FORCE=0 does not count', { env: { CLICOLOR_FORCE: '0' } }, false],
    [
      'CLICOLOR_FORCE=0 does not take colour away',
      { env: { CLICOLOR_FORCE: '0' }, isTerminal: true },
      true,
    ],
    [
      'CLICOLOR_FORCE is stronger than CLICOLOR=0',
      { env: { CLICOLOR_FORCE: '1', CLICOLOR: '0' } },
      true,
    ],
    [
      'CLICOLOR_FORCE is stronger than TERM=dumb',
      { env: { CLICOLOR_FORCE: '1', TERM: 'dumb' } },
      true,
    ],
    ['CLICOLOR=0 leaves a terminal plain', { env: { CLICOLOR: '0' }, isTerminal: true }, false],
    ['CLICOLOR=1 does not colour a pipe', { env: { CLICOLOR: '1' } }, false],
    ['TERM=dumb leaves a terminal plain', { env: { TERM: 'dumb' }, isTerminal: true }, false],
    ['any other TERM changes nothing', { env: { TERM: 'xterm' }, isTerminal: true }, true],
  ]
  for (const [sentence, facts, expected] of cases)
    test(sentence, () => assert.is(decideColour({ ...NOTHING, ...facts }), expected))
})

suite('colours', (test) => {
  test('styles text when enabled, whatever kleur thinks of stdout', () => {
    const before = kleur.enabled
    try {
      for (const global of [true, false]) {
        kleur.enabled = global
        assert.is(colours(true).red('no'), '\x1b[31mno\x1b[39m')
        assert.is(colours(false).red('no'), 'no')
        assert.is(kleur.enabled, global, "kleur's own switch is as it was")
      }
    } finally {
      kleur.enabled = before
    }
  })

  test('keeps two streams apart', () => {
    const [out, err] = [colours(false), colours(true)]
    assert.is(out.bold('x') + err.bold('x') + out.bold('x'), 'x\x1b[1mx\x1b[22mx')
  })

  test('combines the styles of a protected account', () => {
    const shown = colours(true).danger('prod')
    for (const code of ['\x1b[1m', '\x1b[37m', '\x1b[41m']) assert.ok(shown.includes(code), code)
    assert.ok(shown.includes('prod'))
  })

  test('leaves nothing behind for empty text', () => assert.is(colours(true).dim(''), ''))

  test('every style is plain when disabled', () => {
    for (const style of Object.values(colours(false))) assert.is(style('x'), 'x')
  })

  test('every style is visible when enabled', () => {
    for (const style of Object.values(colours(true))) assert.match(style('x'), /^\x1b\[.*x.*m$/)
  })
})
