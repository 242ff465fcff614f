import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type RealShell, shellPath, testIn } from '../support/in-shell.ts'
import { AS_NOBODY, inMountNamespace, NOBODY, testWith } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { assert, suite } from '../support/suite.ts'
import { blocksIn, inSandbox, listing, releaseFolder, type Sandbox, START_UP } from './sandbox.ts'

type HookShell = keyof typeof START_UP

const ALL = shellPath('pwsh') ? 'bash,zsh,fish,powershell' : 'bash,zsh,fish'
/** Whatever runs install.sh, it is Node that asks PowerShell, slowly: once with it is enough. */
const WITHOUT_POWERSHELL = 'bash,zsh,fish'

/** How each shell is started as a terminal starts it, and what it is asked: is ssox there? */
const QUESTIONS: Readonly<Record<HookShell, readonly [RealShell, ...string[]]>> = {
  bash: ['bash', '-ic', 'type -t awsuse; type -P ssox; ssox --version; printf "%s\\n" "$PATH"'],
  zsh: [
    'zsh',
    '-ic',
    '(( $+functions[awsuse] )) && print function; whence -p ssox; ssox --version; print -r -- "$PATH"',
  ],
  fish: ['fish', '-ic', 'type -t awsuse; command -s ssox; ssox --version; string join : $PATH'],
  powershell: [
    'pwsh',
    '-NoLogo',
    '-Command',
    '(Get-Command awsuse).CommandType.ToString().ToLower(); (Get-Command ssox).Source; ssox --version; $env:PATH',
  ],
}

/** The same shells without any start-up file, to type a line into. */
const BARE: Readonly<Record<HookShell, readonly string[]>> = {
  bash: ['bash', '--norc', '-ic'],
  zsh: ['zsh', '-fic'],
  fish: ['fish', '--no-config', '-ic'],
  powershell: ['pwsh', '-NoLogo', '-NoProfile', '-Command'],
}

/** A name that start-up files and the launcher have to quote. Not ‘’ for the home: PowerShell itself finds no profile there. */
const HOME_NAME = `jörg 東京 it's “me” $HOME \`id\` $(id) *?[a] {b,c} ~ ! % # &`
const PREFIX_NAME = `else'where $x "y" ‘z’ !`

