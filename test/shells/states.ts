/** Changes as profiles make them, and what a shell may hold before one. */
import { changed, type EnvChange } from '../../src/shells/change.ts'
import { changeTo, changeToNone, type SwitchTarget } from '../../src/switch/variables.ts'
import { familyOf } from './lines.ts'

/** As long as those of AWS are. */
export const TOKEN = `IQoJb3JpZ2luX2Vj${'EXAMPLE+/'.repeat(90)}==`

export const TARGET: SwitchTarget = {
  profileName: 'naïve #1 \\ "$HOME" `x` !',
  inFiles: true,
  mode: 'both',
  region: 'eu-west-1',
  credentials: {
    accessKeyId: 'ASIANEW',
    secretAccessKey: 'new/+secret',
    sessionToken: TOKEN,
    expiresAt: 1_800_000_000_000,
  },
  sessionEndsAt: undefined,
  accountId: '123456789012',
  roleName: 'Developer',
  isProtected: true,
}

const STATIC = { accessKeyId: 'AKIASTATIC', secretAccessKey: 'static/+secret' }

export const FULL = changeTo(TARGET)

/** Every kind of a change, by a name for it. */
export const CHANGES = {
  'the full switch': FULL,
  'a profile without a region': changeTo({ ...TARGET, region: undefined, isProtected: false }),
  'static keys': changeTo({
    ...TARGET,
    credentials: STATIC,
    accountId: undefined,
    roleName: undefined,
  }),
  'mode keys': changeTo({ ...TARGET, mode: 'keys' }),
  'mode profile': changeTo({ ...TARGET, mode: 'profile', credentials: undefined }),
  clear: changeToNone(),
}

const BEFORE = changed(
  {},
  changeTo({ ...TARGET, profileName: 'before', region: 'us-west-2', accountId: '999999999999' }),
)
const AWKWARD = 'a|b *?;c(!$x\'"\\`^'

/** What other tools leave behind (contract 4.5), and older keys. */
const LEFT_OVER = [
  ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_SECURITY_TOKEN'],
  ...['AWS_ACCESS_KEY', 'AWS_SECRET_KEY', 'AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_VAULT'],
  ...['AWS_CREDENTIAL_EXPIRATION', 'AWS_SESSION_EXPIRATION', 'AWS_SSO_PROFILE', 'AWSUME_PROFILE'],
  ...['AWSUME_EXPIRATION', 'GRANTED_SSO', 'GRANTED_SSO_ROLE_NAME', 'SSOX_PROTECTED'],
]

/** What a shell may hold before a switch, by a name for it. */
export const STATES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  nothing: {},
  "the user's own region and account": {
    AWS_REGION: 'us-west-2',
    AWS_DEFAULT_REGION: 'us-west-1',
    AWS_ACCOUNT_ID: '999999999999',
    AWS_SDK_LOAD_CONFIG: '1',
  },
  'what ssox set before': BEFORE,
  'what ssox set before, and another region since': { ...BEFORE, AWS_REGION: 'ap-south-1' },
  'what other tools left': Object.fromEntries(LEFT_OVER.map((name) => [name, 'left'])),
  'a web identity': {
    AWS_ROLE_ARN: 'arn:aws:iam::999999999999:role/pod',
    AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/token',
    AWS_ROLE_SESSION_NAME: 'pod',
  },
  'empty variables': { AWS_REGION: '', SSOX_REGION: '', AWS_ACCOUNT_ID: '', AWS_VAULT: '' },
  'awkward values': {
    AWS_REGION: AWKWARD,
    SSOX_REGION: AWKWARD,
    AWS_DEFAULT_REGION: '(',
    AWS_ACCOUNT_ID: '!',
    SSOX_ACCOUNT_ID: '=',
  },
}

/** A shell that ssox and another tool have been in. */
export const OLD = { ...BEFORE, AWS_VAULT: 'left', AWS_SECURITY_TOKEN: 'left' }

/** Every name of the changes and states. */
export const ALL_NAMES = [
  ...new Set(
    [...Object.values(CHANGES).map((change) => changed({}, change)), ...Object.values(STATES)]
      .flatMap((state) => Object.keys(state))
      .sort(),
  ),
]

/** The family after a change. */
export function familyAfter(state: Readonly<Record<string, string>>, change: EnvChange) {
  return familyOf(Object.entries(changed(state, change)))
}
