/** Caches, network, browser, shell and other tools. */

import { TOLERATED_MS } from '../../auth/clock.ts'
import { LOOK } from '../../auth/service-error.ts'
import { isOwnDomain } from '../../aws/start-url.ts'
import { withTilde } from '../../install/edit.ts'
import type { SsoxError } from '../../problem.ts'
import { typedCommand, typedWord } from '../../ui/typed-command.ts'
import { unset } from '../cures.ts'
import type { Facts, Tool } from '../facts.ts'
import { type Check, FIX_COMMAND, type Finding } from '../finding.ts'

const MINUTE_MS = 60_000

export const MACHINE_CHECKS: readonly Check[] = [
  {
    id: 'private',
    area: 'Caches',
    about: 'nobody else may read keys and tokens, and ssox may write them',
    run: ({ places }) =>
      places.map(({ path, what, problem, mode }): Finding => {
        const octal = mode.toString(8)
        if (problem === 'open')
          return {
            level: 'warning',
            what: `${what} ${path} is open to other users`,
            whom: 'whoever reads it acts as you',
            cure: FIX_COMMAND,
            fix: { kind: 'mode', path, mode },
          }
        return {
          level: 'broken',
          what: `${what} ${path} ${problem === 'foreign' ? 'belongs to another user' : 'cannot be written'}`,
          whom: 'ssox and the AWS CLI cannot keep a sign-in there',
          cure:
            problem === 'foreign'
              ? `ls -ld ${typedWord(path)}`
              : `chmod ${octal} ${typedWord(path)}`,
        }
      }),
  },
  {
    id: 'cache-files',
    area: 'Caches',
    about: 'cached tokens and credentials can be read',
    run: ({ caches }) =>
      caches.flatMap(({ path, state, why }): Finding[] => {
        if (state === 'refused')
          return [
            {
              level: 'broken',
              what: `${path} cannot be trusted: ${why}`,
              whom: 'ssox and the AWS CLI disagree about what it says',
              cure: `mv ${typedWord(path)} ${typedWord(`${path}.bad`)}`,
            },
          ]
        if (state !== 'broken') return []
        return [
          {
            level: 'warning',
            what: `${path} is not whole`,
            whom: 'the AWS CLI, boto3 and the SDK for JavaScript fail on it; ssox writes it anew',
            cure: FIX_COMMAND,
            fix: { kind: 'remove', path },
          },
        ]
      }),
  },
  {
    id: 'token-elsewhere',
    area: 'Caches',
    about: 'tokens are of the session that they are kept for',
    run: ({ caches }) =>
      caches.flatMap(({ path, session, signIn, mismatch }): Finding[] =>
        session === undefined || mismatch === undefined
          ? []
          : [
              {
                level: 'warning',
                what: `the token of ${session} (${path}) is for another ${mismatch} than the config file has now`,
                whom: 'the AWS CLI and the SDKs use it all the same: perhaps as somebody else',
                cure: signIn ?? 'ssox login',
              },
            ],
      ),
  },
  {
    id: 'registrations',
    area: 'Caches',
    about: 'no client registrations are left that have ended',
    run: ({ caches, now }) => {
      const ended = caches.filter(
        ({ kind, expiresAt }) =>
          kind === 'registration' && expiresAt !== undefined && expiresAt < now,
      )
      return ended.map(({ path }) => ({
        level: 'note',
        what: `the client registration ${path} has ended`,
        whom: 'nobody needs it any more',
        cure: FIX_COMMAND,
        fix: { kind: 'remove', path },
      }))
    },
  },
  {
    id: 'network',
    area: 'Network',
    about: 'the sign-in hosts answer: DNS, proxy, TLS and CA',
    run: ({ network: { answers, skipped } }) => [
      ...(skipped === undefined
        ? []
        : [
            {
              level: 'note' as const,
              what: `the sign-in hosts were not asked: ${skipped}`,
              cure: 'ssox doctor',
            },
          ]),
      ...answers.flatMap(({ problem }): Finding[] =>
        problem
          ? [
              {
                level: 'broken',
                what: problem.message,
                whom: 'nobody can sign in, or get role credentials',
                cure: cureOf(problem),
              },
            ]
          : [],
      ),
    ],
  },
  {
    id: 'clock',
    area: 'Network',
    about: "the clock of this machine is AWS's",
    run: ({ network: { answers } }) => {
      const leads = answers.flatMap(({ leadMs }) => leadMs ?? [])
      const lead = leads.find((ms) => Math.abs(ms) > TOLERATED_MS)
      if (lead === undefined) return []
      const minutes = Math.round(Math.abs(lead) / MINUTE_MS)
      return [
        {
          level: 'broken',
          what: `the clock of this machine is ${minutes} minutes ${lead > 0 ? 'ahead of' : 'behind'} AWS`,
          whom: 'AWS refuses what is signed with it, and what has ended seems to be valid',
          cure: process.platform === 'linux' ? 'sudo timedatectl set-ntp true' : 'set the clock',
        },
      ]
    },
  },
  {
    id: 'browser',
    area: 'Browser',
    about: 'the command that opens the sign-in page is there',
    run: ({ browsers, shell }) =>
      browsers.flatMap(({ origin, program, isThere, isText }): Finding[] => {
        const cure = /^[A-Z_]+$/.test(origin)
          ? unset(shell.name, [origin])
          : `correct browser in ${origin}`
        if (isText)
          return [
            {
              level: 'warning',
              what: `${program} (${origin}) is a text browser`,
              whom: 'the sign-in page needs JavaScript: ssox shows a code in its place',
              cure,
            },
          ]
        if (isThere) return []
        return [
          {
            level: 'broken',
            what: `there is no browser ${program} (${origin})`,
            whom: 'the sign-in: ssox tries what the system has, then shows a code',
            cure,
          },
        ]
      }),
  },
  { id: 'hook', area: 'Shell', about: 'new terminals load the hook', run: loadedHook },
  {
    id: 'hook-version',
    area: 'Shell',
    about: 'the hook is of this version of ssox',
    run: ({ shell: { probe }, version }) => {
      if (typeof probe === 'string' || !probe.version || probe.version === version) return []
      return [
        {
          level: 'warning',
          what: `the hook is of ssox ${probe.version}, and this is ${version}`,
          whom: 'awsuse may ask ssox each time, or not understand what it keeps',
          cure: './install.sh',
        },
      ]
    },
  },
  { id: 'hook-prompt', area: 'Shell', about: 'the prompt shows the profile', run: promptHook },
  {
    id: 'hook-command',
    area: 'Shell',
    about: 'the hook finds ssox',
    run: ({ shell: { probe }, env }) => {
      if (typeof probe === 'string' || !probe.isLoaded || probe.command !== undefined) return []
      const own = env['SSOX_BIN']
      return [
        {
          level: 'broken',
          what: own
            ? `SSOX_BIN is ${own}, which cannot be run`
            : 'new terminals have no ssox on PATH',
          whom: 'awsuse, the renewal and the completion',
          cure: own ? 'unset SSOX_BIN' : './install.sh',
        },
      ]
    },
  },
  {
    id: 'login-shell',
    area: 'Shell',
    about: 'login shells load the hook, too',
    run: ({ shell: { login, startUp, hook } }) =>
      hook === 'bash' && login && startUp?.hasLines
        ? [
            {
              level: 'note',
              what: `login shells (SSH, the terminals of macOS) ${login.reason}`,
              whom: 'awsuse is not there in them',
              cure: `add to ${login.file}: ${login.line}`,
            },
          ]
        : [],
  },
  {
    id: 'tools',
    area: 'Tools',
    about: 'the AWS CLI and the SDKs that are found can do what the files ask of them',
    run: (facts) => facts.tools.flatMap((tool) => toolFindings(tool, facts)),
  },
]

