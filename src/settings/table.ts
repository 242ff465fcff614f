/**
 * The table of settings: the check of the settings file, the flags that a setting stands for, the
 * help and the README's list are made from it. Keys are named as the flags, with `_` (contract,
 * "Precedence").
 */

import { isRegionName } from '../aws/partition.ts'
import { type Glob, matchesGlob, parseGuard } from '../text/glob.ts'

/**
 * Sections of the settings file beside `[ssox]`, for some profiles or SSO sessions alone:
 * `[profile <globs>]`, `[sso-session <globs>]`.
 */
export const SECTION_KINDS = ['profile', 'sso-session'] as const
export type SectionKind = (typeof SECTION_KINDS)[number]

export interface SettingSpec {
  readonly type: 'string' | 'number' | 'boolean'
  readonly description: string
  /** The flag that comes before it, as typed. */
  readonly flag?: string
  /** The environment variable that comes before it, for ssox alone. */
  readonly variable?: string
  /** Placeholder of the value; absent for booleans. */
  readonly value?: string
  readonly choices?: readonly string[]
  /** Limits of a number, both included. */
  readonly range?: readonly [least: number, most: number]
  /** What holds without it; none where something else decides then. */
  readonly default?: string | number | boolean
  /** Where it may stand besides `[ssox]`. */
  readonly section?: SectionKind
  /** What its text must be besides, and the words for it. */
  readonly check?: { readonly holds: (text: string) => boolean; readonly expected: string }
}

const TRUE = ['true', 'yes', 'on', '1']
const FALSE = ['false', 'no', 'off', '0']

export const SETTINGS = {
  mode: {
    type: 'string',
    flag: '--mode',
    value: 'mode',
    choices: ['both', 'keys', 'profile'],
    default: 'both',
    description: 'set the keys, AWS_PROFILE, or both',
  },
  min_left: {
    type: 'number',
    flag: '--min-left',
    value: 'minutes',
    range: [0, 720],
    default: 5,
    description: 'role credentials with less time left than this are renewed',
  },
  region: {
    type: 'string',
    flag: '--region',
    value: 'region',
    description: 'AWS region where the profile has none',
    check: { holds: isRegionName, expected: 'the name of a region, such as eu-west-1' },
  },
  protect: {
    type: 'string',
    value: 'globs',
    description: 'profiles, accounts and roles to ask about before each switch to them',
    check: {
      holds: (text) => parseGuard(text) !== undefined && !TRUE.includes(text.toLowerCase()),
      expected:
        'globs of *, ?, [a-z] and [!a-z] such as *prod*, with ? for signs like quotes or braces',
    },
  },
  cache: {
    type: 'boolean',
    default: true,
    description: 'keep copies of credentials for the hooks: no process per switch, and renewal',
  },
  picker: {
    type: 'string',
    variable: 'SSOX_PICKER',
    value: 'command',
    description: 'choose a profile with this command, such as fzf',
  },
  mfa_command: {
    type: 'string',
    value: 'command',
    description: 'the MFA code is what this command prints',
  },
  login: {
    type: 'boolean',
    flag: '--login',
    description: 'sign in if needed, even without a terminal',
  },
  login_flow: {
    type: 'string',
    value: 'flow',
    choices: ['pkce', 'device'],
    description: 'sign in with the browser (pkce), or with a code',
  },
  device_code: {
    type: 'boolean',
    flag: '--device-code',
    description: 'sign in with a code, on any device',
  },
  browser: {
    type: 'string',
    flag: '--browser',
    variable: 'SSOX_BROWSER',
    value: 'command',
    section: 'sso-session',
    description: 'open the sign-in page with this command',
  },
  no_browser: {
    type: 'boolean',
    flag: '--no-browser',
    description: 'print the URL and open nothing',
  },
  port: {
    type: 'number',
    flag: '--port',
    value: 'n',
    range: [1, 65_535],
    description: 'fixed port for the callback of the browser',
  },
  console_browser: {
    type: 'string',
    value: 'command',
    section: 'profile',
    description: 'open the console with this command',
  },
  portal: {
    type: 'boolean',
    flag: '--portal',
    section: 'profile',
    description:
      'open the console by a link of the access portal, where the profile is an SSO profile',
  },
  duration: {
    type: 'number',
    flag: '--duration',
    value: 'minutes',
    range: [15, 720],
    section: 'profile',
    description: 'length of a console session, where AWS gives a choice',
  },
  no_input: { type: 'boolean', flag: '--no-input', description: 'never ask anything' },
  quiet: {
    type: 'boolean',
    flag: '--quiet',
    description: 'only problems and what needs an answer',
  },
  color: { type: 'boolean', flag: '--color', description: 'colour always' },
} as const satisfies Record<string, SettingSpec>

