/** Which AWS tools are on this machine. */
import { readFileSync } from 'node:fs'
import { devNull } from 'node:os'
import { dirname, join } from 'node:path'
import type { Context } from '../../context.ts'
import { findCommand } from '../../system/find-command.ts'
import type { Tool } from '../facts.ts'
import { outputOf } from './output.ts'

/** Every tool that is the first of its name on PATH, or is installed for the folder. */
export async function findTools(folder: string, ctx: Context): Promise<readonly Tool[]> {
  // The AWS CLI does not even tell its version where these are broken.
  const { AWS_PROFILE: _, AWS_DEFAULT_PROFILE: __, ...rest } = ctx.env
  const env = { ...rest, AWS_CONFIG_FILE: devNull, AWS_SHARED_CREDENTIALS_FILE: devNull }
  const neutral = { ...ctx, env }
  const found = await Promise.all([awsCli(neutral), botocore(neutral)])
  return [...found.flat(), ...sdkOf(folder)]
}

/** `aws-cli/1.45.11 Python/3.11.7 … botocore/1.43.11`; version 2 has a botocore of its own. */
async function awsCli(ctx: Context): Promise<Tool[]> {
  const path = findCommand('aws', ctx.env['PATH'])
  if (!path) return []
  const text = await outputOf(path, ['--version'], ctx)
  const version = /\baws-cli\/(\d+\.\d+\.\d+)/.exec(text)?.[1]
  const botocore = /\bbotocore\/(1\.\d+\.\d+)/.exec(text)?.[1]
  return [
    ...(version ? [{ name: 'aws' as const, version, path }] : []),
    ...(botocore ? [{ name: 'botocore' as const, version: botocore, path }] : []),
  ]
}

async function botocore(ctx: Context): Promise<Tool[]> {
  const path = findCommand('python3', ctx.env['PATH'])
  if (!path) return []
  const words = ['-c', 'import botocore; print("botocore", botocore.__version__)']
  const version = /^botocore (\S+)/m.exec(await outputOf(path, words, ctx))?.[1]
  return version ? [{ name: 'botocore', version, path }] : []
}

/** The SDK for JavaScript 2 of the folder or one above it, as Node would find it. */
function sdkOf(folder: string): Tool[] {
  for (let place = folder; ; place = dirname(place)) {
    const path = join(place, 'node_modules', 'aws-sdk')
    const version = versionIn(join(path, 'package.json'))
    if (version) return [{ name: 'aws-sdk', version, path }]
    if (dirname(place) === place) return []
  }
}

function versionIn(path: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version?: unknown }
    return typeof version === 'string' ? version : undefined
  } catch {
    return undefined
  }
}
