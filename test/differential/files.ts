/** The AWS files that several programs are to read alike: published, awkward and broken ones. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { awkwardFile } from '../aws/awkward-file.ts'
import { BROKEN, SOUND } from '../aws/broken-files.ts'

const FIXTURES = new URL('../fixtures/aws/', import.meta.url)
const PUBLISHED = new URL('published/', FIXTURES)
const CLI = new URL('aws-cli-2.36.7/cfg/', FIXTURES)

/** A pair of files under a name for the page. */
export interface Files {
  readonly id: string
  readonly config: Buffer
  readonly credentials: Buffer | undefined
}

export function allFiles(): Files[] {
  return [...published(), ...probes(), ...ofTheCli(), ...broken(), ...mixed(), ...random()]
}

const inConfig = (id: string, text: string): Files => ({
  id,
  config: Buffer.from(text),
  credentials: undefined,
})

function published(): Files[] {
  return readdirSync(PUBLISHED)
    .filter((file) => file.endsWith('.config'))
    .map((file) => {
      const id = file.slice(0, -'.config'.length)
      const credentials = new URL(`${id}.credentials`, PUBLISHED)
      const config = readFileSync(new URL(file, PUBLISHED))
      const { sameFile } = JSON.parse(readFileSync(new URL(`${id}.json`, PUBLISHED), 'utf8'))
      const own = existsSync(credentials) ? readFileSync(credentials) : undefined
      return { id, config, credentials: sameFile ? config : own }
    })
}

function probes(): Files[] {
  const text = readFileSync(new URL('config-grammar-probes.json', FIXTURES), 'utf8')
  const { cases } = JSON.parse(text) as { cases: { name: string; configFile: string }[] }
  return cases.map(({ name, configFile }) => inConfig(name, configFile))
}

function ofTheCli(): Files[] {
  return readdirSync(CLI).map((id) => {
    const text = readFileSync(new URL(id, CLI))
    const isCredentials = id === 'aws_credentials'
    return {
      id,
      config: isCredentials ? Buffer.from('') : text,
      credentials: isCredentials ? text : undefined,
    }
  })
}

function broken(): Files[] {
  return [...BROKEN.map(({ title, config }) => [title, config] as const), ...SOUND].map(
    ([title, config]) => inConfig(title, config),
  )
}

const SESSION = `[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
`
const SSO = 'sso_session = corp\nsso_account_id = 111111111111\nsso_role_name = Admin\n'
const PROCESS = 'credential_process = aws-vault export dev\n'
const ROLE = 'role_arn = arn:aws:iam::222222222222:role/R\nsource_profile = base\n'
const KEYS = 'aws_access_key_id = AKIAMADEUP0000000001\naws_secret_access_key = made/up\n'

/** Two kinds of credentials under one name, in one file and in two. */
function mixed(): Files[] {
  const base = `${SESSION}[profile base]\n${SSO.replace('1111', '3333')}`
  const pair = (id: string, dev: string, credentials?: string): Files => ({
    id,
    config: Buffer.from(`${base}[profile dev]\n${dev}region = eu-west-1\n`),
    credentials: credentials === undefined ? undefined : Buffer.from(`[dev]\n${credentials}`),
  })
  return [
    pair('SSO and a process', SSO + PROCESS),
    pair('SSO and keys', SSO + KEYS),
    pair('SSO, keys in the credentials file', SSO, KEYS),
    pair('an account and a role alone, and a process', SSO.replace(/^.*corp\n/, '') + PROCESS),
    pair('a session alone, and a process', `sso_session = corp\n${PROCESS}`),
    pair('a role and SSO', ROLE + SSO),
    pair('a role and a process', ROLE + PROCESS),
    pair('a role and keys', ROLE + KEYS),
    pair('a role, keys in the credentials file', ROLE, KEYS),
    pair('a process, keys in the credentials file', PROCESS, KEYS),
    pair('keys in both files', KEYS, KEYS.replace('0001', '0002')),
    pair('half of the keys in each file', KEYS.replace(/^.*\n/, ''), KEYS.replace(/\n.*\n/, '\n')),
    pair('a region in the credentials file', SSO, 'region = us-west-2\n'),
    pair('a role that needs a code', `${ROLE}mfa_serial = arn:aws:iam::222222222222:mfa/a\n`),
    pair('a role on a role', ROLE.replace('= base', '= base-role'), ''),
    pair('legacy SSO beside a session of another URL', `${SSO}sso_start_url = https://other\n`),
    pair('a session that is not there', SSO.replace('corp', 'nope')),
    pair('an account that is not a number', SSO.replace('111111111111', 'dev')),
    pair(
      'a role that is its own source',
      'role_arn = arn:aws:iam::222222222222:role/R\nsource_profile = dev\n',
      KEYS,
    ),
  ]
}

/** Lines that AWS files are made of, thrown together; the seed keeps them the same in each run. */
function random(): Files[] {
  return fc
    .sample(awkwardFile, { numRuns: 100, seed: 11 })
    .map((text) => inConfig(`random ${hash(text)}`, text))
}

const hash = (text: string) => createHash('sha1').update(text).digest('hex').slice(0, 8)
