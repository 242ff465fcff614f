/** Roles whose credentials begin with the metadata of the machine or the container. */

import { writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { type Home, node, program, withHome } from '../support/home.ts'
import { needing } from '../support/machine.ts'
import { assertFailure, assertSuccess } from '../support/output.ts'
import { until } from '../support/patience.ts'
import { assert, suite } from '../support/suite.ts'
import { KEYS, podOptions, roleConfig } from './pod.ts'

const ENV = ['env', 'role', '--shell', 'bash']

interface Asked {
  readonly path: string
  readonly authorization: string | undefined
}

/** A home with the role, and a server that stands for the metadata of machine and container. */
function withMetadata<T>(
  source: string,
  use: (home: Home, url: string, asked: Asked[]) => Promise<T>,
  answer: (response: ServerResponse) => unknown = (response) => response.end(JSON.stringify(KEYS)),
): Promise<T> {
  return withHome(async (home) => {
    const asked: Asked[] = []
    const server = createServer((request, response) => {
      asked.push({ path: request.url ?? '', authorization: request.headers.authorization })
      response.setHeader('content-type', 'application/json')
      answer(response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      home.writeConfig(roleConfig(source))
      return await use(home, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }, podOptions)
}

suite('credential_source = EcsContainer', (test) => {
  test('with a token in a file, as EKS Pod Identity gives it', () =>
    withMetadata('EcsContainer', async (home, url, asked) => {
      const file = join(home.path, 'token')
      writeFileSync(file, 'token-of-the-pod')
      Object.assign(home.env, {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/v1/credentials`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: 'another',
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
      })
      const run = await home.ssox(ENV)
      assertSuccess(run)
      assert.match(run.stdout, "SSOX_ROLE='Deploy'")
      assert.equal(asked, [{ path: '/v1/credentials', authorization: 'token-of-the-pod' }])
    }))

  test('with the token itself', () =>
    withMetadata('EcsContainer', async (home, url, asked) => {
      home.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] = `${url}/x`
      home.env['AWS_CONTAINER_AUTHORIZATION_TOKEN'] = 'token-of-the-task'
      assertSuccess(await home.ssox(ENV))
      assert.is(asked[0]?.authorization, 'token-of-the-task')
    }))

  test('no token is sent in clear text to a host that is not of this machine', () =>
    withMetadata('EcsContainer', async (home) => {
      home.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] = 'http://192.0.2.1/x'
      const run = await home.ssox(ENV)
      assertFailure(run, 3, /credential_source of profile "role" has no credentials here: URL not/)
    }))

  test('an endpoint that never answers: exit 3 with the reason, and ^C ends the wait', () =>
    withMetadata(
      'EcsContainer',
      async (home, url, asked) => {
        home.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] = `${url}/x`
        assertFailure(await home.ssox(ENV), 3, /has no credentials here: no answer within 5 s$/)
        assert.is(asked.length, 1)
        const child = execa(node, [program, ...ENV], { env: home.env, reject: false })
        await until('the request', () => asked.length === 2)
        child.kill('SIGINT')
        assert.is((await child).exitCode, 130)
      },
      () => undefined,
    ))

  test('an answer that is none is not quoted, as it may hold keys', () =>
    withMetadata(
      'EcsContainer',
      async (home, url) => {
        home.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] = `${url}/x`
        assertFailure(await home.ssox(ENV), 3, /has no credentials here: its answer is no JSON$/)
      },
      (response) => response.end('SecretAccessKey'),
    ))

  test('outside of a container: exit 3', () =>
    withMetadata('EcsContainer', async (home) => {
      assertFailure(await home.ssox(ENV), 3, /has no credentials here: No HTTP credential provider/)
    }))

  for (const host of ['169.254.170.23', '[fd00:ec2::23]'])
    needing(test, ['unshare', 'ip'])(`the address of EKS Pod Identity, ${host}`, async () => {
      const script = `ip link set lo up
ip addr add 169.254.170.23/32 dev lo
ip -6 addr add fd00:ec2::23/128 dev lo nodad
exec "$@"`
      const pod = fileURLToPath(new URL('pod.ts', import.meta.url))
      const node = [process.execPath, '--import', 'tsx', pod, host]
      const { stdout } = await execa('unshare', ['-n', 'sh', '-ec', script, 'sh', ...node])
      assert.equal(JSON.parse(stdout), {
        status: 0,
        stderr: '',
        role: 'Deploy',
        token: 'of-the-pod',
      })
    })
})

suite('credential_source = Ec2InstanceMetadata', (test) => {
  test('AWS_EC2_METADATA_DISABLED=true: no request, exit 3, and what turns it on again', () =>
    withMetadata('Ec2InstanceMetadata', async (home, url, asked) => {
      home.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] = url
      for (const word of ['true', 'TRUE']) {
        home.env['AWS_EC2_METADATA_DISABLED'] = word
        const run = await home.ssox(ENV)
        assertFailure(run, 3, /Ec2InstanceMetadata, which AWS_EC2_METADATA_DISABLED turns off$/)
        assert.match(run.stderr, '\n  unset AWS_EC2_METADATA_DISABLED\n')
        assert.is(asked.length, 0)
      }
      home.env['AWS_EC2_METADATA_DISABLED'] = 'false'
      await home.ssox(ENV)
      assert.ok(asked.length > 0)
    }))
})
