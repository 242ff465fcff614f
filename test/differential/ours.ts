/** ssox as one of the readers, in this process: what its verbs do with a profile. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describeProfile, profileNames } from '../../src/aws/profile.ts'
import { invocationOf } from '../../src/cli/parse.ts'
import { readWords } from '../../src/cli/words.ts'
import { createContext } from '../../src/create-context.ts'
import { SsoxError } from '../../src/problem.ts'
import { credentialsFor } from '../../src/profiles/profile-change.ts'
import { chooseProfile } from '../../src/profiles/profile-choice.ts'
import { loadSettings } from '../../src/settings/load.ts'
import { loadAwsFiles } from '../../src/state/aws-files.ts'
import { terminalFacts } from '../../src/system/terminal.ts'
import { createSay } from '../../src/ui/say.ts'
import type { Placed, Reading } from './readers.ts'

/** The profiles that ssox lists. */
export function ourNames({ config, credentials }: Pick<Placed, 'config' | 'credentials'>) {
  return profileNames(loadAwsFiles({ config, credentials }))
}

/** What ssox makes of these profiles of the files. */
export async function readOurs(
  files: Placed,
  names: Iterable<string>,
  env: Record<string, string>,
): Promise<Map<string, Reading>> {
  // Roles of the files before, whose keys name no source.
  rmSync(join(env['HOME'] ?? '', '.aws', 'cli'), { recursive: true, force: true })
  const paths = { AWS_CONFIG_FILE: files.config, AWS_SHARED_CREDENTIALS_FILE: files.credentials }
  const readings = new Map<string, Reading>()
  for (const name of names)
    readings.set(
      name,
      files.names.includes(name) ? await readProfile(name, { ...env, ...paths }) : { known: false },
    )
  return readings
}

async function readProfile(name: string, env: Record<string, string>): Promise<Reading> {
  const call = invocationOf(readWords(['credential-process', name, '--mfa-code', '123456']))
  if (call.kind !== 'run') throw new Error(`not a call for ${JSON.stringify(name)}`)
  const say = createSay({ write: () => undefined, colour: false, quiet: true, debug: false })
  const ctx = createContext({
    invocation: call,
    env,
    settings: await loadSettings(env),
    say,
    signal: new AbortController().signal,
    facts: { ...terminalFacts(), stdin: false, stderr: false },
    colour: false,
  })
  const { region, settingsOnly, problem } = describeProfile(loadAwsFiles(ctx.paths), name)
  const isRefused = problem !== undefined && !settingsOnly
  const result = { known: true, isRefused, ...(region === undefined ? {} : { region }) }
  try {
    const keys = await credentialsFor(chooseProfile({ ...call, args: [name] }, ctx), call, ctx)
    const { accessKeyId, secretAccessKey, sessionToken = '' } = keys
    return { ...result, keys: [accessKeyId, secretAccessKey, sessionToken] }
  } catch (error) {
    if (error instanceof SsoxError) return { ...result, problem: error.message }
    throw error
  }
}
