/** For each check on files, variables and caches: a home that triggers it and nothing else. */
import { CHECKS } from '../../src/doctor/checks.ts'
import { FIX_COMMAND } from '../../src/doctor/finding.ts'
import { mend } from '../../src/doctor/mend.ts'
import { assert, suite } from '../support/suite.ts'
import { FILE_CASES } from './file-cases.ts'
import { OTHER_CASES } from './other-cases.ts'
import { contextOf, diagnose, idsOf, TOKEN, TOKEN_FILE, withPatient } from './rig.ts'

/** What --fix has mended. */
const mended: string[] = []
const CASES = [...FILE_CASES, ...OTHER_CASES]

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

  test('so has a command of ssox exec --serve', () =>
    withPatient((patient) => {
      Object.assign(patient.env, {
        SSOX_PROFILE: 'dev',
        SSOX_ACCOUNT_ID: '123456789012',
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:4711/${'0a'.repeat(16)}`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: 't',
        AWS_EC2_METADATA_DISABLED: 'true',
      })
      assert.equal(idsOf(diagnose(patient)), [])
    }))
})

suite('a home with one fault', (test) => {
  for (const [finding, sentence, hurt, says] of CASES)
    test(`${finding}: ${sentence}`, () =>
      withPatient(async (patient) => {
        hurt(patient)
        const found = diagnose(patient)
        assert.equal(idsOf(found), [finding], JSON.stringify(found.map(({ what }) => what)))
        const [first] = found
        assert.match(first?.what.replaceAll(patient.path, '~') ?? '', says)
        assert.ok((first?.cure ?? '').length > 3)
        const isMendable = found.every(({ fix }) => fix !== undefined)
        assert.is(first?.cure === FIX_COMMAND, isMendable)
        if (!isMendable) return
        assert.ok(await mend(found, { yes: true }, contextOf(patient)))
        assert.equal(idsOf(diagnose(patient)), [], 'after --fix')
        mended.push(finding)
      }))

  test('is mended by --fix where that is safe', () => {
    assert.ok(mended.length >= 8, mended.join(', '))
  })

  test('is there for every check but those that ask somebody', () => {
    const asked = CHECKS.filter(({ area }) => ['Network', 'Shell', 'Tools'].includes(area))
    const tried = new Set([...CASES.map(([id]) => id.split(':')[0]), ...asked.map(({ id }) => id)])
    assert.equal(
      CHECKS.map(({ id }) => id).filter((id) => !tried.has(id)),
      [],
    )
  })
})
