import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { leadingProgram, namesBrowser, openBrowser } from '../../src/system/browser.ts'
import { until } from '../support/patience.ts'
import { assert, suite } from '../support/suite.ts'

const URL_TO_OPEN = "https://example.com/start?a=1&b=$(id)&c=$&d='e'#/f"

interface Machine {
  folder: string
  /** The environment of a machine with these programs, each of which records its arguments. */
  env: Record<string, string>
  /** Path of a program on it. */
  program(name: string): string
}

async function withMachine(
  programs: string[],
  use: (machine: Machine) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ssox-browser-'))
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const program = (name: string) => join(bin, name)
  for (const name of programs) {
    writeFileSync(
      program(name),
      `#!/bin/sh\nfor word in "${name}" "$@"; do printf '%s\\n' "$word"; done >'${folder}/ran.new'\nmv '${folder}/ran.new' '${folder}/ran'\n`,
    )
    chmodSync(program(name), 0o755)
  }
  try {
    await use({ folder, env: { PATH: `${bin}:/usr/bin:/bin`, DISPLAY: ':0' }, program })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What was run, with its arguments. */
async function ran({ folder }: Machine): Promise<string[]> {
  const file = join(folder, 'ran')
  await until('a program that is run', () => existsSync(file), 5_000)
  return readFileSync(file, 'utf8').trimEnd().split('\n')
}

/** Opens the page, and returns what `openBrowser` says became of it. */
function open(
  env: Record<string, string>,
  commands: readonly (readonly string[])[] = [],
  only = false,
): Promise<string | undefined> {
  const { signal } = new AbortController()
  return openBrowser(URL_TO_OPEN, { env, commands, only, signal })
}

suite('opening the browser', (test) => {
  const systems: [title: string, programs: string[], expected: string[]][] = [
    ['xdg-open comes first', ['xdg-open', 'gio', 'x-www-browser'], ['xdg-open', URL_TO_OPEN]],
    ['gio is told to open', ['gio', 'x-www-browser'], ['gio', 'open', URL_TO_OPEN]],
    ['then the one that Debian chose', ['x-www-browser'], ['x-www-browser', URL_TO_OPEN]],
  ]
  for (const [title, programs, expected] of systems)
    test(title, () =>
      withMachine(programs, async (machine) => {
        const env = { PATH: join(machine.folder, 'bin'), DISPLAY: ':0' }
        // The recorder itself needs mv.
        writeFileSync(join(machine.folder, 'bin', 'mv'), '#!/bin/sh\nexec /bin/mv "$@"\n')
        chmodSync(join(machine.folder, 'bin', 'mv'), 0o755)
        assert.is(await open(env), undefined)
        assert.equal(await ran(machine), expected)
      }),
    )

  test('nothing that could open a page: false', () =>
    withMachine([], async ({ folder }) => {
      const env = { PATH: join(folder, 'bin') }
      assert.is(await open(env), 'there is none')
    }))

  test('a relative folder of PATH is not searched', () =>
    withMachine(['xdg-open'], async ({ folder }) => {
      const before = process.cwd()
      process.chdir(folder)
      try {
        const env = { PATH: 'bin:.:', DISPLAY: ':0' }
        assert.is(await open(env), 'there is none')
      } finally {
        process.chdir(before)
      }
    }))

  test('a chosen command that cannot start falls back on another', () =>
    withMachine(['xdg-open'], async (machine) => {
      const commands = [['/no/such/browser'], [machine.folder]]
      assert.is(await open(machine.env, commands), undefined)
      assert.equal(await ran(machine), ['xdg-open', URL_TO_OPEN])
    }))

  test('unless it is the only one wanted', () =>
    withMachine(['xdg-open'], async ({ env }) => {
      const commands = [['/no/such/browser']]
      assert.is(await open(env, commands, true), 'browser: there is no such program')
    }))

  test('%s stands for the address, as often as it is there, and nothing in the address expands', () =>
    withMachine(['mine'], async (machine) => {
      const commands = [[machine.program('mine'), '--a=%s', '%s', '-b']]
      assert.is(await open(machine.env, commands, true), undefined)
      assert.equal(await ran(machine), ['mine', `--a=${URL_TO_OPEN}`, URL_TO_OPEN, '-b'])
    }))

  test('in WSL PowerShell gets the address inside an encoded script', () =>
    withMachine(['powershell.exe', 'xdg-open'], async (machine) => {
      const env = { ...machine.env, WSL_DISTRO_NAME: 'Debian' }
      assert.is(await open(env), undefined)
      const [name, ...words] = await ran(machine)
      assert.is(name, 'powershell.exe')
      assert.equal(words.slice(0, -1), ['-NoProfile', '-NonInteractive', '-EncodedCommand'])
      const script = Buffer.from(words.at(-1) ?? '', 'base64').toString('utf16le')
      assert.is(script, `Start-Process '${URL_TO_OPEN.replaceAll("'", "''")}'`)
    }))

  test('in WSL wslview comes first', () =>
    withMachine(['wslview', 'powershell.exe', 'xdg-open'], async (machine) => {
      const env = { ...machine.env, WSL_DISTRO_NAME: 'Debian' }
      assert.is(await open(env), undefined)
      assert.equal(await ran(machine), ['wslview', URL_TO_OPEN])
    }))

  const bad: [title: string, words: string[], said: string][] = [
    ['one that ends with a code', ['sh', '-c', 'exit 4'], 'sh: exit code 4'],
    ['one that a signal ends', ['sh', '-c', 'kill -9 $$'], 'sh: ended by SIGKILL'],
    ['one that is not there', ['/no/such/browser'], 'browser: there is no such program'],
    ['one below a file', ['/etc/passwd/browser'], 'browser: a parent is not a folder'],
    ['a file that is no program', ['/etc/passwd'], 'passwd: permission denied'],
    ['an empty word', [''], ': ERR_INVALID_ARG_VALUE'],
    ['a text browser', ['/usr/bin/lynx'], 'lynx: a text browser cannot show the page'],
  ]
  test('a browser that fails at once is passed over, and said when there is no other', () =>
    withMachine(['xdg-open'], async (machine) => {
      for (const [title, words, said] of bad) {
        assert.is(await open(machine.env, [words], true), said, title)
        assert.is(await open(machine.env, [words]), undefined, title)
        assert.equal(await ran(machine), ['xdg-open', URL_TO_OPEN], title)
        rmSync(join(machine.folder, 'ran'))
      }
      const all = bad.map(([, words]) => words)
      const said = bad.map(([, , words]) => words).join('; ')
      assert.is(await open(machine.env, all, true), said)
    }))

  test('the Explorer of Windows ends with 1 whatever it does', () =>
    withMachine([], async ({ folder, env }) => {
      const explorer = join(folder, 'explorer.exe')
      writeFileSync(explorer, '#!/bin/sh\nexit 1\n')
      chmodSync(explorer, 0o755)
      assert.is(await open(env, [[explorer]], true), undefined)
    }))

  test('one that runs is watched until the sign-in is over, and then left alone', () =>
    withMachine([], async ({ folder, env }) => {
      const [started, goOn, ended] = ['started', 'go-on', 'ended'].map((name) => join(folder, name))
      const script = `touch ${started}; while [ ! -e ${goOn} ]; do sleep 0.1; done; touch ${ended}`
      const over = new AbortController()
      const commands = [['sh', '-c', script]]
      const opening = openBrowser(URL_TO_OPEN, { env, commands, only: true, signal: over.signal })
      const exists = async (path: string | undefined) => {
        while (!existsSync(path ?? '')) await delay(10)
      }
      await exists(started)
      over.abort()
      assert.is(await opening, undefined)
      writeFileSync(goOn ?? '', '')
      await exists(ended)
    }))

  test('the openers of the system do not start what BROWSER has named in vain', () =>
    withMachine([], async ({ folder, env }) => {
      const opener = join(folder, 'bin', 'xdg-open')
      writeFileSync(opener, `#!/bin/sh\necho "BROWSER=$BROWSER" >'${folder}/ran'\n`)
      chmodSync(opener, 0o755)
      assert.is(await open({ ...env, BROWSER: 'lynx' }, [['lynx']]), undefined)
      assert.is(readFileSync(join(folder, 'ran'), 'utf8'), 'BROWSER=\n')
    }))

  test('without a display the openers of the system would start a text browser: they are left out', () =>
    withMachine(['xdg-open'], async ({ folder }) => {
      assert.is(await open({ PATH: join(folder, 'bin') }), 'there is none')
    }))
})

suite('the program of a command line', (test) => {
  test('is the longest leading part that is the path of a program', () =>
    withMachine(['chrome'], async ({ folder }) => {
      const place = join(folder, 'Program Files', 'Some Browser')
      mkdirSync(place, { recursive: true })
      const path = join(place, 'chrome beta.exe')
      for (const program of [path, join(place, 'chrome')]) {
        writeFileSync(program, '')
        chmodSync(program, 0o755)
      }
      const lines: [line: string, program: string | undefined][] = [
        [path, path],
        [`${path} --new-window %s`, path],
        [`${place}/chrome beta`, `${place}/chrome`],
        [`${folder}/bin/chrome --a  b`, `${folder}/bin/chrome`],
        [`"${path}" %s`, undefined],
        ['chrome --a', undefined],
        [`${place} x`, undefined],
        ['/etc/passwd x', undefined],
        ['', undefined],
      ]
      for (const [line, program] of lines) assert.is(leadingProgram(line), program, line)
    }))

  const browsers: [value: string | undefined, expected: boolean][] = [
    [undefined, false],
    ['', false],
    [' : ', false],
    ['firefox', true],
    ['lynx', false],
    ['/usr/bin/w3m %s', false],
    ['lynx:w3m', false],
    ['lynx:firefox --new-window', true],
    ['xterm -e lynx', true],
  ]
  test('a text browser in BROWSER is none', () => {
    for (const [value, expected] of browsers)
      assert.is(namesBrowser({ BROWSER: value }), expected, value)
  })
})
