/** The variables of ssox in words. */
import type { Row } from '../cli/layout.ts'
import { SETTINGS, type SettingSpec } from '../settings/table.ts'
import type { SetVariable } from '../switch/variables.ts'

const SET: Readonly<Record<SetVariable, string>> = {
  AWS_ACCESS_KEY_ID: 'the keys; not in mode profile',
  AWS_SECRET_ACCESS_KEY: 'the same',
  AWS_SESSION_TOKEN: 'the same; unset for keys that need none',
  AWS_PROFILE: 'the profile; not in mode keys, nor for an account and role that are no profile',
  AWS_REGION: 'the region of the profile, if it has one',
  AWS_DEFAULT_REGION: 'the same, for older programs',
  AWS_ACCOUNT_ID: 'the account of the keys, where it is known',
  AWS_CREDENTIAL_EXPIRATION: 'when the keys end, as 2026-01-31T12:00:00Z',
  AWS_SESSION_EXPIRATION: 'the same, for prompts; in mode profile the end of the sign-in',
  SSOX_PROFILE: 'the profile, for prompts and scripts',
  SSOX_EXPIRES: 'when the keys end, in seconds since 1970',
  SSOX_ACCOUNT_ID: 'the account',
  SSOX_ROLE: 'the role',
  SSOX_REGION: 'the region that ssox has set',
  SSOX_PROTECTED: '1 for a profile that the setting protect names',
}

/** What ssox sets in a shell, and in a command of exec. */
export const SET_VARIABLES: readonly Row[] = Object.entries(SET)

/** What ssox reads, for itself alone. */
export const OWN_VARIABLES: readonly Row[] = [
  ...Object.entries<SettingSpec>(SETTINGS).flatMap(([name, { variable, description }]): Row[] =>
    variable === undefined ? [] : [[variable, `${description} (setting ${name})`]],
  ),
  ['SSOX_PROMPT', 'off: the hook shows nothing in the prompt'],
  ['SSOX_RENEW_MINUTES', 'the hook renews keys with less left than this (10); 0: never'],
  ['SSOX_BIN', 'what the hooks run in place of the ssox on PATH'],
  [
    'XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_CACHE_HOME, XDG_DATA_HOME, XDG_RUNTIME_DIR',
    'move the files of ssox (ssox help files)',
  ],
]

/** What ssox reads as the AWS CLI and the SDKs do. */
export const AWS_VARIABLES: readonly Row[] = [
  ['AWS_PROFILE, AWS_DEFAULT_PROFILE', 'the profile where none is named'],
  ['AWS_CONFIG_FILE', 'in place of ~/.aws/config'],
  ['AWS_SHARED_CREDENTIALS_FILE', 'in place of ~/.aws/credentials'],
  ['AWS_LOGIN_CACHE_DIRECTORY', 'where aws login keeps its keys, in place of ~/.aws/login/cache'],
  ['AWS_REGION, AWS_DEFAULT_REGION', 'the region where the profile has none'],
  [
    'AWS_SSO_START_URL, AWS_SSO_REGION, AWS_SSO_ACCOUNT_ID, AWS_SSO_ROLE_NAME',
    'an account and role in place of a profile, if all four are set',
  ],
  ['AWS_SSO_INTERACTIVE_AUTH', 'true: credential-process may open the browser'],
  ['AWS_SSO_CREDENTIAL_PROCESS_DEBUG', 'true: credential-process writes a log'],
  [
    'AWS_ENDPOINT_URL_SSO, AWS_ENDPOINT_URL_SSO_OIDC, AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL_SIGNIN',
    'other hosts for these services',
  ],
  ['AWS_ENDPOINT_URL', 'another host for STS; the sign-in does not follow it'],
  ['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'true: none of these, and none of the AWS files'],
  ['AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT', 'true: hosts of that kind'],
  ['AWS_MAX_ATTEMPTS, AWS_RETRY_MODE', 'how often a request is tried'],
  ['AWS_CA_BUNDLE', 'trust the certificates in this file alone'],
  ['REQUESTS_CA_BUNDLE', 'the same, where nothing else says so'],
  ['SSL_CERT_FILE', 'trust these too'],
  ['AWS_EC2_METADATA_DISABLED', 'true: credential_source asks no instance'],
  [
    'AWS_CONTAINER_CREDENTIALS_FULL_URI, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
    'the endpoint of exec --serve, or of credential_source = EcsContainer',
  ],
  [
    'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN',
    'the keys of this shell, for whoami, status and credential_source = Environment',
  ],
]

/** What ssox reads as other programs do. */
export const OTHER_VARIABLES: readonly Row[] = [
  ['HTTPS_PROXY, NO_PROXY', 'the way to AWS; ALL_PROXY too, if it is an HTTP proxy'],
  ['BROWSER', 'opens the sign-in page, unless --browser or SSOX_BROWSER is given'],
  ['NO_COLOR, FORCE_COLOR, CLICOLOR, CLICOLOR_FORCE', 'colour or none'],
  ['LC_ALL, LC_CTYPE, LANG', 'whether the terminal shows more than ASCII'],
]
