/** The snippets of docs/prompts.md, taken out of the file and run. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Dialect } from '../hooks/hook-shell.ts'
import { bash, zsh } from '../hooks/posix-dialects.ts'
import { type InteractiveShell, inShellOf } from '../hooks/terminal-scenarios.ts'
import { type Home, withHome } from '../support/home.ts'
import { SLOW_TEST_MS } from '../support/machine.ts'
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

/** An expiry, half a minute later than said, so that a slow machine sees the same. */
function left(seconds: number): string {
  return String(Math.floor(Date.now() / 1000) + seconds + 30)
}

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

/**
 * What starship knows: the fields of `AwsConfig` in src/configs/aws.rs and of `EnvVarConfig` in
 * src/configs/env_var.rs; the variables that src/modules/aws.rs and env_var.rs put into `format`.
 */
const STARSHIP = {
  aws: {
    options: [
      ...['format', 'symbol', 'style', 'disabled', 'region_aliases', 'profile_aliases'],
      ...['expiration_symbol', 'force_display'],
    ],
    variables: ['symbol', 'style', 'profile', 'region', 'duration'],
  },
  env_var: {
    options: ['symbol', 'style', 'variable', 'default', 'format', 'disabled', 'description'],
    variables: ['symbol', 'style', 'env_value'],
  },
} as const

function declareStarship(test: Declare): void {
  const tables = parseToml(snippet('starship', 'toml'))

  test('starship: the snippet has only modules, options and variables that starship knows', () => {
    assert.equal([...tables.keys()], ['aws', 'env_var.SSOX_PROTECTED'])
    for (const [name, table] of tables) {
      const known = STARSHIP[name.split('.')[0] as keyof typeof STARSHIP]
      const { options, variables }: Record<string, readonly string[]> = known
      for (const option of table.keys()) assert.ok(options?.includes(option), option)
      for (const [, variable = ''] of (table.get('format') ?? '').matchAll(/\$(\w+)/g))
        assert.ok(variables?.includes(variable), variable)
    }
  })

  test('starship: the formats show profile and time, and leave nothing where there is none', () => {
    const format = tables.get('aws')?.get('format') ?? ''
    const expired = tables.get('aws')?.get('expiration_symbol') ?? ''
    const dev = { profile: 'dev', region: 'eu-west-1' }
    assert.is(starshipText(format, { ...dev, duration: '47m12s' }), 'dev 47m12s ')
    assert.is(starshipText(format, { ...dev, duration: expired }), 'dev expired ')
    assert.is(starshipText(format, dev), 'dev ')
    assert.is(starshipText(format, { region: 'eu-west-1' }), '')
    // A module whose variable is not set is not shown at all (src/modules/env_var.rs).
    const mark = tables.get('env_var.SSOX_PROTECTED')?.get('format') ?? ''
    assert.is(starshipText(mark, { env_value: '1' }), ' protected  ')
  })
}

/** TOML of tables and literal strings, by table. Throws at anything else, or what is there twice. */
function parseToml(toml: string): Map<string, Map<string, string>> {
  const tables = new Map<string, Map<string, string>>()
  let table: Map<string, string> | undefined
  for (const line of toml.split('\n')) {
    const [, name] = /^\[([\w-]+(?:\.[\w-]+)*)\]$/.exec(line) ?? []
    const [, key, value] = /^([\w-]+) = '([^']*)'$/.exec(line) ?? []
    if (name !== undefined && !tables.has(name)) {
      table = new Map()
      tables.set(name, table)
    } else if (key !== undefined && value !== undefined && table && !table.has(key))
      table.set(key, value)
    else if (!/^(#.*)?$/.test(line)) throw new Error(`TOML that this test does not know: ${line}`)
  }
  return tables
}

/**
 * The text that a format makes, without its colours, as "Format Strings" in starship's
 * docs/config/README.md has it: `$variable`, `[text](style)`, and `(…)`, which is nothing when all
 * variables in it are empty.
 */
