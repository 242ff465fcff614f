/** A picker of the person's choice in place of ssox's own: SSOX_PICKER, or the setting. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Home } from '../support/home.ts'
import { testWith } from '../support/machine.ts'
import { writeSettings } from '../support/signed-in.ts'
import { assert, type Declare, suite } from '../support/suite.ts'
import { testInTerminal } from '../support/terminal.ts'
import { inShell, type PickerShell, type ShellOptions, writeExecutable } from './picker-shell.ts'

const EVAL = 'eval "$(ssox env)"'

/** Installs a picker `stub` that keeps its input and its arguments, then does this. */
function stub(doing: string) {
  return (home: Home) =>
    writeExecutable(
      join(home.path, 'bin', 'stub'),
      `#!/bin/sh\ncat >lines\nprintf '<%s>' "$@" >arguments\n${doing}\n`,
    )
}

const chooses = (name: string) => stub(`grep '^${name}' lines`)

suite('external picker', (test) => {
  inTerminal(
    test,
    'gets one line for each profile, and its choice is taken',
    async (t) => {
      await t.run(EVAL)
      await t.prompt()
      assert.is((await t.variables()).get('AWS_PROFILE'), 'static')
      const lines = read(t, 'lines').split('\n')
      assert.is(lines[0], 'default  123456789012  ReadOnly')
      assert.is(lines[2], 'prod     012345678901  AdministratorAccess')
      assert.is(lines.length, 7)
      assert.not.match(read(t, 'lines'), '\x1b')
    },
    { env: { SSOX_PICKER: 'stub' }, prepare: chooses('static') },
  )

  inTerminal(
    test,
    'what was used comes first, and the one in use says so',
    async (t) => {
      for (const _ of [1, 2]) {
        await t.run(`SSOX_HOOK=bash ${EVAL.replace('$(', '$(SSOX_HOOK=bash ')}`)
        await t.prompt()
        assert.is(await t.status(), '0')
      }
      assert.match(read(t, 'lines'), /^static .*no expiry +\(current\)\ndefault /)
    },
    { env: { SSOX_PICKER: 'stub' }, prepare: chooses('static') },
  )

  inTerminal(
    test,
    'the command line is split as a shell would, and no shell runs it',
    async (t) => {
      await t.run(EVAL)
      await t.prompt()
      assert.is(read(t, 'arguments'), "<--prompt=a b><$(touch PWNED)><;><$HOME><it's>")
      assert.not(existsSync(join(t.home.path, 'PWNED')))
    },
    {
      env: { SSOX_PICKER: `stub --prompt='a b' "$(touch PWNED)" ';' $HOME it\\'s` },
      prepare: chooses('static'),
    },
  )

  inTerminal(
    test,
    'it has the terminal',
    async (t) => {
      await t.run(EVAL)
      await t.until('your choice: ')
      await t.run('static')
      await t.prompt()
      assert.is((await t.variables()).get('AWS_PROFILE'), 'static')
    },
    {
      env: { SSOX_PICKER: 'stub' },
      prepare: stub('printf "your choice: " >&2; read name </dev/tty; grep "^$name" lines'),
    },
  )

  for (const [sentence, doing] of [
    ['a query printed before the choice', "echo sta; grep '^static' lines"],
    [
      'a choice without its trailing blanks, or with more',
      "grep '^static' lines | sed 's/ *$/  /'",
    ],
    ['several choices: the first counts', "grep '^static' lines; grep '^dev ' lines"],
    ['lines that end as on Windows', "grep '^static' lines | sed 's/$/\\r/'"],
  ] as const)
    inTerminal(
      test,
      sentence,
      async (t) => {
        await t.run(EVAL)
        await t.prompt()
        assert.is((await t.variables()).get('AWS_PROFILE'), 'static')
      },
      { env: { SSOX_PICKER: 'stub' }, prepare: stub(doing) },
    )

  inTerminal(
    test,
    'one that has chosen before it has read all',
    async (t) => {
      await t.run(EVAL)
      await t.prompt()
      assert.is((await t.variables()).get('AWS_PROFILE'), 'p0')
    },
    { env: { SSOX_PICKER: 'head -n 1' }, config: () => manyProfiles(5_000) },
  )

  inTerminal(
    test,
    'the setting, and the variable before it',
    async (t) => {
      await t.run(EVAL)
      await t.prompt()
      assert.is((await t.variables()).get('AWS_PROFILE'), 'static')
      await t.wipe()
      await t.open('AWS_PROFILE= SSOX_PICKER=builtin ssox env >statement')
      await t.press('Escape')
      await t.prompt()
    },
    {
      prepare: (home) => {
        writeSettings(home, { picker: 'stub' })
        chooses('static')(home)
      },
    },
  )
})

