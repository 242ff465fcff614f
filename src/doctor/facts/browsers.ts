/** The commands that are to open the sign-in page. */
import { isAbsolute } from 'node:path'
import type { Context } from '../../context.ts'
import { browserEntries, isTextBrowser, leadingProgram } from '../../system/browser.ts'
import { findCommand, isProgram } from '../../system/find-command.ts'
import { splitWords } from '../../text/shell-words.ts'
import type { BrowserCommand } from '../facts.ts'

/** The first command of each origin; none where another one of BROWSER would do. */
export function browserCommands({ env, signIn, paths }: Context): BrowserCommand[] {
  if (!signIn.openBrowser) return []
  const asked = signIn.browser
  if (asked) return [commandOf(asked, env['SSOX_BROWSER'] ? 'SSOX_BROWSER' : paths.settings, env)]
  const entries = browserEntries(env).map((line) => commandOf(line, 'BROWSER', env))
  return entries.some(({ isThere, isText }) => isThere && !isText) ? [] : entries.slice(0, 1)
}

function commandOf(line: string, origin: string, env: Context['env']): BrowserCommand {
  const program = leadingProgram(line) ?? splitWords(line)?.[0] ?? line
  const isThere = isAbsolute(program)
    ? isProgram(program)
    : findCommand(program, env['PATH']) !== undefined
  return { origin, program, isThere, isText: isTextBrowser(program) }
}
