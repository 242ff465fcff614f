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
import { openBrowser } from '../../src/system/browser.ts'
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
    await use({ folder, env: { PATH: `${bin}:/usr/bin:/bin` }, program })
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

suite('opening the browser', (test) => {
  const systems: [title: string, programs: string[], expected: string[]][] = [
    ['xdg-open comes first', ['xdg-open', 'gio', 'x-www-browser'], ['xdg-open', URL_TO_OPEN]],
    ['gio is told to open', ['gio', 'x-www-browser'], ['gio', 'open', URL_TO_OPEN]],
    ['then the one that Debian chose', ['x-www-browser'], ['x-www-browser', URL_TO_OPEN]],
  ]
  for (const [title, programs, expected] of systems)
    test(title, () =>
      withMachine(programs, async (machine) => {
        const env = { PATH: join(machine.folder, 'bin') }
        // The recorder itself needs mv.
        writeFileSync(join(machine.folder, 'bin', 'mv'), '#!/bin/sh\nexec /bin/mv "$@"\n')
        chmodSync(join(machine.folder, 'bin', 'mv'), 0o755)
        assert.is(await openBrowser(URL_TO_OPEN, { env, commands: [], only: false }), true)
        assert.equal(await ran(machine), expected)
      }),
    )

  test('nothing that could open a page: false', () =>
    withMachine([], async ({ folder }) => {
      const env = { PATH: join(folder, 'bin') }
      assert.is(await openBrowser(URL_TO_OPEN, { env, commands: [], only: false }), false)
    }))

  test('a relative folder of PATH is not searched', () =>
    withMachine(['xdg-open'], async ({ folder }) => {
      const before = process.cwd()
      process.chdir(folder)
      try {
        const env = { PATH: 'bin:.:' }
        assert.is(await openBrowser(URL_TO_OPEN, { env, commands: [], only: false }), false)
      } finally {
        process.chdir(before)
      }
    }))

  test('a chosen command that cannot start falls back on another', () =>
    withMachine(['xdg-open'], async (machine) => {
      const commands = [['/no/such/browser'], [machine.folder]]
      assert.is(await openBrowser(URL_TO_OPEN, { env: machine.env, commands, only: false }), true)
      assert.equal(await ran(machine), ['xdg-open', URL_TO_OPEN])
    }))

  test('unless it is the only one wanted', () =>
    withMachine(['xdg-open'], async ({ env }) => {
      const commands = [['/no/such/browser']]
      assert.is(await openBrowser(URL_TO_OPEN, { env, commands, only: true }), false)
    }))

  test('%s stands for the address, as often as it is there, and nothing in the address expands', () =>
    withMachine(['mine'], async (machine) => {
      const commands = [[machine.program('mine'), '--a=%s', '%s', '-b']]
      assert.is(await openBrowser(URL_TO_OPEN, { env: machine.env, commands, only: true }), true)
      assert.equal(await ran(machine), ['mine', `--a=${URL_TO_OPEN}`, URL_TO_OPEN, '-b'])
    }))

  test('in WSL PowerShell gets the address inside an encoded script', () =>
    withMachine(['powershell.exe', 'xdg-open'], async (machine) => {
      const env = { ...machine.env, WSL_DISTRO_NAME: 'Debian' }
      assert.is(await openBrowser(URL_TO_OPEN, { env, commands: [], only: false }), true)
      const [name, ...words] = await ran(machine)
      assert.is(name, 'powershell.exe')
      assert.equal(words.slice(0, -1), ['-NoProfile', '-NonInteractive', '-EncodedCommand'])
      const script = Buffer.from(words.at(-1) ?? '', 'base64').toString('utf16le')
      assert.is(script, `Start-Process '${URL_TO_OPEN.replaceAll("'", "''")}'`)
    }))

  test('in WSL wslview comes first', () =>
    withMachine(['wslview', 'powershell.exe', 'xdg-open'], async (machine) => {
      const env = { ...machine.env, WSL_DISTRO_NAME: 'Debian' }
      assert.is(await openBrowser(URL_TO_OPEN, { env, commands: [], only: false }), true)
      assert.equal(await ran(machine), ['wslview', URL_TO_OPEN])
    }))
})
