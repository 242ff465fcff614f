/** Names of profiles from a template. */
import fc from 'fast-check'
import { parseTemplate, renderName, shortRegion } from '../../src/setup/template.ts'
import { assert, suite } from '../support/suite.ts'

const PARTS = {
  account: 'Acme Data Lake (Prod)',
  id: '123456789012',
  role: 'AWSReadOnlyAccess',
  region: 'ap-southeast-2',
  session: 'acme',
}
const named = (template: string, parts: Partial<typeof PARTS> = {}) =>
  renderName(parseTemplate(template), { ...PARTS, ...parts })

suite('a template', (test) => {
  for (const [template, expected, sentence] of [
    ['{account}.{role}', 'acme-data-lake-prod.aws-read-only-access', 'as people type it'],
    ['{account:keep}/{role:keep}', 'Acme-Data-Lake-Prod/AWSReadOnlyAccess', 'as AWS has it'],
    ['{account:upper}_{role:lower}', 'ACME-DATA-LAKE-PROD_awsreadonlyaccess', 'upper and lower'],
    ['{account:trim=^Acme :trim= \\(Prod\\)$}', 'data-lake', 'trims at both ends'],
    ['{role:trim=^AWS:trim=Access$:keep}', 'ReadOnly', 'trims what AWS has, then keeps the case'],
    ['{role}@{id}', 'aws-read-only-access@123456789012', 'the account id'],
    ['{session}-{account}-{short-region}', 'acme-acme-data-lake-prod-apse2', 'the short region'],
    ['{account}.{region}', 'acme-data-lake-prod.ap-southeast-2', 'the whole region'],
    ['-{account:trim=.}', '123456789012', 'where nothing is left, the id; and no - in front'],
  ] as const)
    test(sentence, () => assert.is(named(template), expected))

  for (const [account, expected] of [
    ['Größe & Übersee', 'grosse-ubersee'],
    ['Søren_Æble', 'soren_aeble'],
    ['本番環境', '123456789012'],
    ['a\u202eb\u0000c', 'a-b-c'],
    ['  --x..  ', 'x'],
    ['', '123456789012'],
    ['EC2 S3Admin', 'ec2-s3-admin'],
  ] as const)
    test(`the account ${JSON.stringify(account)} is ${expected}`, () =>
      assert.is(named('{account}', { account }), expected))

  test('makes only names that every tool reads, of whatever names', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (account, role) => {
        const name = named('{account}.{role}', { account, role })
        return /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name)
      }),
    )
  })

  for (const [template, about] of [
    ['prod', /has no field/],
    ['', /has no field/],
    ['{account} {role}', /" ".* not every AWS tool/],
    ['{account}:{role}', /":"/],
    ['{account}.{rôle}', /"\{"/],
    ['{acount}', /no field \{acount\}/],
    ['{account:shout}', /no "shout"/],
    ['{account:trim=(}', /not a regular expression/],
  ] as const)
    test(`is refused: ${template}`, () => assert.throws(() => parseTemplate(template), about))

  for (const [region, short] of [
    ['us-east-1', 'use1'],
    ['eu-central-2', 'euc2'],
    ['ap-northeast-3', 'apne3'],
    ['us-gov-west-1', 'usgw1'],
  ] as const)
    test(`${region} is ${short}`, () => assert.is(shortRegion(region), short))
})
