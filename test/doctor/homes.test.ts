/** For each check on files and variables: a home that triggers it and nothing else. */
import { chmodSync, rmSync, symlinkSync, utimesSync } from 'node:fs'
import { tokenKey } from '../../src/aws/cache-key.ts'
import { CHECKS } from '../../src/doctor/checks.ts'
import { assert, suite } from '../support/suite.ts'
import {
  CONFIG,
  CREDENTIALS,
  diagnose,
  idsOf,
  type Patient,
  START_URL,
  withPatient,
} from './rig.ts'

/** What is done to a home in which all is well, what is found then, and words of it. */
type Case = readonly [
  finding: string,
  sentence: string,
  hurt: (patient: Patient) => void,
  says: RegExp,
]

const config = (text: string) => (patient: Patient) => void patient.write('.aws/config', text)
const credentials = (text: string) => (patient: Patient) =>
  void patient.write('.aws/credentials', text)
const more = (text: string) => config(`${CONFIG}\n${text}`)
const set =
  (variables: Readonly<Record<string, string>>) =>
  ({ env }: Patient) =>
    void Object.assign(env, variables)
const settings = (text: string) => (patient: Patient) =>
  void patient.write('.config/ssox/config', text)

const SSO = 'sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Admin\nregion = r\n'
const KEYS = 'aws_access_key_id = ASIAX\naws_secret_access_key = x\n'
const LONG_AGO = '2020-01-01T00:00:00Z'
const TOKEN = {
  startUrl: START_URL,
  region: 'us-east-1',
  accessToken: 't',
  expiresAt: '2099-01-01T00:00:00Z',
}
const TOKEN_FILE = `.aws/sso/cache/${tokenKey({ cacheName: 'corp' })}.json`