suite('external picker: no choice', (test) => {
  for (const [sentence, picker, doing, status, about] of [
    ['left with ^C or Esc (fzf: 130)', 'stub', 'exit 130', 130, /^$/],
    ['left with Esc (others: 1)', 'stub', 'exit 1', 130, /^$/],
    ['nothing printed', 'stub', 'exit 0', 130, /^$/],
    [
      'a failure',
      'stub -x',
      'echo wrong option >&2; exit 2',
      2,
      /wrong option.*SSOX_PICKER is "stub -x": it ends with status 2/,
    ],
    ['a crash', 'stub', 'kill -9 $$', 2, /SSOX_PICKER is "stub": it ends with status 137/],
    ['another line', 'stub', 'echo prod', 2, /it prints none of its lines/],
    [
      'a command that is not there',
      'no-such-picker --x',
      '',
      2,
      /SSOX_PICKER is "no-such-picker --x": there is no such command.*unset SSOX_PICKER/,
    ],
    ['a quote that stays open', "stub 'a", '', 2, /a quote is not closed/],
  ] as const)
    inTerminal(
      test,
      sentence,
      async (t) => {
        await t.run('clear; ssox env >statement')
        const screen = (await t.prompt()).split('\n').slice(0, -1).join(' ').trim()
        assert.match(screen, about)
        assert.is(await t.status(), String(status))
        assert.is(read(t, 'statement').trim(), 'false')
      },
      { env: { SSOX_PICKER: picker }, prepare: stub(doing) },
    )

  inTerminal(
    test,
    'a setting that is wrong is named',
    async (t) => {
      await t.run('clear; ssox env >statement')
      assert.match(
        (await t.prompt()).replaceAll('\n', ' '),
        /the setting picker is "nope": .*SSOX_PICKER=builtin/,
      )
    },
    { prepare: (home) => writeSettings(home, { picker: 'nope' }) },
  )

  inTerminal(
    test,
    'a signal to ssox ends the picker too',
    async (t) => {
      await t.run('ssox env >statement')
      await t.until('waiting')
      process.kill(t.ssoxPid(), 'SIGTERM')
      await t.until('told to end')
      await t.prompt()
      assert.is(await t.status(), '143')
    },
    {
      env: { SSOX_PICKER: 'stub' },
      prepare: stub(
        "trap 'echo told to end >&2; exit 1' TERM; echo waiting >&2; while :; do sleep 0.1; done",
      ),
    },
  )
})

suite('fzf itself', (test) => {
  const declare: Declare = Object.assign(
    (title: string, run: () => unknown) => testWith(test, ['fzf'], title, run),
    { skip: test.skip },
  )

  inTerminal(
    declare,
    'filters and chooses',
    async (t) => {
      await t.run(EVAL)
      await t.until(/6\/6/)
      await t.type('static')
      await t.until(/1\/6/)
      await t.press('Enter')
      await t.prompt()
      assert.is((await t.variables()).get('AWS_PROFILE'), 'static')
    },
    { env: { SSOX_PICKER: 'fzf' } },
  )

  inTerminal(
    declare,
    'keeps the options of its user, who may choose more than one line',
    async (t) => {
      await t.run(EVAL)
      await t.until(/mine> /)
      await t.type('static')
      // fzf filters beside its keys: a Tab before that would choose the first line.
      await t.until(/1\/6/)
      await t.press('Tab', 'Enter')
      await t.prompt()
      assert.is((await t.variables()).get('AWS_PROFILE'), 'static')
    },
    { env: { SSOX_PICKER: 'fzf', FZF_DEFAULT_OPTS: "--multi --prompt='mine> '" } },
  )

  for (const key of ['Escape', 'C-c'])
    inTerminal(
      declare,
      `${key} leaves the shell as it was`,
      async (t) => {
        const before = await t.settings()
        await t.run('clear; ssox env >statement')
        await t.until(/6\/6/)
        await t.press(key)
        assert.is((await t.prompt()).trim(), 'ready>')
        assert.is(await t.status(), '130')
        assert.is(await t.settings(), before)
      },
      { env: { SSOX_PICKER: 'fzf' } },
    )
})

function inTerminal(
  test: Declare,
  title: string,
  run: (shell: PickerShell) => Promise<unknown>,
  options: ShellOptions = {},
): void {
  testInTerminal(test, 'bash', title, () => inShell(run, options))
}

function read(t: PickerShell, name: string): string {
  return readFileSync(join(t.home.path, name), 'utf8')
}

function manyProfiles(count: number): string {
  const profile = (at: number) =>
    `[profile p${at}]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n`
  return Array.from({ length: count }, (_, at) => profile(at)).join('')
}
