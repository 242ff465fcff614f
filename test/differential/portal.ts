/**
 * A portal and an STS whose keys say by themselves what was asked for: the account, the role and the
 * token, or the ARN and the keys that it was asked with. So the same keys mean the same identity,
 * whatever program has asked.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

const END = Math.ceil(Date.now() / 1000) * 1000 + 3_600_000

/** Letters and digits only, as some readers refuse other keys, and a signature has a slash behind them. */
const keyIdOf = (who: string) => `ASIA${Buffer.from(who).toString('hex').toUpperCase()}`

/** What keys of this portal say; other keys are shown as they are. */
export function whoHas(keyId: string): string {
  const hex = /^ASIA((?:[0-9A-F]{2})+)$/.exec(keyId)?.[1]
  return hex === undefined ? keyId : Buffer.from(hex, 'hex').toString()
}

/** Runs `use` with the address of the portal. */
export async function withPortal<T>(use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(async (request, response) => {
    const { status, body } = answer(request, await text(request))
    response.writeHead(status, {
      'content-type': body.startsWith('<') ? 'text/xml' : 'application/json',
    })
    response.end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

function answer({ url = '', headers }: IncomingMessage, body: string) {
  const { pathname, searchParams } = new URL(url, 'http://portal')
  if (pathname === '/federation/credentials') {
    const token = String(headers['x-amz-sso_bearer_token'])
    const who = `${searchParams.get('role_name')} in ${searchParams.get('account_id')} by ${token}`
    return { status: 200, body: JSON.stringify({ roleCredentials: roleKeys(who) }) }
  }
  const asked = new URLSearchParams(body)
  const action = asked.get('Action')
  if (action !== 'AssumeRole' && action !== 'AssumeRoleWithWebIdentity')
    return { status: 400, body: JSON.stringify({ message: `no such operation: ${url} ${action}` }) }
  const signer = /Credential=(.*?)\/\d{8}\//.exec(headers.authorization ?? '')?.[1]
  const from = signer === undefined ? String(asked.get('WebIdentityToken')) : whoHas(signer)
  return { status: 200, body: assumed(action, `${asked.get('RoleArn')} from ${from}`) }
}

function roleKeys(who: string) {
  return { accessKeyId: keyIdOf(who), secretAccessKey: 's', sessionToken: 't', expiration: END }
}

function assumed(action: string, who: string): string {
  return `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>
<Credentials><AccessKeyId>${keyIdOf(who)}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
<SessionToken>t</SessionToken><Expiration>${new Date(END).toISOString()}</Expiration></Credentials>
<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/R/s</Arn><AssumedRoleId>A:s</AssumedRoleId>
</AssumedRoleUser></${action}Result></${action}Response>`
}
