/** The stand-in as the AWS SDK's own clients see it. */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request as tlsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  GetRoleCredentialsCommand,
  ListAccountsCommand,
  LogoutCommand,
  paginateListAccountRoles,
  paginateListAccounts,
  SSOClient,
} from '@aws-sdk/client-sso'
import {
  CreateTokenCommand,
  RegisterClientCommand,
  SSOOIDCClient,
  StartDeviceAuthorizationCommand,
} from '@aws-sdk/client-sso-oidc'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { type IdentityCenter, startIdentityCenter } from '../support/identity-center/index.ts'
import {
  DEVICE_GRANT,
  request,
  START_URL,
  signIn,
  withCenter,
} from '../support/identity-center/wire.ts'
import { needing } from '../support/machine.ts'
import { until } from '../support/patience.ts'
import { assert, suite } from '../support/suite.ts'

interface Keys {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

const NOBODY: Keys = { accessKeyId: 'x', secretAccessKey: 'x' }

function clients(center: IdentityCenter, credentials = NOBODY) {
  const common = { region: 'us-east-1', endpoint: center.url, maxAttempts: 1 }
  return {
    oidc: new SSOOIDCClient(common),
    sso: new SSOClient(common),
    sts: new STSClient({ ...common, credentials }),
  }
}

/** Name and status of the error a call ends with. */
async function refusal(call: Promise<unknown>): Promise<[string, number | undefined, string]> {
  try {
    await call
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode: number } }
    return [name, $metadata?.httpStatusCode, message]
  }
  throw new Error('expected an error')
}

