import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Finished } from '../support/home.ts'
import { testIn } from '../support/in-shell.ts'
import { AS_NOBODY, inMountNamespace, NOBODY, testWith } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { assert, suite } from '../support/suite.ts'
import {
  blocksIn,
  inSandbox,
  listing,
  releaseFolder,
  type Sandbox,
  START_UP,
  tree,
} from './sandbox.ts'

type Prepare = (sandbox: Sandbox) => void

const write =
  (text: string, mode?: number): Prepare =>
  (sandbox) =>
    sandbox.write('.bashrc', text, mode)

/** Start-up files of bash before the installation. */
const BEFORE: readonly [title: string, prepare: Prepare][] = [
  ['there is none', () => {}],
  ['it is empty', write('')],
  ['it ends with a line break', write('alias ll="ls -l"\n')],
  ['it does not end with a line break', write('alias ll="ls -l"')],
  ['it has empty lines at its end', write('a=1\n\n\n')],
  ['it has CRLF', write('a=1 #\r\nb=2 #\r\n')],
  ['it has CRLF but not at its end', write('a=1 #\r\nb=2 #')],
  ['it is not UTF-8', write('# caf\xe9 \x01\xff\n')],
  ['its mode is 600', write('a=1\n', 0o600)],
  ['its mode is 755', write('a=1', 0o755)],
  [
    'it is a link into a folder of dotfiles',
    (sandbox) => {
      sandbox.write('dotfiles/bash/rc', 'a=1', 0o640)
      symlinkSync('dotfiles/bash/rc', sandbox.path('.bashrc'))
    },
  ],
  [
    'it is a link to a link with an absolute path',
    (sandbox) => {
      sandbox.write('dotfiles/rc', 'a=1\n')
      symlinkSync(sandbox.path('dotfiles/rc'), sandbox.path('dotfiles/link'))
      symlinkSync('dotfiles/link', sandbox.path('.bashrc'))
    },
  ],
  [
    'it is a link to a file that is not there yet',
    (sandbox) => {
      mkdirSync(sandbox.path('dotfiles'))
      symlinkSync('dotfiles/rc', sandbox.path('.bashrc'))
    },
  ],
]

/** Files that are not changed: what is there, and what the installer says about it. */
const LEFT_ALONE: readonly [title: string, prepare: Prepare, says: RegExp][] = [
  ['read-only, even for root', write('a=1\n', 0o444), /\.bashrc is read-only, so add these lines/],
  ['a folder', (s) => mkdirSync(s.path('.bashrc')), /\.bashrc is not a text file/],
  ['a link to /dev/null', (s) => symlinkSync('/dev/null', s.path('.bashrc')), /is not a text file/],
  ['a link in a circle', (s) => symlinkSync('.bashrc', s.path('.bashrc')), /is a link in a circle/],
  ['with a NUL', write('a=1\n\0\n'), /\.bashrc is not a text file/],
  ['with a begin marker alone', write('# >>> ssox >>>\na=1\n'), /do not match \(line 1\)/],
  ['with an end marker alone', write('a=1\n# <<< ssox <<<\n'), /do not match \(line 2\)/],
  [
    'with markers in the wrong order',
    write('# <<< ssox <<<\n# >>> ssox >>>\n'),
    /do not match \(line 1\)/,
  ],
  [
    'with two blocks',
    write('# >>> ssox >>>\n# <<< ssox <<<\n# >>> ssox >>>\n# <<< ssox <<<\n'),
    /do not match \(line 1\)/,
  ],
  [
    'with a line by hand',
    write(
      'a=1\n[ -r ~/.local/share/ssox/shell/ssox.bash ] && . ~/.local/share/ssox/shell/ssox.bash\n',
    ),
    /\.bashrc: line 2 loads ssox already/,
  ],
  [
    'with a line by hand that has $HOME',
    write('source "$HOME"/.local/share/ssox/shell/ssox.bash'),
    /line 1 loads ssox already/,
  ],
  ['with a line that needs no folder', write('. ssox.bash\n'), /line 1 loads ssox already/],
  ['with eval of ssox init', write('eval "$(ssox init bash)"\n'), /line 1 loads ssox already/],
  [
    'with a line that is a comment now',
    write('a=1\n  # . ~/.local/share/ssox/shell/ssox.bash\n'),
    /line 2 would load ssox, but it is a comment/,
  ],
  [
    'with a comment that would eval ssox init',
    write('# eval "$(ssox init bash)"\n'),
    /line 1 would load ssox, but it is a comment/,
  ],
  [
    'with a comment that would load it where it is',
    write('#[ -r ~/ssox.bash ] && source "$HOME/my files/ssox.bash"\n'),
    /line 1 would load ssox, but it is a comment/,
  ],
  [
    'with a guarded line',
    write('if type ssox >/dev/null; then eval "$(command ssox init bash)"; fi # echo\n'),
    /line 1 loads ssox already/,
  ],
  ['with a substitution', write('source <(ssox init bash)\n'), /line 1 loads ssox already/],
  [
    'with a helper that evaluates',
    write('_evalcache ssox init bash\n'),
    /line 1 loads ssox already/,
  ],
  [
    'with a name for the hook',
    write('hook=~/src/ssox/shell/ssox.bash\n. "$hook"\n'),
    /line 1 loads ssox already/,
  ],
  [
    'with a line that complains where the hook is missing',
    write('echo hi\n. ~/src/ssox/shell/ssox.bash || echo "no ~/src/ssox/shell/ssox.bash"\n'),
    /line 2 loads ssox already/,
  ],
  [
    'with the hook itself',
    write(readFileSync(join(tree, 'shell/ssox.bash'), 'latin1')),
    /line \d+ loads ssox already/,
  ],
  [
    'with a line in another file that is loaded',
    (s) => s.write('.bash_aliases', '\n. ~/src/ssox/shell/ssox.bash\n'),
    /\.bash_aliases: line 2 loads ssox already/,
  ],
]