function starshipText(format: string, values: Readonly<Record<string, string>>): string {
  const tokens = format.match(/\$\w+|\]\([^)]*\)|[[()]|[^$[\]()]+/g) ?? []
  assert.is(tokens.join(''), format, 'the whole format is understood')
  const group = (end: RegExp | undefined): { text: string; filled: boolean } => {
    const made = { text: '', filled: false }
    for (let token = tokens.shift(); token !== undefined; token = tokens.shift()) {
      if (end?.test(token)) return made
      if (token === '[' || token === '(') {
        const { text, filled } = group(token === '[' ? /^\]\(/ : /^\)$/)
        if (token === '[' || filled) made.text += text
        made.filled ||= filled
      } else if (token.startsWith('$')) {
        made.text += values[token.slice(1)] ?? ''
        made.filled ||= Boolean(values[token.slice(1)])
      } else if (/^[\])]/.test(token)) throw new Error(`nothing is closed by ${token}`)
      else made.text += token
    }
    if (end) throw new Error(`a group is not closed in ${format}`)
    return made
  }
  return group(undefined).text
}

/** Of the properties of a segment in oh-my-posh's src/config/segment.go, those with text or lists. */
const OH_MY_POSH = {
  text: ['type', 'style', 'template', 'foreground', 'background'],
  lists: ['templates', 'foreground_templates', 'background_templates'],
} as const

const RENDERER = fileURLToPath(new URL('render-template.go', import.meta.url))

function declareOhMyPosh(test: Declare): void {
  const segment = JSON.parse(snippet('oh-my-posh', 'json')) as Record<string, unknown>
  const list = (name: string) => segment[name] as string[]

  test('oh-my-posh: the snippet has only properties that a segment has', () => {
    for (const [name, value] of Object.entries(segment)) {
      if (Array.isArray(value))
        assert.ok(
          OH_MY_POSH.lists.some((known) => known === name),
          name,
        )
      else
        assert.ok(
          OH_MY_POSH.text.some((known) => known === name),
          name,
        )
    }
    assert.is(segment['type'], 'text')
    assert.is(segment['style'], 'plain')
  })

  unlessMissing(test, goMissing(), isPromised('go'))(
    'oh-my-posh: the template shows every state, in its colour',
    () => {
      const dev = { SSOX_PROFILE: 'dev', AWS_PROFILE: 'dev' }
      const at = (seconds: number) => ({ ...dev, SSOX_EXPIRES: left(seconds) })
      const states: [Record<string, string>, string, string, string][] = [
        [at(47 * MINUTE), 'dev 47m ', 'green', ''],
        [at(HOUR), 'dev 1h 00m ', 'green', ''],
        [at(11 * HOUR + 5 * MINUTE), 'dev 11h 05m ', 'green', ''],
        [at(29 * MINUTE), 'dev 29m ', 'yellow', ''],
        [at(9 * MINUTE), 'dev 9m ', 'red', ''],
        [at(0), 'dev 0m ', 'red', ''],
        [at(-HOUR), 'dev expired ', 'red', ''],
        [dev, 'dev ', 'green', ''],
        [{ ...dev, AWS_PROFILE: 'prod' }, 'dev! ', 'green', ''],
        [{ SSOX_PROFILE: 'dev' }, 'dev ', 'green', ''],
        [{ ...at(9 * MINUTE), SSOX_PROTECTED: '1' }, 'dev 9m ', 'white', 'red'],
        [{ ...dev, SSOX_EXPIRES: 'a[$(touch PWNED)]' }, 'dev expired ', 'red', ''],
        [{ SSOX_PROFILE: '{{ .Env.HOME }}' }, '{{ .Env.HOME }} ', 'green', ''],
        [{}, '', 'green', ''],
        [{ AWS_PROFILE: 'prod' }, '', 'green', ''],
      ]
      const [foregrounds, backgrounds] = [
        list('foreground_templates'),
        list('background_templates'),
      ]
      const rendered = renderGo(
        [segment['template'] as string, ...foregrounds, ...backgrounds],
        states.map(([environment]) => environment),
      )
      // The first that is not blank, else the plain one (`FirstMatch` in src/template/list.go).
      const first = (texts: readonly string[], plain: unknown) =>
        texts.find((found) => found.trim() !== '') ?? plain ?? ''
      assert.is(rendered.length, states.length)
      for (const [index, [environment, shown, foreground, background]] of states.entries()) {
        const [template, ...colours] = rendered[index] ?? []
        assert.equal(
          [
            template,
            first(colours.slice(0, foregrounds.length), segment['foreground']),
            first(colours.slice(foregrounds.length), segment['background']),
          ],
          [shown, foreground, background],
          JSON.stringify(environment),
        )
      }
    },
    SLOW_TEST_MS,
  )
}

