/** One profile as it stands in the AWS files: both sections together, and how to point at it. */
import { SsoxError } from '../problem.ts'
import { suggest } from '../text/suggest.ts'
import type { DocumentKind, Section, SectionType } from './document.ts'
import { formatName } from './document-header.ts'
import { findProblems } from './document-problems.ts'
import { spelling } from './granted-keys.ts'
import { type AnyService, type AwsFiles, type ProfileSettings, SERVICES } from './profile-types.ts'

export interface ProfileView {
  readonly name: string
  readonly files: AwsFiles
  /**
   * The value of a key, under whatever name the profile has it; the credentials file wins, an empty
   * value counts as none.
   */
  get(key: string): string | undefined
  /** The value in one of the files, of the key as it is written. */
  getFrom(kind: DocumentKind, key: string): string | undefined
  /** How a key is written in this profile. */
  spell(key: string): string
  /** Path of the file that a key is in, or would be written to. */
  fileOf(key: string): string
  /** Where a key is, or would be written: `[profile dev] in /home/u/.aws/config`. */
  place(key: string): string
  /** A failure of this profile; names the profiles that use it as their source. */
  fail(message: string, fix: string): SsoxError
}

/**
 * Opens a profile; undefined when it is in neither file. `users` are the profiles that led here
 * through `source_profile`, the first one first.
 */
export function openProfile(
  files: AwsFiles,
  name: string,
  users: readonly string[] = [],
): ProfileView | undefined {
  const sections = {
    config: files.config.section('profile', name),
    credentials: files.credentials.section('profile', name),
  }
  if (!sections.config && !sections.credentials) return undefined
  const getFrom = (kind: DocumentKind, key: string) => sections[kind]?.values.get(key) || undefined
  const written = (key: string) => getFrom('credentials', key) ?? getFrom('config', key)
  const spell = spelling(name, { get: written, getFrom })
  const kindOf = (meant: string): DocumentKind => {
    const key = spell(meant)
    const isSecret = key.startsWith('aws_')
    const inCredentials =
      getFrom('credentials', key) !== undefined ||
      (getFrom('config', key) === undefined && isSecret && sections.credentials !== undefined)
    return inCredentials || !sections.config ? 'credentials' : 'config'
  }
  return {
    name,
    files,
    get: (key) => written(spell(key)),
    getFrom,
    spell,
    fileOf: (key) => pathOf(files, kindOf(key)),
    place: (key) => placeOf(files, kindOf(key), 'profile', name),
    fail: (message, fix) => {
      const chain = [...users, name].map((one) => `"${one}"`).join(' → ')
      const hint = oddKey(files, name)
      const suffix = `${hint}${users.length > 0 ? ` (source_profile chain ${chain})` : ''}`
      return new SsoxError('profile', `${message}${suffix}`, fix)
    },
  }
}

/** A key of the profile that AWS tools do not read may be the one that is missed. */
function oddKey(files: AwsFiles, name: string): string {
  for (const kind of ['config', 'credentials'] as const) {
    const odd = findProblems(files[kind]).find(
      ({ code, within }) =>
        code === 'bad-key' && within?.type === 'profile' && within.name === name,
    )
    if (odd) return `; line ${odd.line} of ${pathOf(files, kind)}: ${odd.message}`
  }
  return ''
}

/** A section in words: `[sso-session corp] in /home/u/.aws/config`. */
export function placeOf(
  files: AwsFiles,
  kind: DocumentKind,
  type: SectionType,
  name: string,
): string {
  return `[${formatName(type, name, kind) ?? name}] in ${pathOf(files, kind)}`
}

function pathOf({ configPath, credentialsPath }: AwsFiles, kind: DocumentKind): string {
  return kind === 'config' ? configPath : credentialsPath
}

/** Names of both files, the config file's first, without duplicates. */
export function profileNames({ config, credentials }: AwsFiles): string[] {
  return [...new Set([...config.names('profile'), ...credentials.names('profile')])]
}

/** The names in a question at the end of a message, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const similar = suggest(word, candidates).map((name) => `"${name}"`)
  return similar.length > 0 ? `; did you mean ${similar.join(', ')}?` : ''
}

/** What the profile and its `services` section say. @throws SsoxError `profile` without that section */
export function readSettings(view: ProfileView): ProfileSettings {
  return {
    endpointUrls: readEndpointUrls(view),
    endpointUrl: view.get('endpoint_url'),
    ignoreConfiguredEndpointUrls: readSwitch(view.get('ignore_configured_endpoint_urls')),
    useFipsEndpoint: readSwitch(view.get('use_fips_endpoint')),
    useDualstackEndpoint: readSwitch(view.get('use_dualstack_endpoint')),
    caBundle: view.get('ca_bundle'),
    maxAttempts: view.get('max_attempts'),
    retryMode: view.get('retry_mode'),
    interactiveAuth: readSwitch(view.get('sso_interactive_auth')),
  }
}

function readEndpointUrls(view: ProfileView): ProfileSettings['endpointUrls'] {
  const name = view.get('services')
  if (name === undefined) return {}
  const { config, configPath } = view.files
  const section = config.section('services', name)
  if (!section)
    throw view.fail(
      `profile "${view.name}" names the services section "${name}", which is not in ${configPath}${didYouMean(name, config.names('services'))}`,
      `add [services ${name}] to ${configPath}, or remove services from ${view.place('services')}`,
    )
  return endpointUrls(section)
}

function endpointUrls({ nested }: Section): ProfileSettings['endpointUrls'] {
  const urls: Partial<Record<AnyService, string>> = {}
  for (const service of SERVICES) {
    const url = nested.get(service)?.get('endpoint_url')
    if (url) urls[service] = url
  }
  return urls
}

/** As the AWS CLI reads switches: `true` in any case. */
function readSwitch(value: string | undefined): boolean | undefined {
  return value === undefined ? undefined : value.toLowerCase() === 'true'
}
