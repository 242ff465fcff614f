/** What is asked of the hooks for bash and zsh beside the scenarios that every shell has. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Home, withHome } from '../support/home.ts'
import { shellPath, testIn } from '../support/in-shell.ts'
import { runIn } from '../support/machine.ts'
import { withKeys } from '../support/signed-in.ts'
import { assert, type Declare } from '../support/suite.ts'
import { testInTerminal } from '../support/terminal.ts'
import { type Dialect, identity, installSsox, play } from './hook-shell.ts'
import { secretsOf, withAwkwardNames } from './scenarios.ts'
import { completed, inShellOf } from './terminal-scenarios.ts'

/** What a user may have done to their shell before the hook is loaded: a title and statements. */
export type Setting = readonly [title: string, statements: string]

export interface Extras {
  /** Settings under which loading and switching must be as they are without. */
  readonly settings: readonly Setting[]
  /** Prints all that the hook may not touch in a shell without a prompt. */
  readonly printShell: string
  /** Statement after which the shell prints every command. */
  readonly trace: string
}

/** Commands that the hooks use, which a user might have given another meaning. */
export const SHADOWED = ['eval', 'command', 'local', 'printf', 'set', 'return', 'export', 'read']

export function declarePosixScenarios(test: Declare, dialect: Dialect, extras: Extras): void {
  declareScriptScenarios(test, dialect, extras)
  declareCompletion(test, dialect)
}