/** What is advised for login shells. */
const LOGIN_LINE = 'if [ -n "${BASH_VERSION-}" ] && [ -r ~/.bashrc ]; then . ~/.bashrc; fi'

const LAST_LINE = 'export IMPORTANT_LAST_LINE=1\n'

/** A block that is shorter than today's, and what it must not take with it. */
const OLD_BLOCK = `# >>> ssox >>>\n. ~/x\n# <<< ssox <<<\n${LAST_LINE}`

/** What is there for login shells, and what is said about it. */
const LOGIN_SHELLS: readonly [title: string, files: Record<string, string>, says?: RegExp][] = [
  ['no file', {}, /do not read ~\/\.bashrc here\.\n.*~\/\.bash_profile:\n/],
  [
    'another .profile',
    { '.profile': '# not ~/.bashrc\n' },
    /read ~\/\.profile, which does not load ~\/\.bashrc\.\n.*~\/\.profile:\n/,
  ],
  ['a .profile that loads .bashrc', { '.profile': '. ~/.bashrc\n' }],
  [
    'a .bash_profile that loads such a .profile',
    { '.bash_profile': '. "$HOME/.profile"\n', '.profile': '. "$HOME/.bashrc"\n' },
  ],
  [
    'a .bash_profile that hides such a .profile',
    { '.bash_profile': 'a=1\n', '.profile': '. ~/.bashrc\n' },
    /read ~\/\.bash_profile, which does not load/,
  ],
]

/** The words of shells that start as login shells and read ~/.profile, the strictest way. */
const LOGIN_WORDS = [
  ['dash', 'dash', '-leu'],
  ['busybox', 'busybox', 'sh', '-leu'],
  ['mksh', 'mksh', '-leu'],
  ['bash', 'bash', '-leu'],
] as const

/** What mentions ssox, and does not load it. */
const MENTIONS = [
  'alias x="cat notes-about-ssox.bash.txt"',
  'alias x="vim ~/src/ssox/shell/ssox.bash"',
  'cat ~/ssox.bash.txt',
  'echo ssox.bash',
  'awsuse() { export AWS_PROFILE=$1; }',
  'function awsuse { export AWS_PROFILE=$1; }',
  'echo "ssox init is nice"',
  'echo "try: ssox init bash"',
  '[ -t 1 ] && printf "%s\\n" "see ~/src/ssox/shell/ssox.bash"',
  '# one day: look at ssox init bash some day',
  '# one day: source the hook in ~/src/ssox/shell/ssox.bash',
  '# awsuse() is what ssox would bring',
]