/** Where Debian has the sources of Go libraries; `GOPATH` may name another place. */
const GO_ENV = { GOPATH: '/usr/share/gocode', ...process.env, GO111MODULE: 'off' }

/** Why Go's templates cannot be rendered here, or undefined. */
function goMissing(): string | undefined {
  const sprig = 'github.com/Masterminds/sprig'
  const found = spawnSync('go', ['list', sprig], { env: GO_ENV, encoding: 'utf8' })
  if (found.error) return 'go is not installed'
  return found.status === 0 ? undefined : `no ${sprig} in GOPATH`
}

/** The texts of all templates, for each environment. */
function renderGo(
  templates: readonly string[],
  environments: readonly Readonly<Record<string, string>>[],
): string[][] {
  const { status, stdout, stderr } = spawnSync('go', ['run', RENDERER], {
    env: GO_ENV,
    input: JSON.stringify({ templates, environments }),
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`go run: ${stderr.slice(0, 2000)}`)
  return JSON.parse(stdout) as string[][]
}

function declarePowerlevel10k(test: Declare): void {
  const [elements = '', onCommand = ''] = snippets('powerlevel10k', 'zsh')
  /** The theme with a prompt for tests, in its lean style, then the lines of the person. */
  const themed = (order: 'theme first' | 'hook first'): Dialect => {
    const lines = [
      'POWERLEVEL9K_DISABLE_CONFIGURATION_WIZARD=true',
      'POWERLEVEL9K_DISABLE_GITSTATUS=true',
      'POWERLEVEL9K_LEFT_PROMPT_ELEMENTS=(ready)',
      'POWERLEVEL9K_RIGHT_PROMPT_ELEMENTS=()',
      'POWERLEVEL9K_BACKGROUND=',
      'typeset -g POWERLEVEL9K_{LEFT,RIGHT}_{LEFT,RIGHT}_WHITESPACE=',
      'typeset -g POWERLEVEL9K_{LEFT,RIGHT}_SEGMENT_SEPARATOR=',
      'typeset -gi prompts=0',
      'function prompt_ready { p10k segment -t "READY p10k #$((prompts += 1))>" }',
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
        inShellOf(themed(order))(home, { env: env(), profile: [elements] }, async (shell) => {
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
      inShellOf(themed('theme first'))(home, { env: env() }, async (shell) => {
        assert.is(await shell.segment(), '')
      }),
    ),
  )

  scenario('the segment shows every state, in its colour', () =>
    withHome((home) =>
      inShellOf(themed('theme first'))(home, { env: env(), profile: [elements] }, async (shell) => {
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
      }),
    ),
  )

  for (const [style, background] of [
    ['lean', 'POWERLEVEL9K_BACKGROUND='],
    ['classic', 'POWERLEVEL9K_BACKGROUND=238'],
    ['rainbow', 'unset POWERLEVEL9K_BACKGROUND'],
  ] as const)
    scenario(`a protected profile is white on red (${style})`, () =>
      withHome((home) => {
        const profile = [elements, background]
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
        { env: { ...env(), ...HOSTILE_ENV }, profile: [elements] },
        (shell) => showHostileNames(shell, zsh, (name) => `${name} 47m`),
      ),
    ),
  )

  scenario('with the second snippet it waits for an AWS command to be typed', () =>
    withHome((home) =>
      inShellOf(themed('theme first'))(
        home,
        { env: env(), profile: [elements, onCommand] },
        async (shell, terminal) => {
          assert.is(await shell.segment(), '')
          await terminal.type('ls ')
          await sleep(300)
          assert.not.match(await terminal.screen(), 'dev 47m')
          await shell.clearLine()
          await terminal.type('terraform ')
          await terminal.until(/> terraform +dev 47m$/)
        },
      ),
    ),
  )
}

function declareZshTheme(test: Declare): void {
  const own = snippet('A zsh theme of your own', 'zsh')
  const scenario = (title: string, dialect: Dialect, use: (shell: InteractiveShell) => unknown) =>
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
            profile: [own],
          },
          async (shell) => use(shell),
        ),
      ),
    )

  // A prompt that counts without prompt_subst: by milliseconds.
  const plain = { ...zsh, ownPrompt: "PROMPT='READY %? #%D{%s%3.}> '" }
  scenario(
    'the text is shown without prompt_subst, once, in the colour of the theme',
    plain,
    async (shell) => {
      assert.is(await shell.segment(), 'dev 47m')
      assert.match(await shell.colouredLine(), /> +\x1b\[36mdev 47m/)
      await shell.run(zsh.set('SSOX_EXPIRES', left(-HOUR)))
      assert.is(await shell.segment(), 'dev expired')
      await shell.run(zsh.set('SSOX_PROMPT', 'off'))
      assert.is(await shell.segment(), '')
      await shell.run(`${zsh.unset('SSOX_PROMPT')}; ${zsh.unset('SSOX_PROFILE')}`)
      assert.is(await shell.segment(), '')
      assert.equal(shell.started(), [])
    },
  )

  scenario('hostile names are shown and inert, with prompt_subst too', zsh, (shell) =>
    showHostileNames(shell, zsh, (name) => `${name} 47m`),
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
          assert.is(await shell.segment(), `~/work (dev 47m) ${mark}`)
          await shell.run(bash.set('SSOX_EXPIRES', left(-HOUR)))
          assert.is(await shell.segment(), `~/work (dev -59m) ${mark}`)
          await shell.run(bash.unset('SSOX_EXPIRES'))
          assert.is(await shell.segment(), `~/work (dev) ${mark}`)
          await shell.run(bash.unset('SSOX_PROFILE'))
          assert.is(await shell.segment(), `~/work ${mark}`)
          assert.equal(shell.started(), [])
        }),
      ),
    )

  scenario('hostile names and expiries are shown and inert', () =>
    withHome((home) =>
      inShellOf(dialect)(home, { env: env() }, async (shell, terminal) => {
        await showHostileNames(shell, bash, (name) => `~/work (${name} 47m) ${mark}`)
        await shell.run("export SSOX_PROFILE=$'\\e]0;OWNED\\a'")
        assert.is(await shell.segment(), `~/work (?]0;OWNED? 47m) ${mark}`)
        assert.is.not(await terminal.title(), 'OWNED')
        for (const mode of ['set +o posix', 'set -o posix']) {
          await shell.run(mode)
          await shell.run(bash.set('SSOX_EXPIRES', left(47 * MINUTE)))
          assert.is(await shell.segment(), `~/work (?]0;OWNED? 47m) ${mark}`, mode)
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

  declareStarship(test)
  declareOhMyPosh(test)
  declarePowerlevel10k(test)
  declareZshTheme(test)
  declareBashPrompt(test)
})
