/** The words after `./install.sh`, which has checked that each is one of them. Pure. */
import { parseArgs } from 'node:util'
import { messageOf, SsoxError } from '../problem.ts'
import { shellNameOf } from '../shells/shell.ts'
import { type HookShell, hasHook } from './shell-lines.ts'

export interface InstallOptions {
  readonly yes: boolean
  readonly dryRun: boolean
  readonly modifyRc: boolean
  readonly uninstall: boolean
  readonly prefix: string | undefined
  readonly shells: readonly HookShell[]
  /** Where install.sh has found the Node that runs this. */
  readonly node: string | undefined
}

/**
 * @param login `$SHELL`, whose start-up file is meant when none is named
 * @throws SsoxError `usage`
 */
export function readOptions(argv: readonly string[], login: string | undefined): InstallOptions {
  const { values } = parse(argv)
  for (const [name, value] of Object.entries(values))
    if (value === '') throw new SsoxError('usage', `--${name} needs a value`, HELP)
  return {
    yes: values.yes ?? false,
    dryRun: values['dry-run'] ?? false,
    modifyRc: !values['no-modify-rc'],
    uninstall: values.uninstall ?? false,
    prefix: values.prefix,
    shells: values.shell ? shellsIn(values.shell) : loginShell(login),
    node: values.node,
  }
}

const HELP = './install.sh --help'

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        shell: { type: 'string', multiple: true },
        prefix: { type: 'string' },
        node: { type: 'string' },
        yes: { type: 'boolean', short: 'y' },
        'dry-run': { type: 'boolean' },
        'no-modify-rc': { type: 'boolean' },
        uninstall: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new SsoxError('usage', messageOf(error), HELP)
  }
}

function shellsIn(lists: readonly string[]): HookShell[] {
  if (lists.includes('')) throw new SsoxError('usage', '--shell needs a value', HELP)
  const names = lists.flatMap((list) => list.split(/[, ]+/)).filter((name) => name !== '')
  return [...new Set(names.map(hookShell))]
}

function hookShell(word: string): HookShell {
  const name = word === 'pwsh' ? 'powershell' : word
  if (hasHook(name)) return name
  const what = `unknown shell ${word}: --shell takes bash, zsh, fish and powershell`
  throw new SsoxError('usage', what, HELP)
}

function loginShell(path: string | undefined): HookShell[] {
  const name = path ? shellNameOf(path) : undefined
  return name && hasHook(name) ? [name] : []
}
