/** Which name each new profile gets, where the template alone does not decide. */
import { nameAll, type Wanted } from '../../src/setup/names.ts'
import { parseTemplate } from '../../src/setup/template.ts'
import { assert, suite } from '../support/suite.ts'

const one = (accountId: string, accountName: string, roleName: string, region = 'eu-west-1') =>
  ({ accountId, accountName, roleName, region }) satisfies Wanted
const A = '111111111111'
const B = '222222222222'

function names(wanted: Wanted[], taken: string[] = [], template = '{account}.{role}'): string {
  return nameAll(wanted, parseTemplate(template), 'corp', taken)
    .map(({ name }) => name)
    .join(' ')
}

suite('names of new profiles', (test) => {
  const dev = one(A, 'Dev', 'Admin')
  for (const [wanted, taken, expected, sentence] of [
    [[dev, one(B, 'Prod', 'Admin')], [], 'dev.admin prod.admin', 'by the template'],
    [
      [dev, one(B, 'Dev', 'Admin'), one(B, 'Dev', 'Read')],
      [],
      `dev-${A}.admin dev-${B}.admin dev.read`,
      'two accounts of one name: both have the id, where it is needed',
    ],
    [[dev], ['dev.admin'], `dev-${A}.admin`, 'a name that another profile has'],
    [[dev], ['DEV.Admin'], `dev-${A}.admin`, 'whatever its letter case'],
    [[dev], ['dev.admin', `dev-${A}.admin`], `dev-${A}.admin-2`, 'and the one with the id, too'],
    [
      [one(A, 'Dev', 'ReadOnly'), one(A, 'Dev', 'Read-Only')],
      [],
      `dev-${A}.read-only dev-${A}.read-only-2`,
      'two roles that look alike',
    ],
    [
      [dev, one(A, 'Dev', 'Admin', 'us-east-1')],
      [],
      'dev.admin dev.admin.use1',
      'another region is said behind the name',
    ],
  ] as const)
    test(sentence, () => assert.is(names([...wanted], [...taken]), expected))

  test('nobody gets [default]', () =>
    assert.is(names([one(A, 'Default', 'x')], [], '{account}'), `default-${A}`))

  test('a template with the region has no other suffix', () =>
    assert.is(
      names([dev, one(A, 'Dev', 'Admin', 'us-east-1')], [], '{account}-{short-region}'),
      'dev-euw1 dev-use1',
    ))

  test('what a name avoids is told', () => {
    const [only] = nameAll([dev], parseTemplate('{role}'), 'corp', ['admin'])
    assert.equal([only?.name, only?.avoids], [`admin-${A}`, 'admin'])
  })

  test('a template with the id in it needs no second one', () =>
    assert.is(names([dev], [`dev-${A}`], '{account}-{id}'), `dev-${A}-2`))
})
