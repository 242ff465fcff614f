/** Lines `credential_process`: what they would start, told without starting it. */
import { closeSync, openSync, readSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { processCall } from '../../aws/process-command.ts'
import { type AwsFiles, profileNames } from '../../aws/profile.ts'
import { openProfile, type ProfileView } from '../../aws/profile-view.ts'
import { usesSso } from '../../aws/sso-session.ts'
import type { Context } from '../../context.ts'
import { findCommand, isProgram } from '../../system/find-command.ts'
import { foreignHands } from '../../system/foreign-hands.ts'
import { splitWords } from '../../text/shell-words.ts'
import type { ProcessLine } from '../facts.ts'

/** What programs have that no terminal has started: cron, and those of a desktop. */
export const BARE_PATH = '/usr/bin:/bin:/usr/sbin:/sbin'

export function processLines(files: AwsFiles, { env }: Context): ProcessLine[] {
  return profileNames(files).flatMap((name) => {
    const view = openProfile(files, name)
    const command = view?.get('credential_process')
    return view && command ? [lineOf(view, command, env)] : []
  })
}

function lineOf(view: ProfileView, command: string, env: Context['env']): ProcessLine {
  const words = splitWords(command)
  const program = words?.[0]
  const bare = program && pathOf(program, BARE_PATH)
  return {
    profile: view.name,
    place: view.place('credential_process'),
    program,
    bare,
    found: program && pathOf(program, env['PATH']),
    interpreter: bare && missingInterpreter(bare),
    isCircle: asksForItself(command, view),
    foreign: foreignHands(view.fileOf('credential_process'), env),
  }
}

function pathOf(program: string, searchPath: string | undefined): string | undefined {
  if (isAbsolute(program)) return isProgram(program) ? program : undefined
  return program.includes('/') ? undefined : findCommand(program, searchPath)
}

/** `node` of `#!/usr/bin/env node`, unless it is in a folder of the system. */
function missingInterpreter(path: string): string | undefined {
  const [, name] = /^#!\s*\/usr\/bin\/env\s+(?:-S\s+)?([\w.-]+)/.exec(headOf(path)) ?? []
  return name !== undefined && !findCommand(name, BARE_PATH) ? name : undefined
}

function headOf(path: string): string {
  const bytes = Buffer.alloc(128)
  try {
    const fd = openSync(path, 'r')
    try {
      return bytes.toString('latin1', 0, readSync(fd, bytes, 0, bytes.length, 0))
    } finally {
      closeSync(fd)
    }
  } catch {
    return ''
  }
}

/** ssox would run the line of the profile that it is asked for, unless that has SSO itself. */
function asksForItself(command: string, view: ProfileView): boolean {
  const call = processCall(command)
  return call?.program === 'ssox' && call.profile === view.name && !usesSso(view)
}
