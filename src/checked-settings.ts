/**
 * The settings with every value checked at once, so that a mistake in the file shows whatever the
 * verb is, and the same in the warm lane and in the full program.
 */
import { parseGlobs } from './aws/glob.ts'
import { isRegionName } from './aws/partition.ts'
import { suggest } from './aws/suggest.ts'
import { SsoxError } from './problem.ts'
import { readSettings, type Settings } from './state/settings.ts'

const TRUE = ['true', 'yes', 'on', '1']
const FALSE = ['false', 'no', 'off', '0']
const LONGEST_MIN_LEFT = 720

interface Rule {
  readonly holds: (value: string) => boolean
  readonly expected: string
}

const YES_OR_NO: Rule = {
  holds: (value) => [...TRUE, ...FALSE].includes(value.toLowerCase()),
  expected: 'true or false',
}

/** Keys that take any text. */
const FREE = ['browser', 'picker']

const RULES: Readonly<Record<string, Rule>> = {
  cache: YES_OR_NO,
  color: YES_OR_NO,
  device_code: YES_OR_NO,
  login: YES_OR_NO,
  no_browser: YES_OR_NO,
  no_input: YES_OR_NO,
  quiet: YES_OR_NO,
  login_flow: oneOf('pkce', 'device'),
  mode: oneOf('both', 'keys', 'profile'),
  min_left: wholeNumber(0, LONGEST_MIN_LEFT),
  port: wholeNumber(1, 65_535),
  protect: {
    holds: (value) => parseGlobs(value) !== undefined && !TRUE.includes(value.toLowerCase()),
    expected:
      'globs of *, ?, [a-z] and [!a-z] such as *prod*, with ? for signs like quotes or braces',
  },
  region: { holds: isRegionName, expected: 'the name of a region, such as eu-west-1' },
}

/**
 * Reads the settings; an empty value counts as none.
 * @throws SsoxError `usage` naming the key and its value, `profile` when the file cannot be read
 */
export function loadSettings(path: string): Settings {
  const settings = new Map([...readSettings(path)].filter(([, value]) => value !== ''))
  for (const [key, value] of settings) {
    const rule = Object.hasOwn(RULES, key) ? RULES[key] : undefined
    if (rule === undefined || rule.holds(value)) continue
    throw new SsoxError(
      'usage',
      `the setting ${key} is "${value}"; it must be ${rule.expected}`,
      `correct ${key} in ${path}`,
    )
  }
  return settings
}

/** Keys of the settings that mean nothing, each with the one that was perhaps meant. */
export function unknownSettings(
  settings: Settings,
): { readonly key: string; readonly meant: string | undefined }[] {
  const known = [...Object.keys(RULES), ...FREE]
  return [...settings.keys()]
    .filter((key) => !known.includes(key))
    .map((key) => ({ key, meant: suggest(key, known)[0] }))
}

/** A setting that is true or false; undefined when it is not there. */
export function truth(settings: Settings, key: string): boolean | undefined {
  const value = settings.get(key)?.toLowerCase()
  return value === undefined ? undefined : TRUE.includes(value)
}

function oneOf(...choices: readonly string[]): Rule {
  return { holds: (value) => choices.includes(value), expected: choices.join(' or ') }
}

function wholeNumber(least: number, most: number): Rule {
  return {
    holds: (value) => /^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most,
    expected: `a whole number from ${least} to ${most}`,
  }
}