suite('start-up file', (test) => {
  for (const [title, prepare] of BEFORE)
    test(`bash, ${title}: installed twice, removed, the same bytes`, () =>
      inSandbox(async (sandbox) => {
        prepare(sandbox)
        const before = listing(sandbox.home)
        const link = linkOf(sandbox)
        const bytes = bytesOf(sandbox) ?? ''
        const first = await sandbox.install(['--yes'])
        assert.is(first.status, 0, told(first))
        const installed = sandbox.read('.bashrc')
        assert.is(blocksIn(installed), 1)
        assert.ok(installed.startsWith(bytes), 'the old bytes come first')
        assert.is(linkOf(sandbox), link, 'a link stays a link')
        if (bytes) assert.is(modeIn(before, sandbox), modeIn(listing(sandbox.home), sandbox))
        if (bytes.includes('\r\n')) assert.not.match(installed, /[^\r]\n/)
        else assert.not.match(installed, '\r')
        const again = await sandbox.install(['--yes'])
        assert.is(again.status, 0, told(again))
        assert.match(again.stdout, /has the lines already/)
        assert.is(sandbox.read('.bashrc'), installed)
        const removed = await sandbox.install(['--uninstall', '--yes'])
        assert.is(removed.status, 0, told(removed))
        assert.equal(listing(sandbox.home), before)
      }))

  for (const [title, prepare, says] of LEFT_ALONE)
    test(`bash, a file ${title} is left alone, and the rest is installed`, () =>
      inSandbox(async (sandbox) => {
        prepare(sandbox)
        const before = listing(sandbox.home)
        const run = await sandbox.install(['--yes'])
        assert.is(run.status, 0, told(run))
        assert.match(run.stdout, says)
        assert.ok(statSync(sandbox.path('.local/bin/ssox')).isFile())
        const rest = listing(sandbox.home).filter((line) => !line.startsWith('.local'))
        assert.equal(rest, before)
      }))

  test('a block of another place is replaced where it stands', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('.bashrc', 'first=1')
      await sandbox.install(['--yes', '--prefix', sandbox.path('old place')])
      const old = sandbox.read('.bashrc')
      assert.match(old, /"\$HOME"'\/old place\/bin'/)
      sandbox.write('.bashrc', `${old}last=1\n`)
      const run = await sandbox.install(['--yes'])
      assert.match(run.stdout, /^ {2}- .*old place/m)
      assert.match(run.stdout, /^ {2}\+ .*\.local\/bin/m)
      const updated = sandbox.read('.bashrc')
      assert.is(blocksIn(updated), 1)
      assert.not.match(updated, 'old place')
      assert.ok(updated.startsWith('first=1\n#'))
      assert.ok(updated.endsWith('# <<< ssox <<<\nlast=1\n'))
    }))

  test('with lines after the block, the line break before it stays', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('.bashrc', 'first=1')
      await sandbox.install(['--yes'])
      sandbox.write('.bashrc', `${sandbox.read('.bashrc')}\n`)
      await sandbox.install(['--uninstall', '--yes'])
      assert.is(sandbox.read('.bashrc'), 'first=1\n\n')
    }))

  test('a file that was new stays when it has other lines by now', () =>
    inSandbox(async (sandbox) => {
      await sandbox.install(['--yes'])
      sandbox.write('.bashrc', `mine=1\n${sandbox.read('.bashrc')}`)
      await sandbox.install(['--uninstall', '--yes'])
      assert.is(sandbox.read('.bashrc'), 'mine=1\n')
    }))

  test('what is removed is named, and a line of the user that still loads ssox too', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('.bashrc', '. ~/.local/share/ssox/shell/ssox.bash\n')
      await sandbox.install(['--yes'])
      const run = await sandbox.install(['--uninstall', '--yes'])
      assert.match(run.stdout, /Line 1 of ~\/\.bashrc is not from this installer/)
      assert.is(sandbox.read('.bashrc'), '. ~/.local/share/ssox/shell/ssox.bash\n')
    }))

  test('--uninstall --no-modify-rc leaves the block, which is no line of the user', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('.bashrc', 'a=1\n')
      await sandbox.install(['--yes'])
      const installed = sandbox.read('.bashrc')
      const run = await sandbox.install(['--uninstall', '--no-modify-rc'])
      assert.is(run.status, 0, told(run))
      assert.match(run.stdout, '~/.bashrc was left as it is')
      assert.match(run.stdout, '\nRemoved.\n')
      assert.not.match(run.stdout, 'not from this installer')
      assert.is(sandbox.read('.bashrc'), installed)
    }))

  for (const [title, text] of [
    ['a new file', undefined],
    ['an empty file', ''],
    ['a file without a line break at its end', 'a=1'],
    ['a file with CRLF', 'a=1 #\r\nb=2 #'],
  ] as const)
    test(`copies of the block, as two installers once wrote them: removed from ${title}`, () =>
      inSandbox(async (sandbox) => {
        if (text !== undefined) sandbox.write('.bashrc', text)
        const before = listing(sandbox.home)
        await sandbox.install(['--yes'])
        const block = sandbox.read('.bashrc').slice(text?.length ?? 0)
        for (const copies of [2, 3]) {
          sandbox.write('.bashrc', (text ?? '') + block.repeat(copies))
          const shown = await sandbox.install(['--uninstall', '--dry-run'])
          assert.match(shown.stdout, `~/.bashrc (${copies} times):`)
          const run = await sandbox.install(['--uninstall'])
          assert.is(run.status, 0, told(run))
          assert.equal(listing(sandbox.home), before)
          await sandbox.install(['--yes'])
        }
      }))

  for (const [title, more] of [
    ['another block', OLD_BLOCK],
    ['a marker alone', '# <<< ssox <<<\n'],
    ['half of a copy', '# >>> ssox >>>\n'],
  ] as const)
    test(`a block and ${title} are not removed`, () =>
      inSandbox(async (sandbox) => {
        await sandbox.install(['--yes'])
        const text = sandbox.read('.bashrc') + more
        sandbox.write('.bashrc', text)
        const run = await sandbox.install(['--uninstall'])
        assert.is(run.status, 1, told(run))
        assert.match(run.stderr, /do not match\n {2}remove them by hand, from line 1\n/)
        assert.not.match(run.stdout, 'Removed.')
        assert.is(sandbox.read('.bashrc'), text)
      }))

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
      const names = ['lib/ssox', 'bin/ssox', 'share/ssox/shell/ssox.bash'].map((name) =>
        sandbox.path(`.local/${name}`),
      )
      for (const name of names) assert.match(run.stderr, ` '${name}'`)
      assert.match(run.stderr, '~/.bashrc cannot be written')
      assert.not.match(run.stderr, /^(?!install\.sh: | {2})./m, 'no word of rm')
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
        /\.bashrc has ssox markers that do not match\n {2}remove them by hand/,
      )
      assert.is(sandbox.read('.bashrc'), broken)
      assert.equal(listing(sandbox.home).length, 1)
    }))

  for (const [title, files, says] of LOGIN_SHELLS)
    test(`bash, login shells with ${title}: ${says ? 'spoken of, at the end' : 'not a word'}`, () =>
      inSandbox(async (sandbox) => {
        for (const [name, text] of Object.entries(files)) sandbox.write(name, text)
        const run = await sandbox.install(['--yes', '--shell', 'bash,fish'])
        assert.is(run.status, 0, told(run))
        const everywhere = run.stdout.split('Changed; every new terminal has it.').length - 1
        assert.is(everywhere, says ? 1 : 2, told(run))
        const atEnd = run.stdout.slice(run.stdout.indexOf('\nNext: ')).split('\n').slice(2)
        if (says) {
          assert.match(run.stdout, '\nChanged.\n')
          assert.match(atEnd.join('\n'), says)
          assert.is(atEnd.at(-2), `  ${LOGIN_LINE}`)
        } else {
          assert.equal(atEnd, [''])
        }
        const again = await sandbox.install(['--yes', '--shell', 'bash,fish'])
        assert.not.match(again.stdout, /[Ll]ogin shells/)
        const created = readdirSync(sandbox.home).filter((name) => /^\.(bash_|prof)/.test(name))
        assert.equal(created.sort(), Object.keys(files).sort())
      }))

  for (const [name, ...words] of LOGIN_WORDS)
    testIn(test, name, 'the line for ~/.profile: a login goes on, and bash has awsuse', () =>
      inSandbox(async (sandbox) => {
        // What only bash can read, and a last command that fails, ends a shell or a session.
        sandbox.write('.bashrc', 'mine=(1 2)\n')
        sandbox.write('.profile', 'x=1\n')
        const run = await sandbox.install(['--yes'])
        sandbox.write('.profile', `x=1\n${said(run.stdout, /~\/\.profile:\n {2}(.*)\n/)}\n`)
        const ask = 'echo on; if [ -n "${BASH_VERSION-}" ]; then type -t awsuse; fi'
        const login = await sandbox.run([...words, '-c', ask])
        assert.is(login.stdout, name === 'bash' ? 'on\nfunction\n' : 'on\n', told(login))
        assert.is(login.stderr, '')
        assert.is(login.status, 0)
        const again = await sandbox.install(['--yes'])
        assert.not.match(again.stdout, /[Ll]ogin shells/)
      }),
    )

  for (const text of MENTIONS)
    test(`a mere mention does not load ssox: ${text}`, () =>
      inSandbox(async (sandbox) => {
        sandbox.write('.bashrc', `${text}\n`)
        const run = await sandbox.install(['--yes'])
        assert.not.match(run.stdout, /loads? ssox/)
        assert.is(blocksIn(sandbox.read('.bashrc')), 1, told(run))
        const removed = await sandbox.install(['--uninstall'])
        assert.not.match(removed.stdout, 'not from this installer')
        assert.is(sandbox.read('.bashrc'), `${text}\n`)
      }))

  test('where a line of the user loads the hook, the one for PATH is shown if it is missing', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('.bashrc', '. ~/.local/share/ssox/shell/ssox.bash\n')
      const says = /add to ~\/\.bashrc:\n {2}case ":\$PATH:" in .* export PATH="\$PATH":.*\n$/
      const missing = await sandbox.install(['--yes'])
      assert.match(missing.stdout, says)
      const PATH = `${sandbox.env['PATH']}:${sandbox.path('.local/bin')}`
      const there = await sandbox.install(['--yes'], { env: { ...sandbox.env, PATH } })
      assert.not.match(there.stdout, 'export PATH')
      const line = said(missing.stdout, / {2}(case .*)\n$/)
      sandbox.write('.bashrc', `${line}\n`)
      const run = await sandbox.run(['bash', '-c', '. ~/.bashrc; command -v ssox'])
      assert.is(run.stdout.trim(), sandbox.path('.local/bin/ssox'), told(run))
    }))

  test('zsh: a word about compinit where no start-up file runs it', () =>
    inSandbox(async (sandbox) => {
      const hint = '~/.zshrc: autoload -Uz compinit && compinit\n'
      const lines = async (zshrc: string) => {
        sandbox.write('.zshrc', zshrc)
        const run = await sandbox.install(['--yes', '--shell', 'zsh'])
        assert.is(run.status, 0, told(run))
        return run.stdout
      }
      if (!forEverybody()) {
        assert.match(await lines('# autoload compinit\n'), hint)
        assert.not.match(await lines(sandbox.read('.zshrc')), hint, 'nothing new')
      }
      assert.not.match(await lines('autoload -Uz compinit\ncompinit\n'), hint)
      assert.not.match(await lines('source $ZSH/oh-my-zsh.sh\n'), hint)
    }))

  test('zsh: ZDOTDIR from .zshenv, which only zsh itself knows', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('.zshenv', 'print noise; ZDOTDIR=~/dot\\ zsh\n')
      sandbox.write('dot zsh/.zshrc', 'a=1')
      const before = listing(sandbox.home)
      const run = await sandbox.install(['--yes', '--shell', 'zsh'])
      assert.is(run.status, 0, told(run))
      assert.is(blocksIn(sandbox.read('dot zsh/.zshrc')), 1)
      assert.not.ok(listing(sandbox.home).some((line) => line.startsWith('.zshrc')))
      await sandbox.install(['--uninstall', '--yes'])
      assert.equal(listing(sandbox.home), before)
    }))

  test('zsh: ZDOTDIR from the environment, gone when ssox is removed', () =>
    inSandbox(async (sandbox) => {
      const zdotdir = sandbox.path('zdot')
      await sandbox.install(['--yes', '--shell', 'zsh'], {
        env: { ...sandbox.env, ZDOTDIR: zdotdir },
      })
      assert.is(blocksIn(sandbox.read('zdot/.zshrc')), 1)
      await sandbox.install(['--uninstall', '--yes'])
      assert.equal(listing(sandbox.home), [])
    }))

  test('XDG_CONFIG_HOME and XDG_DATA_HOME are honoured, relative ones ignored', () =>
    inSandbox(async (sandbox) => {
      const env = {
        ...sandbox.env,
        XDG_CONFIG_HOME: sandbox.path('conf'),
        XDG_DATA_HOME: sandbox.path('data/'),
      }
      await sandbox.install(['--yes', '--shell', 'fish'], { env })
      assert.match(sandbox.read('conf/fish/conf.d/ssox.fish'), '"$HOME/data/ssox/shell/ssox.fish"')
      assert.ok(statSync(sandbox.path('data/ssox/shell/ssox.fish')).isFile())
      await sandbox.install(['--uninstall', '--yes'])
      assert.equal(listing(sandbox.home), [])
      await sandbox.install(['--yes', '--shell', 'fish'], {
        env: { ...sandbox.env, XDG_CONFIG_HOME: 'conf', XDG_DATA_HOME: '' },
      })
      assert.is(blocksIn(sandbox.read(START_UP.fish)), 1)
    }))

  test('fish: the hook itself in conf.d, or a line in config.fish, is enough', () =>
    inSandbox(async (sandbox) => {
      sandbox.write(START_UP.fish, readFileSync(join(tree, 'shell/ssox.fish')))
      const copied = await sandbox.install(['--yes', '--shell', 'fish'])
      assert.match(copied.stdout, /ssox\.fish: line \d+ loads ssox already/)
      sandbox.write(START_UP.fish, '')
      sandbox.write('.config/fish/config.fish', 'ssox init fish | source\n')
      const line = await sandbox.install(['--yes', '--shell', 'fish'])
      assert.match(line.stdout, /config\.fish: line 1 loads ssox already/)
      assert.is(sandbox.read(START_UP.fish), '')
    }))

  testWith(test, ['setpriv'], 'a folder that cannot be written: edited in place', () =>
    inSandbox(async (sandbox) => {
      await ownedByNobody(sandbox)
      sandbox.write('locked/rc', 'a=1')
      symlinkSync('locked/rc', sandbox.path('.bashrc'))
      await sandbox.run(['chown', String(NOBODY), sandbox.path('locked/rc')])
      const before = listing(sandbox.path('locked'))
      const inode = statSync(sandbox.path('locked/rc')).ino
      const run = await sandbox.install(['--yes'], { shell: [...AS_NOBODY, 'dash'] })
      assert.is(run.status, 0, told(run))
      assert.is(blocksIn(sandbox.read('.bashrc')), 1)
      const removed = await sandbox.install(['--uninstall'], { shell: [...AS_NOBODY, 'dash'] })
      assert.is(removed.status, 0, told(removed))
      assert.equal(listing(sandbox.path('locked')), before)
      assert.is(statSync(sandbox.path('locked/rc')).ino, inode)
    }),
  )

  testWith(test, ['setpriv'], "somebody else's start-up file is not changed", () =>
    inSandbox(async (sandbox) => {
      await ownedByNobody(sandbox)
      sandbox.write('.bashrc', 'a=1\n')
      const run = await sandbox.install(['--yes'], { shell: [...AS_NOBODY, 'dash'] })
      assert.is(run.status, 0, told(run))
      assert.match(run.stdout, /\.bashrc is read-only/)
      assert.is(sandbox.read('.bashrc'), 'a=1\n')
    }),
  )

  test('with a second name: written in place, at an update and at the end', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('dotfiles/rc', OLD_BLOCK)
      linkSync(sandbox.path('dotfiles/rc'), sandbox.path('.bashrc'))
      const run = await sandbox.install(['--yes'])
      assert.is(run.status, 0, told(run))
      assert.match(sandbox.read('dotfiles/rc'), 'share/ssox/shell/ssox.bash')
      await sandbox.install(['--uninstall'])
      assert.is(sandbox.read('dotfiles/rc'), LAST_LINE)
      assert.is(statSync(sandbox.path('.bashrc')).nlink, 2)
    }))

  test('what can neither be written nor put back stays in a copy that is named', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('dotfiles/rc', OLD_BLOCK)
      linkSync(sandbox.path('dotfiles/rc'), sandbox.path('.bashrc'))
      // A disk that is full for the new text, and for the old one, too.
      const cat = 'case $1 in */new | */old) echo half; exit 1 ;; esac\nexec /bin/cat "$@"'
      sandbox.write('bin/cat', `#!/bin/sh\n${cat}\n`, 0o755)
      mkdirSync(sandbox.path('tmp'))
      const env = {
        ...sandbox.env,
        PATH: `${sandbox.path('bin')}:${sandbox.env['PATH']}`,
        TMPDIR: sandbox.path('tmp'),
      }
      const run = await sandbox.install(['--yes'], { env })
      assert.is(run.status, 1, told(run))
      const copy = said(
        run.stderr,
        /\.bashrc is not whole any more; what it was is in (.*)\n {2}cp /,
      )
      assert.is(readFileSync(copy, 'latin1'), OLD_BLOCK)
    }))

  testWith(test, ['unshare'], 'a full disk leaves no half block, and an error', () =>
    inSandbox(async (sandbox) => {
      // 4 KB are one page: the file has 4,000 bytes of it, and the block needs more than the rest.
      const script = [
        'mount -t tmpfs -o size=4k tmpfs "$HOME"',
        'head -c 4000 /dev/zero | tr "\\0" "#" >"$HOME/.bashrc"',
      ]
      const run = await installOnFullDisk(sandbox, script)
      assert.is(run.status, 1, told(run))
      assert.match(
        run.stdout,
        /Not changed: ~\/\.bashrc could not be written, so add these lines yourself:\n\n {2}# >>> ssox/,
      )
      assert.not.match(run.stdout, 'every new terminal')
      assert.match(run.stdout, 'same bytes')
    }),
  )

  testWith(test, ['unshare'], 'an update on a disk that is nearly full loses no record', () =>
    inSandbox(async (sandbox) => {
      // A release of a few pages, so that the disk can be full at each of them.
      for (const [name, text] of [
        ['package.json', '{\n  "name": "ssox",\n  "version": "0.1.0"\n}\n'],
        ['dist/main.cjs', ''],
        ['dist/chunk-A.js', ''],
        ['shell/ssox.bash', '#\n'],
      ] as const)
        sandbox.write(`../release/${name}`, text)
      const script = [
        'mount -t tmpfs -o size=1m tmpfs "$HOME"',
        'cat "$0" >../alone.sh; cd ../release',
        'record=$HOME/.local/lib/ssox/manifest rest=$HOME/rest',
        'ZDOTDIR=$HOME/cfg dash ../alone.sh --yes --shell bash,zsh >../out',
        'cp "$record" ../record',
        'for pages in 0 1 2 3 4 5 6 7 8 9 10 11 12; do',
        '  dd if=/dev/zero of="$rest" bs=4k 2>/dev/null || true',
        '  dd if=/dev/null of="$rest" bs=4k seek=$(($(wc -c <"$rest") / 4096 - pages)) 2>/dev/null',
        '  said= kept=; dash ../alone.sh --yes >../out 2>&1 && said=installed || said=failed',
        '  ! grep -q "^install.sh: cannot write" ../out || said="$said, and why"',
        '  ! cmp -s "$record" ../record || kept=kept',
        '  echo "$said; $kept"',
        'done',
        'rm "$rest"; dash ../alone.sh --uninstall >../out; ls -A "$HOME"',
      ]
      const run = await sandbox.run(
        ['unshare', '-m', 'sh', '-ec', script.join('\n'), join(releaseFolder(), 'install.sh')],
        { cwd: sandbox.home },
      )
      assert.is(run.status, 0, told(run))
      assert.match(run.stdout, /^(failed, and why; kept\n)+(installed; kept\n)+$/)
    }),
  )

  for (const [title, link] of [
    ['behind a link', 'ln -s disk/rc "$HOME/.bashrc"'],
    ['with a second name', 'ln disk/rc disk/.bashrc; HOME=$HOME/disk'],
  ] as const)
    testWith(test, ['unshare'], `an update on a full disk loses no byte of a file ${title}`, () =>
      inSandbox(async (sandbox) => {
        sandbox.write('before', `${OLD_BLOCK.padEnd(4065 - LAST_LINE.length, '#')}\n${LAST_LINE}`)
        const script = [
          'mkdir disk',
          'mount -t tmpfs -o size=64k tmpfs disk',
          'cp before disk/rc',
          'dd if=/dev/zero of=disk/rest bs=4k 2>/dev/null || true',
          link,
        ]
        const run = await installOnFullDisk(sandbox, script)
        assert.is(run.status, 1, told(run))
        assert.match(run.stdout, /Not changed: ~\/\.bashrc could not be written/)
        assert.match(run.stdout, 'same bytes\n')
        assert.not.match(run.stdout, '.ssox.')
      }),
    )
})