suite('install, use, remove', (test) => {
  for (const [name, shell, shells] of [
    ['dash', ['dash'], ALL],
    ['busybox', ['busybox', 'sh'], WITHOUT_POWERSHELL],
    ['bash', ['bash'], WITHOUT_POWERSHELL],
    ['zsh', ['zsh', '-f'], WITHOUT_POWERSHELL],
    ['mksh', ['mksh'], WITHOUT_POWERSHELL],
  ] as const)
    testIn(test, name, `installs for ${shells}, twice, and removes every trace`, () =>
      inSandbox(async (sandbox) => {
        // Without it, the locks are in the home.
        delete sandbox.env['XDG_RUNTIME_DIR']
        sandbox.write('.bashrc', 'a=1')
        sandbox.write('.zshrc', 'a=1\n')
        sandbox.write('.aws/config', '[default]\n')
        sandbox.write('.config/ssox/config', '[ssox]\n')
        const before = listing(sandbox.home)
        const first = await sandbox.install(['--yes', '--shell', shells], { shell })
        assert.is(first.status, 0, told(first))
        assert.is(first.stderr, '')
        const installed = withoutLocks(sandbox)
        assert.match(sandbox.read('.local/share/man/man1/ssox.1'), /^\.\\" The manual page of ssox/)
        for (const file of filesOf(shells)) assert.is(blocksIn(sandbox.read(file)), 1)
        const second = await sandbox.install(['--yes', '--shell', shells], { shell })
        assert.is(second.status, 0, told(second))
        assert.match(second.stdout, '~/.bashrc has the lines already')
        assert.equal(withoutLocks(sandbox), installed)
        // The clone may be gone by now; the installed copy knows how to leave.
        const script = sandbox.path('.local/lib/ssox/install.sh')
        const removed = await sandbox.install(['--uninstall'], { shell, script })
        assert.is(removed.status, 0, told(removed))
        assert.is(removed.stderr, '')
        assert.equal(listing(sandbox.home), before)
      }),
    )

  test('a manual page of somebody else stays, and a folder that takes none stops nothing', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('.local/share/man/man1/ssox.1', '.TH OTHER 1\n')
      const before = listing(sandbox.home)
      assert.is((await sandbox.install(['--yes', '--shell', 'bash'])).status, 0)
      assert.is(sandbox.read('.local/share/man/man1/ssox.1'), '.TH OTHER 1\n')
      assert.is((await sandbox.install(['--uninstall'])).status, 0)
      assert.equal(listing(sandbox.home), before)
      rmSync(sandbox.path('.local/share/man'), { recursive: true })
      sandbox.write('.local/share/man', 'a file')
      const run = await sandbox.install(['--yes', '--shell', 'bash'])
      assert.is(run.status, 0, told(run))
    }))

  for (const shell of Object.keys(START_UP) as HookShell[])
    testIn(
      test,
      QUESTIONS[shell][0],
      'a new terminal has awsuse and ssox, this one by a line',
      () =>
        inSandbox(async (sandbox) => {
          // With CRLF, as an editor of Windows writes it.
          const mine = shell === 'powershell' ? '$global:mine = 1\r\n' : 'set mine #\r\n'
          sandbox.write(START_UP[shell], mine)
          const prefix = join(sandbox.root, PREFIX_NAME)
          const words = ['--yes', `--prefix=${prefix}/`, '--shell', shell]
          const run = await sandbox.install(words)
          assert.is(run.status, 0, told(run))
          assert.not.match(sandbox.read(START_UP[shell]), /[^\r]\n/)
          // In a shell inside a shell the folder is on PATH already, and not added again.
          const PATH = `${join(prefix, 'bin')}:${sandbox.env['PATH']}`
          for (const env of [sandbox.env, { ...sandbox.env, PATH }]) {
            const answer = await sandbox.run(QUESTIONS[shell], { env })
            const [kind, path, version, search = ''] = answer.stdout.trimEnd().split(/\r?\n/)
            const found = ['function', join(prefix, 'bin/ssox'), '0.1.0']
            assert.equal([kind, path, version], found, told(answer))
            assert.is(search.split(join(prefix, 'bin')).length, 2, search)
          }
          const line = /no awsuse yet\. .*type:\n {2}(.*)\n/.exec(run.stdout)?.[1]
          const [question] = QUESTIONS[shell].slice(-1)
          const typed = await sandbox.run([...BARE[shell], `${line}\n${question}`])
          assert.match(typed.stdout, /^function\r?\n/, told(typed))
          assert.match(typed.stdout, join(prefix, 'bin/ssox'))
          // With the program gone the start-up file still works, and its last line does not fail.
          renameSync(join(prefix, 'bin'), join(sandbox.root, 'bin'))
          renameSync(sandbox.path('.local/share/ssox'), join(sandbox.root, 'data'))
          const rest =
            shell === 'powershell' ? ['-NoLogo', '-Command', '"rest"'] : ['-ic', 'echo rest']
          const gone = await sandbox.run([QUESTIONS[shell][0], ...rest])
          assert.is(gone.stdout.trimEnd(), 'rest', told(gone))
          assert.not.match(gone.stderr, /ssox|syntax|error/i)
          renameSync(join(sandbox.root, 'bin'), join(prefix, 'bin'))
          renameSync(join(sandbox.root, 'data'), sandbox.path('.local/share/ssox'))
          const removed = await sandbox.install(['--uninstall'])
          assert.is(removed.status, 0, told(removed))
          // The shells have made folders of their own meanwhile.
          assert.is(sandbox.read(START_UP[shell]), mine)
          for (const path of [prefix, sandbox.path('.local/share/ssox')])
            assert.not.ok(existsSync(path))
        }, HOME_NAME),
    )

  test('the last line of a start-up file does not fail once the hook is gone', () =>
    inSandbox(async (sandbox) => {
      await sandbox.install(['--yes'])
      await sandbox.run(['rm', '-r', sandbox.path('.local')])
      const run = await sandbox.run(['bash', '-euo', 'pipefail', '-c', '. ~/.bashrc; echo on'])
      assert.is(run.stdout, 'on\n', told(run))
      // What cannot be on record any more is found where it usually is.
      const removed = await sandbox.install(['--uninstall'])
      assert.is(removed.status, 0, told(removed))
      assert.equal(listing(sandbox.home), [])
    }))

  test('what cannot be changed is shown, and the rest is installed', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('.bashrc', 'a=1\n', 0o444)
      const env = {
        ...sandbox.env,
        PATH: (sandbox.env['PATH'] ?? '').replace(/:[^:]*pwsh[^:]*$/, ''),
      }
      const run = await sandbox.install(['--yes', '--shell', 'bash,powershell'], { env })
      assert.is(run.status, 0, told(run))
      const lines = String.raw`, so add these lines yourself:\n\n {2}# >>> ssox >>>\n`
      assert.match(run.stdout, new RegExp(String.raw`~/\.bashrc is read-only${lines} {2}case `))
      if (!shellPath('pwsh')) assert.match(run.stdout, new RegExp(`pwsh is not on PATH.*${lines}`))
      assert.is(sandbox.read('.bashrc'), 'a=1\n')
      assert.ok(existsSync(launcher(sandbox)))
    }))

  test('where a line of the user loads the hook, the one for PATH is shown if it is missing', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('.bashrc', '. ~/.local/share/ssox/shell/ssox.bash\n')
      const says = /add to ~\/\.bashrc:\n {2}case ":\$PATH:" in .* export PATH="\$PATH":.*\n$/
      const missing = await sandbox.install(['--yes'])
      assert.match(missing.stdout, 'line 1 of ~/.bashrc names the hook already')
      assert.match(missing.stdout, says)
      const PATH = `${sandbox.env['PATH']}:${sandbox.path('.local/bin')}`
      const there = await sandbox.install(['--yes'], { env: { ...sandbox.env, PATH } })
      assert.not.match(there.stdout, 'export PATH')
      const run = await sandbox.install(['--uninstall', '--yes'])
      assert.match(run.stdout, /Line 1 of ~\/\.bashrc is not from this installer/)
      assert.is(sandbox.read('.bashrc'), '. ~/.local/share/ssox/shell/ssox.bash\n')
    }))

  test('login shells of bash and compinit of zsh: a word at the end, once', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('.profile', 'x=1\n')
      const words = ['--yes', '--shell', 'bash,zsh']
      const run = await sandbox.install(words)
      assert.match(run.stdout, '\nChanged.\n')
      assert.match(run.stdout, '\nChanged; every new terminal has it.\n')
      const line = /\nLogin shells .*~\/\.profile, which .*\n.*\n {2}(if .*)\n/.exec(
        run.stdout,
      )?.[1]
      assert.ok(line, told(run))
      // What only bash can read, and a last command that fails, ends a shell or a session.
      sandbox.write('.bashrc', `mine=(1 2)\n${sandbox.read('.bashrc')}`)
      sandbox.write('.profile', `x=1\n${line}\n`)
      for (const shell of [['dash'], ['busybox', 'sh'], ['mksh'], ['bash']]) {
        const login = await sandbox.run([...shell, '-leu', '-c', 'echo on'])
        assert.is(login.stdout, 'on\n', told(login))
        assert.is(login.stderr, '')
      }
      const again = await sandbox.install(words)
      assert.not.match(again.stdout, /[Ll]ogin shells|compinit/)
    }))

  test('the first step afterwards: setup where there is nothing to sign in for', () =>
    inSandbox(async (sandbox) => {
      assert.match((await sandbox.install(['--yes'])).stdout, /^Next: ssox setup, or /m)
      sandbox.write('.aws/config', '[profile dev]\n')
      assert.match((await sandbox.install(['--yes'])).stdout, /^Next: ssox login, or /m)
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

  test('--no-modify-rc prints the lines, also with --yes, and leaves them at the removal', () =>
    inSandbox(async (sandbox) => {
      const words = ['--yes', '--no-modify-rc', '--shell', 'fish', '--shell=zsh']
      const run = await sandbox.install(words)
      assert.is(run.status, 0, told(run))
      assert.match(run.stdout, /add to ~\/\.config\/fish\/conf\.d\/ssox\.fish:/)
      assert.match(run.stdout, /add to ~\/\.zshrc:/)
      assert.not.ok(listing(sandbox.home).some((line) => /zshrc|fish\.d/.test(line)))
      await sandbox.install(['--yes'])
      const installed = sandbox.read('.bashrc')
      const removed = await sandbox.install(['--uninstall', '--no-modify-rc'])
      assert.match(removed.stdout, '~/.bashrc was left as it is')
      assert.not.match(removed.stdout, 'not from this installer')
      assert.is(sandbox.read('.bashrc'), installed)
    }))

  for (const [SHELL, args, line] of [
    ['/bin/tcsh', [], 'set path = ($path "$HOME/.local/bin")'],
    ['/bin/csh', ['--shell', 'bash,fish'], 'set path = ($path "$HOME/.local/bin")'],
    ['/bin/dash', [], 'export PATH="$PATH":"$HOME/.local/bin"'],
  ] as const)
    test(`the PATH of a terminal without a hook: ${[SHELL, ...args].join(' ')}`, () =>
      inSandbox(async (sandbox) => {
        const env = { ...sandbox.env, SHELL }
        const run = await sandbox.install(['--no-modify-rc', ...args], { env })
        assert.is(run.status, 0, told(run))
        assert.ok(run.stdout.includes(`in this terminal. For now:\n  ${line}\n`), told(run))
        assert.is(run.stdout.includes(`There is no hook for ${SHELL}`), args.length === 0)
      }))

  testIn(test, 'tcsh', 'the line for the PATH of this terminal works, whatever the name', () =>
    inSandbox(async (sandbox) => {
      const prefix = join(sandbox.root, `it's "me" $x ! %`)
      const env = { ...sandbox.env, SHELL: '/bin/tcsh' }
      const run = await sandbox.install(['--prefix', prefix], { env })
      const line = /For now:\n {2}(.*)\n/.exec(run.stdout)?.[1]
      const result = await sandbox.run(['tcsh', '-c', `${line}\nwhich ssox`])
      assert.is(result.stdout.trim(), join(prefix, 'bin/ssox'), told(result))
    }),
  )

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
      const before = listing(sandbox.root)
      const run = await sandbox.install(['--uninstall', '--yes'])
      assert.is(run.status, 0, told(run))
      assert.match(run.stdout, /nothing to remove/)
      assert.equal(listing(sandbox.root), before)
    }))

  for (const [title, script] of [
    ['by the script of a clone', undefined],
    ['by the line in the command', 'line'],
  ] as const)
    test(`--uninstall without the --prefix of the installation, ${title}`, () =>
      inSandbox(async (sandbox) => {
        mkdirSync(sandbox.path('work'))
        const before = listing(sandbox.home)
        const cwd = sandbox.path('work')
        await sandbox.install(['--yes', '--prefix', `../my 'tools'/new/..`], { cwd })
        const prefix = sandbox.path(`my 'tools'`)
        const command = readFileSync(join(prefix, 'bin/ssox'), 'utf8')
        const line = /^# Written by .*, which also removes it: (.*)$/m.exec(command)?.[1]
        const run = script
          ? await sandbox.run(['sh', '-c', String(line)], {
              // Not even the hooks are where they are looked for.
              env: { ...sandbox.env, XDG_DATA_HOME: join(sandbox.root, 'elsewhere') },
            })
          : await sandbox.install(['--uninstall'])
        assert.is(run.status, 0, told(run))
        assert.match(run.stdout, '\nRemoved.\nOpen terminals keep awsuse, and their keys ')
        assert.equal(listing(sandbox.home), before)
      }))

  test('another ssox on PATH is named', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('bin/ssox', '#!/bin/sh\n', 0o755)
      const env = { ...sandbox.env, PATH: `${sandbox.path('bin')}:${sandbox.env['PATH']}` }
      const run = await sandbox.install(['--yes'], { env })
      const name = sandbox.path('bin/ssox')
      assert.match(run.stdout, `Another ssox comes first on your PATH: ${name}\n`)
      const removed = await sandbox.install(['--uninstall'], { env })
      assert.match(removed.stdout, `Another ssox is on your PATH: ${name}\n`)
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
      rmSync(sandbox.path('.local/bin/ssox'))
      sandbox.write('.local/lib/ssox/mine', '')
      const program = await sandbox.install(['--yes'])
      assert.is(program.status, 1, told(program))
      assert.match(program.stderr, /lib\/ssox exists, and this installer did not write it/)
      assert.not.ok(existsSync(sandbox.path('.bashrc')))
    }))

  testWith(test, ['unshare'], 'on a full disk: why, no half block, and none of its folders', () =>
    inSandbox(async (sandbox) => {
      const script = [
        'mount -t tmpfs -o size=256k tmpfs "$HOME"',
        'echo a=1 >"$HOME/.bashrc"',
        'status=0; "$@" || status=$?',
        'cat "$HOME/.bashrc"; ls -A "$HOME"',
        'exit $status',
      ]
      const run = await sandbox.install(['--yes'], {
        shell: ['unshare', '-m', 'sh', '-ec', script.join('\n'), 'sh', 'dash'],
      })
      assert.is(run.status, 1, told(run))
      assert.match(run.stderr, /^install\.sh: cannot write \/.*: no space left on the disk\n {2}\S/)
      assert.ok(run.stdout.endsWith('a=1\n.bashrc\n'), told(run))
    }),
  )

  testWith(test, ['unshare'], '--uninstall on a read-only disk says what it could not remove', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('.bashrc', 'a=1\n')
      await sandbox.install(['--yes'])
      const before = listing(sandbox.home)
      const readOnly = 'mount --bind "$HOME" "$HOME"; mount -o remount,bind,ro "$HOME"'
      const run = await sandbox.install(['--uninstall'], {
        shell: [...inMountNamespace(readOnly), 'dash'],
      })
      assert.is(run.status, 1, told(run))
      assert.not.match(run.stdout, /Removed|not from this installer/)
      for (const name of ['lib/ssox', 'bin/ssox', 'share/ssox/shell/ssox.bash'])
        assert.match(run.stderr, ` ${sandbox.path(`.local/${name}`)}`)
      assert.match(run.stderr, '~/.bashrc is read-only\n  remove lines 2 to 5 of ~/.bashrc by hand')
      assert.equal(listing(sandbox.home), before)
    }),
  )

  test('markers that do not match are named by --uninstall, which then fails', () =>
    inSandbox(async (sandbox) => {
      await sandbox.install(['--yes'])
      const broken = '# >>> ssox >>>\na=1\n'
      sandbox.write('.bashrc', broken)
      const run = await sandbox.install(['--uninstall', '--yes'])
      assert.is(run.status, 1)
      assert.match(
        run.stderr,
        /\.bashrc has ssox markers that do not match \(line 1\)\n {2}remove them by hand, from line 1\n/,
      )
      assert.is(sandbox.read('.bashrc'), broken)
      assert.equal(listing(sandbox.home).length, 1)
    }))

  testWith(test, ['setpriv'], 'a home that takes no new file is no obstacle', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('.bashrc', 'a=1\n')
      await sandbox.run(['chown', '-R', String(NOBODY), sandbox.root])
      await sandbox.run(['chmod', '555', sandbox.home])
      const words = ['--yes', '--prefix', `${sandbox.root}/local`]
      const env = { ...sandbox.env, XDG_DATA_HOME: `${sandbox.root}/data`, XDG_RUNTIME_DIR: '' }
      const run = await sandbox.install(words, { env, shell: [...AS_NOBODY, 'dash'] })
      assert.is(run.status, 0, told(run))
      assert.is(blocksIn(sandbox.read('.bashrc')), 1)
      const options = { env, shell: [...AS_NOBODY, 'dash'] }
      const removed = await sandbox.install(['--uninstall'], options)
      assert.is(removed.status, 0, told(removed))
      assert.is(sandbox.read('.bashrc'), 'a=1\n')
    }),
  )

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
        /with sudo the files in .* would belong to root: run it without\n {2}\.\/install\.sh/,
      )
      assert.equal(listing(sandbox.home), [])
    }),
  )

  const wrong: [title: string, args: string[], says: RegExp][] = [
    ['an unknown option', ['--yess'], /unknown option --yess/],
    ['an option of the program alone', ['--node', '/x'], /unknown option --node/],
    ['an unknown shell', ['--shell', 'bash,nu'], /unknown shell nu/],
    ['a file name pattern among shells', ['--shell', 'bash,*'], /unknown shell \*:/],
    ['no value', ['--yes', '--prefix'], /--prefix needs a value/],
    ['an empty value', ['--shell='], /--shell needs a value/],
    ['an empty prefix', ['--prefix', ''], /--prefix needs a value/],
  ]
  for (const [title, args, says] of wrong)
    test(`${title}: exit 2, nothing done`, () =>
      inSandbox(async (sandbox) => {
        const run = await sandbox.install(args)
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

suite('where a prefix is', (test) => {
  for (const [typed, place] of [
    ['work/../opt', 'opt'],
    ['work/a/b/../../../opt', 'opt'],
    ['work/new/../../opt', 'opt'],
    ['work/./a/../b//', 'work/b'],
    ['work//a/.', 'work/a'],
    ['work/link/../opt', 'far/opt'],
    ['.', '.'],
  ] as const)
    test(`~/${typed} is ~/${place}, whatever becomes of the folders in between`, () =>
      inSandbox(async ({ home, path }) => {
        const { placesOf } = await import('../../src/install/places.ts')
        mkdirSync(path('work/a/b'), { recursive: true })
        mkdirSync(path('far/away'), { recursive: true })
        symlinkSync(path('far/away'), path('work/link'))
        const expected = place === '.' ? home : path(place)
        assert.is(placesOf({}, home, `${home}/${typed}`).prefix, expected)
      }))
})

function filesOf(shells: string): string[] {
  return shells.split(',').map((shell) => START_UP[shell as HookShell])
}

function launcher(sandbox: Sandbox): string {
  return sandbox.path('.local/bin/ssox')
}

/** A lock holds the number of its last process. */
function withoutLocks(sandbox: Sandbox): string[] {
  return listing(sandbox.home).filter((line) => !line.includes('.lock '))
}
