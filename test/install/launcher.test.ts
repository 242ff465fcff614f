import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { launcherText, stableNode } from '../../src/install/launcher.ts'
import { inMountNamespace, testWith } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { assert, suite } from '../support/suite.ts'
import { inSandbox, listing, type Sandbox, tree } from './sandbox.ts'

/** What the pinned Node would be, on any machine. */
const node = process.execPath

suite('the installed command', (test) => {
  test('needs nothing on PATH, no HOME and no terminal', () =>
    inSandbox(async (sandbox) => {
      await sandbox.install(['--yes'])
      const run = await sandbox.run([launcher(sandbox), '--version'], {
        env: { PATH: '/nonexistent' },
      })
      assert.is(run.stdout, '0.1.0\n', told(run))
      assert.is(run.status, 0)
    }))

  test('runs the demo from a home with blanks', () =>
    inSandbox(async (sandbox) => {
      await sandbox.install(['--yes'])
      const run = await sandbox.run([launcher(sandbox), 'demo', '--script'])
      assert.is(run.status, 0, told(run))
      assert.match(run.stdout, /^Done: /m)
    }, 'home of me'))

  test('passes arguments and the exit code on', () =>
    inSandbox(async (sandbox) => {
      await sandbox.install(['--yes'])
      sandbox.write(
        '.aws/config',
        '[profile "a b"]\naws_access_key_id=AKIAIOSFODNN7EXAMPLE\naws_secret_access_key=x\n',
      )
      const run = await sandbox.run([
        launcher(sandbox),
        'exec',
        'a b',
        '--',
        'sh',
        '-c',
        'exit $#',
        'x',
        '',
        'y z',
      ])
      assert.is(run.status, 2, told(run))
    }))

  testWith(test, ['strace'], 'becomes Node: no process of its own stays or is started', () =>
    inSandbox(async (sandbox) => {
      await sandbox.install(['--yes'])
      const trace = join(sandbox.root, 'trace')
      const words = [
        'strace',
        '-f',
        '-qq',
        '-o',
        trace,
        '-e',
        'trace=execve,clone,clone3,fork,vfork',
        '-e',
        'signal=none',
      ]
      await sandbox.run([...words, launcher(sandbox), '--version'])
      const [shell = '', program = ''] = readFileSync(trace, 'utf8').split('\n')
      assert.match(shell, /execve\(".*\/bin\/ssox"/)
      assert.match(program, /execve\(".*node"/)
      assert.is(pidOf(shell), pidOf(program))
    }),
  )

  test('finds another Node when the one it was installed with is gone', () =>
    inSandbox(async (sandbox) => {
      unpin(sandbox)
      await sandbox.install(['--yes'])
      const script = unpin(sandbox)
      assert.match(script, "node='/nonexistent/node'")
      const version = [launcher(sandbox), '--version']
      const onPath = await sandbox.run(version, { env: { PATH: dirname(node) } })
      assert.is(onPath.stdout, '0.1.0\n', told(onPath))
      const tooOld = join(sandbox.root, 'old')
      mkdirSync(tooOld)
      writeFileSync(join(tooOld, 'node'), '#!/bin/sh\nexit 1\n')
      chmodSync(join(tooOld, 'node'), 0o755)
      for (const place of [
        '.nvm/versions/node/v22.1.0/bin',
        '.volta/bin',
        '.local/share/fnm/node-versions/v20.19.0/installation/bin',
        'Library/Application Support/fnm/node-versions/v24.0.0/installation/bin',
        '.local/share/mise/installs/node/24.1.0/bin',
        '.asdf/installs/nodejs/22.0.0/bin',
      ]) {
        mkdirSync(sandbox.path(place), { recursive: true })
        // A Node that leaves a trace, to tell it from the machine's own.
        sandbox.write(
          `${place}/node`,
          `#!/bin/sh\n[ "$1" = -e ] || echo here\nexec '${node}' "$@"\n`,
          0o755,
        )
        const run = await sandbox.run(version, { env: { ...sandbox.env, PATH: tooOld } })
        assert.is(run.stdout, 'here\n0.1.0\n', `${place}: ${told(run)}`)
        rmSync(sandbox.path(place), { recursive: true })
      }
    }))

  testWith(test, ['unshare'], 'without any Node it says so, and an eval does not go on', () =>
    inSandbox(async (sandbox) => {
      await sandbox.install(['--yes'])
      const env = { ...sandbox.env, PATH: '/usr/bin:/bin' }
      const hidden = (words: string[]) => sandbox.run([...withoutNode(), ...words], { env })
      const failed = await hidden([
        'sh',
        '-c',
        'eval "$("$0" env dev)" && echo deployed',
        launcher(sandbox),
      ])
      assert.is(failed.status, 1, told(failed))
      assert.is(failed.stdout, '')
      assert.match(
        failed.stderr,
        /^ssox: Node 20.8 or later is not there any more; it was \/.*\n {2}install Node/,
      )
      const asData = await hidden([launcher(sandbox), 'env', 'dev', '--format', 'json'])
      assert.is(asData.stdout, '')
      assert.is(asData.status, 1)
    }),
  )

  testWith(test, ['unshare'], 'installing without Node, or with one that is too old, says so', () =>
    inSandbox(async (sandbox) => {
      const env = { ...sandbox.env, PATH: '/usr/bin:/bin' }
      const none = await sandbox.install(['--yes'], { env, shell: [...withoutNode(), 'dash'] })
      assert.is(none.status, 1, told(none))
      assert.match(
        none.stderr,
        /^install\.sh: ssox needs Node 20.8 or later.*\n {2}install Node from https:/,
      )
      mkdirSync(join(sandbox.root, 'old'))
      const old = join(sandbox.root, 'old', 'node')
      writeFileSync(old, '#!/bin/sh\n[ "$1" = --version ] && echo v18.20.4 || exit 1\n')
      chmodSync(old, 0o755)
      const tooOld = await sandbox.install(['--yes'], {
        env: { ...env, PATH: `${dirname(old)}:${env.PATH}` },
        shell: [...withoutNode(), 'dash'],
      })
      assert.is(tooOld.status, 1, told(tooOld))
      assert.match(tooOld.stderr, /needs Node 20.8 or later; .*\/old\/node is v18\.20\.4\n/)
    }),
  )

  testWith(test, ['unshare'], 'removing without Node: the files go, the lines are named', () =>
    inSandbox(async (sandbox) => {
      sandbox.write('.bashrc', 'a=1\n')
      sandbox.write('.zshrc', 'a=1')
      const before = listing(sandbox.home)
      const prefix = sandbox.path('my tools')
      await sandbox.install(['--yes', '--shell', 'bash,zsh', '--prefix', prefix])
      const files = () => ['.bashrc', '.zshrc'].map((name) => sandbox.read(name))
      const installed = files()
      const env = { ...sandbox.env, PATH: '/usr/bin:/bin' }
      const shell = [...withoutNode(), 'dash']
      const dry = await sandbox.install(['--uninstall', '--dry-run'], { env, shell })
      assert.is(dry.status, 1, told(dry))
      assert.match(dry.stderr, 'needs Node 20')
      const run = await sandbox.install(['--uninstall'], { env, shell })
      assert.is(run.status, 0, told(run))
      const named = [
        `There is no Node to edit ${sandbox.path('.zshrc')}: delete its lines 2 to 6.`,
        `There is no Node to edit ${sandbox.path('.bashrc')}: delete its lines 2 to 5.`,
      ]
      assert.is(run.stdout, `${named.join('\n')}\n`)
      assert.equal(files(), installed)
      sandbox.write('.bashrc', 'a=1\n')
      sandbox.write('.zshrc', 'a=1')
      assert.equal(listing(sandbox.home), before)
      const again = await sandbox.install(['--uninstall'], { env, shell })
      assert.is(again.status, 1, told(again))
      assert.match(again.stderr, `ssox is not installed in ${sandbox.path('.local')}`)
    }),
  )

  test('what fnm or a shim puts on PATH is not pinned, the program behind it is', () =>
    inSandbox(async (sandbox) => {
      const shims = join(sandbox.root, 'fnm_multishells', '1_2', 'bin')
      mkdirSync(shims, { recursive: true })
      symlinkSync(node, join(shims, 'node'))
      const env = { ...sandbox.env, PATH: `${shims}:${sandbox.env['PATH']}` }
      const run = await sandbox.install(['--yes'], { env })
      assert.is(run.status, 0, told(run))
      assert.not.match(sandbox.read('.local/bin/ssox'), 'fnm_multishells')
      assert.match(sandbox.read('.local/bin/ssox'), `\nnode='${node}'\n`)
    }))
})

suite('which path of Node is pinned', (test) => {
  for (const [found, execPath, pinned] of [
    ['/usr/bin/node', '/usr/lib/node/22/bin/node', '/usr/bin/node'],
    ['/usr/local/bin/node', '/opt/n/22.1.0/bin/node', '/usr/local/bin/node'],
    ['/home/me/.nix-profile/bin/node', '/nix/store/x/bin/node', '/home/me/.nix-profile/bin/node'],
    ['/run/user/1/fnm_multishells/1_2/bin/node', '/fnm/v22/bin/node', '/fnm/v22/bin/node'],
    ['/home/me/.volta/bin/node', '/home/me/.volta/tools/22/node', '/home/me/.volta/tools/22/node'],
    ['/opt/homebrew/bin/node', '/opt/homebrew/Cellar/node/24.1/bin/node', '/opt/homebrew/bin/node'],
    [
      '/home/me/bin/node',
      '/opt/homebrew/Cellar/node@22/22.1.0/bin/node',
      '/opt/homebrew/opt/node@22/bin/node',
    ],
    ['/x/node', '/brew/Cellar/none/1/bin/node', '/brew/Cellar/none/1/bin/node'],
  ] as const)
    test(`${found}, which is ${execPath}`, () =>
      assert.is(
        stableNode(found, execPath, (path) => path === '/opt/homebrew/opt/node@22/bin/node'),
        pinned,
      ))
})

suite('the text of the launcher', (test) => {
  const template = readFileSync(join(tree, 'shell', 'ssox.sh'), 'utf8')

  for (const name of ['plain', "it's", 'a b', '$HOME `id` "x" \\', '@node@ $& $1'])
    test(`is sh that holds the paths of ${name} as they are`, () => {
      const paths = { node: `/${name}/bin/node`, script: `/${name}/lib/ssox/dist/main.cjs` }
      const text = launcherText(template, paths)
      const assignments = text
        .split('\n')
        .filter((line) => /^(node|program)=/.test(line))
        .join('\n')
      const show = `${assignments}\nprintf '%s\\n' "$node" "$program"`
      const run = spawnSync('dash', ['-c', show], { encoding: 'utf8' })
      assert.is(run.stdout, `${paths.node}\n${paths.script}\n`, run.stderr)
      assert.is(spawnSync('dash', ['-n'], { input: text }).status, 0)
    })
})

function launcher(sandbox: Sandbox): string {
  return sandbox.path('.local/bin/ssox')
}

/** Makes the launcher look for a Node that is gone; returns its text. */
function unpin(sandbox: Sandbox): string {
  try {
    const text = sandbox.read('.local/bin/ssox').replace(/^node='.*'$/m, "node='/nonexistent/node'")
    sandbox.write('.local/bin/ssox', text)
    return text
  } catch {
    return ''
  }
}

function pidOf(line: string): string | undefined {
  return line.split(' ')[0]
}

/** Words before a command for which no Node of this machine can be started. */
function withoutNode(): string[] {
  const script = [node, '/usr/bin/node', '/usr/local/bin/node', '/usr/bin/nodejs']
    .map((path) => `[ ! -e '${path}' ] || mount --bind /dev/null '${path}' || exit`)
    .join('\n')
  return inMountNamespace(script)
}
