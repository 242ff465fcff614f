/** The table of settings, and that the flags are made from it. */
import { flagText } from '../../src/cli/flag-text.ts'
import { findFlag } from '../../src/cli/spec.ts'
import {
  expectedOf,
  findSetting,
  readValue,
  type Scope,
  SETTING_NAMES,
  SETTINGS,
  type SettingName,
  type SettingSpec,
  scopedSetting,
  settingsWith,
} from '../../src/settings/table.ts'
import { parseGlobs } from '../../src/text/glob.ts'
import { assert, suite } from '../support/suite.ts'

const rows = Object.entries<SettingSpec>(SETTINGS)

suite('the table of settings', (test) => {
  test('names each key as its flag, and says what the flag takes', () => {
    for (const [name, spec] of rows.filter(([, { flag }]) => flag !== undefined)) {
      assert.is(spec.flag, `--${name.replaceAll('_', '-')}`)
      const opposite = name.startsWith('no_') ? findFlag(name.slice(3)) : undefined
      const flag = findFlag(name.replaceAll('_', '-'))
      if (opposite) assert.is(flagText(opposite, undefined).undoes, spec.description)
      else
        for (const key of ['type', 'choices', 'range', 'default', 'variable'] as const)
          assert.is(flag?.[key], spec[key], `${key} of ${name}`)
    }
  })

  test('has every setting of a flag that can be set', () => {
    for (const name of ['mode', 'min_left', 'login', 'no_browser', 'quiet', 'region', 'no_input'])
      assert.ok(findSetting(name)?.flag, name)
  })

  test('has a placeholder for every value and for nothing else', () => {
    for (const [name, { type, value }] of rows)
      assert.is(value === undefined, type === 'boolean', name)
  })

  test('has defaults that a setting could have', () => {
    for (const [name, spec] of rows)
      if (spec.default !== undefined)
        assert.is(readValue(String(spec.default), spec), spec.default, name)
  })

  test('gives the defaults where nothing is said', () => {
    const { mode, min_left, cache, ...others } = settingsWith(new Map())
    assert.equal([mode, min_left, cache], ['both', 5, true])
    assert.equal(new Set(Object.values(others)), new Set([undefined]))
    assert.is(Object.keys(settingsWith(new Map())).length, SETTING_NAMES.length)
  })

  for (const [name, text, value] of [
    ['cache', 'ON', true],
    ['cache', '0', false],
    ['cache', 'maybe', undefined],
    ['min_left', '007', 7],
    ['min_left', '721', undefined],
    ['min_left', '1e1', undefined],
    ['mode', 'keys', 'keys'],
    ['mode', 'KEYS', undefined],
    ['protect', '*prod*', '*prod*'],
    ['protect', 'yes', undefined],
    ['region', 'a b', undefined],
    ['browser', 'firefox %s', 'firefox %s'],
  ] satisfies [SettingName, string, unknown][])
    test(`${name} = ${text}`, () => assert.is(readValue(text, SETTINGS[name]), value))

  test('says what a value can be', () => {
    assert.is(expectedOf(SETTINGS.mode), 'both or keys or profile')
    assert.is(expectedOf(SETTINGS.port), 'a whole number from 1 to 65535')
    assert.is(expectedOf(SETTINGS.quiet), 'true or false')
    assert.match(expectedOf(SETTINGS.region), /the name of a region/)
  })

  test('has what is said for some profiles or sessions alone: the first that matches', () => {
    const scope = (kind: Scope['kind'], globs: string, values: [SettingName, string][]) => ({
      kind,
      globs: parseGlobs(globs) ?? [],
      values: new Map(values),
    })
    const scopes = [
      scope('sso-session', '*', [['browser', 'session']]),
      scope('profile', 'prod', []),
      scope('profile', '*prod*, stage', [['console_browser', 'first']]),
      scope('profile', '*', [['console_browser', 'second']]),
    ]
    assert.is(scopedSetting('console_browser', scopes, 'prod'), 'first')
    assert.is(scopedSetting('console_browser', scopes, 'Stage'), 'first')
    assert.is(scopedSetting('console_browser', scopes, 'dev'), 'second')
    assert.is(scopedSetting('browser', scopes, 'dev'), 'session')
    assert.is(scopedSetting('portal', scopes, 'dev'), undefined)
    assert.is(scopedSetting('quiet', scopes, 'dev'), undefined)
  })

  test('knows no key of JavaScript', () => {
    for (const key of ['constructor', '__proto__', 'toString'])
      assert.is(findSetting(key), undefined)
  })
})
