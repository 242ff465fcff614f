/** Homes with one fault in the environment, the caches or the browser. */
import { chmodSync, symlinkSync, utimesSync } from 'node:fs'
import { tokenKey } from '../../src/aws/cache-key.ts'
import { countSignIn } from '../../src/state/failed-sign-in.ts'
import {
  type Case,
  CREDENTIALS,
  contextOf,
  LONG_AGO,
  type Patient,
  TOKEN,
  TOKEN_FILE,
} from './rig.ts'

const set =
  (variables: Readonly<Record<string, string>>) =>
  ({ env }: Patient) =>
    void Object.assign(env, variables)

export const OTHER_CASES: readonly Case[] = [
  [
    'env-profile: broken',
    'AWS_PROFILE of a profile that is gone',
    set({ AWS_PROFILE: 'gone' }),
    /"gone", which is in no AWS file/,
  ],
  [
    'env-profile: broken',
    'AWS_PROFILE with a typo',
    set({ AWS_PROFILE: 'devv' }),
    /"devv", which is in no AWS file; did you mean "dev"\?$/,
  ],
  ['env-profile: broken', 'AWS_PROFILE that is empty', set({ AWS_PROFILE: '' }), /set, but empty/],
  [
    'env-files: broken',
    'AWS_SHARED_CREDENTIALS_FILE that names nothing',
    set({ AWS_SHARED_CREDENTIALS_FILE: '/nope/credentials' }),
    /AWS_SHARED_CREDENTIALS_FILE is \/nope\/credentials, which is not there/,
  ],
  [
    'env-two-accounts: broken',
    'keys of one profile and the name of another',
    set({
      SSOX_PROFILE: 'dev',
      AWS_PROFILE: 'old',
      AWS_ACCESS_KEY_ID: 'A',
      AWS_SECRET_ACCESS_KEY: 'B',
    }),
    /are of "dev", but AWS_PROFILE is "old"/,
  ],
  [
    'env-two-accounts: warning',
    'a name beside keys of somebody else',
    set({ AWS_PROFILE: 'old', AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'B' }),
    /keys that ssox has not set/,
  ],
  [
    'env-half-keys: broken',
    'an id without its secret',
    set({ AWS_ACCESS_KEY_ID: 'A' }),
    /AWS_ACCESS_KEY_ID without AWS_SECRET_ACCESS_KEY/,
  ],
  [
    'env-half-keys: broken',
    'a token that is empty',
    set({ AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'B', AWS_SESSION_TOKEN: '' }),
    /AWS_SESSION_TOKEN is set, but empty/,
  ],
  [
    'env-ended: warning',
    'keys that have ended',
    set({
      SSOX_PROFILE: 'dev',
      SSOX_EXPIRES: '1577836800',
      AWS_ACCESS_KEY_ID: 'A',
      AWS_SECRET_ACCESS_KEY: 'B',
    }),
    /\(dev\) have ended/,
  ],
  [
    'env-ended: broken',
    'an expiry that is no time',
    set({
      AWS_CREDENTIAL_EXPIRATION: 'soon',
      AWS_ACCESS_KEY_ID: 'A',
      AWS_SECRET_ACCESS_KEY: 'B',
    }),
    /"soon", which is not a time/,
  ],
  [
    'env-other-tools: warning',
    'what aws-vault leaves',
    set({ AWS_VAULT: 'x' }),
    /left by another tool: AWS_VAULT/,
  ],
  [
    'env-other-tools: warning',
    'keys under the names that Ruby reads',
    set({ AMAZON_ACCESS_KEY_ID: 'A', AMAZON_SECRET_ACCESS_KEY: 'B' }),
    /left by another tool: AMAZON_ACCESS_KEY_ID, AMAZON_SECRET_ACCESS_KEY/,
  ],
  [
    'env-other-tools: warning',
    'one of a family that nobody knows by name',
    set({ AWSUME_FLAVOUR: 'x', GRANTED_SSO_START_URL: 'y' }),
    /AWSUME_FLAVOUR, GRANTED_SSO_START_URL/,
  ],
  [
    'env-other-tools: warning',
    'AWS_DEFAULT_PROFILE that hides AWS_PROFILE',
    set({ AWS_PROFILE: 'dev', AWS_DEFAULT_PROFILE: 'old' }),
    /AWS_DEFAULT_PROFILE/,
  ],
  [
    'env-web-identity: broken',
    'a web identity beside a profile',
    set({ AWS_PROFILE: 'dev', AWS_WEB_IDENTITY_TOKEN_FILE: '/x', AWS_ROLE_ARN: 'arn' }),
    /beside a profile or keys/,
  ],
  [
    'env-web-identity: note',
    'a web identity alone, as in a pod',
    set({ AWS_WEB_IDENTITY_TOKEN_FILE: '/x', AWS_ROLE_ARN: 'arn' }),
    /AWS_WEB_IDENTITY_TOKEN_FILE is set/,
  ],
  [
    'env-container: note',
    'a container endpoint beside a profile',
    set({ AWS_PROFILE: 'dev', AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/x' }),
    /AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is set/,
  ],
  [
    'env-account-id: warning',
    'AWS_ACCOUNT_ID that ssox has not set',
    set({ AWS_ACCOUNT_ID: '999999999999' }),
    /AWS_ACCOUNT_ID is 999999999999/,
  ],
  [
    'env-region: warning',
    'two regions',
    set({ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'us-east-1' }),
    /AWS_REGION is eu-west-1, and AWS_DEFAULT_REGION is us-east-1/,
  ],
  [
    'env-endpoint: warning',
    'AWS_ENDPOINT_URL of LocalStack',
    set({ AWS_ENDPOINT_URL: 'http://localhost:4566' }),
    /AWS_ENDPOINT_URL is http/,
  ],
  [
    'env-endpoint: warning',
    'one of the two services alone',
    set({ AWS_ENDPOINT_URL_SSO: 'https://x.example' }),
    /AWS_ENDPOINT_URL_SSO is set, but not AWS_ENDPOINT_URL_SSO_OIDC/,
  ],
  [
    'env-fish-universal: warning',
    'universal variables of fish',
    ({ write }) =>
      void write(
        '.config/fish/fish_variables',
        '# fish\nSETUVAR --export AWS_PROFILE:other\nSETUVAR fish_greeting:\nSETUVAR AWS_X:y\n',
      ),
    /universal variables of fish: AWS_PROFILE$/,
  ],
  [
    'env-tls: broken',
    'certificates that nobody checks',
    set({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }),
    /NODE_TLS_REJECT_UNAUTHORIZED=0/,
  ],
  [
    'env-path: warning',
    'PATH with the folder one is in',
    ({ env }) => void Object.assign(env, { PATH: `.:${env['PATH']}:` }),
    /PATH has \., \(empty\)/,
  ],
  [
    'private: warning',
    'keys that others may read',
    ({ write }) => void write('.aws/credentials', CREDENTIALS, 0o644),
    /credentials is open to other users/,
  ],
  [
    'private: warning',
    'a token that others may read',
    ({ write }) => void write('.aws/sso/cache/x.json', JSON.stringify(TOKEN), 0o644),
    /x\.json is open to other users/,
  ],
  [
    'private: warning',
    'settings that everybody may write',
    ({ write }) => void write('.config/ssox/config', '[ssox]\nmode = both\n', 0o666),
    /settings file .* is open/,
  ],
  [
    'private: warning',
    'a runtime folder that others may enter',
    ({ write, path }) => {
      write('.cache/ssox/x', '')
      chmodSync(`${path}/.cache/ssox`, 0o755)
    },
    /runtime folder .* is open/,
  ],
  [
    'cache-files: warning',
    'half of a file with keys',
    ({ write }) => {
      const file = write('.aws/cli/cache/x.json', '{"Credentials": {')
      utimesSync(file, 1, 1)
    },
    /x\.json is not whole/,
  ],
  [
    'cache-files: broken',
    'a token that is a link',
    ({ path, write }) => {
      write('elsewhere.json', JSON.stringify(TOKEN))
      write('.aws/sso/cache/y.json', '{}')
      symlinkSync(`${path}/elsewhere.json`, `${path}/.aws/sso/cache/x.json`)
    },
    /x\.json cannot be trusted: it is a symbolic link/,
  ],
  [
    'token-elsewhere: warning',
    'a token of another start URL under the name of the session',
    ({ write }) =>
      void write(
        TOKEN_FILE,
        JSON.stringify({ ...TOKEN, startUrl: 'https://d-other.awsapps.com/start' }),
      ),
    /is for another start URL/,
  ],
  [
    'registrations: note',
    'a registration that has ended',
    ({ write }) =>
      void write(
        '.aws/sso/cache/botocore-client-id-us-east-1.json',
        JSON.stringify({ clientId: 'c', clientSecret: 's', expiresAt: LONG_AGO }),
      ),
    /botocore-client-id-us-east-1\.json has ended/,
  ],
  [
    'browser: broken',
    'a browser that is not there',
    set({ BROWSER: '/opt/nope/chrome' }),
    /no browser \/opt\/nope\/chrome \(BROWSER\)/,
  ],
  ['browser: warning', 'a text browser', set({ SSOX_BROWSER: 'lynx' }), /is a text browser/],
  [
    'sign-in-given-up: warning',
    'three sign-ins of programs that nobody has answered',
    (patient) => {
      const { paths } = contextOf(patient)
      for (let count = 0; count < 3; count++)
        countSignIn(paths, tokenKey({ cacheName: 'corp' }), Date.now())
    },
    /3 sign-in pages of "corp" were opened for programs/,
  ],
]