suite('identity center and the AWS SDK', (test) => {
  test('a device sign-in from registration to role credentials, a role chain and logout', () =>
    withCenter({ approve: 'auto', lifetimes: { interval: 0 } }, async (center) => {
      const { oidc, sso } = clients(center)
      const { clientId, clientSecret, clientSecretExpiresAt } = await oidc.send(
        new RegisterClientCommand({
          clientName: 'ssox',
          clientType: 'public',
          scopes: ['sso:account:access'],
        }),
      )
      assert.ok((clientSecretExpiresAt ?? 0) > Date.now() / 1000)
      const device = await oidc.send(
        new StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl: START_URL }),
      )
      const grant = {
        clientId,
        clientSecret,
        grantType: DEVICE_GRANT,
        deviceCode: device.deviceCode,
      }
      const pending = await refusal(oidc.send(new CreateTokenCommand(grant)))
      assert.equal(pending.slice(0, 2), ['AuthorizationPendingException', 400])
      await request(device.verificationUriComplete ?? '')
      const { accessToken, refreshToken, idToken } = await oidc.send(new CreateTokenCommand(grant))
      assert.ok(refreshToken)
      assert.is(idToken, undefined)

      const { roleCredentials } = await sso.send(
        new GetRoleCredentialsCommand({
          accessToken,
          accountId: '012345678901',
          roleName: 'AdministratorAccess',
        }),
      )
      const { accessKeyId = '', secretAccessKey = '', sessionToken = '' } = roleCredentials ?? {}
      const { sts } = clients(center, { accessKeyId, secretAccessKey, sessionToken })
      const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}))
      assert.is(Account, '012345678901')
      assert.match(Arn ?? '', 'AWSReservedSSO_AdministratorAccess_')
      const { Credentials, AssumedRoleUser } = await sts.send(
        new AssumeRoleCommand({
          RoleArn: 'arn:aws:iam::210987654321:role/Deploy',
          RoleSessionName: 'alice',
        }),
      )
      assert.is(AssumedRoleUser?.Arn, 'arn:aws:sts::210987654321:assumed-role/Deploy/alice')
      assert.ok(Credentials?.Expiration instanceof Date && +Credentials.Expiration > Date.now())

      await sso.send(new LogoutCommand({ accessToken }))
      const after = await refusal(sso.send(new ListAccountsCommand({ accessToken })))
      assert.equal(after, ['UnauthorizedException', 401, 'Session token not found or invalid'])
    }))

  test('the SDK pages through accounts and roles', () =>
    withCenter({ pageSize: 2 }, async (center) => {
      const { accessToken } = await signIn(center)
      const { sso } = clients(center)
      const names: unknown[] = []
      for await (const page of paginateListAccounts({ client: sso }, { accessToken }))
        names.push(...(page.accountList ?? []).map(({ accountName }) => accountName))
      assert.equal(
        names,
        center.accounts.map(({ accountName }) => accountName),
      )
      const roles: unknown[] = []
      const input = { accessToken, accountId: '123456789012' }
      for await (const page of paginateListAccountRoles({ client: sso, pageSize: 1 }, input))
        roles.push(...(page.roleList ?? []).map(({ roleName }) => roleName))
      assert.equal(roles, ['AdministratorAccess', 'Developer', 'ReadOnly'])
      assert.equal([center.counts['ListAccounts'], center.counts['ListAccountRoles']], [3, 3])
    }))

  const oidcErrors: [type: string, status: number][] = [
    ['InvalidRequestException', 400],
    ['InvalidClientException', 401],
    ['InvalidGrantException', 400],
    ['UnauthorizedClientException', 400],
    ['UnsupportedGrantTypeException', 400],
    ['InvalidScopeException', 400],
    ['AuthorizationPendingException', 400],
    ['SlowDownException', 400],
    ['AccessDeniedException', 400],
    ['ExpiredTokenException', 400],
    ['InternalServerException', 500],
  ]
  const portalErrors: [type: string, status: number][] = [
    ['InvalidRequestException', 400],
    ['UnauthorizedException', 401],
    ['ForbiddenException', 403],
    ['ResourceNotFoundException', 404],
    ['TooManyRequestsException', 429],
  ]
  test('every error of the OIDC service is what the SDK takes it for', () =>
    withCenter({}, async (center) => {
      const { oidc } = clients(center)
      const grant = { clientId: 'x', clientSecret: 'x', grantType: 'refresh_token' }
      for (const [type, status] of oidcErrors) {
        center.fail('CreateToken', { status, type, message: 'so it is' })
        const seen = await refusal(oidc.send(new CreateTokenCommand(grant)))
        assert.equal(seen.slice(0, 2), [type, status])
      }
      const unplanned = await refusal(oidc.send(new CreateTokenCommand(grant)))
      assert.is(unplanned[0], 'InvalidClientException')
    }))

  test('every error of the portal is what the SDK takes it for', () =>
    withCenter({}, async (center) => {
      const { sso } = clients(center)
      const { accessToken } = await signIn(center)
      const command = () =>
        new GetRoleCredentialsCommand({ accessToken, accountId: '1', roleName: 'x' })
      for (const [type, status] of portalErrors) {
        center.fail('GetRoleCredentials', { status, type, message: 'so it is' })
        assert.equal(await refusal(sso.send(command())), [type, status, 'so it is'])
      }
      assert.equal(await refusal(sso.send(command())), ['ForbiddenException', 403, 'No access'])
    }))

  test('errors of STS keep their code and message', () =>
    withCenter({}, async (center) => {
      const { sts } = clients(center)
      const identity = () => sts.send(new GetCallerIdentityCommand({}))
      const invalid = 'The security token included in the request is invalid.'
      assert.equal(await refusal(identity()), ['InvalidClientTokenId', 403, invalid])
      center.fail('GetCallerIdentity', { status: 403, type: 'ExpiredToken', message: 'late' })
      assert.equal(await refusal(identity()), ['ExpiredToken', 403, 'late'])
    }))
})

