/** Homes whose AWS files or settings have one fault. */
import { rmSync } from 'node:fs'
import { type Case, CONFIG, CREDENTIALS, LONG_AGO, type Patient, START_URL } from './rig.ts'

const config = (text: string) => (patient: Patient) => void patient.write('.aws/config', text)
const credentials = (text: string) => (patient: Patient) =>
  void patient.write('.aws/credentials', text)
const more = (text: string) => config(`${CONFIG}\n${text}`)
const settings = (text: string) => (patient: Patient) =>
  void patient.write('.config/ssox/config', text)

const SSO = 'sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Admin\nregion = r\n'
const KEYS = 'aws_access_key_id = ASIAX\naws_secret_access_key = x\n'

export const FILE_CASES: readonly Case[] = [
  [
    'settings: broken',
    'a setting that does not exist',
    settings('[ssox]\nprotct = *prod*\n'),
    /did you mean protect/,
  ],
  [
    'settings-protect: note',
    'a guard with a typo, beside one that matches',
    settings('[ssox]\nprotect = prud*, dev\n'),
    /"prud\*" matches no profile/,
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
    'some-profile: note',
    'a home without AWS files',
    ({ path }) => rmSync(`${path}/.aws`, { recursive: true }),
    /no profile yet/,
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
    'header-comment: warning',
    'a comment behind a header',
    config(CONFIG.replace('[profile old]', '[profile old] # mine')),
    /line 7 of .* a comment stands behind the header/,
  ],
]
