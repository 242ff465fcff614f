/** What the AWS CLI and the SDKs that are found cannot do. */
import { isOwnDomain } from '../../aws/start-url.ts'
import type { Facts, Tool } from '../facts.ts'
import type { Check, Finding } from '../finding.ts'

export const TOOL_CHECKS: readonly Check[] = [
  {
    id: 'tools',
    area: 'Tools',
    about: 'the AWS CLI and the SDKs that are found can do what the files ask of them',
    run: (facts) => facts.tools.flatMap((tool) => toolFindings(tool, facts)),
  },
]

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
