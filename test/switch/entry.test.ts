import { dataForHook } from '../../src/switch/entry.ts'
import { changeTo } from '../../src/switch/variables.ts'
import { assert, suite } from '../support/suite.ts'

suite('what the hook of PowerShell gets', (test) => {
  const dataOf = (profileName: string) =>
    dataForHook(
      changeTo({
        profileName,
        inFiles: true,
        mode: 'both',
        region: undefined,
        credentials: undefined,
        sessionEndsAt: undefined,
        accountId: undefined,
        roleName: undefined,
        isProtected: false,
      }),
    ).split('\n')

  test('names to unset with the keys first, names with their owners, values, and an end', () => {
    const [gone = '', owned, ...values] = dataOf('dev')
    assert.match(gone, /^AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN /)
    assert.match(gone, / AWS_PROFILE SSOX_PROFILE$/)
    assert.is(
      owned,
      'AWS_REGION SSOX_REGION AWS_DEFAULT_REGION SSOX_REGION AWS_ACCOUNT_ID SSOX_ACCOUNT_ID',
    )
    assert.equal(values, ['AWS_PROFILE=dev', 'SSOX_PROFILE=dev', '.', ''])
  })

  for (const [name, written] of [
    ['a b=c\'"$(x)%{}[]', 'a b=c\'"$(x)%{}[]'],
    ['back\\slash', 'back\\u005cslash'],
    ['\\u0041', '\\u005cu0041'],
    ['l’été', 'l\\u2019\\u00e9t\\u00e9'],
    ['🔑', '\\ud83d\\udd11'],
    ['tab\tesc\x1b', 'tab\\u0009esc\\u001b'],
  ] as const)
    test(`${JSON.stringify(name)} in ASCII, as .NET reads it`, () => {
      assert.is(dataOf(name)[2], `AWS_PROFILE=${written}`)
    })
})
