import { typedCommand } from '../../src/ui/typed-command.ts'
import { assert, suite } from '../support/suite.ts'

suite('a command to type', (test) => {
  const cases: [title: string, args: Parameters<typeof typedCommand>, command: string][] = [
    ['a plain name', ['login', 'dev.1@corp/eu:x'], 'ssox login dev.1@corp/eu:x'],
    ['no name', ['login', undefined], 'ssox login'],
    ['options after a name', ['env', 'dev', ['--refresh']], 'ssox env dev --refresh'],
    ['two words', ['env', 'my dev', ['--refresh']], "ssox env 'my dev' --refresh"],
    ['a second command', ['login', 'x; id'], "ssox login 'x; id'"],
    ['a substitution', ['login', '$(id)`id`'], "ssox login '$(id)`id`'"],
    ['an apostrophe', ['login', "it's"], "ssox login 'it'\\''s'"],
    ['nothing at all', ['login', ''], "ssox login ''"],
    ['an option', ['login', '-foo', ['--force']], 'ssox login --force -- -foo'],
    ['an option of two words', ['login', '--a b'], "ssox login -- '--a b'"],
    ['a lone dash, which is a name', ['env', '-'], 'ssox env -'],
    ['what zsh expands', ['env', '=ls'], "ssox env '=ls'"],
    ['what PowerShell expands', ['env', '@a', [], 'powershell'], "ssox env '@a'"],
    ['an option with odd value', ['env', 'd', ['--region=a b']], "ssox env d '--region=a b'"],
  ]
  for (const [title, args, command] of cases)
    test(title, () => assert.is(typedCommand(...args), command))
})
