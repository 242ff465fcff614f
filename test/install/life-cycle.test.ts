import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type RealShell, shellPath, testIn } from '../support/in-shell.ts'
import { NOBODY, testWith } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { assert, suite } from '../support/suite.ts'
import { blocksIn, inSandbox, listing, releaseFolder, type Sandbox, START_UP } from './sandbox.ts'

type HookShell = keyof typeof START_UP

const ALL = shellPath('pwsh') ? 'bash,zsh,fish,powershell' : 'bash,zsh,fish'

/** How each shell is started as a terminal starts it, and what it is asked: is ssox there? */
const QUESTIONS: Readonly<Record<HookShell, readonly [RealShell, ...string[]]>> = {
  bash: ['bash', '-ic', 'type -t awsuse; type -P ssox; ssox --version'],
  zsh: [
    'zsh',
    '-ic',
    '(( $+functions[awsuse] )) && print function; whence -p ssox; ssox --version',
  ],
  fish: ['fish', '-ic', 'type -t awsuse; command -s ssox; ssox --version'],
  powershell: [
    'pwsh',
    '-NoLogo',
    '-Command',
    '(Get-Command awsuse).CommandType.ToString().ToLower(); (Get-Command ssox).Source; ssox --version',
  ],
}

const PATH_QUESTIONS: Readonly<Record<HookShell, readonly string[]>> = {
  bash: ['bash', '-ic', 'printf %s "$PATH"'],
  zsh: ['zsh', '-ic', 'print -rn -- "$PATH"'],
  fish: ['fish', '-ic', 'string join : $PATH'],
  powershell: ['pwsh', '-NoLogo', '-Command', '$env:PATH'],
}

/** Names that start-up files and the launcher have to quote. */
const HOMES = [
  ['with blanks', 'home of me'],
  ['with quotes', `it's "me"`],
  ['with what shells expand', '$HOME `id` $(id) *?[a] {b,c} ~ ! % # &'],
  // Not ‘’: PowerShell itself finds no profile in such a home.
  ['beyond ASCII', 'jörg “y” 東京'],
] as const

/** What is typed after --prefix in ~/work, and the folder below the home that is meant. */
const PREFIXES = [
  ['../opt', 'opt'],
  ['a/b/../../../opt', 'opt'],
  ['new/../../opt', 'opt'],
  ['./a/../b//', 'work/b'],
  ['a/./b', 'work/a/b'],
  ['$HOME//opt/.', 'opt'],
  ['$HOME/code/new/../../opt/', 'opt'],
  ['link/../opt', 'far/opt'],
  ['.', 'work'],
] as const