const CASES: readonly Case[] = [
  [
    'settings: broken',
    'a setting that does not exist',
    settings('[ssox]\nprotct = *prod*\n'),
    /did you mean protect/,
  ],
  [
    'files-readable: broken',
    'a config file that is a folder',
    ({ path, write }) => {
      rmSync(`${path}/.aws/config`)
      write('.aws/config/x', '')
    },
    /cannot read .*config/,
  ],
  [
    'lines: broken',
    'a header without its bracket',
    config(CONFIG.replace('[profile old]', 'profile old]')),
    /line 7 of ~?.*lost a bracket/,
  ],
  [
    'lines: warning',
    'a header without profile',
    more(`[staging]\n${SSO}`),
    /\[staging\] is no section/,
  ],
  [
    'lines: warning',
    'a name that only the AWS CLI knows',
    more(`[profile 'my team']\n${SSO}`),
    /only the AWS CLI/,
  ],
  [
    'profiles-whole: broken',
    'a profile with an account, but no role',
    more('[profile half]\nsso_session = corp\nsso_account_id = 123456789012\n'),
    /"half" lacks sso_role_name/,
  ],
  [
    'profiles-whole: broken',
    'a source profile that is not there',
    more('[profile half]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = nope\n'),
    /"nope", which is in no AWS file/,
  ],
  [
    'sessions-whole: broken',
    'a session without a region, which no profile uses yet',
    more(`[sso-session other]\nsso_start_url = ${START_URL}\n`),
    /"other" lacks sso_region/,
  ],
  [
    'start-url: broken',
    'a start URL that is none',
    more('[sso-session other]\nsso_start_url = d-1234567890\nsso_region = us-east-1\n'),
    /"d-1234567890" is not an https address/,
  ],
  [
    'start-url-fragment: warning',
    'a start URL as the browser shows it',
    more(`[sso-session other]\nsso_start_url = ${START_URL}#/\nsso_region = us-east-1\n`),
    /\[sso-session other\] .* ends in "#\/"/,
  ],
  [
    'start-url-spelling: warning',
    'legacy profiles whose start URLs differ by a slash',
    more(
      `[profile slash]\nsso_start_url = ${START_URL}/\nsso_region = us-east-1\nsso_account_id = 210987654321\nsso_role_name = X\n`,
    ),
    /two sign-ins of one portal/,
  ],
  [
    'session-region: broken',
    'another region than that of the portal',
    more(
      '[sso-session other]\nsso_start_url = https://ssoins-1234567890abcdef.portal.eu-west-1.app.aws\nsso_region = us-east-1\n',
    ),
    /is in eu-west-1, but sso_region is us-east-1/,
  ],
  [
    'session-scopes: warning',
    'a session whose token lists no accounts',
    config(CONFIG.replace('sso:account:access', 'codewhisperer:completions')),
    /lacks sso:account:access/,
  ],
  [
    'two-kinds: warning',
    'SSO and a process',
    more(`[profile two]\n${SSO}credential_process = /usr/bin/env true\n`),
    /"two" has SSO and credential_process/,
  ],
  [
    'two-kinds: warning',
    'keys and SSO in one file',
    more(`[profile two]\n${SSO}${KEYS}`),
    /"two" has SSO and keys/,
  ],
  [
    'session-beside: warning',
    'a profile that repeats the start URL',
    more(`[profile two]\n${SSO}sso_start_url = ${START_URL}\n`),
    /"two" has sso_start_url beside sso_session/,
  ],
  [
    'endpoint-url: warning',
    'an SSO profile for LocalStack',
    more(`[profile two]\n${SSO}endpoint_url = http://localhost:4566\n`),
    /"two" has endpoint_url and SSO/,
  ],
  [
    'shadowed: warning',
    'keys under the name of an SSO profile',
    credentials(`${CREDENTIALS}[dev]\n${KEYS}`),
    /\[dev\] .* has keys, and "dev" is an SSO profile/,
  ],
  [
    'shadowed: broken',
    'the same, which have ended',
    credentials(`${CREDENTIALS}[dev]\n${KEYS}expiration = ${LONG_AGO}\n`),
    /keys that have ended/,
  ],
  [
    'ended-keys: warning',
    'keys of another tool that have ended',
    credentials(`${CREDENTIALS}[team]\n${KEYS}x_security_token_expires = ${LONG_AGO}\n`),
    /keys of \[team\] .* have ended/,
  ],
  [
    'default-keys: note',
    'keys in [default]',
    credentials(`${CREDENTIALS}[default]\n${KEYS}`),
    /\[default\] has keys/,
  ],
  [
    'process-line: broken',
    'a program that is not there',
    more('[profile p]\ncredential_process = /opt/nope\n'),
    /names \/opt\/nope, which is not there/,
  ],
  [
    'process-line: broken',
    'a path for a shell',
    more('[profile p]\ncredential_process = ~/bin/ssox x\n'),
    /begins with ~\/bin\/ssox/,
  ],
  [
    'process-line: broken',
    'a quote that stays open',
    more('[profile p]\ncredential_process = "/opt/a b\n'),
    /quote that stays open/,
  ],
  [
    'process-line: broken',
    'a line that asks for itself',
    ({ path, write }) =>
      void write(
        '.aws/config',
        `${CONFIG}[profile p]\ncredential_process = ${path}/bin/ssox credential-process --profile p\n`,
      ),
    /asks for its own profile/,
  ],
  [
    'process-line: warning',
    'a program by its name alone, in a folder that only this terminal has',
    more('[profile p]\ncredential_process = ssox credential-process --profile dev\n'),
    /names ssox without its path/,
  ],
  [
    'process-line: warning',
    'a script that looks for node on PATH',
    ({ path, write }) => {
      write('bin/mine', '#!/usr/bin/env nodejs-that-is-elsewhere\n', 0o755)
      write('.aws/config', `${CONFIG}[profile p]\ncredential_process = ${path}/bin/mine\n`)
    },
    /looks for nodejs-that-is-elsewhere on PATH/,
  ],
  [
    'env-profile: broken',
    'AWS_PROFILE of a profile that is gone',
    set({ AWS_PROFILE: 'gone' }),
    /"gone", which is in no AWS file/,
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
    'env-rivals: warning',
    'what aws-vault leaves',
    set({ AWS_VAULT: 'x' }),
    /left by another tool: AWS_VAULT/,
  ],
  [
    'env-rivals: warning',
    'one of a family that nobody knows by name',
    set({ AWSUME_FLAVOUR: 'x', GRANTED_SSO_START_URL: 'y' }),
    /AWSUME_FLAVOUR, GRANTED_SSO_START_URL/,
  ],
  [
    'env-rivals: warning',
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
]

suite('a home in which all is well', (test) => {
  test('has nothing that a check would find', () =>
    withPatient((patient) => assert.equal(idsOf(diagnose(patient)), [])))

  test('so has one that is used: a token, keys and a switch', () =>
    withPatient((patient) => {
      patient.write(TOKEN_FILE, JSON.stringify(TOKEN))
      patient.write('.aws/cli/cache/r.json', '{"Credentials":{}}')
      Object.assign(patient.env, {
        AWS_PROFILE: 'dev',
        SSOX_PROFILE: 'dev',
        SSOX_EXPIRES: '4070908800',
        AWS_CREDENTIAL_EXPIRATION: '2099-01-01T00:00:00Z',
        AWS_ACCESS_KEY_ID: 'A',
        AWS_SECRET_ACCESS_KEY: 'B',
        AWS_SESSION_TOKEN: 'C',
        AWS_REGION: 'eu-west-1',
        AWS_DEFAULT_REGION: 'eu-west-1',
        AWS_ACCOUNT_ID: '123456789012',
        SSOX_ACCOUNT_ID: '123456789012',
        SSOX_REGION: 'eu-west-1',
      })
      assert.equal(idsOf(diagnose(patient)), [])
    }))
})

suite('a home with one fault', (test) => {
  for (const [finding, sentence, hurt, says] of CASES)
    test(`${finding}: ${sentence}`, () =>
      withPatient((patient) => {
        hurt(patient)
        const found = diagnose(patient)
        assert.equal(idsOf(found), [finding], JSON.stringify(found.map(({ what }) => what)))
        const [first] = found
        assert.match(first?.what.replaceAll(patient.path, '~') ?? '', says)
        assert.ok((first?.cure ?? '').length > 3)
      }))

  test('is there for every check but those that ask somebody', () => {
    const asked = CHECKS.filter(({ area }) => ['Network', 'Shell', 'Tools'].includes(area))
    const tried = new Set([...CASES.map(([id]) => id.split(':')[0]), ...asked.map(({ id }) => id)])
    assert.equal(
      CHECKS.map(({ id }) => id).filter((id) => !tried.has(id)),
      [],
    )
  })
})
