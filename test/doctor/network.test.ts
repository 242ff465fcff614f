/** The sign-in hosts: what is in the way, and what time they have. */
import { createServer } from 'node:http'
import { allSessions } from '../../src/auth/known-sessions.ts'
import { close, listen } from '../../src/demo/identity-center/server.ts'
import { askHosts } from '../../src/doctor/facts/network.ts'
import { loadAwsFiles } from '../../src/state/aws-files.ts'
import { createAuthority } from '../support/certificates.ts'
import { startIdentityCenter } from '../support/identity-center/index.ts'
import { needing } from '../support/machine.ts'
import { assert, suite } from '../support/suite.ts'
import { contextOf, diagnose, idsOf, type Patient, withPatient } from './rig.ts'

async function asked(patient: Patient, offline?: string) {
  const ctx = contextOf(patient)
  const network = await askHosts(allSessions(loadAwsFiles(ctx.paths)), offline, ctx)
  const found = diagnose(patient, { network })
  return { network, found, ids: idsOf(found), what: found.map(({ what }) => what).join('\n') }
}

const bothAt = ({ env }: Patient, url: string) =>
  void Object.assign(env, { AWS_ENDPOINT_URL_SSO: url, AWS_ENDPOINT_URL_SSO_OIDC: url })

/** A host whose clock is so many minutes behind ours. */
async function withHost<T>(behind: number, use: (url: string, paths: string[]) => Promise<T>) {
  const paths: string[] = []
  const server = createServer((request, response) => {
    paths.push(`${request.method} ${request.url}`)
    response.sendDate = false
    response.setHeader('date', new Date(Date.now() - behind * 60_000).toUTCString())
    response.writeHead(403).end('{}')
  })
  const port = await listen(server)
  try {
    return await use(`http://127.0.0.1:${port}`, paths)
  } finally {
    await close(server)
  }
}

suite('the sign-in hosts', (test) => {
  test('any answer is one; each is asked once, without a token', () =>
    withPatient((patient) =>
      withHost(0, async (url, paths) => {
        bothAt(patient, url)
        const { ids, network } = await asked(patient)
        assert.equal(ids, [])
        assert.equal(paths, ['GET /'])
        assert.equal(
          network.answers.map(({ host }) => `http://${host}`),
          [url],
        )
      }),
    ))

  const clocks: [behind: number, ids: string[], says: RegExp, whom?: RegExp][] = [
    [3, [], /^$/],
    [10, ['clock: broken'], /10m ahead of AWS/, /what is valid seems to have ended$/],
    [-10, ['clock: broken'], /10m behind AWS/, /what has ended seems to be valid$/],
    [200, ['clock: broken'], /3h 20m ahead of AWS/],
  ]
  for (const [behind, ids, says, whom = /^/] of clocks)
    test(`a clock that is ${behind} minutes behind ours`, () =>
      withPatient((patient) =>
        withHost(behind, async (url) => {
          bothAt(patient, url)
          const result = await asked(patient)
          assert.equal(result.ids, ids)
          assert.match(result.what, says)
          assert.match(result.found[0]?.whom ?? '', whom)
        }),
      ))

  test('one that refuses the connection', () =>
    withPatient(async (patient) => {
      bothAt(patient, 'http://127.0.0.1:9')
      const { ids, what, found } = await asked(patient)
      assert.equal(ids, ['network: broken'])
      assert.match(what, /^cannot reach 127\.0\.0\.1:9: the connection was refused/)
      assert.match(found[0]?.cure ?? '', /unset AWS_ENDPOINT|check the network/)
    }))

  test('a name that is not in DNS', () =>
    withPatient(async (patient) => {
      bothAt(patient, 'https://portal.invalid')
      const { ids, what } = await asked(patient)
      assert.equal(ids, ['network: broken'])
      assert.match(what, /^cannot reach portal\.invalid: its name/)
    }))

  test('a proxy that is none: said once for all hosts', () =>
    withPatient(async (patient) => {
      patient.env['HTTPS_PROXY'] = 'ftp://proxy'
      const { ids, what, found } = await asked(patient)
      assert.equal(ids, ['network: broken'])
      assert.is(what, 'HTTPS_PROXY is not an address of an HTTP proxy')
      assert.match(found[0]?.cure ?? '', /^export HTTPS_PROXY=/)
    }))

  test('a CA bundle that is not there', () =>
    withPatient(async (patient) => {
      patient.env['AWS_CA_BUNDLE'] = '/nope/ca.pem'
      const { ids, what } = await asked(patient)
      assert.equal(ids, ['network: broken'])
      assert.match(what, /^the CA bundle \/nope\/ca\.pem \(AWS_CA_BUNDLE\) cannot be read/)
    }))

  needing(test, ['openssl'])(
    'a certificate that nobody vouches for, and the bundle that does',
    () =>
      withPatient(async (patient) => {
        const authority = createAuthority()
        const center = await startIdentityCenter({ tls: authority.issue('IP:127.0.0.1') })
        try {
          bothAt(patient, center.url)
          const { ids, what, found } = await asked(patient)
          assert.equal(ids, ['network: broken'])
          assert.match(what, /its certificate is not trusted/)
          assert.match(found[0]?.cure ?? '', /^export AWS_CA_BUNDLE=/)
          patient.env['AWS_CA_BUNDLE'] = patient.write('ca.pem', authority.cert)
          assert.equal((await asked(patient)).ids, [])
        } finally {
          await center.close()
        }
      }),
  )

  test('nobody is asked: a note; without a session there is nobody to ask', () =>
    withPatient(async (patient) => {
      const { ids, what } = await asked(patient, '--no-network')
      assert.equal(ids, ['network: note'])
      assert.match(what, /were not asked: --no-network/)
      patient.write('.aws/config', '')
      assert.equal((await asked(patient, '--no-network')).ids, [])
    }))
})