suite('install, use, remove', (test) => {
  for (const [name, shell] of [
    ['dash', ['dash']],
    ['busybox', ['busybox', 'sh']],
    ['bash', ['bash']],
    ['zsh', ['zsh', '-f']],
    ['mksh', ['mksh']],
  ] as const)
    testIn(test, name, 'installs for every shell, twice, and removes every trace', () =>
      inSandbox(async (sandbox) => {
        sandbox.write('.bashrc', 'a=1')
        sandbox.write('.zshrc', 'a=1\n')
        sandbox.write('.aws/config', '[default]\n')
        sandbox.write('.config/ssox/config', '[ssox]\n')
        const before = listing(sandbox.home)
        const first = await sandbox.install(['--yes', '--shell', ALL], { shell })
        assert.is(first.status, 0, told(first))
        assert.is(first.stderr, '')
        const installed = listing(sandbox.home)
        for (const file of filesOf(ALL)) assert.is(blocksIn(sandbox.read(file)), 1)
        const second = await sandbox.install(['--yes', '--shell', ALL], { shell })
        assert.is(second.status, 0, told(second))
        assert.equal(listing(sandbox.home), installed)
        // The clone may be gone by now; the installed copy knows how to leave.
        const script = sandbox.path('.local/lib/ssox/install.sh')
        const removed = await sandbox.install(['--uninstall'], { shell, script })
        assert.is(removed.status, 0, told(removed))
        assert.is(removed.stderr, '')
        assert.equal(listing(sandbox.home), before)
      }),
    )

  for (const shell of Object.keys(START_UP) as HookShell[])
    for (const [title, name] of HOMES)
      testIn(
        test,
        QUESTIONS[shell][0],
        `a new terminal has awsuse and ssox, in a home ${title}`,
        () =>
          inSandbox(async (sandbox) => {
            const run = await sandbox.install(['--yes', '--shell', shell])
            assert.is(run.status, 0, told(run))
            assert.equal(await answer(sandbox, shell), ['function', launcher(sandbox), '0.1.0'])
            // In a shell inside a shell the folder is on PATH already.
            const PATH = `${sandbox.path('.local/bin')}:${sandbox.env['PATH']}`
            const env = { ...sandbox.env, PATH }
            const inside = await sandbox.run(PATH_QUESTIONS[shell], { env })
            // PowerShell puts its own folder first; the installer's line adds at the end.
            assert.ok(inside.stdout.trimEnd().endsWith(PATH), told(inside))
          }, name),
      )

  for (const shell of Object.keys(START_UP) as HookShell[])
    testIn(test, QUESTIONS[shell][0], 'a prefix and a data folder elsewhere are quoted right', () =>
      inSandbox(async (sandbox) => {
        const odd = join(sandbox.root, `else'where $x "y" ‘z’`)
        const env = { ...sandbox.env, XDG_DATA_HOME: join(odd, 'data') }
        const run = await sandbox.install(['--yes', `--prefix=${odd}/`, '--shell', shell], { env })
        assert.is(run.status, 0, told(run))
        assert.equal(await answer(sandbox, shell), ['function', join(odd, 'bin/ssox'), '0.1.0'])
        const removed = await sandbox.install(['--uninstall', '--prefix', odd])
        assert.is(removed.status, 0, told(removed))
        assert.not.ok(existsSync(odd), 'the hooks are found without XDG_DATA_HOME as well')
      }),
    )

  for (const shell of Object.keys(START_UP) as HookShell[])
    testIn(
      test,
      QUESTIONS[shell][0],
      'with CRLF, and with the program gone, the start-up file still works',
      () =>
        inSandbox(async (sandbox) => {
          const mine = shell === 'powershell' ? '$global:mine = 1\r\n' : 'set mine #\r\n'
          sandbox.write(START_UP[shell], mine)
          await sandbox.install(['--yes', '--shell', shell])
          assert.not.match(sandbox.read(START_UP[shell]), /[^\r]\n/)
          assert.equal(await answer(sandbox, shell), ['function', launcher(sandbox), '0.1.0'])
          for (const folder of ['lib', 'bin', 'share'])
            await sandbox.run(['rm', '-r', sandbox.path(`.local/${folder}`)])
          const ask =
            shell === 'powershell' ? ['-NoLogo', '-Command', '"rest"'] : ['-ic', 'echo rest']
          const run = await sandbox.run([QUESTIONS[shell][0], ...ask])
          assert.is(run.stdout, 'rest\n')
          assert.not.match(run.stderr, /ssox|syntax|error/i)
          // What cannot be on record any more is found where it usually is.
          const removed = await sandbox.install(['--uninstall'])
          assert.is(removed.status, 0, told(removed))
          assert.is(sandbox.read(START_UP[shell]), mine)
        }),
    )

  test('the last line of a start-up file does not fail once the hook is gone', () =>
    inSandbox(async (sandbox) => {
      await sandbox.install(['--yes'])
      await sandbox.run(['rm', '-r', sandbox.path('.local')])
      const run = await sandbox.run(['bash', '-euo', 'pipefail', '-c', '. ~/.bashrc; echo on'])
      assert.is(run.stdout, 'on\n', told(run))
    }))

  testIn(test, 'pwsh', 'a signed profile is left alone', () =>
    inSandbox(async (sandbox) => {
      const signed =
        '$a = 1\r\n# SIG # Begin signature block\r\n# MIIF\r\n# SIG # End signature block\r\n'
      sandbox.write(START_UP.powershell, signed)
      const run = await sandbox.install(['--yes', '--shell', 'pwsh'])
      assert.is(run.status, 0, told(run))
      assert.match(run.stdout, /is signed.*add these lines yourself:\n\n {2}# >>> ssox >>>\n/)
      assert.is(sandbox.read(START_UP.powershell), signed)
    }),
  )

  test('PowerShell that is not installed cannot be asked: the lines are printed', () =>
    inSandbox(async (sandbox) => {
      mkdirSync(join(sandbox.root, 'bin'))
      for (const tool of [
        'node',
        'sh',
        'sed',
        'grep',
        'cat',
        'cp',
        'mv',
        'rm',
        'mkdir',
        'sort',
        'head',
      ])
        symlinkSync(
          (await sandbox.run(['which', tool])).stdout.trim(),
          join(sandbox.root, 'bin', tool),
        )
      for (const tool of [
        'chmod',
        'cmp',
        'id',
        'mktemp',
        'tr',
        'readlink',
        'tail',
        'wc',
        'rmdir',
        'find',
      ])
        symlinkSync(
          (await sandbox.run(['which', tool])).stdout.trim(),
          join(sandbox.root, 'bin', tool),
        )
      const run = await sandbox.install(['--yes', '--shell', 'powershell'], {
        shell: ['/bin/sh'],
        env: { ...sandbox.env, PATH: join(sandbox.root, 'bin') },
      })
      assert.is(run.status, 0, told(run))
      assert.match(run.stdout, /pwsh is not on PATH.*add these lines yourself/)
      assert.match(run.stdout, /if \(Test-Path -LiteralPath "\$HOME\/\.local\/share/)
    }))

  testIn(test, 'pwsh', 'PowerShell is asked without a folder for temporary files', () =>
    inSandbox(async (sandbox) => {
      const env = { ...sandbox.env, TMPDIR: '/nonexistent' }
      const run = await sandbox.install(['--yes', '--shell', 'powershell'], { env })
      assert.is(run.status, 0, told(run))
      assert.is(run.stderr, '')
      assert.is(blocksIn(sandbox.read(START_UP.powershell)), 1)
    }),
  )

  test('PowerShell that gives no answer is not said to be missing', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('bin/pwsh', '#!/bin/sh\nexit 1\n', 0o755)
      const env = { ...sandbox.env, PATH: `${sandbox.path('bin')}:${sandbox.env['PATH']}` }
      const run = await sandbox.install(['--yes', '--shell', 'powershell'], { env })
      assert.is(run.status, 0, told(run))
      assert.match(run.stdout, /pwsh does not say where its profile is.*add these lines yourself/)
    }))

  test('without a terminal and without --yes no start-up file is touched', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('.bashrc', 'a=1')
      const run = await sandbox.install([])
      assert.is(run.status, 0, told(run))
      assert.match(
        run.stdout,
        /To have awsuse, add to ~\/\.bashrc:\n\n {2}# >>> ssox >>>\n {2}case /,
      )
      assert.is(sandbox.read('.bashrc'), 'a=1')
    }))

  test('--no-modify-rc prints the lines, also with --yes', () =>
    inSandbox(async (sandbox) => {
      const run = await sandbox.install([
        '--yes',
        '--no-modify-rc',
        '--shell',
        'fish',
        '--shell=zsh',
      ])
      assert.is(run.status, 0, told(run))
      assert.match(run.stdout, /add to ~\/\.config\/fish\/conf\.d\/ssox\.fish:/)
      assert.match(run.stdout, /add to ~\/\.zshrc:/)
      assert.equal(readdirSync(sandbox.home), ['.local'])
    }))

  for (const [SHELL, args, line] of [
    ['/bin/bash', [], 'export PATH="$PATH":"$HOME/.local/bin"'],
    ['/usr/bin/fish', [], 'set -gx PATH $PATH "$HOME/.local/bin"'],
    ['/usr/bin/pwsh', [], '$env:PATH += [IO.Path]::PathSeparator + "$HOME/.local/bin"'],
    ['/bin/tcsh', [], 'set path = ($path "$HOME/.local/bin")'],
    ['/bin/csh', ['--shell', 'bash,fish'], 'set path = ($path "$HOME/.local/bin")'],
    ['/bin/bash', ['--shell', 'fish'], 'set -gx PATH $PATH "$HOME/.local/bin"'],
  ] as const)
    test(`the PATH of this terminal, in the words of ${[SHELL, ...args].join(' ')}`, () =>
      inSandbox(async (sandbox) => {
        const env = { ...sandbox.env, SHELL }
        const run = await sandbox.install(['--no-modify-rc', ...args], { env })
        assert.is(run.status, 0, told(run))
        assert.ok(run.stdout.includes(`in this terminal. For now:\n  ${line}\n`), told(run))
      }))

  for (const [shell, name, ask] of [
    ['fish', 'fish', 'command -s ssox'],
    ['tcsh', 'tcsh', 'which ssox'],
    ['pwsh', 'pwsh', '(Get-Command ssox).Source'],
  ] as const)
    testIn(test, shell, 'the line for the PATH of this terminal works, whatever the name', () =>
      inSandbox(async (sandbox) => {
        const prefix = join(sandbox.root, `it's "me" $x ! %`)
        const env = { ...sandbox.env, SHELL: `/bin/${name}` }
        const run = await sandbox.install(['--no-modify-rc', '--prefix', prefix], { env })
        const line = /For now:\n {2}(.*)\n/.exec(run.stdout)?.[1]
        const result = await sandbox.run([shell, '-c', `${line}\n${ask}`])
        assert.is(result.stdout.trim(), join(prefix, 'bin/ssox'), told(result))
      }),
    )

  test('a shell without a hook is told so', () =>
    inSandbox(async (sandbox) => {
      const run = await sandbox.install(['--yes'], { env: { ...sandbox.env, SHELL: '/bin/tcsh' } })
      assert.is(run.status, 0, told(run))
      assert.match(run.stdout, /There is no hook for \/bin\/tcsh/)
      assert.equal(readdirSync(sandbox.home), ['.local'])
    }))

  test('--dry-run shows every step and changes nothing', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('.bashrc', 'a=1')
      const env = { ...sandbox.env, TMPDIR: join(sandbox.root, 'tmp') }
      mkdirSync(env.TMPDIR)
      const [before, release] = [listing(sandbox.root), listing(releaseFolder())]
      const run = await sandbox.install(['--dry-run', '--yes', '--shell', ALL], { env })
      assert.is(run.status, 0, told(run))
      for (const step of ['node', 'program', 'command', 'hooks'])
        assert.match(run.stdout, new RegExp(`^  ${step} +/`, 'm'))
      assert.is(run.stdout.split('  + # >>> ssox >>>').length - 1, ALL.split(',').length)
      assert.equal(listing(sandbox.root), before)
      assert.equal(listing(releaseFolder()), release)
      await sandbox.install(['--yes', '--shell', ALL], { env })
      const installed = listing(sandbox.root)
      const removal = await sandbox.install(['--dry-run', '--uninstall'], { env })
      assert.match(removal.stdout, /^ {2}remove +.*\.local\/lib\/ssox$/m)
      assert.match(removal.stdout, /^ {2}- # >>> ssox >>>$/m)
      assert.equal(listing(sandbox.root), installed)
    }))

  test('--uninstall where nothing is installed says so', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('.bashrc', 'a=1\n')
      const before = listing(sandbox.home)
      const run = await sandbox.install(['--uninstall', '--yes'])
      assert.is(run.status, 0, told(run))
      assert.match(run.stdout, /nothing to remove/)
      assert.equal(listing(sandbox.home), before)
    }))

  for (const [title, script] of [
    ['by the script of a clone', undefined],
    ['by the line in the command', 'line'],
  ] as const)
    test(`--uninstall without the --prefix of the installation, ${title}`, () =>
      inSandbox(async (sandbox) => {
        const prefix = sandbox.path(`my 'tools'`)
        await sandbox.install(['--yes', '--prefix', prefix])
        const command = readFileSync(join(prefix, 'bin/ssox'), 'utf8')
        const line = /^# Written by .*, which also removes it: (.*)$/m.exec(command)?.[1]
        const run = script
          ? await sandbox.run(['sh', '-c', String(line)], {
              // Not even the hooks are where they are looked for.
              env: { ...sandbox.env, XDG_DATA_HOME: join(sandbox.root, 'elsewhere') },
            })
          : await sandbox.install(['--uninstall'])
        assert.is(run.status, 0, told(run))
        assert.match(run.stdout, '\nRemoved.\n')
        assert.equal(listing(sandbox.home), [])
      }))

  for (const [typed, place] of PREFIXES)
    test(`--prefix ${typed} is ${place}, whatever becomes of the folders in between`, () =>
      inSandbox(async (sandbox) => {
        mkdirSync(sandbox.path('work/a/b'), { recursive: true })
        mkdirSync(sandbox.path('far/away'), { recursive: true })
        symlinkSync(sandbox.path('far/away'), sandbox.path('work/link'))
        const before = listing(sandbox.home)
        const prefix = typed.replace('$HOME', sandbox.home)
        const cwd = sandbox.path('work')
        const run = await sandbox.install(['--yes', '--prefix', prefix], { cwd })
        assert.is(run.status, 0, told(run))
        assert.match(sandbox.read('.bashrc'), `in *:"$HOME/${place}/bin":*)`)
        renameSync(sandbox.path('work'), sandbox.path('elsewhere'))
        if (!`${place}/`.startsWith('work/')) {
          const terminal = await sandbox.run(['bash', '-ic', 'type -P ssox'])
          assert.is(terminal.stdout, `${sandbox.path(place)}/bin/ssox\n`, told(terminal))
        }
        renameSync(sandbox.path('elsewhere'), sandbox.path('work'))
        const removed = await sandbox.install(['--uninstall', '--prefix', prefix], { cwd })
        assert.is(removed.status, 0, told(removed))
        assert.equal(listing(sandbox.home), before)
      }))

  test('--uninstall names another ssox that is on PATH', () =>
    inSandbox(async (sandbox) => {
      await sandbox.install(['--yes'])
      sandbox.write('bin/ssox', '#!/bin/sh\n', 0o755)
      const env = { ...sandbox.env, PATH: `${sandbox.path('bin')}:${sandbox.env['PATH']}` }
      const run = await sandbox.install(['--uninstall'], { env })
      assert.is(run.status, 0, told(run))
      assert.match(run.stdout, `Another ssox is on your PATH: ${sandbox.path('bin/ssox')}\n`)
    }))

  for (const [title, stops, status] of [
    ['interrupted', 'kill -INT $PPID; sleep 0.2', 130],
    ['failing', 'exit 1', 1],
  ] as const)
    test(`${title} while it copies, it leaves none of the folders that it made`, () =>
      inSandbox(async (sandbox) => {
        const bin = join(sandbox.root, 'bin')
        mkdirSync(bin)
        mkdirSync(sandbox.path('.local'))
        writeFileSync(join(bin, 'cp'), `#!/bin/sh\n${stops}\n`, { mode: 0o755 })
        const before = listing(sandbox.home)
        const env = { ...sandbox.env, PATH: `${bin}:${sandbox.env['PATH']}` }
        for (const args of [[], ['--prefix', sandbox.path('a/b c/d')]]) {
          const run = await sandbox.install(['--yes', ...args], { env })
          assert.is(run.status, status, told(run))
          assert.equal(listing(sandbox.home), before)
        }
      }))

  test('what somebody else put in the place of the command or the program is refused', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('.local/bin/ssox', '#!/bin/sh\n')
      const command = await sandbox.install(['--yes'])
      assert.is(command.status, 1, told(command))
      assert.match(
        command.stderr,
        /bin\/ssox exists, and this installer did not write it\n {2}remove/,
      )
      await sandbox.install(['--uninstall', '--yes'])
      assert.is(sandbox.read('.local/bin/ssox'), '#!/bin/sh\n')
      await sandbox.run(['rm', sandbox.path('.local/bin/ssox')])
      sandbox.write('.local/lib/ssox/mine', '')
      const program = await sandbox.install(['--yes'])
      assert.is(program.status, 1, told(program))
      assert.match(program.stderr, /lib\/ssox exists, and this installer did not write it/)
      assert.not.ok(existsSync(sandbox.path('.bashrc')))
    }))

  test('an installer that was killed leaves nothing that the next one does not mend', () =>
    inSandbox(async (sandbox) => {
      await sandbox.install(['--yes'])
      const installed = listing(sandbox.home)
      const lib = sandbox.path('.local/lib')
      mkdirSync(join(lib, '.ssox-old.999999999'))
      renameSync(join(lib, 'ssox'), join(lib, '.ssox-old.999999999', '0'))
      cpSync(join(lib, '.ssox-old.999999999'), join(lib, '.ssox-new.999999999'), {
        recursive: true,
      })
      sandbox.write('.local/bin/.ssox.999999999', '')
      sandbox.write('.local/share/ssox/shell/.ssox.bash.999999999', '')
      sandbox.write('.local/share/ssox/shell/.prefix.999999999', '')
      const run = await sandbox.install(['--yes'])
      assert.is(run.status, 0, told(run))
      assert.equal(listing(sandbox.home), installed)
      await sandbox.install(['--uninstall'])
      assert.equal(listing(sandbox.home), [])
    }))

  test('a file of the user among the hooks survives the removal', () =>
    inSandbox(async (sandbox) => {
      await sandbox.install(['--yes'])
      writeFileSync(sandbox.path('.local/share/ssox/shell/mine.zsh'), '')
      await sandbox.install(['--uninstall'])
      assert.equal(
        listing(sandbox.home).map((line) => line.split(' ')[0]),
        ['.local', '.local/share', '.local/share/ssox', '.local/share/ssox/shell'].concat(
          '.local/share/ssox/shell/mine.zsh',
        ),
      )
    }))

  testWith(test, ['setpriv'], 'sudo in the home of somebody else is refused', () =>
    inSandbox(async (sandbox) => {
      await sandbox.run(['chown', String(NOBODY), sandbox.home])
      const run = await sandbox.install(['--yes'], { env: { ...sandbox.env, SUDO_USER: 'nobody' } })
      assert.is(run.status, 1, told(run))
      assert.match(
        run.stderr,
        /with sudo the files in .* would belong to root\n {2}\.\/install\.sh/,
      )
      assert.equal(listing(sandbox.home), [])
    }),
  )

  const wrong: [title: string, args: string[], says: RegExp][] = [
    ['an unknown option', ['--yess'], /unknown option --yess/],
    ['an unknown shell', ['--shell', 'bash,nu'], /unknown shell nu/],
    ['a file name pattern among shells', ['--shell', 'bash,*'], /unknown shell \*:/],
    ['no value', ['--prefix'], /--prefix needs a value/],
    ['an empty value', ['--shell='], /--shell needs a value/],
  ]
  for (const [title, args, says] of wrong)
    test(`${title}: exit 2, nothing done`, () =>
      inSandbox(async (sandbox) => {
        const run = await sandbox.install(
          [...args, '--yes'].slice(0, args[0] === '--prefix' ? 1 : 9),
        )
        assert.is(run.status, 2, told(run))
        assert.match(run.stderr, says)
        assert.match(run.stderr, '\n  ./install.sh --help\n')
        assert.equal(listing(sandbox.home), [])
      }))

  const homes: [title: string, home: string, says: RegExp][] = [
    ['an empty home', '', /^install\.sh: there is no home folder/],
    ['a relative home', 'relative', /^install\.sh: there is no home folder/],
    ['a home with a line break', '/nowhere/a\nb', /^install\.sh: a path with a line break/],
    [
      'a home with a backslash',
      '/nowhere/a\\b',
      /^install\.sh: Node loads nothing from a path with/,
    ],
  ]
  for (const [title, home, says] of homes)
    test(`${title} is refused`, () =>
      inSandbox(async (sandbox) => {
        const run = await sandbox.install(['--yes'], { env: { ...sandbox.env, HOME: home } })
        assert.is(run.status, 1, told(run))
        assert.match(run.stderr, says)
      }))

  test('--help leads with examples', () =>
    inSandbox(async (sandbox) => {
      const run = await sandbox.install(['--help'])
      assert.is(run.status, 0)
      assert.match(run.stdout, /\.\/install\.sh --uninstall/)
      assert.match(run.stdout, /--no-modify-rc/)
    }))
})

function filesOf(shells: string): string[] {
  return shells.split(',').map((shell) => START_UP[shell as HookShell])
}

function launcher(sandbox: Sandbox): string {
  return sandbox.path('.local/bin/ssox')
}

async function answer(sandbox: Sandbox, shell: HookShell, env = sandbox.env): Promise<string[]> {
  const run = await sandbox.run(QUESTIONS[shell], { env })
  return run.stdout.trimEnd().split(/\r?\n/)
}
