/**
 * What the AWS SDK for JavaScript makes of each profile of many AWS files; the job and the answer are
 * those of botocore_reader.py.
 */
import { readFileSync } from 'node:fs'
import { STSClient } from '@aws-sdk/client-sts'
import { defaultProvider } from '@aws-sdk/credential-provider-node'
import { loadSharedConfigFiles, parseKnownFiles } from '@smithy/core/config'

const job = JSON.parse(readFileSync(process.argv[3], 'utf8'))

async function readFiles({ config, credentials, names }) {
  process.env.AWS_CONFIG_FILE = config
  process.env.AWS_SHARED_CREDENTIALS_FILE = credentials
  let known
  try {
    await loadSharedConfigFiles({ ignoreCache: true })
    known = await parseKnownFiles({ ignoreCache: true })
  } catch (error) {
    return { refused: String(error) }
  }
  const profiles = {}
  // Its own names for sections that are no profiles.
  const found = Object.keys(known).filter((name) => !/^(sso-session|services)\./.test(name))
  for (const name of new Set([...found, ...names]))
    profiles[name] = name in known ? await readProfile(name) : { known: false }
  return { profiles }
}

async function readProfile(profile) {
  const result = { known: true, region: await regionOf(profile) }
  try {
    const keys = await defaultProvider({ profile, mfaCodeProvider: async () => '123456' })()
    const { accessKeyId, secretAccessKey, sessionToken = '' } = keys
    return { ...result, keys: [accessKeyId, secretAccessKey, sessionToken] }
  } catch (error) {
    return { ...result, problem: String(error) }
  }
}

/** undefined: it has none. */
async function regionOf(profile) {
  try {
    return await new STSClient({ profile }).config.region()
  } catch {
    return undefined
  }
}

const answers = {}
for (const files of job.files) answers[files.id] = await readFiles(files)
process.stdout.write(JSON.stringify(answers))
