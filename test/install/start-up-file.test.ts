import { mkdirSync, readFileSync, readlinkSync, statSync, symlinkSync } from 'node:fs'
import { AS_NOBODY, NOBODY, testWith } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { assert, suite } from '../support/suite.ts'
import { blocksIn, inSandbox, listing, type Sandbox, START_UP } from './sandbox.ts'

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
  ['with eval of ssox init', write('eval "$(ssox init bash)"\n'), /line 1 loads ssox already/],
  [
    'with a line that is a comment now',
    write('a=1\n  # . ~/.local/share/ssox/shell/ssox.bash\n'),
    /line 2 would load ssox, but it is a comment/,
  ],
  [
    'with a line in another file that is loaded',
    (s) => s.write('.bash_aliases', '\n. ~/src/ssox/shell/ssox.bash\n'),
    /\.bash_aliases: line 2 loads ssox already/,
  ],
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

  test('bash: .bash_profile and .bash_login are never created, and login shells are spoken of', () =>
    inSandbox(async (sandbox) => {
      const files = () => listing(sandbox.home).filter((line) => line.startsWith('.bash_'))
      const alone = await sandbox.install(['--yes'])
      assert.match(alone.stdout, /do not read ~\/\.bashrc here/)
      sandbox.write('.profile', 'a=1\n')
      const profile = await sandbox.install(['--yes'])
      assert.match(profile.stdout, /read ~\/\.profile, which does not load ~\/\.bashrc/)
      sandbox.write('.profile', '. ~/.bashrc\n')
      const loaded = await sandbox.install(['--yes'])
      assert.not.match(loaded.stdout, /[Ll]ogin shells/)
      assert.equal(files(), [])
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
      sandbox.write(START_UP.fish, '# ssox.fish\nfunction awsuse --description x\nend\n')
      const copied = await sandbox.install(['--yes', '--shell', 'fish'])
      assert.match(copied.stdout, /ssox\.fish: line 2 loads ssox already/)
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

  testWith(test, ['unshare'], 'a full disk leaves no half block', () =>
    inSandbox(async (sandbox) => {
      // 4 KB are one page: the file has 4,000 bytes of it, and the block needs more than the rest.
      const script = [
        'mount -t tmpfs -o size=4k tmpfs "$HOME"',
        'head -c 4000 /dev/zero | tr "\\0" "#" >"$HOME/.bashrc"',
        'cp "$HOME/.bashrc" ../before',
        '"$@"',
        'cmp "$HOME/.bashrc" ../before && echo same bytes',
      ].join('\n')
      const run = await sandbox.install(['--yes', '--prefix', `${sandbox.root}/local`], {
        cwd: sandbox.home,
        env: { ...sandbox.env, XDG_DATA_HOME: `${sandbox.root}/data` },
        shell: ['unshare', '-m', 'sh', '-ec', script, 'sh', 'dash'],
      })
      assert.is(run.status, 0, told(run))
      assert.match(run.stdout, /Not changed: ~\/\.bashrc could not be written/)
      assert.match(run.stdout, /same bytes/)
    }),
  )
})

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
