/** AWS files as people and tools publish them, read as the AWS CLI reads them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { assumeRoleKey, ssoRoleKey, tokenKey } from '../../src/aws/cache-key.ts'
import { parseDocument } from '../../src/aws/document.ts'
import {
  type AwsFiles,
  describeProfile,
  loadProfile,
  type Profile,
  profileNames,
  type SsoProfile,
} from '../../src/aws/profile.ts'
import { assert, suite } from '../support/suite.ts'

const FOLDER = new URL('../fixtures/aws/published/', import.meta.url)

interface Published {
  readonly note: string
  readonly names: readonly string[]
  /** Both variables name the config file. */
  readonly sameFile?: boolean
  readonly profiles: Record<string, Expected>
}

interface Expected {
  readonly kind: string
  readonly [field: string]: string
}

/** The AWS CLI refuses the whole file, ssox the profile (contract, section 6). */
const REFUSED: Record<string, RegExp> = {
  twin: /line 9 of .*config may belong to it: \[profile twin\] is there twice \(line 4, too\)/,
}

function open(name: string, { sameFile }: Published): AwsFiles {
  const config = read(`${name}.config`)
  const credentials = sameFile ? config : read(`${name}.credentials`)
  return {
    config: parseDocument(config, 'config'),
    credentials: parseDocument(credentials, 'credentials'),
    configPath: '/h/.aws/config',
    credentialsPath: '/h/.aws/credentials',
  }
}

function read(file: string): string {
  const url = new URL(file, FOLDER)
  return existsSync(url) ? readFileSync(url, 'utf8') : ''
}

function ssoRoot(profile: Profile): SsoProfile | undefined {
  if (profile.kind === 'sso') return profile
  return profile.kind === 'assume-role' && profile.source.kind === 'profile'
    ? ssoRoot(profile.source.profile)
    : undefined
}

/** The fields of the published values that a profile at hand has. */
function cacheFields(profile: Profile): Record<string, string | undefined> {
  const session = ssoRoot(profile)?.session
  return {
    ...(session ? { tokenCacheKey: tokenKey(session) } : {}),
    ...(profile.kind === 'sso'
      ? {
          startUrl: profile.session.startUrl,
          ssoRegion: profile.session.region,
          session: profile.session.kind === 'named' ? profile.session.name : undefined,
          roleCacheKey: ssoRoleKey(profile),
        }
      : {}),
    ...(profile.kind === 'assume-role'
      ? {
          roleArn: profile.roleArn,
          roleCacheKey: assumeRoleKey(profile),
          signInOf: session?.cacheName,
        }
      : {}),
    ...(profile.kind === 'static' ? { accessKeyId: profile.keys.accessKeyId } : {}),
  }
}

/** Of templates that nobody has filled in: their own region is let through, as other clouds have others. */
const PLACEHOLDERS: Record<string, RegExp> = {
  '${PROFILE}': /sso_region .* which is not the name of a region/,
  '<your-profile>': /names the SSO session "<your-session>", which is not in/,
}

suite('published AWS files', (test) => {
  const names = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))

  test('there are 23 of them', () => assert.is(names.length, 23))

  for (const name of names) {
    const published = JSON.parse(read(`${name}.json`)) as Published
    test(`${name}: ${published.note}`, () => {
      const files = open(name, published)
      assert.equal(profileNames(files), published.names)
      for (const [profile, { botocore: _, problem, ...expected }] of Object.entries(
        published.profiles,
      )) {
        const { settingsOnly, ...summary } = describeProfile(files, profile)
        const refused = REFUSED[profile]
        if (refused) {
          assert.match(summary.problem ?? '', refused)
          assert.throws(() => loadProfile(files, profile), refused)
        } else if (PLACEHOLDERS[profile]) assert.match(summary.problem ?? '', PLACEHOLDERS[profile])
        else assert.is(summary.problem, problem, profile)
        assert.is(settingsOnly === true, /has no credentials:/.test(problem ?? ''), profile)
        const { kind, accountId, roleName, region } = summary
        const known = refused || kind === 'invalid' ? {} : cacheFields(loadProfile(files, profile))
        const found: Record<string, string | undefined> = {
          kind,
          accountId,
          roleName,
          region,
          ...known,
        }
        for (const [field, value] of Object.entries(expected))
          if (!refused || field in found) assert.is(found[field], value, `${profile}: ${field}`)
      }
    })
  }
})