function declareScriptScenarios(test: Declare, dialect: Dialect, extras: Extras): void {
  const scenario = (title: string, run: () => Promise<unknown>) =>
    testIn(test, dialect.shell, title, run)

  scenario('loads and switches whatever the settings of the user are', () =>
    withWarmCache(dialect, async (home) => {
      for (const [title, statements] of extras.settings) {
        const script = [
          statements,
          dialect.load,
          dialect.load,
          ...['dev', 'prod', '-'].flatMap((word) => [`awsuse ${word}`, SHOW_PROFILE]),
        ].join('\n')
        const { status, stdout, stderr } = await runScript(dialect, home, script)
        assert.equal({ status, stdout, stderr }, SWITCHED, title)
      }
    }),
  )

  scenario('an entry whose expiry is code: ssox is asked, and nothing of it runs', () =>
    withWarmCache(dialect, async (home) => {
      const entry = join(home.path, '.cache', 'ssox', 'current', 'p-dev')
      writeFileSync(entry, readFileSync(entry, 'utf8').replace(/^\d{10}$/m, 'x[$(touch PWNED)]'))
      const script = `${dialect.load}\nawsuse dev\n${SHOW_PROFILE}\nls`
      const { status, stdout, stderr } = await runScript(dialect, home, script)
      assert.equal(
        { status, stdout, stderr },
        { status: 0, stdout: 'dev in eu-west-1\n', stderr: '' },
      )
    }),
  )

  scenario('a read-only variable: the switch fails, and leaves no mixture of two accounts', () =>
    withWarmCache(dialect, async (home) => {
      for (const variable of ['AWS_PROFILE', 'AWS_DEFAULT_REGION', 'SSOX_EXPIRES', 'AWS_VAULT']) {
        const script = [
          dialect.load,
          'awsuse dev',
          `readonly ${variable}="\${${variable}-mine}"`,
          'trap \'echo "<${AWS_ACCESS_KEY_ID-}${AWS_SESSION_TOKEN-}>"\' EXIT',
          'awsuse prod && echo went on',
        ].join('\n')
        const { stdout, stderr } = await runScript(dialect, home, script)
        assert.is(stdout, '<>\n', variable)
        assert.match(stderr, /read-?only/, variable)
      }
    }),
  )

  scenario('no variable of the hook holds a key, be an entry true or not', () =>
    withWarmCache(dialect, async (home) => {
      const secrets = secretsOf(home)
      assert.is(secrets.length, 2)
      const script = [
        dialect.load,
        'awsuse dev; awsuse prod; awsuse --clear; set',
        'return() { false; }',
        'echo >>"$HOME/.aws/config"; SSOX_BIN=/nowhere; awsuse dev && echo went on; set',
      ].join('\n')
      const { stdout, stderr } = await runScript(dialect, home, script)
      assert.is(stderr, 'ssox: there is no program /nowhere\n  export SSOX_BIN=/path/to/ssox\n')
      assert.match(stdout, /__ssox_previous='?prod/)
      for (const secret of secrets) assert.not.ok(stdout.includes(secret), 'a secret in a variable')
    }),
  )

  scenario('functions of the user with the names of builtins make no entry true', () =>
    withWarmCache(dialect, async (home) => {
      const script = [
        dialect.load,
        'function [ { true; }',
        'function test { true; }',
        'awsuse dev; SSOX_BIN=/nowhere; export AWS_CONFIG_FILE=/nowhere',
        'awsuse prod && echo went on; echo "$SSOX_PROFILE"',
      ].join('\n')
      const { stdout } = await runScript(dialect, home, script)
      assert.is(stdout, 'dev\n')
    }),
  )

  scenario('without ssox on PATH it says so', () =>
    withHome(async (home) => {
      installSsox(home)
      const script = `${dialect.load}\nPATH=/nowhere\nawsuse dev`
      const { status, stdout, stderr } = await runScript(dialect, home, script)
      assert.is(status, 127)
      assert.is(stdout, '')
      assert.is(stderr, 'ssox: there is no program ssox\n  export SSOX_BIN=/path/to/ssox\n')
    }),
  )

  scenario('a strict script ends where the switch fails', () =>
    withKeys(async (home) => {
      installSsox(home)
      const script = (statement: string) =>
        `set -euo pipefail\n${dialect.load}\n${statement}\necho reached`
      const failed = await runScript(dialect, home, script('awsuse nope'))
      assert.is(failed.status, 3)
      assert.is(failed.stdout, '')
      const caught = await runScript(dialect, home, script('awsuse nope || echo caught'))
      assert.is(caught.stdout, 'caught\nreached\n')
    }),
  )

  scenario('a shell without a prompt gets awsuse and nothing else', () =>
    withKeys(async (home) => {
      installSsox(home)
      const { stdout } = await runScript(
        dialect,
        home,
        [
          `${extras.printShell} >before`,
          dialect.load,
          `${extras.printShell} >after`,
          'cmp before after && echo same',
        ].join('\n'),
      )
      assert.is(stdout, 'same\n')
    }),
  )

  scenario('a trace shows no secret, and goes on afterwards', () =>
    withKeys(async (home) => {
      const seen = await play(dialect, home, [
        ['cold', `${extras.trace}\nawsuse dev`],
        ['warm', 'awsuse prod\nawsuse -'],
        ['after', ': still traced'],
      ])
      const trace = seen.cold.stderr + seen.warm.stderr
      assert.match(trace, /awsuse prod/)
      assert.match(seen.after.stderr, /: still traced/)
      const secrets = secretsOf(home)
      assert.is(secrets.length, 2)
      for (const secret of secrets)
        for (const part of [secret.slice(0, 20), secret.slice(-20)])
          assert.not.ok(trace.includes(part), 'a secret in the trace')
    }),
  )
}

const SHOW_PROFILE = "'builtin' 'printf' '%s in %s\\n' \"$SSOX_PROFILE\" \"$AWS_REGION\""
const SWITCHED = {
  status: 0,
  stdout: 'dev in eu-west-1\nprod in eu-central-1\ndev in eu-west-1\n',
  stderr: '',
}

/** What is typed before TAB, and the profile that Enter then switches to. */
const QUOTED = [
  ["'my p", 'my prod'],
  ['"my p', 'my prod'],
  ['my\\ p', 'my prod'],
  ["it\\'", "it's"],
  ['"it', "it's"],
  ["'a$(", 'a$(touch PWNED)b'],
  ['a\\$', 'a$(touch PWNED)b'],
  ['"say', 'say "hi"'],
  ['ns:a', 'ns:admin'],
  ['ün', 'ünï'],
  ['-- -w', '-weird'],
] as const

const COMPLETED = [
  ['ssox who', 'ssox whoami'],
  ['ssox env --sh', 'ssox env --shell'],
  ['ssox env --shell fi', 'ssox env --shell fish'],
  ['ssox env --mode=k', 'ssox env --mode=keys'],
  ['ssox status --ch', 'ssox status --check'],
  ['ssox init z', 'ssox init zsh'],
  ['ssox --reg', 'ssox --region'],
  ['ssox logout co', 'ssox logout corp'],
  ['ssox login co', 'ssox login corp'],
  ['ssox exec pr', 'ssox exec prod'],
  ['ssox write dev pr', 'ssox write dev prod'],
  ['ssox exec prod -- ./scr', 'ssox exec prod -- ./script.'],
  ['ssox exec prod -- mkfif', 'ssox exec prod -- mkfifo'],
  ['awsuse --refr', 'awsuse --refresh'],
  ['awsuse --p', 'awsuse --port'],
  ['awsuse dev --no-l', 'awsuse dev --no-login'],
] as const

function declareCompletion(test: Declare, dialect: Dialect): void {
  const inShell = inShellOf(dialect)

  testInTerminal(test, dialect.shell, 'TAB quotes a name as the word that is being typed', () =>
    withAwkwardNames(async (home) => {
      await inShell(home, {}, async (shell, terminal) => {
        await shell.run('awsuse static')
        for (const [typed, name] of QUOTED) {
          await terminal.type(`awsuse ${typed}`)
          await terminal.press('Tab')
          await completed(terminal, typed)
          await shell.run('')
          assert.is(await shell.value('SSOX_PROFILE'), name, typed)
        }
        assert.equal(shell.created(), [])
      })
    }),
  )

  testInTerminal(test, dialect.shell, 'TAB completes verbs, flags and their values', () =>
    withKeys(async (home) => {
      await inShell(home, {}, async (shell, terminal) => {
        await shell.run('touch script.sh script.txt')
        for (const [typed, completed] of COMPLETED) {
          await terminal.type(typed)
          await terminal.press('Tab')
          await terminal.until((screen) => screen.trimEnd().endsWith(completed))
          await shell.clearLine()
        }
      })
    }),
  )
}

/** A home in which the entries of dev and prod are there. */
function withWarmCache<T>(dialect: Dialect, use: (home: Home) => Promise<T>): Promise<T> {
  return withKeys(async (home) => {
    const seen = await play(dialect, home, [
      ['dev', 'awsuse dev'],
      ['prod', 'awsuse prod'],
    ])
    assert.is(identity(seen.prod)['SSOX_PROFILE'], 'prod')
    return use(home)
  })
}

/** Runs a script in the working folder of a home with an `ssox`. */
export function runScript(dialect: Dialect, home: Home, script: string) {
  const file = join(home.path, `test.${dialect.extension}`)
  writeFileSync(file, script)
  const path = shellPath(dialect.shell) ?? dialect.shell
  return runIn(home, [path, ...dialect.flags, file], { cwd: join(home.path, 'work') })
}
