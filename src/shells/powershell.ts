import type { EnvChange } from './change.ts'
import type { Shell } from './dialect.ts'

/**
 * PowerShell 5.1 and later: `& { $env:M = $null; $env:K = '…' }`.
 * `$null` unsets in every version and mode; `''` leaves an empty variable since .NET 9, and
 * Remove-Item fails for an absent one. https://github.com/PowerShell/PowerShell/issues/27414
 */
export const powershell: Shell = {
  name: 'powershell',
  quote,
  render: (change) => `& { ${statements(change).join('; ')} }\n`,
  // Of all failing statements, the only one that ends a script whatever $ErrorActionPreference is,
  // and that leaves an interactive session and its preference alone.
  failure: (message) =>
    `& { $ErrorActionPreference = 'Stop'; throw ${literal(`ssox: ${asciiLine(message)}`)} }\n`,
  evalLine: (command) => `${command} | Out-String | Invoke-Expression`,
  asks: true,
}

function statements({ unset, owned, unsetLast, set, keys }: EnvChange): string[] {
  const go = (name: string) => `$env:${name} = $null`
  return [
    ...unset.map(go),
    // -ceq takes an empty variable for one that is not there.
    ...owned.map(
      ([name, owner]) =>
        `if ($env:${owner} -and $env:${owner} -ceq $env:${name}) { $env:${name} = $null }`,
    ),
    ...unsetLast.map(go),
    ...[...set, ...keys].map(([name, value]) => `$env:${name} = ${quote(value)}`),
  ]
}

/**
 * Printable ASCII in `'…'`, every other UTF-16 unit as `[char]0x…`: PowerShell decodes a program's
 * output by the locale, Out-String turns CR into LF, and the four curly single quotes U+2018 to
 * U+201B end a literal as well as U+0027 does.
 * https://github.com/PowerShell/PowerShell/blob/master/src/System.Management.Automation/engine/parser/CharTraits.cs
 */
function quote(text: string): string {
  const parts = text.match(/[ -~]+|[^ -~]/g) ?? ['']
  const terms = parts.map((part) => (/^[^ -~]/.test(part) ? unit(part) : literal(part)))
  // With a string in front every + concatenates; [char] + string would be arithmetic.
  if (terms[0]?.startsWith('[')) terms.unshift("''")
  return terms.length === 1 ? terms.join() : `(${terms.join(' + ')})`
}

function literal(ascii: string): string {
  return `'${ascii.replaceAll("'", "''")}'`
}

function unit(character: string): string {
  return `[char]0x${character.charCodeAt(0).toString(16)}`
}

function asciiLine(message: string): string {
  return message.replace(/\s+/g, ' ').replace(/[^ -~]/gu, '?')
}
