/** `ssox credential-process --install`: the line, in the file that belongs to the user. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { copyRelease } from '../install/sandbox.ts'
import { type Home, node, program, withHome } from '../support/home.ts'
import { runIn } from '../support/machine.ts'
import { assertFailure, told } from '../support/output.ts'
import { assert, suite } from '../support/suite.ts'

const INSTALL = ['credential-process', '--install', 'dev']
const LINE = `${node} ${program} credential-process --profile dev`

const sectionOf = (name: string, line = LINE) =>
  `\n[profile ${name}]\n# by ssox credential-process --install\ncredential_process = ${line}\nregion = eu-west-1\n`

/** Runs it; stdout must be empty. */
async function install(home: Home, ...args: string[]) {
  const run = await home.ssox([...INSTALL, ...args])
  assert.is(run.stdout, '', told(run))
  return run
}

suite('credential-process --install', (test) => {
  test('writes another profile, shows it, and leaves every other byte', () =>
    withHome(async (home) => {
      const before = home.read('config')
      const run = await install(home, '--yes')
      assert.is(run.status, 0, told(run))
      assert.is(home.read('config'), before + sectionOf('dev-process'))
      assert.match(run.stderr, `+ credential_process = ${LINE}`)
      assert.match(run.stderr, 'programs get the keys with AWS_PROFILE=dev-process\n')
    }))

  test('a second time changes nothing', () =>
    withHome(async (home) => {
      await install(home, '--yes')
      const { mtimeMs } = statSync(home.aws('config'))
      const run = await install(home, '--yes')
      assert.is(run.status, 0, told(run))
      assert.match(run.stderr, 'ssox: ~/.aws/config has the line already\n')
      assert.is(statSync(home.aws('config')).mtimeMs, mtimeMs)
    }))

  test('without a terminal nothing is changed unless --yes is said; --dry-run only shows', () =>
    withHome(async (home) => {
      const before = home.read('config')
      const run = await install(home, '--as', 'my app')
      assertFailure(run, 2, /there is no terminal to ask on/)
      assert.match(run.stderr, "\n  ssox credential-process --install dev --as 'my app' --yes\n")
      const dry = await install(home, '--dry-run')
      assert.is(dry.status, 0, told(dry))
      assert.match(dry.stderr, '+ [profile dev-process]')
      assert.is(home.read('config'), before)
    }))

  test('a link stays a link, and the mode stays', () =>
    withHome(async (home) => {
      const real = join(home.path, 'dotfiles')
      renameSync(home.aws('config'), real)
      chmodSync(real, 0o640)
      symlinkSync(real, home.aws('config'))
      assert.is((await install(home, '--yes')).status, 0)
      assert.ok(lstatSync(home.aws('config')).isSymbolicLink())
      assert.is(statSync(real).mode & 0o777, 0o640)
      assert.match(home.read('config'), sectionOf('dev-process'))
    }))

  test('into the SSO profile itself: only when it is named, and with a warning', () =>
    withHome(async (home) => {
      const run = await install(home, '--as', 'dev', '--yes')
      assert.is(run.status, 0, told(run))
      assert.match(
        run.stderr,
        /warning: "dev" uses SSO itself: the AWS CLI, boto3, .* not with the line/,
      )
      assert.match(
        home.read('config'),
        `region = eu-west-1\ncredential_process = ${LINE}\n\n[profile prod]`,
      )
    }))

  test('not where other credentials have the name, and not into a circle', () =>
    withHome(async (home) => {
      writeFileSync(home.aws('credentials'), '[dev-process]\naws_access_key_id = x\n')
      const before = home.read('config')
      const rows: [args: string[], status: number, about: RegExp][] = [
        [INSTALL, 3, /\[dev-process\] in .*credentials has aws_access_key_id, so it is left/],
        [[...INSTALL, '--as', 'deploy'], 3, /\[profile deploy\] in .*config has role_arn/],
        [['credential-process', 'static', '--install', '--as', 'static'], 3, /"static" would call/],
        [['credential-process', '--install', 'nobody'], 3, /there is no profile "nobody"/],
        [['credential-process', '--install'], 2, /--install needs the profile/],
        [['credential-process', 'dev', '--yes'], 2, /--yes is for --install/],
        [['credential-process', 'dev', '--as', 'x'], 2, /--as is for --install/],
      ]
      for (const [args, status, about] of rows)
        assertFailure(await home.ssox([...args, ...(status === 3 ? ['--yes'] : [])]), status, about)
      assert.is(home.read('config'), before)
    }))

  test('an installed ssox is called by its launcher, from a folder with a blank too', () =>
    withHome(async (home) => {
      const prefix = join(home.path, 'my tools')
      const lib = join(prefix, 'lib', 'ssox')
      mkdirSync(lib, { recursive: true })
      mkdirSync(join(prefix, 'bin'))
      copyRelease(lib)
      writeFileSync(join(prefix, 'bin', 'ssox'), '')
      const run = await runIn(home, [node, join(lib, 'dist', 'main.cjs'), ...INSTALL, '--yes'])
      assert.is(run.status, 0, told(run))
      const line = `"${prefix}/bin/ssox" credential-process --profile dev`
      assert.match(home.read('config'), sectionOf('dev-process', line))
    }))
})
