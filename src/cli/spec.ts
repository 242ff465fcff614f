/**
 * The command table: the one source of verbs, arguments, flags, summaries and examples. The
 * parser, the help, the completion and the README are made from it.
 */
import { PROGRAMS } from '../aws/written-for.ts'
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
  /** What `--<name>` does; without it only `--no-<name>` exists. */
  readonly description?: string
  /** What `--no-<name>` does; without it there is no `--no-<name>`. */
  readonly negation?: string
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

export interface Example {
  readonly command: string
  readonly does: string
}

export interface VerbSpec {
  readonly name: string
  readonly group: VerbGroup
  readonly summary: string
  readonly args: readonly ArgSpec[]
  /** What may follow `--`, for a verb that runs a command. */
  readonly rest?: string
  /** Names of the flags that are this verb's own, in the order of the help. */
  readonly own: readonly FlagName[]
  /** Groups of flags that it takes beside its own and the global ones. */
  readonly shared: readonly Exclude<FlagGroup, 'own' | 'global'>[]
  /** What a flag does here, where that is not what its description says. */
  readonly meanings?: Partial<Record<FlagName, string>>
  /** Flags that it takes although they change nothing: no help for them. */
  readonly implied?: readonly FlagName[]
  readonly examples: readonly Example[]
  /** Exit codes worth knowing, code and meaning. */
  readonly exits: readonly (readonly [code: string, meaning: string])[]
}

/** Headings of the overview, in its order. */
export const VERB_GROUPS = ['Daily', 'Setup', 'Files', 'Trouble'] as const
export type VerbGroup = (typeof VERB_GROUPS)[number]

const OWN_FLAGS = {
  shell: {
    type: 'string',
    value: 'shell',
    choices: SHELL_NAMES,
    aliases: ['pwsh'],
    description: 'statements for this shell (else the one that runs ssox, or $SHELL)',
  },
  format: {
    type: 'string',
    value: 'format',
    choices: ['json', 'dotenv', 'docker'],
    description: 'data in place of statements; docker is raw KEY=VALUE for --env-file',
  },
  mode: SETTINGS.mode,
  clear: {
    type: 'boolean',
    description: 'undo: unset what ssox and other tools of its kind have set',
  },
  refresh: { type: 'boolean', description: 'new role credentials even if the old ones are valid' },
  'min-left': SETTINGS.min_left,
  'role-arn': {
    type: 'string',
    value: 'role',
    description: 'assume this role with the profile: an ARN, or account:role',
  },
  'mfa-code': {
    type: 'string',
    value: 'code',
    description: 'the code for a role with mfa_serial, in place of the question',
  },
  print: { type: 'boolean', description: 'show the secrets on a terminal too' },
  yes: { type: 'boolean', description: 'do not ask first' },
  each: {
    type: 'string',
    value: 'globs',
    description: 'once for every profile that matches, with one sign-in',
  },
  parallel: {
    type: 'number',
    value: 'n',
    range: [1, 100],
    description: 'with --each: so many at a time (1 unless given)',
  },
  serve: {
    type: 'boolean',
    description: 'no keys, but an endpoint on loopback that renews them for the command',
  },
  force: { type: 'boolean', description: 'sign in again even if the session is valid' },
  all: { type: 'boolean', description: 'sign out of every session' },
  json: { type: 'boolean', description: 'print JSON' },
  check: { type: 'boolean', description: 'print nothing; exit 0 if usable, 4 if not' },
  watch: { type: 'boolean', description: 'keep the table up to date until ^C' },
  names: { type: 'boolean', description: 'print the names alone, one per line' },
  install: { type: 'boolean', description: 'add them to the start-up file' },
  remove: { type: 'boolean', description: 'take them out again' },
  'dry-run': { type: 'boolean', description: 'only show the change' },
  as: { type: 'string', value: 'section', description: 'the section to write to' },
  default: { type: 'boolean', description: 'also as [default]' },
  clean: { type: 'boolean', description: 'take out what ssox wrote and what has ended' },
  'keep-fresh': {
    type: 'boolean',
    description: 'stay, and renew the keys before they end, until ^C',
  },
  for: {
    type: 'string',
    value: 'program',
    choices: PROGRAMS,
    description: 'print what to paste into this program',
  },
  fix: { type: 'boolean', description: 'show the changes that are safe, ask, and make them' },
  report: { type: 'boolean', description: 'print a text for a bug report, names masked' },
  network: { type: 'boolean', negation: 'do not ask the sign-in hosts' },
  session: {
    type: 'string',
    value: 'name',
    description: 'call the [sso-session] so (else by the start URL)',
  },
  filter: {
    type: 'string',
    value: 'globs',
    description: "only these accounts and roles: 'prod-*/ReadOnly,dev-*'",
  },
  template: {
    type: 'string',
    value: 'template',
    description: 'names of the profiles, such as {account:keep}/{role:trim=Access$}',
  },
  output: {
    type: 'string',
    value: 'format',
    choices: ['json', 'yaml', 'yaml-stream', 'text', 'table', 'off'],
    description: 'output format of the AWS CLI in the profiles',
  },
  choose: { type: 'boolean', description: 'choose again, also from what was left out' },
  prune: {
    type: 'boolean',
    description: 'take out profiles that setup made for what you have no more',
  },
  legacy: { type: 'boolean', description: 'the start URL in each profile, without a session' },
  convert: {
    type: 'boolean',
    description: 'legacy profiles of one start URL become one session',
  },
  protect: {
    type: 'string',
    value: 'globs',
    description: 'ask before each switch to these: the setting protect',
  },
  hook: {
    type: 'boolean',
    description: 'have the shell load the hook, with --yes too',
    negation: 'do not offer that',
  },
  service: {
    type: 'string',
    value: 'service',
    description: 'its page, by a common name such as s3, lambda or logs',
  },
  destination: {
    type: 'string',
    value: 'page',
    description: 'a page by its path or address, as the browser shows it',
  },
  portal: { ...SETTINGS.portal, negation: 'sign in with the keys of the profile' },
  duration: SETTINGS.duration,
  script: { type: 'boolean', description: 'play the tour by itself, check each step' },
  profile: { type: 'string', value: 'name', description: 'the profile, as an argument names it' },
  interactive: {
    type: 'boolean',
    description: 'sign in if needed',
    variable: 'AWS_SSO_INTERACTIVE_AUTH',
  },
  noninteractive: { type: 'boolean', description: 'never sign in (default)' },
} as const satisfies Record<string, Omit<FlagSpec, 'name'>>

