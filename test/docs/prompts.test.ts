/** The snippets of docs/prompts.md, taken out of the file and run. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Dialect } from '../hooks/hook-shell.ts'
import { bash, zsh } from '../hooks/posix-dialects.ts'
import { type InteractiveShell, inShellOf, left } from '../hooks/terminal-scenarios.ts'
import { type Home, withHome } from '../support/home.ts'
import { isPromised, unlessMissing } from '../support/promised.ts'
import { withSignIn, writeSettings } from '../support/signed-in.ts'
import { assert, type Declare, suite } from '../support/suite.ts'
import { testInTerminal } from '../support/terminal.ts'

const text = readFileSync(new URL('../../docs/prompts.md', import.meta.url), 'utf8')

/** The fenced blocks of a section. Throws when there are none. */
function snippets(section: string, language: string): string[] {
  const body = text.split(/^## /m).find((part) => part.startsWith(`${section}\n`)) ?? ''
  const blocks = [...body.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
  const found = blocks.filter(([, name]) => name === language).map(([, , block = '']) => block)
  if (found.length === 0) throw new Error(`no ${language} block below "${section}"`)
  return found
}

/** The only block of a section. */
function snippet(section: string, language: string): string {
  const [block = '', ...others] = snippets(section, language)
  assert.equal(others, [], `one block below "${section}"`)
  return block
}

const [MINUTE, HOUR] = [60, 3600]
const GREEN = /\x1b\[32m/
const YELLOW = /\x1b\[33m/
const RED = /\x1b\[31m/
const WHITE_ON_RED_DEV = /\x1b\[37m\x1b\[41mdev 47m/

/** Names that a prompt might execute, as they must be shown. */
const HOSTILE = ['$(touch PWNED)', '`touch PWNED`', '%F{red}x', '%n', '${HOME}', '\\u', 'a"b']

const HOSTILE_ENV = Object.fromEntries(HOSTILE.map((name, at) => [`HOSTILE_${at}`, name]))

/** Shows every hostile name in a shell that has `HOSTILE_ENV`. */
async function showHostileNames(
  shell: InteractiveShell,
  dialect: Dialect,
  shown: (name: string) => string,
): Promise<void> {
  for (const [at, name] of HOSTILE.entries()) {
    await shell.run(dialect.copy('SSOX_PROFILE', `HOSTILE_${at}`))
    assert.is(await shell.segment(), shown(name))
  }
  assert.equal(shell.created(), [])
}

/** The path of powerlevel10k.zsh-theme. */
const theme = process.env['SSOX_P10K']

function declarePowerlevel10k(test: Declare): void {
  const [element = '', onCommand = ''] = snippets('powerlevel10k', 'zsh')
  // Behind what the snippet shows, since zsh writes the right prompt some time after the left one.
  const ready = 'POWERLEVEL9K_RIGHT_PROMPT_ELEMENTS+=(ready)'
  /** The theme with a prompt for tests, in its lean style, then the lines of the person. */
  const themed = (order: 'theme first' | 'hook first'): Dialect => {
    const lines = [
      'POWERLEVEL9K_DISABLE_CONFIGURATION_WIZARD=true',
      'POWERLEVEL9K_DISABLE_GITSTATUS=true',
      'POWERLEVEL9K_LEFT_PROMPT_ELEMENTS=()',
      'POWERLEVEL9K_RIGHT_PROMPT_ELEMENTS=()',
      'POWERLEVEL9K_BACKGROUND=',
      'typeset -g POWERLEVEL9K_{LEFT,RIGHT}_{LEFT,RIGHT}_WHITESPACE=',
      'typeset -g POWERLEVEL9K_{LEFT,RIGHT}_{SEGMENT,SUBSEGMENT}_SEPARATOR=',
      'typeset -gi prompts=0',
      'function prompt_ready { p10k segment -t " READY p10k #$((prompts += 1))>" }',
      `. ${zsh.quote(theme ?? '')}`,
    ]
    return order === 'theme first'
      ? { ...zsh, ownPrompt: lines.join('\n') }
      : { ...zsh, ownPrompt: '', load: [zsh.load, ...lines].join('\n') }
  }
  const scenario = (title: string, run: () => Promise<unknown>) =>
    testInTerminal(
      unlessMissing(
        test,
        theme ? undefined : 'SSOX_P10K, the path of powerlevel10k.zsh-theme, is not set',
        isPromised('powerlevel10k'),
      ),
      'zsh',
      `powerlevel10k: ${title}`,
      run,
    )
  const env = () => ({
    SSOX_PROFILE: 'dev',
    SSOX_EXPIRES: left(47 * MINUTE),
    SSOX_RENEW_MINUTES: '0',
  })

  for (const order of ['theme first', 'hook first'] as const)
    scenario(`the first prompt has the segment, once (${order})`, () =>
      withHome((home) =>
        inShellOf(themed(order))(home, { env: env(), profile: [element, ready] }, async (shell) => {
          assert.is(await shell.segment(), 'dev 47m')
          assert.match(await shell.colouredLine(), GREEN)
          await shell.run('')
          assert.is(await shell.segment(), 'dev 47m')
          assert.equal(shell.started(), [])
        }),
      ),
    )

  scenario('without the snippet there is no segment', () =>
    withHome((home) =>
      inShellOf(themed('theme first'))(home, { env: env(), profile: [ready] }, async (shell) => {
        assert.is(await shell.segment(), '')
      }),
    ),
  )

  scenario('the segment shows every state, in its colour', () =>
    withHome((home) =>
      inShellOf(themed('theme first'))(
        home,
        { env: env(), profile: [element, ready] },
        async (shell) => {
          for (const [seconds, shown, colour] of [
            [HOUR + 5 * MINUTE, 'dev 1h 05m', GREEN],
            [29 * MINUTE, 'dev 29m', YELLOW],
            [9 * MINUTE, 'dev 9m', RED],
            [-HOUR, 'dev expired', RED],
          ] as const) {
            await shell.run(zsh.set('SSOX_EXPIRES', left(seconds)))
            assert.is(await shell.segment(), shown)
            assert.match(await shell.colouredLine(), colour, shown)
          }
          await shell.run(zsh.unset('SSOX_EXPIRES'))
          assert.is(await shell.segment(), 'dev')
          assert.match(await shell.colouredLine(), GREEN)
          await shell.run(zsh.set('SSOX_PROMPT', 'off'))
          assert.is(await shell.segment(), '')
          await shell.run(`${zsh.unset('SSOX_PROMPT')}; ${zsh.unset('SSOX_PROFILE')}`)
          assert.is(await shell.segment(), '')
        },
      ),
    ),
  )

  for (const [style, background] of [
    ['lean', 'POWERLEVEL9K_BACKGROUND='],
    ['classic', 'POWERLEVEL9K_BACKGROUND=238'],
    ['rainbow', 'unset POWERLEVEL9K_BACKGROUND'],
  ] as const)
    scenario(`a protected profile is white on red (${style})`, () =>
      withHome((home) => {
        const profile = [element, ready, background]
        const protects = { ...env(), SSOX_PROTECTED: '1' }
        return inShellOf(themed('theme first'))(home, { env: protects, profile }, async (shell) => {
          await shell.run('')
          assert.is(await shell.segment(), 'dev 47m')
          assert.match(await shell.colouredLine(), WHITE_ON_RED_DEV)
        })
      }),
    )

  scenario('hostile names are shown and inert', () =>
    withHome((home) =>
      inShellOf(themed('theme first'))(
        home,
        { env: { ...env(), ...HOSTILE_ENV }, profile: [element, ready] },
        (shell) => showHostileNames(shell, zsh, (name) => `${name} 47m`),
      ),
    ),
  )

  scenario('with the second snippet it waits for an AWS command to be typed', () =>
    withHome((home) =>
      inShellOf(themed('theme first'))(
        home,
        { env: env(), profile: [element, ready, onCommand] },
        async (shell, terminal) => {
          assert.is(await shell.segment(), '')
          await terminal.type('ls ')
          await sleep(300)
          assert.not.match(await terminal.screen(), 'dev 47m')
          // Not C-c: that could end what the theme still does for its first prompt.
          await terminal.press('C-u')
          await terminal.type('terraform ')
          await terminal.until(/terraform +dev 47m READY/)
        },
      ),
    ),
  )
}

function declareZshTheme(test: Declare): void {
  const own = snippet('A zsh theme of your own', 'zsh')
  const dialect = { ...zsh, ownPrompt: "PROMPT=''" }
  // Behind what the snippet shows, as above; counted by microseconds, which needs no prompt_subst.
  const ready = "RPROMPT+=' READY %? #%D{%s%6.}>'"
  const scenario = (
    title: string,
    lines: readonly string[],
    use: (shell: InteractiveShell) => Promise<void>,
  ) =>
    testInTerminal(test, 'zsh', `own theme: ${title}`, () =>
      withHome((home: Home) =>
        inShellOf(dialect)(
          home,
          {
            env: {
              SSOX_PROFILE: 'dev',
              SSOX_EXPIRES: left(47 * MINUTE),
              SSOX_RENEW_MINUTES: '0',
              ...HOSTILE_ENV,
            },
            profile: [own, ready, ...lines],
          },
          use,
        ),
      ),
    )

  scenario(
    'the text is shown without prompt_subst, once, in the colour of the theme',
    [],
    async (shell) => {
      assert.is(await shell.segment(), 'dev 47m')
      assert.match(await shell.colouredLine(), /\x1b\[36mdev 47m/)
      await shell.run(zsh.set('SSOX_EXPIRES', left(-HOUR)))
      assert.is(await shell.segment(), 'dev expired')
      await shell.run(zsh.set('SSOX_PROMPT', 'off'))
      assert.is(await shell.segment(), '')
      await shell.run(`${zsh.unset('SSOX_PROMPT')}; ${zsh.unset('SSOX_PROFILE')}`)
      assert.is(await shell.segment(), '')
      assert.equal(shell.started(), [])
    },
  )

  scenario(
    'hostile names are shown and inert, with prompt_subst too',
    ['setopt prompt_subst'],
    (shell) => showHostileNames(shell, zsh, (name) => `${name} 47m`),
  )
}

function declareBashPrompt(test: Declare): void {
  const own = snippet('A bash prompt of your own', 'bash')
  // The prompt of the snippet, with what the tests look for after it.
  const dialect = { ...bash, ownPrompt: `${own}PS1+='READY $? #$((prompts += 1))> '` }
  const after = { ...bash, ownPrompt: '', load: `${bash.load}\n${dialect.ownPrompt}` }
  const mark = process.getuid?.() === 0 ? '#' : '$'
  const env = () => ({
    SSOX_PROFILE: 'dev',
    SSOX_EXPIRES: left(47 * MINUTE),
    SSOX_RENEW_MINUTES: '0',
    ...HOSTILE_ENV,
  })
  const scenario = (title: string, run: () => Promise<unknown>) =>
    testInTerminal(test, 'bash', `own prompt: ${title}`, run)

  for (const [order, shellOf] of [
    ['above the hook', dialect],
    ['below the hook', after],
  ] as const)
    scenario(`the text is where the snippet has it, once (${order})`, () =>
      withHome((home) =>
        inShellOf(shellOf)(home, { env: env() }, async (shell) => {
          assert.is(await shell.segment(), `~/work dev 47m ${mark}`)
          await shell.run(bash.set('SSOX_EXPIRES', left(-HOUR)))
          assert.is(await shell.segment(), `~/work dev expired ${mark}`)
          await shell.run(bash.unset('SSOX_EXPIRES'))
          assert.is(await shell.segment(), `~/work dev ${mark}`)
          await shell.run(bash.unset('SSOX_PROFILE'))
          assert.is(await shell.segment(), `~/work ${mark}`)
          assert.equal(shell.started(), [])
        }),
      ),
    )

  scenario('hostile names and expiries are shown and inert', () =>
    withHome((home) =>
      inShellOf(dialect)(home, { env: env() }, async (shell, terminal) => {
        await showHostileNames(shell, bash, (name) => `~/work ${name} 47m ${mark}`)
        await shell.run("export SSOX_PROFILE=$'\\e]0;OWNED\\a'")
        assert.is(await shell.segment(), `~/work ?]0;OWNED? 47m ${mark}`)
        assert.is.not(await terminal.title(), 'OWNED')
        for (const mode of ['set +o posix', 'set -o posix']) {
          await shell.run(mode)
          await shell.run(bash.set('SSOX_EXPIRES', left(47 * MINUTE)))
          assert.is(await shell.segment(), `~/work ?]0;OWNED? 47m ${mark}`, mode)
          await shell.run(bash.set('SSOX_EXPIRES', 'a[$(touch PWNED)]'))
        }
        assert.equal(shell.created(), [])
      }),
    ),
  )
}

suite('docs/prompts.md', (test) => {
  test('its table is what ssox env sets', () =>
    withSignIn(async (home) => {
      writeSettings(home, { login_flow: 'pkce', protect: 'prod' })
      const variables = async (...args: string[]) => {
        const run = await home.ssox(['env', ...args, '--yes', '--format', 'json'])
        assert.is(run.status, 0, run.stderr)
        return new Map(Object.entries(JSON.parse(run.stdout) as Record<string, string>))
      }
      const prod = await variables('prod')
      const expires = Number(prod.get('SSOX_EXPIRES'))
      assert.ok(expires > Date.now() / 1000)
      const time = new Date(expires * 1000).toISOString().replace('.000Z', 'Z')
      assert.is(prod.get('AWS_CREDENTIAL_EXPIRATION'), time)
      assert.is(prod.get('AWS_SESSION_EXPIRATION'), time)
      assert.is(prod.get('SSOX_PROFILE'), 'prod')
      assert.is(prod.get('SSOX_ACCOUNT_ID'), '012345678901')
      assert.is(prod.get('SSOX_ROLE'), 'AdministratorAccess')
      assert.is(prod.get('SSOX_PROTECTED'), '1')
      const table = [...text.matchAll(/^\| (`.*?) \|/gm)].map(([, names = '']) => names)
      const named = [...table.join().matchAll(/`(\w+)`/g)].map(([, name = '']) => name)
      assert.is(named.length, 7)
      for (const name of named) assert.ok(prod.has(name), name)
      assert.not.ok((await variables('dev')).has('SSOX_PROTECTED'))
      assert.not.ok((await variables('static')).has('SSOX_EXPIRES'))
      // A sign-in of this kind cannot be renewed: it ends.
      const profile = await variables('old', '--mode', 'profile', '--login')
      assert.not.ok(profile.has('AWS_CREDENTIAL_EXPIRATION'))
      assert.ok(profile.has('AWS_SESSION_EXPIRATION'))
      assert.not.ok((await variables('dev', '--mode', 'profile')).has('AWS_SESSION_EXPIRATION'))
      assert.not.ok((await variables('dev', '--mode', 'keys')).has('AWS_PROFILE'))
    }))

  declarePowerlevel10k(test)
  declareZshTheme(test)
  declareBashPrompt(test)
})
