/** Variables of this terminal that make tools act as somebody else, or not at all. */
import { formatName } from '../../aws/document-header.ts'
import { profileNames } from '../../aws/profile.ts'
import { didYouMean } from '../../aws/profile-view.ts'
import { parseTime } from '../../aws/time.ts'
import { servedProfile } from '../../profiles/profile-state.ts'
import { FOREIGN } from '../../switch/variables.ts'
import { typedCommand } from '../../ui/typed-command.ts'
import { set, unset } from '../cures.ts'
import type { Facts } from '../facts.ts'
import type { Check, Finding } from '../finding.ts'

/** Who reads which of the variables of other tools, and before what; several words, one finding. */
const READERS: readonly (readonly [names: RegExp, whom: string])[] = [
  [/^AWS_SECURITY_TOKEN$/, 'boto3 and the AWS CLI take it before AWS_SESSION_TOKEN'],
  [/^AWS_(?:ACCESS|SECRET)_KEY$/, 'the SDKs for Java 1 and Go take it for AWS_SECRET_ACCESS_KEY'],
  [/^AMAZON_/, 'the SDK for Ruby takes it before a profile'],
  [/^AWS_DEFAULT_PROFILE$/, 'boto3 and the AWS CLI 1 take it before AWS_PROFILE'],
  [/^AWS_CREDENTIAL_SCOPE$/, 'the SDK for JavaScript signs for that scope'],
  [/^AWS_VAULT$/, 'prompts show its account before AWS_PROFILE; aws-vault refuses to nest'],
  [
    /^(?:AWSUME_PROFILE|AWSU_PROFILE|AWS_SSO_PROFILE)$/,
    'starship and powerlevel10k show its account before AWS_PROFILE',
  ],
  [/^/, 'scripts of the tool that has set it act on what it says'],
]

/** Variables by family; those that ssox does not know by name are only left alone. */
const FAMILIES = /^(?:AWSUME_\w+|GRANTED_SSO\w*|AWS_SSO(?:_\w+)?)$/
/** What a person may set for ssox, and what it hands to itself. */
const OURS = ['AWS_SSO_START_URL', 'AWS_SSO_REGION', 'AWS_SSO_ACCOUNT_ID', 'AWS_SSO_ROLE_NAME']
const OURS_TOO = ['AWS_SSO_INTERACTIVE_AUTH', 'AWS_SSO_CREDENTIAL_PROCESS_DEBUG']
const WEB_IDENTITY = ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_ROLE_ARN', 'AWS_ROLE_SESSION_NAME']
const KEYS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const
const CONTAINER = ['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']

export const ENVIRONMENT_CHECKS: readonly Check[] = [
  check('env-profile', 'AWS_PROFILE names a profile that is there', (facts) =>
    ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'].flatMap((name) => profileVariable(name, facts)),
  ),
  check(
    'env-files',
    'AWS_CONFIG_FILE and its like name files that are there',
    ({ missingFiles, shell }) =>
      missingFiles.map(({ variable, path }) => ({
        level: 'broken',
        what: `${variable} is ${path}, which is not there`,
        whom: 'the AWS CLI and the SDKs see no profile of it',
        cure: unset(shell.name, [variable]),
      })),
  ),
  check('env-two-accounts', 'the keys of this terminal are of the profile that it names', mismatch),
  check('env-half-keys', 'keys in the environment are whole', halfKeys),
  check('env-ended', 'the keys of this terminal have not ended', endedKeys),
  check('env-other-tools', 'no variables of other tools are left', otherTools),
  check('env-web-identity', 'no web identity comes before the profile', webIdentity),
  check('env-container', 'no container endpoint beside a profile', container),
  check('env-account-id', 'AWS_ACCOUNT_ID is the account of the keys', ({ env, shell }) => {
    const [account, own] = [env['AWS_ACCOUNT_ID'], env['SSOX_ACCOUNT_ID']]
    if (!account || account === own) return []
    return [
      {
        level: 'warning',
        what: `AWS_ACCOUNT_ID is ${account}${own ? `, and the keys are of ${own}` : ', which ssox has not set'}`,
        whom: "the newer SDKs build addresses of that account, whoever's the keys are",
        cure: unset(shell.name, ['AWS_ACCOUNT_ID']),
      },
    ]
  }),
  check('env-region', 'AWS_REGION and AWS_DEFAULT_REGION agree', ({ env, shell }) => {
    const [region, other] = [env['AWS_REGION'], env['AWS_DEFAULT_REGION']]
    if (!region || !other || region === other) return []
    return [
      {
        level: 'warning',
        what: `AWS_REGION is ${region}, and AWS_DEFAULT_REGION is ${other}`,
        whom: 'boto3 and R read the second, nearly everything else the first',
        cure: set(shell.name, 'AWS_DEFAULT_REGION', region),
      },
    ]
  }),
  check('env-endpoint', 'the sign-in is not redirected by half', endpoint),
  check('env-fish-universal', 'fish has no universal variables of AWS', ({ universal, shell }) =>
    universal.length === 0
      ? []
      : [
          {
            level: shell.name === 'fish' ? 'broken' : 'warning',
            what: `universal variables of fish: ${universal.join(', ')}`,
            whom: 'every program that fish starts gets them, whatever awsuse unsets',
            cure: `set -e -U ${universal.join(' ')}`,
          },
        ],
  ),
  check('env-tls', 'certificates are checked', ({ env, shell }) =>
    env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0'
      ? [
          {
            level: 'broken',
            what: 'NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate checks off',
            whom: 'ssox sends no token like that; other programs of Node send theirs to anybody',
            cure: unset(shell.name, ['NODE_TLS_REJECT_UNAUTHORIZED']),
          },
        ]
      : [],
  ),
  check('env-path', 'PATH has whole paths', ({ env }) => {
    const loose = (env['PATH'] ?? '').split(':').filter((folder) => !folder.startsWith('/'))
    if (process.platform === 'win32' || loose.length === 0) return []
    const names = loose.map((folder) => folder || '(empty)')
    return [
      {
        level: 'warning',
        what: `PATH has ${[...new Set(names)].join(', ')}`,
        whom: 'programs of whatever folder you are in are started in the place of aws and others',
        cure: 'write whole paths into PATH in the start-up file',
      },
    ]
  }),
]

