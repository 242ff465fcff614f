/**
 * The command table: the one source of verbs, arguments and flags. The parser, the help, the
 * completion and the README are made from it. What is said about them is in `verb-text.ts` and
 * `flag-text.ts`: every run loads the table, few need a word of those.
 */
import { PROGRAMS } from '../aws/program-names.ts'
import { SETTINGS, type SettingSpec } from '../settings/table.ts'
import { SHELL_NAMES } from '../shells/names.ts'

export type FlagGroup = 'own' | 'sign-in' | 'identity' | 'global'

/** A flag; one that is a setting too has what its row in the table of settings says. */
export interface FlagSpec extends Omit<SettingSpec, 'description' | 'flag' | 'check'> {
  /** As typed after `--`. */
  readonly name: string
  /** One letter, only for booleans without a negation. */
  readonly short?: string
  /** Other names of choices, which need no mention. */
  readonly aliases?: readonly string[]
  /** Whether `--no-<name>` exists, beside `--<name>` or in place of it. */
  readonly negation?: 'too' | 'alone'
}

export interface ArgSpec {
  readonly name: string
  readonly required: boolean
  /** Any number of them; only the last argument of a verb. */
  readonly many?: true
  readonly choices?: readonly string[]
  /** Other names of choices, which need no mention. */
  readonly aliases?: readonly string[]
}

export interface VerbSpec {
  readonly name: string
  readonly args: readonly ArgSpec[]
  /** What may follow `--`, for a verb that runs a command. */
  readonly rest?: string
  /** Names of the flags that are this verb's own, in the order of the help. */
  readonly own: readonly FlagName[]
  /** Groups of flags that it takes beside its own and the global ones. */
  readonly shared: readonly Exclude<FlagGroup, 'own' | 'global'>[]
}

const OWN_FLAGS = {
  shell: { type: 'string', value: 'shell', choices: SHELL_NAMES, aliases: ['pwsh'] },
  format: { type: 'string', value: 'format', choices: ['json', 'dotenv', 'docker'] },
  mode: SETTINGS.mode,
  clear: { type: 'boolean' },
  refresh: { type: 'boolean' },
  'min-left': SETTINGS.min_left,
  'role-arn': { type: 'string', value: 'role' },
  'mfa-code': { type: 'string', value: 'code' },
  print: { type: 'boolean' },
  yes: { type: 'boolean' },
  each: { type: 'string', value: 'globs' },
  parallel: { type: 'number', value: 'n', range: [1, 100] },
  serve: { type: 'boolean' },
  force: { type: 'boolean' },
  all: { type: 'boolean' },
  json: { type: 'boolean' },
  check: { type: 'boolean' },
  watch: { type: 'boolean' },
  names: { type: 'boolean' },
  install: { type: 'boolean' },
  remove: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  as: { type: 'string', value: 'section' },
  default: { type: 'boolean' },
  clean: { type: 'boolean' },
  'keep-fresh': { type: 'boolean' },
  for: { type: 'string', value: 'program', choices: PROGRAMS },
  fix: { type: 'boolean' },
  report: { type: 'boolean' },
  network: { type: 'boolean', negation: 'alone' },
  session: { type: 'string', value: 'name' },
  filter: { type: 'string', value: 'globs' },
  template: { type: 'string', value: 'template' },
  output: {
    type: 'string',
    value: 'format',
    choices: ['json', 'yaml', 'yaml-stream', 'text', 'table', 'off'],
  },
  choose: { type: 'boolean' },
  prune: { type: 'boolean' },
  legacy: { type: 'boolean' },
  convert: { type: 'boolean' },
  protect: { type: 'string', value: 'globs' },
  hook: { type: 'boolean', negation: 'too' },
  service: { type: 'string', value: 'service' },
  destination: { type: 'string', value: 'page' },
  portal: { ...SETTINGS.portal, negation: 'too' },
  duration: SETTINGS.duration,
  script: { type: 'boolean' },
  profile: { type: 'string', value: 'name' },
  interactive: { type: 'boolean', variable: 'AWS_SSO_INTERACTIVE_AUTH' },
  noninteractive: { type: 'boolean' },
} as const satisfies Record<string, Omit<FlagSpec, 'name'>>

const SIGN_IN_FLAGS = {
  login: { ...SETTINGS.login, negation: 'too' },
  browser: { ...SETTINGS.browser, negation: 'too' },
  'device-code': SETTINGS.device_code,
  port: SETTINGS.port,
} as const satisfies Record<string, Omit<FlagSpec, 'name'>>

const IDENTITY_FLAGS = {
  'start-url': { type: 'string', value: 'url', variable: 'AWS_SSO_START_URL' },
  'sso-region': { type: 'string', value: 'region', variable: 'AWS_SSO_REGION' },
  'account-id': { type: 'string', value: 'id', variable: 'AWS_SSO_ACCOUNT_ID' },
  'role-name': { type: 'string', value: 'name', variable: 'AWS_SSO_ROLE_NAME' },
} as const satisfies Record<string, Omit<FlagSpec, 'name'>>

