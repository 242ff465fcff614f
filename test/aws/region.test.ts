/** Which region AWS STS is asked in. */
import { fits, type Regional, stsRegion } from '../../src/aws/region.ts'
import { assert, suite } from '../support/suite.ts'

const NONE = { flag: undefined, environment: undefined, setting: undefined }
const role = (partition: string, region?: string): Regional => ({
  region,
  roleArn: `arn:${partition}:iam::123456789012:role/x`,
})
const sso = (sessionRegion: string, region?: string): Regional => ({
  region,
  session: { region: sessionRegion },
})
const keys = (region?: string): Regional => ({ region })

suite('the region of STS', (test) => {
  const cases: [title: string, Regional, Partial<typeof sources>, string][] = [
    ['nothing is configured', keys(), {}, 'us-east-1'],
    ['the profile comes first', keys('eu-west-1'), { environment: 'ap-south-1' }, 'eu-west-1'],
    ['--region before it', keys('eu-west-1'), { flag: 'sa-east-1' }, 'sa-east-1'],
    ['then the user', keys(), { environment: 'ap-south-1', setting: 'eu-west-3' }, 'ap-south-1'],
    ['then the setting', keys(), { setting: 'eu-west-3' }, 'eu-west-3'],
    ['keys of GovCloud', keys('us-gov-east-1'), { setting: 'eu-west-3' }, 'us-gov-east-1'],
    ['a role', role('aws'), {}, 'us-east-1'],
    ['a role in China', role('aws-cn'), {}, 'cn-northwest-1'],
    ['a role in GovCloud', role('aws-us-gov'), {}, 'us-gov-west-1'],
    ['a role in the European Sovereign Cloud', role('aws-eusc'), {}, 'eusc-de-east-1'],
    ['a role of another cloud', role('minio', 'RegionOne'), {}, 'RegionOne'],
    ['what is no ARN', { region: undefined, roleArn: 'nonsense' }, {}, 'us-east-1'],
    [
      'no source of another partition than the role’s',
      role('aws-us-gov', 'eu-west-1'),
      { flag: 'eu-west-2', environment: 'eu-west-3', setting: 'cn-north-1' },
      'us-gov-west-1',
    ],
    [
      'the first source of the role’s partition',
      role('aws-us-gov', 'eu-west-1'),
      { flag: 'eu-west-2', environment: 'us-gov-east-1', setting: 'us-gov-west-1' },
      'us-gov-east-1',
    ],
    ['an SSO session in GovCloud', sso('us-gov-east-1'), { environment: 'x-1' }, 'us-gov-west-1'],
    ['an SSO session in China', sso('cn-north-1'), { setting: 'eu-west-1' }, 'cn-northwest-1'],
    ['an SSO session', sso('eu-west-1'), { environment: 'cn-north-1' }, 'us-east-1'],
    ['an SSO session whose region is not known', sso(''), { setting: 'cn-north-1' }, 'cn-north-1'],
  ]
  const sources: { flag?: string; environment?: string; setting?: string } = {}
  for (const [title, profile, given, expected] of cases)
    test(`${title}: ${expected}`, () => {
      assert.is(stsRegion(profile, { ...NONE, ...given }), expected)
    })

  test('which regions fit a profile', () => {
    assert.ok(fits('eu-west-1', role('aws')))
    assert.ok(fits('RegionOne', role('aws')))
    assert.not(fits('us-gov-west-1', role('aws')))
    assert.not(fits('eu-west-1', role('aws-us-gov')))
    assert.not(fits('eu-west-1', sso('us-gov-west-1')))
    assert.ok(fits('eu-west-1', keys()))
  })
})
