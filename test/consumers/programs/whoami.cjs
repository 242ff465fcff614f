// Prints whom the AWS SDK for JavaScript v2 acts as; with UNTIL again and again, until that file is there.
const { existsSync } = require('node:fs')
const { setTimeout: delay } = require('node:timers/promises')
const { STS } = require('aws-sdk')

const { UNTIL, AWS_ENDPOINT_URL_STS } = process.env

async function main() {
  // It reads no endpoint from the environment.
  const sts = new STS({ endpoint: AWS_ENDPOINT_URL_STS })
  for (;;) {
    const { Arn } = await sts.getCallerIdentity().promise()
    process.stdout.write(`${Arn}\n`)
    if (!UNTIL || existsSync(UNTIL)) break
    await delay(500)
  }
}

main().catch((error) => {
  process.stderr.write(`${error}\n`)
  process.exitCode = 1
})
