import { readFileSync } from 'node:fs'
import { type EndpointOptions, endpointOf, type Service } from '../../src/aws/endpoint.ts'
import { isRegionName, partitionOf } from '../../src/aws/partition.ts'
import { NO_SETTINGS, type ProfileSettings } from '../../src/aws/profile.ts'
import { SsoxError } from '../../src/problem.ts'
import { assert, suite } from '../support/suite.ts'

const FIXTURES = new URL('../fixtures/aws/aws-cli-2.36.7/', import.meta.url)
const read = (name: string) => JSON.parse(readFileSync(new URL(name, FIXTURES), 'utf8'))

function endpoint(
  service: Service,
  env: EndpointOptions['env'],
  settings: Partial<ProfileSettings> = {},
  region: string | undefined = 'eu-west-1',
): string {
  return endpointOf(service, { region, env, settings: { ...NO_SETTINGS, ...settings } }).url
}

/** The URL, or `error: …` for a failure that the user can mend. */
function outcome(run: () => string): string {
  try {
    return run()
  } catch (error) {
    if (error instanceof SsoxError && error.kind === 'profile' && error.fix)
      return `error: ${error.message}`
    throw error
  }
}

suite('partitions', (test) => {
  interface PartitionData {
    readonly id: string
    readonly outputs: Record<string, string | boolean>
    readonly regions: Record<string, unknown>
  }
  const { partitions } = read('partitions.json') as { partitions: PartitionData[] }

  for (const { id, outputs, regions } of partitions)
    test(`${id}: all its regions, and one that may come`, () => {
      const names = Object.keys(regions)
      const future = names.at(-1)?.replace(/\d+$/, '77') ?? ''
      for (const region of [...names, future])
        assert.equal(
          { ...partitionOf(region), prefix: undefined },
          {
            id,
            dnsSuffix: outputs['dnsSuffix'],
            dualStackDnsSuffix: outputs['dualStackDnsSuffix'],
            globalRegion: outputs['implicitGlobalRegion'],
            prefix: undefined,
          },
          region,
        )
    })

  test('a name that fits no partition counts as aws', () => {
    for (const region of ['mars-north-1', 'cn', 'us-gov-', 'cn-x', 'us-isoz-east-1'])
      assert.is(partitionOf(region).id, 'aws', region)
  })

  test('nothing but letters, digits and hyphens is a region', () => {
    for (const good of ['eu-west-1', 'fake-region-10', 'x', 'RegionOne', 'GRA', 'US'])
      assert.ok(isRegionName(good), good)
    for (const bad of [
      ...['', 'x@evil:443/#', 'evil.example', 'a/b', 'a\\b', 'eu west', 'a_b', 'a\n', 'é'],
      ...['[::1]', 'a%2eb', 'a?', 'a#', 'a:1', 'a'.repeat(64)],
    ])
      assert.not(isRegionName(bad), bad)
  })
})

suite('endpoint rules of the AWS CLI', (test) => {
  interface Rule {
    readonly documentation: string
    readonly params?: {
      readonly Region?: string
      readonly UseFIPS?: boolean
      readonly UseDualStack?: boolean
      readonly UseGlobalEndpoint?: boolean
      readonly Endpoint?: string
    }
    readonly expect: { readonly error?: string; readonly endpoint?: { readonly url: string } }
  }
  const files = [
    ['sso', 'sso', 40],
    ['sso-oidc', 'sso_oidc', 40],
    // 18 more are about the global endpoint of STS, which ssox does not use.
    ['sts', 'sts', 51],
  ] as const

  for (const [name, service, count] of files)
    test(`${count} cases of ${name}`, () => {
      const { testCases } = read(`endpoint-tests/${name}.endpoint-tests-1.json`) as {
        testCases: Rule[]
      }
      const cases = testCases.filter(({ params }) => !params?.UseGlobalEndpoint)
      assert.is(cases.length, count)
      for (const { documentation, params = {}, expect } of cases) {
        const variable = `AWS_ENDPOINT_URL_${service.toUpperCase()}`
        const env = {
          AWS_USE_FIPS_ENDPOINT: String(params.UseFIPS ?? false),
          AWS_USE_DUALSTACK_ENDPOINT: String(params.UseDualStack ?? false),
          [variable]: params.Endpoint,
        }
        const found = outcome(
          () => endpointOf(service, { region: params.Region, env, settings: NO_SETTINGS }).url,
        )
        if (expect.error) assert.match(found, /^error: /, documentation)
        else assert.is(found, expect.endpoint?.url, documentation)
      }
    })
})