/** Installs after a script that fills the disk of the start-up file; says whether that changed. */
function installOnFullDisk(sandbox: Sandbox, script: readonly string[]): Promise<Finished> {
  const lines = [
    ...script,
    'cp "$HOME/.bashrc" ../before',
    'status=0; "$@" || status=$?',
    'cmp "$HOME/.bashrc" ../before && echo same bytes',
    'ls -A "$HOME" disk 2>/dev/null || true',
    'exit $status',
  ]
  return sandbox.install(['--yes', '--prefix', `${sandbox.root}/local`], {
    cwd: sandbox.home,
    env: { ...sandbox.env, XDG_DATA_HOME: `${sandbox.root}/data` },
    shell: ['unshare', '-m', 'sh', '-ec', lines.join('\n'), 'sh', 'dash'],
  })
}

function said(text: string, pattern: RegExp): string {
  assert.match(text, pattern)
  return String(pattern.exec(text)?.[1])
}

/** Ubuntu's /etc/zsh/zshrc runs compinit. */
function forEverybody(): boolean {
  try {
    return /^ID.*ubuntu/m.test(readFileSync('/etc/os-release', 'utf8'))
  } catch {
    return false
  }
}

function bytesOf(sandbox: Sandbox): string | undefined {
  try {
    return readFileSync(sandbox.path('.bashrc'), 'latin1')
  } catch {
    return undefined
  }
}

function linkOf(sandbox: Sandbox): string | undefined {
  try {
    return readlinkSync(sandbox.path('.bashrc'))
  } catch {
    return undefined
  }
}

/** The mode of the file behind .bashrc, as the listing has it. */
function modeIn(lines: string[], sandbox: Sandbox): string | undefined {
  const name = linkOf(sandbox) ? /^dotfiles\/(bash\/)?rc / : /^\.bashrc /
  return lines
    .find((line) => name.test(line))
    ?.split(' ')
    .at(-2)
}

async function ownedByNobody(sandbox: Sandbox): Promise<void> {
  await sandbox.run(['chmod', '755', sandbox.root])
  await sandbox.run(['chown', String(NOBODY), sandbox.home])
}