/** Where an error would have sent to the doctor. */
function cureOf({ message, fix }: SsoxError): string {
  if (fix !== undefined && fix !== LOOK) return fix
  return /DNS|looked up/.test(message)
    ? 'check the network, VPN and sso_region'
    : 'check the network, VPN and HTTPS_PROXY'
}

function loadedHook({ shell, paths: { home } }: Facts): Finding[] {
  const { hook, probe, startUp } = shell
  if (hook === undefined) return []
  const file = startUp && withTilde(startUp.path, home)
  if (typeof probe === 'string')
    return [
      {
        level: 'note',
        what: `cannot see whether new terminals load the hook: ${probe}`,
        cure: typedCommand('init', hook),
      },
    ]
  if (probe.isLoaded) return []
  if (startUp?.hasLines)
    return [
      {
        level: 'broken',
        what: `${file} has the lines of the hook, but a new ${hook} has no awsuse`,
        whom: 'something above them ends the file, or the hook is not where they say',
        cure: './install.sh',
      },
    ]
  return [
    {
      level: 'note',
      what: `new terminals do not load the hook (${hook})`,
      whom: 'no awsuse, no profile in the prompt, no renewal',
      cure: `ssox init ${hook} --install`,
      fix: { kind: 'hook', shell: hook },
    },
  ]
}