const GLOBAL_FLAGS = {
  region: SETTINGS.region,
  quiet: { ...SETTINGS.quiet, short: 'q' },
  debug: { type: 'boolean' },
  input: { type: 'boolean', negation: 'alone' },
  color: { ...SETTINGS.color, negation: 'too' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const satisfies Record<string, Omit<FlagSpec, 'name'>>

const FLAG_TABLE = { ...OWN_FLAGS, ...SIGN_IN_FLAGS, ...IDENTITY_FLAGS, ...GLOBAL_FLAGS }
export type FlagTable = typeof FLAG_TABLE

export type FlagName = keyof FlagTable

/** The value of every flag that was given, under its name in camel case (`minLeft`). */
export type Flags = {
  readonly [Name in FlagName as CamelCase<Name>]?: FlagValue<FlagTable[Name]> | undefined
}

type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name

type FlagValue<Spec> = Spec extends { type: 'boolean' }
  ? boolean
  :
      | (Spec extends { type: 'number' }
          ? number
          : Spec extends { choices: readonly (infer Choice)[] }
            ? Choice
            : string)
      | (Spec extends { negation: string } ? false : never)

/** Every verb that exists, in the order of the help. */
export const VERBS = [
  {
    name: 'env',
    args: [{ name: 'profile', required: false }],
    own: [
      'shell',
      'format',
      'mode',
      'role-arn',
      'mfa-code',
      'clear',
      'refresh',
      'min-left',
      'print',
      'yes',
    ],
    shared: ['sign-in', 'identity'],
  },
  {
    name: 'exec',
    args: [{ name: 'profile', required: false }],
    rest: 'command',
    own: [
      'each',
      'parallel',
      'json',
      'serve',
      'mode',
      'role-arn',
      'mfa-code',
      'refresh',
      'min-left',
      'yes',
    ],
    shared: ['sign-in', 'identity'],
  },
  {
    name: 'login',
    args: [{ name: 'profile|session', required: false }],
    own: ['force'],
    shared: ['sign-in', 'identity'],
  },
  {
    name: 'logout',
    args: [{ name: 'session', required: false }],
    own: ['all'],
    shared: [],
  },
  {
    name: 'status',
    args: [{ name: 'profile', required: false }],
    own: ['json', 'check', 'watch'],
    shared: [],
  },
  {
    name: 'list',
    args: [],
    own: ['names', 'json'],
    shared: [],
  },
  {
    name: 'console',
    args: [{ name: 'profile', required: false }],
    own: [
      'service',
      'destination',
      'print',
      'portal',
      'duration',
      'role-arn',
      'mfa-code',
      'refresh',
      'min-left',
      'yes',
    ],
    shared: ['sign-in', 'identity'],
  },
  {
    name: 'credential-process',
    args: [{ name: 'profile', required: false }],
    own: [
      'profile',
      'interactive',
      'noninteractive',
      'role-arn',
      'mfa-code',
      'min-left',
      'install',
      'as',
      'yes',
      'dry-run',
    ],
    shared: ['sign-in', 'identity'],
  },
  {
    name: 'setup',
    args: [{ name: 'start URL|session', required: false }],
    own: [
      'filter',
      'template',
      'output',
      'session',
      'legacy',
      'choose',
      'prune',
      'convert',
      'refresh',
      'protect',
      'hook',
      'yes',
      'dry-run',
      'json',
      'start-url',
      'sso-region',
    ],
    shared: ['sign-in'],
  },
  {
    name: 'init',
    args: [
      {
        name: 'shell',
        required: false,
        choices: ['bash', 'zsh', 'fish', 'powershell'],
        aliases: ['pwsh'],
      },
    ],
    own: ['install', 'remove', 'yes', 'dry-run'],
    shared: [],
  },
  {
    name: 'demo',
    args: [],
    own: ['script'],
    shared: [],
  },
  {
    name: 'write',
    args: [{ name: 'profile or glob', required: false, many: true }],
    own: ['as', 'default', 'force', 'clean', 'keep-fresh', 'for', 'dry-run', 'refresh', 'mfa-code'],
    shared: ['sign-in', 'identity'],
  },
  {
    name: 'doctor',
    args: [],
    own: ['fix', 'yes', 'dry-run', 'json', 'report', 'network'],
    shared: [],
  },
  {
    name: 'whoami',
    args: [{ name: 'profile', required: false }],
    own: ['role-arn', 'mfa-code'],
    shared: ['sign-in', 'identity'],
  },
] as const satisfies readonly VerbSpec[]

export type VerbName = (typeof VERBS)[number]['name']

/** The row of a verb, or undefined for any other word. */
export function findVerb(word: string | undefined): (VerbSpec & { name: VerbName }) | undefined {
  return VERBS.find(({ name }) => name === word)
}

/** The flag with exactly this name, whichever verb it belongs to. */
export function findFlag(name: string): FlagSpec | undefined {
  return FLAGS.get(name)
}

/** The flags of one group; `own` needs the verb whose own they are. */
export function flagsIn(group: FlagGroup, verb?: VerbSpec): readonly FlagSpec[] {
  const names = group === 'own' ? (verb?.own ?? []) : Object.keys(SHARED[group])
  return names.flatMap((name) => findFlag(name) ?? [])
}

/** Every flag that a verb takes, or that is taken before any verb. */
export function flagsOf(verb: VerbSpec | undefined): readonly FlagSpec[] {
  const groups: readonly FlagGroup[] = verb ? ['own', ...verb.shared, 'global'] : ['global']
  return groups.flatMap((group) => flagsIn(group, verb))
}

/** How a verb is typed: `exec [profile] [-- <command …>]`. */
export function usageOf(verb: VerbSpec): string {
  const args = verb.args.map(({ name, required, many }) => {
    const word = many ? `${name} …` : name
    return required ? `<${word}>` : `[${word}]`
  })
  const rest = verb.rest ? [`[-- <${verb.rest} …>]`] : []
  return [verb.name, ...args, ...rest].join(' ')
}

/** The key of a flag in `Flags`: `min-left` is `minLeft`. */
export function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

const SHARED = { 'sign-in': SIGN_IN_FLAGS, identity: IDENTITY_FLAGS, global: GLOBAL_FLAGS }
const FLAGS: ReadonlyMap<string, FlagSpec> = new Map(
  Object.entries(FLAG_TABLE).map(([name, flag]) => [name, { name, ...flag }]),
)
