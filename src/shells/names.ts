/** A shell dialect, as `--shell` names it. */
export const SHELL_NAMES = [
  'bash',
  'zsh',
  'sh',
  'fish',
  'powershell',
  'nu',
  'elvish',
  'xonsh',
  'tcsh',
  'cmd',
] as const

export type ShellName = (typeof SHELL_NAMES)[number]
