/** `ssox help <topic>`: each topic as sections of rows, made from what ssox itself uses. */
import { EXITS_EXPLAINED, OTHER_EXITS } from '../cli/exits.ts'
import { valueWords } from '../cli/help.ts'
import { type Row, type Section, sections } from '../cli/layout.ts'
import { TOPICS, type TopicName } from '../cli/topic-names.ts'
import { SETTINGS, type SettingSpec } from '../settings/table.ts'
import { evalLine, SHELL_NAMES } from '../shells/shell.ts'
import { installedHookFolder } from '../state/hooks.ts'
import { type Env, type Paths, resolvePaths } from '../state/paths.ts'
import { FOREIGN } from '../switch/variables.ts'
import type { Colours } from '../ui/colour.ts'
import { AWS_VARIABLES, OTHER_VARIABLES, OWN_VARIABLES, SET_VARIABLES } from './environment.ts'

/** Where nothing of the environment moves a path; as `~` it is everybody's. */
const ANY_HOME = '/~'

/** The text of a topic for a person with this environment; ends with a line feed. */
export function topicText(name: TopicName, env: Env, style: Colours): string {
  return `${style.bold(`ssox help ${name}`)}\n  ${TOPICS[name]}\n\n${sections(topicSections(name, env), style)}`
}

/** The sections of a topic; without an environment, those of the manual page. */
export function topicSections(name: TopicName, env: Env = { HOME: ANY_HOME }): readonly Section[] {
  return TEXTS[name](env)
}

const TEXTS: Readonly<Record<TopicName, (env: Env) => readonly Section[]>> = {
  environment: () => [
    ['ssox sets these in a shell, and for the command of exec', SET_VARIABLES],
    ['It unsets what else would choose an account', [['other tools and SDKs', FOREIGN.join(', ')]]],
    ['It reads, for itself alone', OWN_VARIABLES],
    ['It reads, as the AWS CLI does', AWS_VARIABLES],
    ['It reads, as other programs do', OTHER_VARIABLES],
  ],
  'exit-codes': () => [
    ['Every command', EXITS_EXPLAINED],
    ['Some commands', OTHER_EXITS],
  ],
  files: filesOf,
  modes: () => [
    ['What a switch sets (--mode, or the setting mode)', MODES],
    ['Which one', WHICH_MODE],
  ],
  settings: (env) => [
    [`Settings, below a line [ssox] in ${shownPaths(env).settings}`, settingRows()],
    ['Rules', SETTING_RULES],
  ],
  shells: () => [
    ['This terminal acts as dev', SHELL_NAMES.map((name) => [name, evalLine(name, COMMAND)])],
    ['awsuse, the prompt and completion', HOOK_ROWS],
  ],
}

const COMMAND = 'ssox env dev'

const MODES: readonly Row[] = [
  ['both', 'the keys and AWS_PROFILE (default): for prompts, and for programs that read either'],
  ['keys', 'the keys, without AWS_PROFILE: for programs that take AWS_PROFILE first and warn'],
  ['profile', 'AWS_PROFILE without keys: the SDK signs in by the tokens of ssox, and renews'],
]

const WHICH_MODE: readonly Row[] = [
  ['AWS CLI, boto3, Terraform', 'both'],
  ['AWS SDK for JavaScript v3, Pulumi', 'keys'],
  ['what runs for hours, and can do SSO', 'profile'],
  ['what runs for hours, and cannot', 'ssox exec dev --serve -- <command>'],
  ['what reads only ~/.aws/credentials', 'ssox write dev'],
]

const SETTING_RULES: readonly Row[] = [
  ['example', 'protect = *prod*, 012345678901'],
  ['order', 'a flag, then the environment, then the profile, then the setting'],
  ['mistakes', 'a setting that ssox does not know stops every command: no guard is off in silence'],
]

const HOOK_ROWS: readonly Row[] = [
  [
    'ssox init --install',
    'bash, zsh, fish, powershell: adds one line to the start-up file, and asks',
  ],
  ['ssox init zsh', 'prints that line'],
  ['ssox init --remove', 'takes it out again'],
]

function settingRows(): Row[] {
  return Object.entries<SettingSpec>(SETTINGS).map(([name, spec]) => {
    const { value, list } = valueWords(spec)
    const over = [spec.flag, spec.variable].filter((one) => one !== undefined)
    const notes = [
      ...(spec.default === undefined ? [] : [`default: ${spec.default}`]),
      ...(over.length > 0 ? [`before it: ${over.join(', ')}`] : []),
    ]
    const more = notes.length > 0 ? ` (${notes.join('; ')})` : ''
    return [`${name} = ${value || '<true|false>'}`, spec.description + list + more]
  })
}

function filesOf(env: Env): readonly Section[] {
  const paths = shownPaths(env)
  return [
    [
      'Shared with the AWS CLI and the SDKs',
      [
        [paths.config, 'profiles; changed only by commands that show the change and ask'],
        [
          paths.credentials,
          'keys; write and logout change sections of their own, doctor --fix mends',
        ],
        [paths.ssoCache, 'tokens and client registrations, by login and logout'],
        [paths.cliCache, 'role credentials'],
        [paths.loginCache, 'the keys of aws login; only read'],
      ],
    ],
    [
      'For ssox alone',
      [
        [paths.settings, 'settings; ssox never writes them'],
        [paths.state, 'what was used last, roles without a profile, what write wrote, backups'],
        [paths.runtime, 'locks, and what the shell hooks read; may be deleted at any time'],
        [paths.hooks, 'the shell hooks, put there by the installer'],
      ],
    ],
    [
      'Why tokens are plain text',
      [
        ['the place', 'AWS decided it: the AWS CLI, the SDKs and Terraform read them there'],
        [
          'the guard',
          'mode 0600 in folders 0700, nobody else may read them; they end by themselves',
        ],
        ['ssox logout', 'revokes the sign-in at AWS, and removes them'],
      ],
    ],
  ]
}

type ShownPaths = Readonly<Record<keyof Omit<Paths, 'home' | 'otherRuntimes'> | 'hooks', string>>

/** The paths of this person with `~` for the home; where there is no home, those of anybody. */
function shownPaths(env: Env): ShownPaths {
  const paths = pathsOf(env)
  const all = { ...paths, hooks: installedHookFolder(env, paths) }
  const short = (path: string) =>
    path.startsWith(`${paths.home}/`) ? `~${path.slice(paths.home.length)}` : path
  return {
    config: short(all.config),
    credentials: short(all.credentials),
    ssoCache: short(all.ssoCache),
    cliCache: short(all.cliCache),
    loginCache: short(all.loginCache),
    settings: short(all.settings),
    state: short(all.state),
    runtime: short(all.runtime),
    hooks: short(all.hooks),
  }
}

/** Help needs no home. */
function pathsOf(env: Env): Paths {
  try {
    return resolvePaths(env)
  } catch {
    return resolvePaths({ HOME: ANY_HOME })
  }
}
