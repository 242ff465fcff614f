import { SsoxError } from '../problem.ts'
import type { Shell } from './dialect.ts'

/**
 * cmd.exe: one `set "K=V"` per line, for the `for /f` loop that runs each line. There is no
 * statement that can hold them all, so this is the one shell where a cut payload can tear.
 */
export const cmd: Shell = {
  name: 'cmd',
  quote,
  render: ({ unset, unsetLast, set, keys }) => {
    const lines = [
      ...[...unset, ...unsetLast].map((name) => `set ${quote(`${name}=`)}`),
      ...[...set, ...keys].map(([name, value]) => `set ${quote(`${name}=${value}`)}`),
    ]
    return lines.map((line) => `${line}\r\n`).join('')
  },
  failure: () => 'cmd /c exit 1\r\n',
  evalLine: (command) => `for /f "delims=" %i in ('${command} --shell cmd') do @%i`,
  asks: false,
}

/**
 * `"…"`. cmd has no way to quote a double quote or a control character, and expands `%` and `!`
 * inside quotes: those are refused (`profile`). The characters of AWS keys are all fine.
 */
function quote(text: string): string {
  if (!/[\x00-\x1f"%!\x7f]/.test(text)) return `"${text}"`
  throw new SsoxError(
    'profile',
    'cmd.exe cannot quote a value that contains ", %, ! or a control character',
    'use PowerShell, or rename the profile',
  )
}
