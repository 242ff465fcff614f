// Prints whom the AWS SDK for JavaScript v3 acts as; with UNTIL again and again, until that file is there.
import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'

const { UNTIL } = process.env
const client = new STSClient()
for (;;) {
  const { Arn } = await client.send(new GetCallerIdentityCommand())
  process.stdout.write(`${Arn}\n`)
  if (!UNTIL || existsSync(UNTIL)) break
  await delay(500)
}