const SIGN_IN_FLAGS = {
  login: { ...SETTINGS.login, negation: 'never sign in; exit 4 if it is needed' },
  browser: { ...SETTINGS.browser, negation: SETTINGS.no_browser.description },
  'device-code': SETTINGS.device_code,
  port: SETTINGS.port,
} as const satisfies Record<string, Omit<FlagSpec, 'name'>>

const IDENTITY_FLAGS = {
  'start-url': {
    type: 'string',
    value: 'url',
    description: 'start URL of the AWS access portal',
    variable: 'AWS_SSO_START_URL',
  },
  'sso-region': {
    type: 'string',
    value: 'region',
    description: 'region of Identity Center',
    variable: 'AWS_SSO_REGION',
  },
  'account-id': {
    type: 'string',
    value: 'id',
    description: 'account, 12 digits',
    variable: 'AWS_SSO_ACCOUNT_ID',
  },
  'role-name': {
    type: 'string',
    value: 'name',
    description: 'role (permission set)',
    variable: 'AWS_SSO_ROLE_NAME',
  },
} as const satisfies Record<string, Omit<FlagSpec, 'name'>>

const GLOBAL_FLAGS = {
  region: { ...SETTINGS.region, description: 'AWS region, in place of the one of the profile' },
  quiet: { ...SETTINGS.quiet, short: 'q' },
  debug: { type: 'boolean', description: 'say what happens, secrets masked' },
  input: { type: 'boolean', negation: SETTINGS.no_input.description },
  color: { ...SETTINGS.color, negation: 'no colour' },
  help: { type: 'boolean', short: 'h', description: 'show this help' },
  version: { type: 'boolean', short: 'V', description: 'print the version' },
} as const satisfies Record<string, Omit<FlagSpec, 'name'>>