type Table = typeof SETTINGS
export type SettingName = keyof Table

type ValueOf<Spec> = Spec extends { type: 'boolean' }
  ? boolean
  : Spec extends { type: 'number' }
    ? number
    : Spec extends { choices: readonly (infer Choice)[] }
      ? Choice
      : string

/** The settings of one run: what the file says, else the default, else undefined. */
export type Settings = {
  readonly [Name in SettingName]:
    | ValueOf<Table[Name]>
    | (Table[Name] extends { default: unknown } ? never : undefined)
}

export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[]

/** The row of a key, undefined for a key that means nothing. */
export function findSetting(key: string): SettingSpec | undefined {
  return Object.hasOwn(SETTINGS, key) ? SETTINGS[key as SettingName] : undefined
}

/** The settings with these values, and the defaults of the others. */
export function settingsWith(values: ReadonlyMap<string, string | number | boolean>): Settings {
  const all = SETTING_NAMES.map((name) => [name, values.get(name) ?? findSetting(name)?.default])
  return Object.fromEntries(all)
}

/** What is said for some profiles or SSO sessions alone. */
export interface Scope {
  readonly kind: SectionKind
  readonly globs: readonly Glob[]
  readonly values: ReadonlyMap<string, string | number | boolean>
}

/** What the first section says that has the setting and matches the name; undefined if none does. */
export function scopedSetting<Name extends SettingName>(
  setting: Name,
  scopes: readonly Scope[],
  name: string,
): ValueOf<Table[Name]> | undefined {
  const kind = findSetting(setting)?.section
  const scope = scopes.find(
    (one) =>
      one.kind === kind &&
      one.values.has(setting) &&
      one.globs.some((glob) => matchesGlob(glob, name)),
  )
  return scope?.values.get(setting) as ValueOf<Table[Name]> | undefined
}

/** The value that a text stands for; undefined when the setting cannot be that. */
export function readValue(text: string, spec: SettingSpec): string | number | boolean | undefined {
  if (spec.type === 'boolean') {
    if (TRUE.includes(text.toLowerCase())) return true
    return FALSE.includes(text.toLowerCase()) ? false : undefined
  }
  if (spec.type === 'number') return isNumber(text, spec) ? Number(text) : undefined
  if (spec.choices && !spec.choices.includes(text)) return undefined
  return spec.check?.holds(text) === false ? undefined : text
}

/** What the value of a setting can be, in words. */
export function expectedOf({ type, choices, range, check }: SettingSpec): string {
  if (choices) return choices.join(' or ')
  if (check) return check.expected
  return type === 'number' ? `a whole number${limits(range)}` : 'true or false'
}

/** True for decimal digits within the limits. */
export function isNumber(
  text: string,
  { range: [least, most] = [0, 999_999_999] }: Pick<SettingSpec, 'range'>,
): boolean {
  return /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most
}

/** The limits of a number in words, with a blank before them. */
export function limits(range: SettingSpec['range']): string {
  return range ? ` from ${range[0]} to ${range[1]}` : ''
}
