/** `ssox credential-process --install`: puts the line into the config file, once somebody has agreed. */
import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseDocument } from '../aws/document.ts'
import { editDocument } from '../aws/document-edit.ts'
import { hasSsoBeside, processEdit, processLine } from '../aws/process-line.ts'
import { loadProfile } from '../aws/profile.ts'
import type { Call, Outcome } from '../cli/command.ts'
import type { Context } from '../context.ts'
import { withTilde } from '../install/edit.ts'
import { stableNode } from '../install/launcher.ts'
import { SsoxError } from '../problem.ts'
import { editAwsFile, editorOf } from '../profiles/editor.ts'
import { loadAwsFiles } from '../state/aws-files.ts'
import { typedCommand, typedWord } from '../ui/typed-command.ts'

/**
 * @param name the profile whose keys the line is to print
 * @throws SsoxError `profile` (no such profile, or the other one has credentials), `usage` (nobody to
 *   ask), `storage`, `busy`
 */
export async function installLine(name: string, call: Call, ctx: Context): Promise<Outcome> {
  const { flags } = call
  const { say, paths } = ctx
  const files = loadAwsFiles(paths)
  const profile = loadProfile(files, name)
  const target = flags.as ?? `${name}-process`
  if (target === name && profile.kind !== 'sso')
    throw new SsoxError(
      'profile',
      `profile "${name}" would call itself for its own keys`,
      typedCommand('credential-process', undefined, ['--install', name]),
    )
  const line = processLine(programWords(), name)
  if (hasSsoBeside(files, target))
    say.warn(
      `"${target}" uses SSO itself: the AWS CLI, boto3, Go, Terraform and .NET go on with that, not with the line`,
    )
  const change = (bytes: string | undefined) => {
    const text = Buffer.from(bytes ?? '', 'latin1').toString('utf8')
    const config = parseDocument(text, 'config')
    const edit = processEdit({ ...files, config }, target, line, profile.region)
    const next = editDocument(config, [edit])
    return next === text ? bytes : Buffer.from(next, 'utf8').toString('latin1')
  }
  const result = await editAwsFile('config', { change }, editorOf(flags, ctx), ctx)
  if (result === 'unasked')
    throw new SsoxError(
      'usage',
      'there is no terminal to ask on',
      typedCommand('credential-process', undefined, [...call.line.argv.slice(1), '--yes']),
    )
  const file = withTilde(paths.config, paths.home)
  if (result === 'declined') say.ask('not changed')
  if (result === 'unchanged') say.ask(`${file} has the line already`)
  if (result === 'changed')
    say.ask(`changed; programs get the keys with AWS_PROFILE=${typedWord(target)}`)
  return {}
}

/** What starts this ssox without any PATH: its launcher, else Node and the program. */
function programWords(): string[] {
  const script = fileURLToPath(new URL('../dist/main.cjs', import.meta.url))
  const lib = dirname(dirname(script))
  const launcher = join(dirname(dirname(lib)), 'bin', 'ssox')
  const isInstalled = basename(lib) === 'ssox' && basename(dirname(lib)) === 'lib'
  if (isInstalled && existsSync(launcher)) return [launcher]
  return [stableNode(process.execPath, process.execPath, existsSync), script]
}
