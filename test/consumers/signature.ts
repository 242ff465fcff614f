/** AWS Signature Version 4, as a service checks it: the stand-in's STS looks at key and token alone. */
import { createHash, createHmac } from 'node:crypto'
import type { RequestRecord } from '../support/identity-center/types.ts'

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** The access key that a request is signed with; undefined for one that is not. */
export const signerOf = ({ headers }: RequestRecord) =>
  /Credential=([^/]+)\//.exec(headers['authorization'] ?? '')?.[1]

/** True when the request is signed with this secret (AWS SigV4, "Create a signed AWS API request"). */
export function isSignedWith(secret: string, request: RequestRecord): boolean {
  const { method, headers, body } = request
  const [, scope = '', names = '', signature = ''] =
    /Credential=[^/]+\/([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=(\w+)/.exec(
      headers['authorization'] ?? '',
    ) ?? []
  const [path = '/', query = ''] = request.path.split('?')
  const lines = names.split(';').map((name) => `${name}:${(headers[name] ?? '').trim()}\n`)
  const asked = [method, path, query, lines.join(''), names, sha256(body)].join('\n')
  const time = headers['x-amz-date'] ?? ''
  const [date = '', region = '', service = ''] = scope.split('/')
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`)
  const signed = ['AWS4-HMAC-SHA256', time, scope, sha256(asked)].join('\n')
  return hmac(key, signed).toString('hex') === signature
}