const FLAG_TABLE = { ...OWN_FLAGS, ...SIGN_IN_FLAGS, ...IDENTITY_FLAGS, ...GLOBAL_FLAGS }
type FlagTable = typeof FLAG_TABLE

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

const EXIT_SIGN_IN = [
  ['3', 'unknown or invalid profile'],
  ['4', 'sign-in needed, refused or timed out'],
  ['5', 'AWS refused'],
  ['6', 'network or service unavailable'],
  ['7', 'local storage failed'],
  ['8', 'gave up waiting for another ssox'],
  ['130', 'cancelled'],
] as const

/** Every verb that exists, in the order of the help. */
export const VERBS = [
  {
    name: 'env',
    group: 'Daily',
    summary: "print statements that put a profile's credentials into the shell",
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
    examples: [
      { command: 'eval "$(ssox env dev)"', does: 'this shell acts as dev' },
      { command: 'eval "$(ssox env)"', does: 'AWS_PROFILE again, or one chosen from a list' },
      { command: 'ssox env dev --shell fish | source', does: 'the same in fish' },
      { command: 'awsuse dev', does: 'the same with the shell hook; awsuse alone: choose' },
      { command: 'awsuse -', does: 'back to the profile before' },
      { command: 'eval "$(ssox env --clear)"', does: 'leave the profile again' },
      {
        command: '(umask 077; ssox env dev --format docker > dev.env)',
        does: 'a file for docker --env-file that nobody else can read',
      },
    ],
    exits: [['2', 'wrong usage, or stdout is a terminal'], ...EXIT_SIGN_IN],
  },
  {
    name: 'exec',
    group: 'Daily',
    summary: 'run one command, or a shell, with the credentials of a profile',
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
    examples: [
      { command: 'ssox exec dev -- aws s3 ls', does: 'one command as dev' },
      { command: 'ssox exec -- aws s3 ls', does: 'AWS_PROFILE, or one chosen from a list' },
      { command: 'ssox exec dev', does: 'a shell as dev, until it is left (exit)' },
      {
        command: 'ssox exec dev --role-arn 210987654321:Deploy -- ./deploy',
        does: 'with a role that dev may assume',
      },
      {
        command: 'ssox exec prod --serve -- terraform apply',
        does: "keys that are renewed, for what outlasts a role's session",
      },
      {
        command: "ssox exec --each 'prod-*' --parallel 4 -- aws s3 ls",
        does: 'one command in many accounts',
      },
      {
        command: 'ssox exec prod --mode keys -- node job.mjs',
        does: 'the same with the keys alone, for SDKs that mind AWS_PROFILE',
      },
    ],
    exits: [
      ['n', "the command's own code"],
      ['128+n', 'signal n ended it'],
      ['126 or 127', 'it could not start'],
      ['2', 'wrong usage'],
      ...EXIT_SIGN_IN,
    ],
  },
  {
    name: 'login',
    group: 'Daily',
    summary: 'sign in, if needed',
    args: [{ name: 'profile|session', required: false }],
    own: ['force'],
    shared: ['sign-in', 'identity'],
    implied: ['login'],
    examples: [
      { command: 'ssox login', does: 'the session of AWS_PROFILE, or the only one' },
      { command: 'ssox login dev --device-code', does: 'on a machine without a browser' },
      { command: 'ssox login corp', does: 'a session, unless a profile of that name signs in' },
    ],
    exits: [['2', 'wrong usage'], ...EXIT_SIGN_IN],
  },
  {
    name: 'logout',
    group: 'Daily',
    summary: 'sign out, and remove what the sign-in left on this machine',
    args: [{ name: 'session', required: false }],
    own: ['all'],
    shared: [],
    examples: [
      { command: 'ssox logout', does: 'the session in use' },
      { command: 'ssox logout corp', does: 'a session, else the one of the profile corp' },
      { command: 'ssox logout --all', does: 'every session' },
    ],
    exits: [
      ['2', 'wrong usage'],
      ['3', 'unknown session'],
      ['6', 'the server could not be told; the files are gone'],
      ['7', 'a file could not be removed or trusted'],
    ],
  },
  {
    name: 'status',
    group: 'Daily',
    summary: 'sessions and profiles with the time left',
    args: [{ name: 'profile', required: false }],
    own: ['json', 'check', 'watch'],
    shared: [],
    examples: [
      { command: 'ssox status', does: 'what is signed in, and until when' },
      { command: 'ssox status dev --check || ssox login dev', does: 'sign in only when needed' },
    ],
    exits: [
      ['2', 'wrong usage'],
      ['3', 'unknown or invalid profile'],
      ['4', 'with --check: sign-in needed'],
    ],
  },
  {
    name: 'list',
    group: 'Daily',
    summary: 'profiles with account, role and region',
    args: [],
    own: ['names', 'json'],
    shared: [],
    examples: [
      { command: 'ssox list', does: 'all profiles' },
      { command: 'ssox list --names | fzf', does: 'choose one' },
    ],
    exits: [
      ['2', 'wrong usage'],
      ['3', 'the AWS files cannot be read'],
    ],
  },
  {
    name: 'console',
    group: 'Daily',
    summary: 'open the AWS web console signed in as a profile',
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
    meanings: {
      print:
        'print an address in place of opening it; never one with a secret: the link of the portal, else an address of this computer that works once, while ssox waits',
      region: 'the region to show, in place of the one of the profile',
      browser: 'open the sign-in page and the console with this command',
    },
    examples: [
      { command: 'ssox console dev', does: 'the start page of the console as dev' },
      { command: 'ssox console dev --service s3', does: 'the page of a service' },
      {
        command: 'ssox console --region us-east-1',
        does: 'AWS_PROFILE, or one chosen from a list',
      },
      {
        command: "ssox console dev --destination 'cloudwatch/home#alarmsV2:'",
        does: 'any page, by what the address bar shows',
      },
      { command: 'ssox console dev --print', does: 'the link, to open it elsewhere' },
    ],
    exits: [['2', 'wrong usage'], ...EXIT_SIGN_IN],
  },
  {
    name: 'credential-process',
    group: 'Files',
    summary: 'print the JSON that credential_process in ~/.aws/config expects',
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
    meanings: {
      install: 'write the line for this profile into another, <profile>-process',
      as: 'with --install: the profile to write it into',
      'min-left': 'new keys if the old ones have less time left than this (16 unless given)',
      region: 'region of Identity Center, as --sso-region',
      debug: 'say what happens in ~/.local/state/ssox/credential-process.log, secrets masked',
    },
    examples: [
      {
        command: 'ssox credential-process --profile dev',
        does: 'keys with 16 minutes left or more',
      },
      {
        command: 'ssox credential-process dev --interactive',
        does: 'the browser opens when the session has ended and there are no valid keys',
      },
      {
        command: 'ssox credential-process --install dev',
        does: 'write the line into [profile dev-process], with absolute paths; shown and asked',
      },
    ],
    exits: [['2', 'wrong usage'], ...EXIT_SIGN_IN],
  },
  {
    name: 'setup',
    group: 'Setup',
    summary: 'make a profile for every account and role of a start URL, or bring them up to date',
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
    meanings: {
      region: 'region of the profiles; several, with commas between, make one profile for each',
      refresh: 'list accounts and roles again, although that was just done',
      yes: 'all accounts and roles, and no questions',
      'sso-region': 'region of Identity Center, where it cannot be found out',
    },
    examples: [
      {
        command: 'ssox setup',
        does: 'asks for the start URL; later it adds what is new and says what is gone',
      },
      {
        command: 'ssox setup https://d-1234567890.awsapps.com/start',
        does: 'the address of the portal in any form: d-1234567890 is enough',
      },
      { command: 'ssox setup --prune', does: 'and takes out what is gone' },
      {
        command: "ssox setup acme --filter '*/ReadOnly' --template '{account}' --region eu-west-1",
        does: 'everything by flags; add --yes in scripts',
      },
      { command: 'ssox setup --convert', does: 'legacy profiles become one session' },
    ],
    exits: [
      ['2', 'wrong usage, or nobody to ask'],
      ['3', 'invalid configuration, or an address that leads to no portal'],
      ['4', 'sign-in needed, refused or timed out'],
      ['5', 'no account is assigned to you'],
      ['6', 'network or service unavailable'],
      ['7', 'local storage failed'],
      ['8', 'the file was changed meanwhile'],
      ['130', 'cancelled'],
    ],
  },
  {
    name: 'init',
    group: 'Setup',
    summary: 'print the lines that load the shell hook',
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
    examples: [
      {
        command: 'ssox init --install',
        does: 'awsuse, prompt and completion in every new terminal',
      },
      { command: 'ssox init zsh >> ~/.zshrc', does: 'the same by hand' },
    ],
    exits: [
      ['2', 'wrong usage, or nobody to ask'],
      ['7', 'the start-up file cannot be changed'],
    ],
  },
  {
    name: 'demo',
    group: 'Setup',
    summary: 'try everything on an Identity Center that ssox runs itself; no AWS account needed',
    args: [],
    own: ['script'],
    shared: [],
    examples: [
      { command: 'ssox demo', does: 'a shell in a throw-away home' },
      { command: 'ssox demo --script', does: 'the tour by itself' },
    ],
    exits: [
      ['1', 'a step of the tour failed'],
      ['2', 'wrong usage'],
    ],
  },
  {
    name: 'write',
    group: 'Files',
    summary: 'put keys into ~/.aws/credentials for tools that read only that',
    args: [{ name: 'profile or glob', required: false, many: true }],
    own: ['as', 'default', 'force', 'clean', 'keep-fresh', 'for', 'dry-run', 'refresh', 'mfa-code'],
    shared: ['sign-in', 'identity'],
    meanings: {
      force: 'overwrite a section that is not of ssox, or that other tools read otherwise',
      region: 'write this AWS region beside the keys',
    },
    examples: [
      {
        command: 'ssox write dev',
        does: 'to [dev-keys], or to [dev] if no SSO profile is called so',
      },
      { command: "ssox write 'team-*' prod", does: 'several at once, one sign-in' },
      { command: 'ssox write dev --as dbeaver', does: 'under another name' },
      { command: 'ssox write dev --for dbeaver', does: 'and what to type into DBeaver' },
      {
        command: 'ssox write dev --keep-fresh --clean',
        does: 'renewed until ^C, which takes the keys out again',
      },
      { command: 'ssox write --clean', does: 'take out what has ended' },
    ],
    exits: [['2', 'wrong usage'], ...EXIT_SIGN_IN],
  },
  {
    name: 'doctor',
    group: 'Trouble',
    summary: 'find what is wrong, and say what mends it',
    args: [],
    own: ['fix', 'yes', 'dry-run', 'json', 'report', 'network'],
    shared: [],
    meanings: {
      yes: 'with --fix: do not ask first',
      'dry-run': 'with --fix: only show the changes',
    },
    examples: [
      { command: 'ssox doctor', does: 'files, environment, caches, network, shell, tools' },
      { command: 'ssox doctor --fix', does: 'mend what can be mended safely; shown and asked' },
      { command: 'ssox doctor --report', does: 'a text for a bug report, names masked' },
    ],
    exits: [
      ['2', 'wrong usage, or nobody to ask'],
      ['3', 'something is broken'],
      ['7', 'a file cannot be changed'],
      ['8', 'gave up waiting for another ssox'],
    ],
  },
  {
    name: 'whoami',
    group: 'Trouble',
    summary: 'ask AWS whose credentials these are',
    args: [{ name: 'profile', required: false }],
    own: ['role-arn', 'mfa-code'],
    shared: ['sign-in', 'identity'],
    examples: [
      { command: 'ssox whoami', does: 'the credentials of this shell' },
      { command: 'ssox whoami prod', does: 'account and role behind a profile' },
    ],
    exits: [['2', 'wrong usage'], ...EXIT_SIGN_IN],
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

/** What `--<name>` does for a verb. */
export function descriptionOf(flag: FlagSpec, verb: VerbSpec | undefined): string | undefined {
  const meanings: Readonly<Record<string, string>> = verb?.meanings ?? {}
  return flag.description && (meanings[flag.name] ?? flag.description)
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