suite('configured endpoints', (test) => {
  const profile = { endpointUrls: { sso: 'https://sso.profile' } }
  const cases: [string, EndpointOptions['env'], Partial<ProfileSettings>, string][] = [
    ['nothing is configured', {}, {}, 'https://portal.sso.eu-west-1.amazonaws.com'],
    ['the services section of the profile', {}, profile, 'https://sso.profile'],
    [
      'the variable of the service comes before the profile',
      { AWS_ENDPOINT_URL_SSO: 'https://sso.env' },
      profile,
      'https://sso.env',
    ],
    ['an empty variable is none', { AWS_ENDPOINT_URL_SSO: '' }, profile, 'https://sso.profile'],
    [
      'the generic variable is for other services',
      { AWS_ENDPOINT_URL: 'https://generic.env' },
      {},
      'https://portal.sso.eu-west-1.amazonaws.com',
    ],
    [
      'variables of other services do not count',
      { AWS_ENDPOINT_URL_SSO_OIDC: 'https://oidc.env', AWS_ENDPOINT_URL_STS: 'https://sts.env' },
      {},
      'https://portal.sso.eu-west-1.amazonaws.com',
    ],
    [
      'a variable switches all of them off',
      { AWS_ENDPOINT_URL_SSO: 'https://sso.env', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'TRUE' },
      profile,
      'https://portal.sso.eu-west-1.amazonaws.com',
    ],
    [
      'the profile switches all of them off',
      { AWS_ENDPOINT_URL_SSO: 'https://sso.env' },
      { ...profile, ignoreConfiguredEndpointUrls: true },
      'https://portal.sso.eu-west-1.amazonaws.com',
    ],
    [
      'the variable comes before the profile there too',
      { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false' },
      { ...profile, ignoreConfiguredEndpointUrls: true },
      'https://sso.profile',
    ],
    [
      'FIPS by the profile',
      {},
      { useFipsEndpoint: true },
      'https://portal.sso-fips.eu-west-1.amazonaws.com',
    ],
    [
      'the FIPS variable comes before the profile',
      { AWS_USE_FIPS_ENDPOINT: 'false' },
      { useFipsEndpoint: true, useDualstackEndpoint: true },
      'https://portal.sso.eu-west-1.api.aws',
    ],
    ['a slash at the end is left out', { AWS_ENDPOINT_URL_SSO: 'https://a/b/' }, {}, 'https://a/b'],
    [
      'http to 127.0.0.1',
      { AWS_ENDPOINT_URL_SSO: 'http://127.0.0.1:8080' },
      {},
      'http://127.0.0.1:8080',
    ],
    ['http to all of 127/8', { AWS_ENDPOINT_URL_SSO: 'http://127.9.9.9' }, {}, 'http://127.9.9.9'],
    ['http to IPv6 loopback', { AWS_ENDPOINT_URL_SSO: 'http://[::1]:1' }, {}, 'http://[::1]:1'],
    ['http to localhost', { AWS_ENDPOINT_URL_SSO: 'http://localhost:1' }, {}, 'http://localhost:1'],
  ]
  for (const [title, env, settings, expected] of cases)
    test(title, () => {
      assert.is(endpoint('sso', env, settings), expected)
    })

  const generic = { AWS_ENDPOINT_URL: 'https://generic.env' }
  const ofSts: [string, EndpointOptions['env'], Partial<ProfileSettings>, string][] = [
    ['AWS_ENDPOINT_URL', generic, {}, 'https://generic.env'],
    ['its own variable first', { ...generic, AWS_ENDPOINT_URL_STS: 'https://a' }, {}, 'https://a'],
    [
      'it before the services section',
      generic,
      { endpointUrls: { sts: 'https://b' } },
      'https://generic.env',
    ],
    [
      'the section before endpoint_url',
      {},
      { endpointUrls: { sts: 'https://b' }, endpointUrl: 'https://c' },
      'https://b',
    ],
    ['endpoint_url', {}, { endpointUrl: 'https://c' }, 'https://c'],
    [
      'none when they are ignored',
      { ...generic, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      { endpointUrl: 'https://c' },
      'https://sts.eu-west-1.amazonaws.com',
    ],
  ]
  for (const [title, env, settings, expected] of ofSts)
    test(`for STS: ${title}`, () => {
      assert.is(endpoint('sts', env, settings), expected)
    })

  test('endpoint_url of the profile does not move the sign-in', () => {
    for (const service of ['sso', 'sso_oidc'] as const)
      assert.match(endpoint(service, generic, { endpointUrl: 'https://c' }), 'amazonaws.com')
  })

  test('a signed request goes over http to any host, a token does not', () => {
    const options = {
      region: 'eu-west-1',
      env: { AWS_ENDPOINT_URL: 'http://localstack:4566' },
      settings: NO_SETTINGS,
    }
    assert.is(endpointOf('sts', { ...options, isSigned: true }).url, 'http://localstack:4566')
    assert.match(
      outcome(() => endpointOf('sts', options).url),
      /^error: AWS_ENDPOINT_URL is not an https address/,
    )
    assert.match(
      outcome(
        () =>
          endpointOf('sts', { ...options, env: { AWS_ENDPOINT_URL: 'ftp://x' }, isSigned: true })
            .url,
      ),
      /^error: AWS_ENDPOINT_URL is not an address that begins with https/,
    )
  })

  test('the settings that chose a host are named', () => {
    const of = (env: EndpointOptions['env'], settings: Partial<ProfileSettings> = {}) =>
      endpointOf('sts', { region: 'eu-west-1', env, settings: { ...NO_SETTINGS, ...settings } })
        .settings
    assert.equal(of({}), [])
    assert.equal(of(generic), ['AWS_ENDPOINT_URL'])
    assert.equal(of({}, { endpointUrl: 'https://c' }), ['endpoint_url of the profile'])
    assert.equal(of({ AWS_USE_FIPS_ENDPOINT: 'TRUE' }, { useDualstackEndpoint: true }), [
      'AWS_USE_FIPS_ENDPOINT',
      'use_dualstack_endpoint of the profile',
    ])
    assert.equal(of({ AWS_USE_FIPS_ENDPOINT: 'false' }, { useFipsEndpoint: true }), [])
  })

  const refused: [string, string][] = [
    ['http to another host', 'http://sso.example'],
    ['a host that begins like loopback', 'http://127.0.0.1.evil.example'],
    ['a host that ends like localhost', 'http://evil.localhost'],
    ['a user name that looks like the host', 'http://127.0.0.1@evil.example'],
    ['all interfaces', 'http://0.0.0.0'],
    ['another scheme', 'ftp://localhost'],
    ['no scheme', 'localhost:8080'],
    ['a user name', 'https://user@sso.example'],
    ['a query', 'https://sso.example/?x'],
    ['a fragment', 'https://sso.example/#x'],
  ]
  for (const [title, url] of refused)
    test(`refused: ${title}`, () => {
      const message = /^error: AWS_ENDPOINT_URL_STS (?:is not an https address|has a user name)/
      assert.match(
        outcome(() => endpoint('sts', { AWS_ENDPOINT_URL_STS: url })),
        message,
      )
      assert.match(
        outcome(() => endpoint('sts', {}, { endpointUrls: { sts: url } })),
        /^error: endpoint_url of sts in the services section/,
      )
    })

  test('a region that is none does not become a host', () => {
    assert.match(
      outcome(() => endpoint('sso', {}, {}, 'x@evil.example/#')),
      /^error: "x@evil\.example\/#" is not the name of a region/,
    )
  })

  test('a configured endpoint needs no region', () => {
    const env = { AWS_ENDPOINT_URL_STS: 'https://sts.env' }
    assert.is(
      endpointOf('sts', { region: undefined, env, settings: NO_SETTINGS }).url,
      'https://sts.env',
    )
  })
})

suite('precedence of endpoints, cases of the AWS CLI', (test) => {
  interface Precedence {
    readonly testSuites: readonly [
      {
        readonly profiles: Record<string, Record<string, string>>
        readonly services: Record<string, Record<string, Record<string, string>>>
        readonly environments: Record<string, Record<string, string>>
        readonly endpointUrlTests: readonly {
          readonly name: string
          readonly profile: string
          readonly client_config: string
          readonly environment: string
          readonly service: string
          readonly output: { readonly endpointUrl: string }
        }[]
      },
    ]
  }
  const [{ profiles, services, environments, endpointUrlTests }] = (
    read('configured-endpoint-url-profile-tests.json') as Precedence
  ).testSuites
  /** The cases speak of S3 and DynamoDB; ssox knows other services. */
  const stand: Record<string, Service> = { s3: 'sso', dynamodb: 'sts' }
  const used = endpointUrlTests.filter(({ client_config: config }) => config === 'default')

  test('19 cases are without client options, which ssox does not have', () => {
    assert.is(used.length, 19)
  })

  for (const { name, profile, environment, service, output } of used) {
    const hasGeneric = output.endpointUrl.includes('global')
    test(hasGeneric ? `not by a generic setting: ${name}` : name, () => {
      const own = stand[service] ?? 'sso'
      const values = profiles[profile] ?? {}
      const section = services[values['services'] ?? ''] ?? {}
      const endpointUrls = Object.fromEntries(
        Object.entries(section).map(([key, block]) => [stand[key], block['endpoint_url']]),
      )
      const env = Object.fromEntries(
        Object.entries(environments[environment] ?? {}).map(([key, value]) => [
          key.replace('_S3', '_SSO').replace('_DYNAMODB', '_STS'),
          value,
        ]),
      )
      const ignore = values['ignore_configured_endpoint_urls']
      const settings = {
        endpointUrls,
        ...(ignore ? { ignoreConfiguredEndpointUrls: ignore === 'true' } : {}),
      }
      const found = endpoint(own, env, settings, 'fake-region-10')
      const byRegion = endpoint(own, {}, {}, 'fake-region-10')
      if (hasGeneric) assert.is(found, section[service]?.['endpoint_url'] ?? byRegion)
      else if (output.endpointUrl.includes('fake-region-10')) assert.is(found, byRegion)
      else assert.is(found, output.endpointUrl)
    })
  }
})
