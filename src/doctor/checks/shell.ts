/** The hook in a new terminal, and the command that it starts. */
import { withTilde } from '../../install/edit.ts'
import { typedCommand } from '../../ui/typed-command.ts'
import type { Facts } from '../facts.ts'
import type { Check, Finding } from '../finding.ts'

export const SHELL_CHECKS: readonly Check[] = [
  { id: 'hook', area: 'Shell', about: 'new terminals load the hook', run: loadedHook },
  {
    id: 'hook-version',
    area: 'Shell',
    about: 'the hook is of this version of ssox',
    run: ({ shell: { probe }, version }) => {
      if (typeof probe === 'string' || !probe.version || probe.version === version) return []
      return [
        {
          level: 'warning',
          what: `the hook is of ssox ${probe.version}, and this is ${version}`,
          whom: 'awsuse may ask ssox each time, or not understand what it keeps',
          cure: './install.sh',
        },
      ]
    },
  },
  { id: 'hook-prompt', area: 'Shell', about: 'the prompt shows the profile', run: promptHook },
  {
    id: 'hook-command',
    area: 'Shell',
    about: 'the hook finds ssox',
    run: ({ shell: { probe }, env }) => {
      if (typeof probe === 'string' || !probe.isLoaded || probe.command !== undefined) return []
      const own = env['SSOX_BIN']
      return [
        {
          level: 'broken',
          what: own
            ? `SSOX_BIN is ${own}, which cannot be run`
            : 'new terminals have no ssox on PATH',
          whom: 'awsuse, the renewal and the completion',
          cure: own ? 'unset SSOX_BIN' : './install.sh',
        },
      ]
    },
  },
  {
    id: 'command',
    area: 'Shell',
    about: 'ssox on PATH is this one, and starts where there is no PATH',
    run: ({ shell: { command }, version }): Finding[] => {
      if (!command || command.version === version) return []
      const { path } = command
      if (command.version === undefined)
        return [
          {
            level: 'warning',
            what: `${path} does not start without the PATH of this terminal`,
            whom: 'IDEs, cron, and credential_process of programs that no terminal has started',
            cure: './install.sh',
          },
        ]
      return [
        {
          level: 'warning',
          what: `${path}, the first on PATH, is ssox ${command.version}, and this is ${version}`,
          whom: 'awsuse asks the one on PATH',
          cure: './install.sh',
        },
      ]
    },
  },
  {
    id: 'login-shell',
    area: 'Shell',
    about: 'login shells load the hook, too',
    run: ({ shell: { login, startUp, hook } }) =>
      hook === 'bash' && login && startUp?.hasLines
        ? [
            {
              level: 'note',
              what: `login shells (SSH, the terminals of macOS) ${login.reason}`,
              whom: 'awsuse is not there in them',
              cure: `add to ${login.file}: ${login.line}`,
            },
          ]
        : [],
  },
]

function loadedHook({ shell, paths: { home } }: Facts): Finding[] {
  const { hook, probe, startUp } = shell
  if (hook === undefined) return []
  const file = startUp && withTilde(startUp.path, home)
  if (typeof probe === 'string')
    return [
      {
        level: 'note',
        what: `cannot see whether new terminals load the hook: ${probe}`,
        cure: typedCommand('init', hook),
      },
    ]
  if (probe.isLoaded) return []
  if (startUp?.hasLines)
    return [
      {
        level: 'broken',
        what: `${file} has the lines of the hook, but a new ${hook} has no awsuse`,
        whom: 'something above them ends the file, or the hook is not where they say',
        cure: './install.sh',
      },
    ]
  return [
    {
      level: 'note',
      what: `new terminals do not load the hook (${hook})`,
      whom: 'no awsuse, no profile in the prompt, no renewal',
      cure: `ssox init ${hook} --install`,
      fix: { kind: 'hook', shell: hook },
    },
  ]
}

/** Frameworks that draw all of the prompt have their own segment: docs/prompts.md. */
function promptHook({ shell: { hook, probe, startUp }, env, paths: { home } }: Facts): Finding[] {
  if (typeof probe === 'string' || !probe.isLoaded || hook === undefined) return []
  const file = startUp ? withTilde(startUp.path, home) : 'the start-up file'
  const cure = `move the line of the hook to the end of ${file}`
  if (!probe.isCalled)
    return [
      {
        level: 'broken',
        what: `${CALLER[hook]} does not call the hook any more: something sets it anew behind the hook's line`,
        whom: 'the time left is not shown, and keys are not renewed',
        cure,
      },
    ]
  const isOff = /^(?:off|0)$/i.test(env['SSOX_PROMPT'] ?? '')
  if (probe.isShown || probe.frame !== undefined || isOff) return []
  return [
    {
      level: 'warning',
      what: 'the prompt has no place for the profile: something draws it anew behind the hook',
      whom: 'nothing shows which account this is',
      cure,
    },
  ]
}

const CALLER = {
  bash: 'PROMPT_COMMAND',
  zsh: 'precmd_functions',
  fish: 'fish_prompt',
  powershell: 'the prompt function',
} as const