suite('identity center: a server among others', (test) => {
  const requests: [title: string, method: string, path: string, status: number, allow?: string][] =
    [
      ['an unknown path', 'GET', '/nothing/here', 404],
      ['an unknown path with POST', 'POST', '/token/more', 404],
      ['HEAD of the start page', 'HEAD', '/start', 200],
      ['HEAD of a list, without a token', 'HEAD', '/assignment/accounts', 200],
      ['HEAD of what only takes POST', 'HEAD', '/token', 405, 'POST, OPTIONS'],
      ['OPTIONS', 'OPTIONS', '/token', 204, 'POST, OPTIONS'],
      ['OPTIONS of a page', 'OPTIONS', '/device', 204, 'GET, POST, HEAD, OPTIONS'],
      ['another method', 'DELETE', '/logout', 405, 'POST, OPTIONS'],
      ['a slash at the end', 'GET', '/start/', 200],
      ['a path that climbs', 'GET', '/start/..%2f..%2fetc/passwd', 404],
    ]
  test('methods and paths it does not serve', () =>
    withCenter({}, async (center) => {
      for (const [title, method, path, status, allow] of requests) {
        const answer = await request(center.url + path, { method })
        assert.is(answer.status, status, title)
        assert.is(answer.headers.get('allow') ?? undefined, allow, title)
      }
    }))

  test('HEAD of a device page approves nothing', () =>
    withCenter({ approve: 'auto' }, async (center) => {
      await request(`${center.url}/device?user_code=BCDF-GHJK`, { method: 'HEAD' })
      assert.equal(center.counts, { Unknown: 1 })
    }))

  test('a body of more than 64 KiB is refused, whatever is in it', () =>
    withCenter({}, async (center) => {
      const body = 'x'.repeat(64 * 1024 + 1)
      const { status } = await request(`${center.url}/token`, { method: 'POST', body })
      assert.is(status, 413)
      const rest = await request(`${center.url}/token`, { method: 'POST', body: body.slice(1) })
      assert.is(rest.status, 400)
    }))

  test('the log holds what came, when and how it was answered', () =>
    withCenter({}, async (center) => {
      const body = '{"clientName": "a", "clientType": "public"}'
      await request(`${center.url}/client/register?x=1`, { method: 'POST', body })
      await until('its end', () => center.requests[0]?.endTime !== undefined)
      const [entry] = center.requests
      assert.is(center.requests.length, 1)
      assert.equal(
        [entry?.method, entry?.path, entry?.operation, entry?.body, entry?.status],
        ['POST', '/client/register?x=1', 'RegisterClient', body, 200],
      )
      assert.ok(entry && entry.endTime !== undefined && entry.endTime >= entry.time)
      assert.match(entry.headers['host'] ?? '', /^127\.0\.0\.1:\d+$/)
    }))

  test('close() ends answers under way and frees the port', async () => {
    const center = await startIdentityCenter()
    center.fail('ListAccounts', 'hang')
    center.fail('ListAccountRoles', { delayMs: 600_000 })
    const waiting = ['/assignment/accounts', '/assignment/roles'].map((path) =>
      request(center.url + path).then(
        () => 'answered',
        () => 'cut',
      ),
    )
    await until('both', () => center.requests.length === 2)
    await center.close()
    assert.equal(await Promise.all(waiting), ['cut', 'cut'])
    const again = await startIdentityCenter({ port: Number(new URL(center.url).port) })
    assert.is(again.url, center.url)
    await again.close()
  })

  test('a port that is taken is an error with a way out', () =>
    withCenter({}, async (center) => {
      const port = Number(new URL(center.url).port)
      const error = await startIdentityCenter({ port }).catch((thrown: unknown) => thrown)
      assert.match(String(error), `cannot listen on 127.0.0.1 port ${port}`)
    }))

  needing(test, ['openssl'])('with a key and a certificate it speaks https', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ssox-tls-'))
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    const made = spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...[...subject, '-days', '2', '-keyout', keyFile, '-out', certFile],
    ])
    assert.is(made.status, 0, String(made.stderr))
    const tls = { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') }
    rmSync(folder, { recursive: true })
    await withCenter({ tls, hostname: 'localhost' }, async (center) => {
      assert.match(center.startUrl, /^https:\/\/localhost:\d+\/start$/)
      const status = await new Promise((done, failed) => {
        tlsRequest(center.startUrl, { ca: tls.cert, agent: false, family: 4 }, (response) => {
          response.resume()
          done(response.statusCode)
        })
          .on('error', failed)
          .end()
      })
      assert.is(status, 200)
      center.fail('Portal', 'reset')
      const cut = await new Promise((done) => {
        tlsRequest(center.startUrl, { ca: tls.cert, agent: false, family: 4 }, () => done('ok'))
          .on('error', () => done('cut'))
          .end()
      })
      assert.is(cut, 'cut')
    })
  })
})