function check(id: string, about: string, run: Check['run']): Check {
  return { id, area: 'Environment', about, run }
}

function profileVariable(name: string, { env, files, shell }: Facts): Finding[] {
  const value = env[name]
  if (value === undefined || (value !== '' && profileNames(files).includes(value))) return []
  const known = value !== '' && formatName('profile', value, 'config')
  return [
    {
      level: 'broken',
      what:
        value === ''
          ? `${name} is set, but empty`
          : `${name} is "${value}", which is in no AWS file${didYouMean(value, profileNames(files))}`,
      whom: 'boto3 and the SDK for JavaScript fail, even beside good keys',
      cure:
        name === 'AWS_PROFILE' && known
          ? typedCommand('list', undefined)
          : unset(shell.name, [name]),
    },
  ]
}

function mismatch({ env, shell }: Facts): Finding[] {
  const [ours, named] = [env['SSOX_PROFILE'], env['AWS_PROFILE']]
  if (!env['AWS_ACCESS_KEY_ID'] || !named) return []
  if (ours === named) return []
  const whom =
    'the AWS CLI, boto3 and Go act with the keys, the SDKs for JavaScript and .NET 3 as the profile'
  if (ours)
    return [
      {
        level: 'broken',
        what: `the keys of this terminal are of "${ours}", but AWS_PROFILE is "${named}"`,
        whom,
        cure: typedCommand('env', named).replace(/^ssox env /, 'awsuse '),
      },
    ]
  return [
    {
      level: 'warning',
      what: `AWS_PROFILE is "${named}", and there are keys that ssox has not set`,
      whom,
      cure: unset(
        shell.name,
        [...KEYS, 'AWS_SESSION_TOKEN'].filter((name) => env[name] !== undefined),
      ),
    },
  ]
}

function halfKeys({ env, shell }: Facts): Finding[] {
  const all = [...KEYS, 'AWS_SESSION_TOKEN']
  const present = all.filter((name) => env[name] !== undefined)
  const missing = KEYS.filter((name) => !env[name])
  const empty = present.filter((name) => env[name] === '')
  if (present.length === 0 || (missing.length === 0 && empty.length === 0)) return []
  const lost = missing.filter((name) => env[name] === undefined)
  return [
    {
      level: 'broken',
      what:
        empty.length > 0
          ? `${empty.join(' and ')} ${empty.length > 1 ? 'are' : 'is'} set, but empty`
          : `${present.join(' and ')} without ${lost.join(' and ')}`,
      whom: 'each tool does something else with half of the keys',
      cure: unset(shell.name, present),
    },
  ]
}

