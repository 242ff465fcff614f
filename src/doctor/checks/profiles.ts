/** Profiles and sessions: what is half-written, and what AWS tools read in different ways. */

import { breakBehind, breakOfSection } from '../../aws/broken-lines.ts'
import type { AwsDocument } from '../../aws/document.ts'
import { editDocument } from '../../aws/document-edit.ts'
import {
  type AwsFiles,
  describeProfile,
  findSession,
  profileNames,
  sessionNames,
} from '../../aws/profile.ts'
import { openProfile, type ProfileView } from '../../aws/profile-view.ts'
import { regionOfPortal } from '../../aws/start-url.ts'
import { messageOf, SsoxError } from '../../problem.ts'
import { type Check, FIX_COMMAND, type Finding } from '../finding.ts'

/** The scope without which a token lists no accounts and gives no role credentials. */
const ACCOUNT_SCOPE = 'sso:account:access'

export const PROFILE_CHECKS: readonly Check[] = [
  {
    id: 'some-profile',
    area: 'AWS files',
    about: 'there is a profile',
    run: ({ files, filesProblem }) =>
      filesProblem || profileNames(files).length > 0 || sessionNames(files).length > 0
        ? []
        : [{ level: 'note', what: 'the AWS files have no profile yet', cure: 'ssox setup' }],
  },
  {
    id: 'profiles-whole',
    area: 'AWS files',
    about: 'each profile has what it needs to give credentials',
    run: ({ files }) =>
      profileNames(files).flatMap((name) => {
        const { problem, fix, settingsOnly } = describeProfile(files, name)
        // The line that breaks it is another check's.
        if (problem === undefined || settingsOnly || breakBehind(files, name)) return []
        return [{ level: 'broken', what: problem, cure: fix ?? 'ssox list' }]
      }),
  },
  {
    id: 'sessions-whole',
    area: 'AWS files',
    about: 'each [sso-session] has a start URL and a region',
    run: ({ files }) => sessionNames(files).flatMap((name) => wholeSession(files, name)),
  },
  {
    id: 'start-url',
    area: 'AWS files',
    about: 'start URLs are https addresses',
    run: ({ sessions, files }) =>
      sessions.flatMap(({ session }) =>
        isAddress(session.startUrl)
          ? []
          : [
              {
                level: 'broken' as const,
                what: `the start URL ${JSON.stringify(session.startUrl)} is not an https address`,
                whom: 'nobody can sign in with it',
                cure: `write sso_start_url = https://… in ${files.configPath}`,
              },
            ],
      ),
  },
  {
    id: 'start-url-fragment',
    area: 'AWS files',
    about: 'no start URL has a fragment',
    run: ({ files }) =>
      startUrlsIn(files.config)
        .filter(({ url }) => url.includes('#'))
        .map(({ title, url }) => ({
          level: 'warning',
          what: `sso_start_url of [${title}] in ${files.configPath} ends in "${url.slice(url.indexOf('#'))}"`,
          whom: 'the SDKs for Go (of 2023) and C++ cut it off and miss the token; what is cut needs one more sign-in',
          cure: FIX_COMMAND,
          fix: { kind: 'file', file: 'config', change: withoutFragments },
        })),
  },
  {
    id: 'start-url-spelling',
    area: 'AWS files',
    about: 'one start URL is spelt one way',
    run: ({ sessions, files }) => {
      const legacy = sessions.flatMap(({ session }) =>
        session.kind === 'legacy' ? [session.startUrl] : [],
      )
      const plain = (url: string) => url.replace(/[/#]+$/, '').toLowerCase()
      return legacy.flatMap((url, at) => {
        const same = legacy.slice(0, at).find((other) => plain(other) === plain(url))
        if (same === undefined || url.includes('#') || same.includes('#')) return []
        return [
          {
            level: 'warning' as const,
            what: `${same} and ${url} are two sign-ins of one portal`,
            whom: 'every AWS tool: the token is kept under the start URL as it is spelt',
            cure: `write sso_start_url alike in all profiles of ${files.configPath}`,
          },
        ]
      })
    },
  },
  {
    id: 'session-region',
    area: 'AWS files',
    about: 'sso_region is the region that the start URL names',
    run: ({ sessions, files }) =>
      sessions.flatMap(({ session: { startUrl, region } }) => {
        const named = URL.canParse(startUrl) && regionOfPortal(new URL(startUrl).hostname)
        if (!named || !region || named === region) return []
        return [
          {
            level: 'broken' as const,
            what: `the portal ${startUrl} is in ${named}, but sso_region is ${region}`,
            whom: 'the sign-in: AWS answers InvalidRequestException in another region',
            cure: `write sso_region = ${named} in ${files.configPath}`,
          },
        ]
      }),
  },
  {
    id: 'session-scopes',
    area: 'AWS files',
    about: 'sso_registration_scopes lets the token get role credentials',
    run: ({ sessions, files }) =>
      sessions.flatMap(({ session }) =>
        session.kind !== 'named' ||
        session.scopes.length === 0 ||
        session.scopes.includes(ACCOUNT_SCOPE)
          ? []
          : [
              {
                level: 'warning' as const,
                what: `sso_registration_scopes of SSO session "${session.name}" lacks ${ACCOUNT_SCOPE}`,
                whom: 'its token gets no role credentials',
                cure: `add ${ACCOUNT_SCOPE} to sso_registration_scopes of [sso-session ${session.name}] in ${files.configPath}`,
              },
            ],
      ),
  },
  {
    id: 'two-kinds',
    area: 'AWS files',
    about: 'no profile has two kinds of credentials',
    run: ({ files }) =>
      // Keys in the other file under the name of an SSO profile are another check's.
      soundProfiles(files).flatMap((view) => (shadows(view) ? [] : twoKinds(view))),
  },
  {
    id: 'session-beside',
    area: 'AWS files',
    about: 'no profile repeats what its session says',
    run: ({ files }) =>
      soundProfiles(files).flatMap((view) => {
        const keys = ['sso_start_url', 'sso_region'].filter((key) => view.get(key))
        if (!view.get('sso_session') || keys.length === 0) return []
        return [
          {
            level: 'warning' as const,
            what: `profile "${view.name}" has ${keys.join(' and ')} beside sso_session`,
            whom: 'the SDK for Rust refuses it',
            cure: `remove ${keys.join(' and ')} from ${view.place('sso_session')}`,
          },
        ]
      }),
  },
  {
    id: 'endpoint-url',
    area: 'AWS files',
    about: 'endpoint_url of an SSO profile does not redirect its sign-in',
    run: ({ files }) =>
      soundProfiles(files).flatMap((view) => {
        if (!view.get('endpoint_url') || !view.get('sso_account_id')) return []
        return [
          {
            level: 'warning' as const,
            what: `profile "${view.name}" has endpoint_url and SSO`,
            whom: 'the AWS CLI and the SDKs send the sign-in there, too; ssox does not',
            cure: `put endpoint_url into a services section, in place of ${view.place('endpoint_url')}`,
          },
        ]
      }),
  },
]

/** What a profile says where a broken line may belong to it, nobody knows. */
function soundProfiles(files: AwsFiles): ProfileView[] {
  return profileNames(files).flatMap((name) =>
    breakBehind(files, name) ? [] : (openProfile(files, name) ?? []),
  )
}

function wholeSession(files: AwsFiles, name: string): Finding[] {
  const isUsed = profileNames(files).some(
    (profile) => openProfile(files, profile)?.get('sso_session') === name,
  )
  // Then the profile says it.
  if (isUsed || breakOfSection(files, 'sso-session', name)) return []
  try {
    findSession(files, name)
    return []
  } catch (error) {
    const fix = error instanceof SsoxError ? error.fix : undefined
    return [{ level: 'broken', what: messageOf(error), cure: fix ?? 'ssox status' }]
  }
}

function isAddress(startUrl: string): boolean {
  const url = URL.canParse(startUrl) ? new URL(startUrl) : undefined
  const isLoopback = url !== undefined && /^(?:127\.\d+\.\d+\.\d+|localhost)$/.test(url.hostname)
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)
}

/** The sections with a start URL, by their headers. */
function startUrlsIn(config: AwsDocument) {
  return (['profile', 'sso-session'] as const).flatMap((type) =>
    config.names(type).flatMap((name) => {
      const url = config.section(type, name)?.values.get('sso_start_url')
      const title = type === 'profile' && name === 'default' ? name : `${type} ${name}`
      return url ? [{ type, name, url, title }] : []
    }),
  )
}

function withoutFragments(config: AwsDocument): string {
  const edits = startUrlsIn(config)
    .filter(({ url }) => url.includes('#'))
    .map(({ type, name, url }) => {
      const plain = url.slice(0, url.indexOf('#')).replace(/\/+$/, '')
      return { type, name, values: new Map([['sso_start_url', plain]]) }
    })
  return edits.length > 0 ? editDocument(config, edits) : config.text
}

const KIND_KEYS = [
  ['SSO', ['sso_account_id', 'sso_role_name']],
  ['keys', ['aws_access_key_id', 'aws_secret_access_key']],
  ['role_arn', ['role_arn']],
  ['credential_process', ['credential_process']],
  ['login_session', ['login_session']],
] as const

type Kind = (typeof KIND_KEYS)[number][0]

/** As the AWS tools see it: `granted_sso_*` is nothing to them. */
function kindsOf(view: ProfileView): Kind[] {
  const has = (key: string) => view.spell(key) === key && view.get(key) !== undefined
  return KIND_KEYS.flatMap(([kind, keys]) => (keys.some(has) ? [kind] : []))
}

/** Which tool takes which of two, as measured (botocore, SDK for JavaScript, Go, Java, .NET). */
const TAKES: readonly (readonly [one: Kind, other: Kind, whom: string])[] = [
  [
    'SSO',
    'keys',
    'the SDKs for JavaScript and Go and VS Code take the keys, the AWS CLI, boto3, Java and JetBrains SSO; .NET refuses it',
  ],
  [
    'SSO',
    'credential_process',
    'the SDK for JavaScript takes the process, the AWS CLI, boto3, Go and Java SSO',
  ],
  ['SSO', 'role_arn', 'the AWS CLI, boto3 and JavaScript take the role, the SDKs for Java SSO'],
  [
    'keys',
    'credential_process',
    'the SDKs for JavaScript and Go take the keys, the AWS CLI and boto3 one or the other by file; .NET refuses it',
  ],
  ['role_arn', 'credential_process', 'the SDKs for Go and .NET refuse it'],
  ['keys', 'login_session', 'the AWS CLI takes the keys of the credentials file alone'],
]

function twoKinds(view: ProfileView): Finding[] {
  const kinds = kindsOf(view)
  const pair = TAKES.find(([one, other]) => kinds.includes(one) && kinds.includes(other))
  if (!pair) return []
  const [one, other, whom] = pair
  return [
    {
      level: 'warning',
      what: `profile "${view.name}" has ${one} and ${other}`,
      whom,
      cure: `move ${other} to a profile of its own, out of ${view.place(keyOf(other))}`,
    },
  ]
}

function keyOf(kind: Kind): string {
  return KIND_KEYS.find(([name]) => name === kind)?.[1][0] ?? ''
}

/** True for keys in the credentials file under the name of an SSO profile of the config file. */
export function shadows(view: ProfileView): boolean {
  return (
    view.getFrom('config', 'sso_account_id') !== undefined &&
    view.getFrom('credentials', 'aws_access_key_id') !== undefined
  )
}
