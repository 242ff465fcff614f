/**
 * ssox in a pod of EKS: `pod.ts <address>` serves credentials at the address, runs `ssox env`, and
 * prints what came of it. For a network namespace of its own, which must have the address.
 */
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { type HomeOptions, withHome } from '../support/home.ts'

export const KEYS = {
  AccessKeyId: 'AKIAPOD0000000000000',
  SecretAccessKey: 'secret+of+the+pod',
  Token: '',
  Expiration: '2099-01-01T00:00:00Z',
  Code: 'Success',
}

/** The stand-in for STS knows the keys of the pod. */
export const podOptions: HomeOptions = {
  staticKeys: [
    {
      accessKeyId: KEYS.AccessKeyId,
      secretAccessKey: KEYS.SecretAccessKey,
      arn: 'arn:aws:iam::123456789012:user/pod',
    },
  ],
}

export function roleConfig(source: string): string {
  return `[profile role]
role_arn = arn:aws:iam::210987654321:role/Deploy
credential_source = ${source}
region = eu-west-1
`
}

async function runAt(address: string): Promise<void> {
  let token: string | undefined
  const server = createServer((request, response) => {
    token = request.headers.authorization
    response.end(JSON.stringify(KEYS))
  })
  await new Promise<void>((resolve) =>
    server.listen(80, address.replace(/^\[(.*)\]$/, '$1'), resolve),
  )
  await withHome(async (home) => {
    home.writeConfig(roleConfig('EcsContainer'))
    const file = join(home.path, 'token')
    writeFileSync(file, 'of-the-pod')
    home.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] = `http://${address}/v1/credentials`
    home.env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'] = file
    const { status, stdout, stderr } = await home.ssox(['env', 'role', '--shell', 'bash'])
    const role = /SSOX_ROLE='(\w+)'/.exec(stdout)?.[1]
    console.log(JSON.stringify({ status, stderr, role, token }))
  }, podOptions)
  server.closeAllConnections()
  server.close()
}

const [, script = '', address] = process.argv
if (address !== undefined && import.meta.url.endsWith(script)) await runAt(address)