function endedKeys({ env, now, shell }: Facts): Finding[] {
  if (!env['AWS_ACCESS_KEY_ID']) return []
  const [name, profile] = [env['AWS_CREDENTIAL_EXPIRATION'], env['SSOX_PROFILE']]
  const end =
    name === undefined ? Number(env['SSOX_EXPIRES'] ?? Number.NaN) * 1000 : parseTime(name)
  if (name !== undefined && end === undefined)
    return [
      {
        level: 'broken',
        what: `AWS_CREDENTIAL_EXPIRATION is ${JSON.stringify(name)}, which is not a time`,
        whom: 'boto3 and the AWS CLI fail at once',
        cure: unset(shell.name, ['AWS_CREDENTIAL_EXPIRATION']),
      },
    ]
  if (end === undefined || Number.isNaN(end) || end > now) return []
  return [
    {
      level: 'warning',
      what: `the keys of this terminal${profile ? ` (${profile})` : ''} have ended`,
      whom: 'every tool: ExpiredToken',
      cure: profile
        ? typedCommand('env', profile).replace(/^ssox env /, 'awsuse ')
        : unset(shell.name, [...KEYS, 'AWS_SESSION_TOKEN', 'AWS_CREDENTIAL_EXPIRATION']),
    },
  ]
}

function otherTools({ env, shell }: Facts): Finding[] {
  const mine = [...OURS, ...OURS_TOO, ...WEB_IDENTITY]
  const names = Object.keys(env).filter(
    (name) =>
      env[name] !== undefined &&
      // Its own check says more.
      name !== 'AWS_DEFAULT_PROFILE' &&
      !mine.includes(name) &&
      (FOREIGN.includes(name) || FAMILIES.test(name)),
  )
  const found = [...names, ...(hidesProfile(env) ? ['AWS_DEFAULT_PROFILE'] : [])].sort()
  const groups = new Map<string, string[]>()
  for (const name of found) {
    const whom = READERS.find(([pattern]) => pattern.test(name))?.[1] ?? ''
    groups.set(whom, [...(groups.get(whom) ?? []), name])
  }
  return [...groups].map(([whom, of]) => ({
    level: 'warning' as const,
    what: `left by another tool: ${of.join(', ')}`,
    whom,
    cure: unset(shell.name, of),
  }))
}

/** It hides AWS_PROFILE from some; alone, it is how people have named their profile for years. */
function hidesProfile(env: Facts['env']): boolean {
  const [name, other] = [env['AWS_PROFILE'], env['AWS_DEFAULT_PROFILE']]
  return Boolean(name && other && name !== other)
}

function webIdentity({ env, shell }: Facts): Finding[] {
  if (!env['AWS_WEB_IDENTITY_TOKEN_FILE']) return []
  const isBeside = Boolean(env['AWS_PROFILE'] || env['SSOX_PROFILE'] || env['AWS_ACCESS_KEY_ID'])
  return [
    {
      level: isBeside ? 'broken' : 'note',
      what: `AWS_WEB_IDENTITY_TOKEN_FILE is set${isBeside ? ' beside a profile or keys' : ''}`,
      whom: isBeside
        ? '.NET acts as the role of the web identity, boto3 does where there are no keys'
        : 'what names no profile acts as its role: of a pod, or of a CI job',
      cure: unset(
        shell.name,
        WEB_IDENTITY.filter((name) => env[name] !== undefined),
      ),
    },
  ]
}

function container({ env, shell }: Facts): Finding[] {
  const names = CONTAINER.filter((name) => env[name])
  const isBeside = Boolean(env['AWS_PROFILE'] || env['SSOX_PROFILE'])
  if (names.length === 0 || !isBeside || servedProfile(env) !== undefined) return []
  return [
    {
      level: 'note',
      what: `${names.join(' and ')} ${names.length > 1 ? 'are' : 'is'} set beside a profile`,
      whom: 'where the profile fails, the SDKs go on with the role of the container',
      cure: unset(shell.name, names),
    },
  ]
}

function endpoint({ env, shell }: Facts): Finding[] {
  const [all, sso, oidc] = ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_SSO', 'AWS_ENDPOINT_URL_SSO_OIDC']
  const has = (name = '') => Boolean(env[name])
  const findings: Finding[] = []
  if (has(all) && !(has(sso) && has(oidc)))
    findings.push({
      level: 'warning',
      what: `AWS_ENDPOINT_URL is ${env['AWS_ENDPOINT_URL']}`,
      whom: 'the AWS CLI and the SDKs send the sign-in there, too; ssox does not',
      cure: unset(shell.name, ['AWS_ENDPOINT_URL']),
    })
  if (has(sso) !== has(oidc)) {
    const [set = '', lost] = has(sso) ? [sso, oidc] : [oidc, sso]
    findings.push({
      level: 'warning',
      what: `${set} is set, but not ${lost}`,
      whom: 'a token of one Identity Center is sent to another',
      cure: unset(shell.name, [set]),
    })
  }
  return findings
}
