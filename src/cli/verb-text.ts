/** What the help, the completion, the manual page and the README say about the verbs. */
import { type FlagName, findVerb, VERBS, type VerbName, type VerbSpec } from './spec.ts'

/** Headings of the overview, in its order. */
export const VERB_GROUPS = ['Daily', 'Setup', 'Files', 'Trouble'] as const
export type VerbGroup = (typeof VERB_GROUPS)[number]

interface Example {
  readonly command: string
  readonly does: string
}

export interface VerbText {
  readonly group: VerbGroup
  readonly summary: string
  /** What a flag does here, where that is not what its text says. */
  readonly meanings?: Partial<Record<FlagName, string>>
  /** Flags that it takes although they change nothing: no help for them. */
  readonly implied?: readonly FlagName[]
  readonly examples: readonly Example[]
  /** Exit codes worth knowing, code and meaning. */
  readonly exits: readonly (readonly [code: string, meaning: string])[]
}

/** A row of the command table with what is said about it. */
export type DescribedVerb = VerbSpec & VerbText & { readonly name: VerbName }

const EXIT_SIGN_IN = [
  ['3', 'unknown or invalid profile'],
  ['4', 'sign-in needed, refused or timed out'],
  ['5', 'AWS refused'],
  ['6', 'network or service unavailable'],
  ['7', 'local storage failed'],
  ['8', 'gave up waiting for another ssox'],
  ['130', 'cancelled'],
] as const

const TEXTS: Readonly<Record<VerbName, VerbText>> = {
  env: {
    group: 'Daily',
    summary: "print statements that put a profile's credentials into the shell",
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
  exec: {
    group: 'Daily',
    summary: 'run one command, or a shell, with the credentials of a profile',
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
  login: {
    group: 'Daily',
    summary: 'sign in, if needed',
    implied: ['login'],
    examples: [
      { command: 'ssox login', does: 'the session of AWS_PROFILE, or the only one' },
      { command: 'ssox login dev --device-code', does: 'on a machine without a browser' },
      { command: 'ssox login corp', does: 'a session, unless a profile of that name signs in' },
    ],
    exits: [['2', 'wrong usage'], ...EXIT_SIGN_IN],
  },
  logout: {
    group: 'Daily',
    summary: 'sign out, and remove what the sign-in left on this machine',
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
  status: {
    group: 'Daily',
    summary: 'sessions and profiles with the time left',
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
  list: {
    group: 'Daily',
    summary: 'profiles with account, role and region',
    examples: [
      { command: 'ssox list', does: 'all profiles' },
      { command: 'ssox list --names | fzf', does: 'choose one' },
    ],
    exits: [
      ['2', 'wrong usage'],
      ['3', 'the AWS files cannot be read'],
    ],
  },
  console: {
    group: 'Daily',
    summary: 'open the AWS web console signed in as a profile',
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
  'credential-process': {
    group: 'Files',
    summary: 'print the JSON that credential_process in ~/.aws/config expects',
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
  setup: {
    group: 'Setup',
    summary: 'make a profile for every account and role of a start URL, or bring them up to date',
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
  init: {
    group: 'Setup',
    summary: 'print the lines that load the shell hook',
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
  demo: {
    group: 'Setup',
    summary: 'try everything on an Identity Center that ssox runs itself; no AWS account needed',
    examples: [
      { command: 'ssox demo', does: 'a shell in a throw-away home' },
      { command: 'ssox demo --script', does: 'the tour by itself' },
    ],
    exits: [
      ['1', 'a step of the tour failed'],
      ['2', 'wrong usage'],
    ],
  },
  write: {
    group: 'Files',
    summary: 'put keys into ~/.aws/credentials for tools that read only that',
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
  doctor: {
    group: 'Trouble',
    summary: 'find what is wrong, and say what mends it',
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
  whoami: {
    group: 'Trouble',
    summary: 'ask AWS whose credentials these are',
    examples: [
      { command: 'ssox whoami', does: 'the credentials of this shell' },
      { command: 'ssox whoami prod', does: 'account and role behind a profile' },
    ],
    exits: [['2', 'wrong usage'], ...EXIT_SIGN_IN],
  },
}

/** Every verb that exists, in the order of the help. */
export const DESCRIBED_VERBS: readonly DescribedVerb[] = VERBS.map(described)

/** The verb of this name; undefined for any other word. */
export function describedVerb(name: string | undefined): DescribedVerb | undefined {
  const verb = findVerb(name)
  return verb && described(verb)
}

function described(verb: VerbSpec & { readonly name: VerbName }): DescribedVerb {
  return { ...verb, ...TEXTS[verb.name] }
}