/** Frameworks that draw all of the prompt have their own segment: docs/prompts.md. */
function promptHook({ shell: { hook, probe, startUp }, env, paths: { home } }: Facts): Finding[] {
  if (typeof probe === 'string' || !probe.isLoaded || hook === undefined) return []
  const file = startUp ? withTilde(startUp.path, home) : 'the start-up file'
  const cure = `move the line of the hook to the end of ${file}`
  if (!probe.isCalled)
    return [
      {
        level: 'broken',
        what: `${CALLER[hook]} does not call the hook any more: something sets it anew behind the hook's line`,
        whom: 'the time left is not shown, and keys are not renewed',
        cure,
      },
    ]
  const isOff = /^(?:off|0)$/i.test(env['SSOX_PROMPT'] ?? '')
  if (probe.isShown || probe.frame !== undefined || isOff) return []
  return [
    {
      level: 'warning',
      what: 'the prompt has no place for the profile: something draws it anew behind the hook',
      whom: 'nothing shows which account this is',
      cure,
    },
  ]
}

const CALLER = {
  bash: 'PROMPT_COMMAND',
  zsh: 'precmd_functions',
  fish: 'fish_prompt',
  powershell: 'the prompt function',
} as const

/** What a version cannot do; `below` is the first that can (changelogs of the AWS CLI and botocore). */
const LIMITS: readonly {
  readonly tool: Tool['name']
  readonly from?: string
  readonly below: string
  readonly level: Finding['level']
  isAsked(facts: Facts): boolean
  readonly cannot: string
  readonly cure: string
}[] = [
  {
    tool: 'aws',
    below: '2.0.0',
    level: 'note',
    isAsked: ({ sessions }) => sessions.length > 0,
    cannot: 'has no aws sso login: sign in with ssox login',
    cure: 'install the AWS CLI 2',
  },
  {
    tool: 'aws',
    from: '2.0.0',
    below: '2.9.0',
    level: 'warning',
    isAsked: hasNamedSession,
    cannot: 'does not read [sso-session]',
    cure: 'update the AWS CLI',
  },
  {
    tool: 'aws',
    from: '2.0.0',
    below: '2.32.0',
    level: 'warning',
    isAsked: ({ files }) => /^\s*login_session\s*=/m.test(files.config.text),
    cannot: 'does not know login_session',
    cure: 'update the AWS CLI',
  },
  {
    tool: 'aws',
    from: '2.0.0',
    below: '2.35.13',
    level: 'warning',
    isAsked: ({ sessions }) => sessions.some(({ session }) => isOwnDomain(session.startUrl)),
    cannot: "cannot sign in with a start URL on the company's own domain",
    cure: 'update the AWS CLI',
  },
  {
    tool: 'botocore',
    below: '1.29.10',
    level: 'warning',
    isAsked: hasNamedSession,
    cannot: 'does not read [sso-session]',
    cure: 'python3 -m pip install --upgrade boto3',
  },
  {
    tool: 'aws-sdk',
    below: '3.0.0',
    level: 'note',
    isAsked: ({ env }) => !env['AWS_SDK_LOAD_CONFIG'],
    cannot:
      'reads ~/.aws/config only with AWS_SDK_LOAD_CONFIG=1; the keys of ssox env need nothing',
    cure: 'export AWS_SDK_LOAD_CONFIG=1',
  },
]

const TITLES = {
  aws: 'the AWS CLI',
  botocore: 'botocore (boto3)',
  'aws-sdk': 'the SDK for JavaScript',
} as const

function hasNamedSession({ files }: Facts): boolean {
  return files.config.names('sso-session').length > 0
}

function toolFindings({ name, version, path }: Tool, facts: Facts): Finding[] {
  return LIMITS.flatMap(({ tool, from = '0', below, level, isAsked, cannot, cure }) => {
    const isMeant = tool === name && compare(version, below) < 0 && compare(version, from) >= 0
    if (!isMeant || !isAsked(facts)) return []
    return [{ level, what: `${TITLES[name]} ${version} (${path}) ${cannot}`, cure }]
  })
}

/** Compares two versions of numbers with dots. */
function compare(one: string, other: string): number {
  const [a, b] = [one, other].map((text) =>
    text.split('.').map((part) => Number.parseInt(part, 10) || 0),
  )
  for (let at = 0; at < 3; at++) {
    const difference = (a?.[at] ?? 0) - (b?.[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
