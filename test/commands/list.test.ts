/** `ssox list`: the profiles, for people and for programs. */
import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { usualConfig, withHome } from '../support/home.ts'
import { runIn } from '../support/machine.ts'
import { assertFailure, told } from '../support/output.ts'
import { assert, suite } from '../support/suite.ts'
import { intoClosedPipe, putOnPath } from './evaluate.ts'
import { onScreen, testOnScreen } from './screen.ts'

const WRONG = `
[profile half]
sso_session = corp
sso_account_id = 123456789012

[profile circle]
role_arn = arn:aws:iam::123456789012:role/X
source_profile = circle

[profile empty]
region = eu-west-1
`

suite('list', (test) => {
  test('one row per profile with kind, account, role and region; problems under the table', () =>
    withHome(async (home) => {
      home.writeConfig(`${usualConfig(home.center.startUrl)}${WRONG}`)
      writeFileSync(
        home.aws('credentials'),
        '[only-here]\naws_access_key_id = a\naws_secret_access_key = b\n',
      )
      const run = await home.ssox(['list'])
      assert.is(run.status, 0, told(run))
      assert.is(run.stderr, '')
      const [rows = '', problems = ''] = run.stdout.split('\n\n')
      const lines = rows.split('\n')
      const cells = lines.map((line) => line.split(/ {2,}/))
      assert.equal(cells[0], ['PROFILE', 'KIND', 'ACCOUNT', 'ROLE', 'REGION'])
      assert.equal(
        cells.slice(1).map(([name, kind]) => [name, kind]),
        [
          ['default', 'sso'],
          ['dev', 'sso'],
          ['prod', 'sso'],
          ['old', 'sso'],
          ['deploy', 'assume-role'],
          ['static', 'static'],
          ['half', 'invalid'],
          ['circle', 'invalid'],
          ['empty', 'no credentials'],
          ['only-here', 'static'],
        ],
      )
      assert.equal(cells[3], ['prod', 'sso', '012345678901', 'AdministratorAccess', 'eu-central-1'])
      assert.equal(cells[7], ['half', 'invalid', '123456789012'])
      assert.equal(cells[9], ['empty', 'no credentials', 'eu-west-1'])
      assert.match(problems, /^profile "half" lacks sso_role_name\n {2}add sso_role_name to \[prof/)
      assert.match(problems, /\nprofile "circle" has itself as source_profile.*\n {2}set source_/)
      assert.not.match(problems, /"empty"/)
    }))

  test('--json: version 1, every profile in the order of the files, problems with their fix', () =>
    withHome(async (home) => {
      home.writeConfig(`${usualConfig(home.center.startUrl)}${WRONG}`)
      const run = await home.ssox(['list', '--json'])
      assert.is(run.status, 0, told(run))
      const { version, profiles } = JSON.parse(run.stdout)
      assert.is(version, 1)
      assert.equal(profiles[1], {
        current: false,
        protected: false,
        name: 'dev',
        kind: 'sso',
        accountId: '123456789012',
        roleName: 'Developer',
        region: 'eu-west-1',
        session: 'corp',
      })
      assert.equal(profiles[4], {
        current: false,
        protected: false,
        name: 'deploy',
        kind: 'assume-role',
        accountId: '210987654321',
        roleName: 'Deploy',
        region: 'eu-west-1',
        session: 'corp',
      })
      const none = { current: false, protected: false }
      assert.equal(profiles[5], {
        name: 'static',
        kind: 'static',
        region: 'eu-north-1',
        ...none,
      })
      const { problem, fix, ...half } = profiles[6]
      assert.equal(half, {
        name: 'half',
        kind: 'invalid',
        accountId: '123456789012',
        session: 'corp',
        ...none,
      })
      assert.match(problem, /lacks sso_role_name/)
      assert.match(fix, /add sso_role_name to \[profile half\] in .*config/)
      const settings = { name: 'empty', kind: 'none', region: 'eu-west-1', settingsOnly: true }
      assert.equal(profiles.at(-1), { ...settings, ...none })
    }))

  test('--names: the names alone, byte for byte, wrong profiles too', () =>
    withHome(async (home) => {
      home.writeConfig(`[profile "it's $HOME"]\nregion = x\n[profile größe]\n[default]\n`)
      const run = await home.ssox(['list', '--names'])
      assert.equal(run, { status: 0, stdout: "it's $HOME\ngröße\ndefault\n", stderr: '' })
    }))

  test('no profile at all: exit 0, a word on stderr; for programs an empty list', () =>
    withHome(async (home) => {
      home.writeConfig('')
      const text = await home.ssox(['list'])
      assert.is(text.status, 0)
      assert.is(text.stdout, '')
      assert.match(
        text.stderr,
        /^ssox: there is no profile in .*config \(ssox setup makes them\)\n$/,
      )
      assert.equal(JSON.parse((await home.ssox(['list', '--json'])).stdout), {
        version: 1,
        profiles: [],
      })
      assert.equal(await home.ssox(['list', '--names']), { status: 0, stdout: '', stderr: '' })
    }))

  test('AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, ~ included', () =>
    withHome(async (home) => {
      writeFileSync(`${home.path}/c`, '[profile there]\nregion = x\n')
      writeFileSync(`${home.path}/k`, '[keys]\naws_access_key_id = a\naws_secret_access_key = b\n')
      const env = {
        ...home.env,
        AWS_CONFIG_FILE: '~/c',
        AWS_SHARED_CREDENTIALS_FILE: `${home.path}/k`,
      }
      assert.is((await home.ssox(['list', '--names'], { env })).stdout, 'there\nkeys\n')
    }))

  test('files that cannot be read: exit 3', () =>
    withHome(async (home) => {
      const env = { ...home.env, AWS_CONFIG_FILE: home.path }
      assertFailure(await home.ssox(['list'], { env }), 3, /cannot read .*not a regular file/)
    }))

  test('/dev/null is no file, through a link too', () =>
    withHome(async (home) => {
      symlinkSync('/dev/null', home.aws('credentials'))
      const none = { ...home.env, AWS_CONFIG_FILE: '/dev/null' }
      assert.match((await home.ssox(['list', '--names'])).stdout, /^default\ndev\n/)
      const run = await home.ssox(['list', '--names'], { env: none })
      assert.equal(run, { status: 0, stdout: '', stderr: '' })
      const device = { ...home.env, AWS_CONFIG_FILE: '/dev/zero' }
      assertFailure(await home.ssox(['list'], { env: device }), 3, /not a regular file/)
    }))

  test('UTF-16: exit 3 with the cause, and a cure that keeps the file and its mode', () =>
    withHome(async (home) => {
      const text = home.read('config')
      const folder = join(home.path, "it's a folder")
      mkdirSync(folder)
      for (const file of [home.aws('config'), join(folder, 'config')]) {
        const env = { ...home.env, AWS_CONFIG_FILE: file }
        for (const content of [text, `\ufeff${text}`]) {
          writeFileSync(file, Buffer.from(content, 'utf16le'))
          const run = await home.ssox(['list'], { env })
          assertFailure(run, 3, /cannot read .*\/config: it is UTF-16/)
          if (content === text) continue
          chmodSync(file, 0o600)
          const before = statSync(file)
          const cure = run.stderr.trimEnd().split('\n').at(-1) ?? ''
          assert.is((await runIn(home, ['sh', '-c', `umask 022; ${cure}`])).status, 0, cure)
          const { ino, mode } = statSync(file)
          assert.equal({ ino, mode }, { ino: before.ino, mode: before.mode })
          assert.not.ok(existsSync(`${file}.utf8`))
          assert.match((await home.ssox(['list', '--names'], { env })).stdout, /^default\ndev\n/)
        }
      }
    }))

  test('the command that shows what cannot be read is quoted', () =>
    withHome(async (home) => {
      const folder = join(home.path, 'a b')
      mkdirSync(folder)
      const run = await home.ssox(['list'], { env: { ...home.env, AWS_CONFIG_FILE: folder } })
      assertFailure(run, 3, /cannot read .*not a regular file/)
      assert.match(run.stderr, `\n  ls -l '${folder}'\n`)
    }))

  test('a file in the place of a folder, however far up, is named', () =>
    withHome(async (home) => {
      const file = join(home.path, 'file')
      writeFileSync(file, home.read('config'))
      symlinkSync(file, join(home.path, 'link'))
      const there = { HOME: join(home.path, 'elsewhere') }
      mkdirSync(there.HOME)
      writeFileSync(join(there.HOME, '.aws'), '')
      const cases: [title: string, env: Record<string, string>, file: string][] = [
        ['~/.aws', there, join(there.HOME, '.aws')],
        ['right above the config', { AWS_CONFIG_FILE: `${file}/config` }, file],
        ['two above the config', { AWS_CONFIG_FILE: `${file}/a/b` }, file],
        ['far above the credentials', { AWS_SHARED_CREDENTIALS_FILE: `${file}/a/b/c/d` }, file],
        ['through a link', { AWS_CONFIG_FILE: `${home.path}/link/a/b` }, `${home.path}/link`],
        ['above the settings', { XDG_CONFIG_HOME: file }, file],
        ['far above the settings', { XDG_CONFIG_HOME: `${file}/a/b` }, file],
      ]
      for (const [title, more, expected] of cases) {
        const run = await home.ssox(['list'], { env: { ...home.env, ...more } })
        const status = more['XDG_CONFIG_HOME'] === undefined ? 3 : 2
        assertFailure(run, status, /cannot read \S+: \S+ is a file, not a folder$/)
        assert.ok(run.stderr.includes(`: ${expected} is a file`), `${title}: ${run.stderr}`)
      }
    }))

  test('below /dev/null, or below a folder that is not there, there is no file', () =>
    withHome(async (home) => {
      for (const path of ['/dev/null', '/dev/null/a/b', `${home.path}/none/a/b`]) {
        const env = { ...home.env, XDG_CONFIG_HOME: path, AWS_CONFIG_FILE: `${path}/c` }
        const run = await home.ssox(['list', '--names'], { env })
        assert.equal(run, { status: 0, stdout: '', stderr: '' }, path)
      }
    }))

  test('into a pipe that is closed early: no message, the exit code of SIGPIPE', () =>
    withHome(async (home) => {
      putOnPath(home)
      const run = await runIn(home, ['bash', '-c', intoClosedPipe('ssox list')])
      assert.equal(run, { status: 0, stdout: '141\n', stderr: '' })
    }))

  testOnScreen(test, 'a table that is cut for the terminal has a sign that its locale has', () =>
    withHome(async (home) => {
      putOnPath(home)
      const role = 'x'.repeat(200)
      const session = `sso_start_url = https://${role}.awsapps.com/start\nsso_region = us-east-1`
      const keys = `sso_session = s\nsso_account_id = 123456789012\nsso_role_name = ${role}`
      home.writeConfig(`[profile dev]\n${keys}\n[sso-session s]\n${session}\n`)
      for (const [locale, cut] of [
        ['C.UTF-8', /x…\s/],
        ['C', /x~\s/],
      ] as const)
        for (const verb of ['list', 'status'])
          assert.match(
            (await onScreen(home, verb, { LC_ALL: locale, AWS_PROFILE: 'dev' })).screen,
            cut,
          )
    }),
  )

  testOnScreen(test, 'a name stays what it is in a locale that has not all of its letters', () =>
    withHome(async (home) => {
      putOnPath(home)
      const name = 'a→b · c…❯ ↑↓'
      home.writeConfig(`[profile '${name}']\naws_access_key_id = a\naws_secret_access_key = b\n`)
      for (const verb of ['list', 'status'])
        assert.ok((await onScreen(home, verb, { LC_ALL: 'C' })).screen.includes(`${name} `), verb)
      const { stderr } = await home.ssox(['status', `${name}!`], {
        env: { ...home.env, LC_ALL: 'C' },
      })
      assert.ok(stderr.includes(`no profile "${name}!"`), stderr)
      assert.ok(stderr.includes(`did you mean "${name}"?`), stderr)
    }),
  )

  testOnScreen(
    test,
    'names and accounts are whole in a narrow window; other columns go first',
    () =>
      withHome(async (home) => {
        putOnPath(home)
        const name = (end: string) => `${'workload-production.AWSAdministratorAccess-'}${end}`
        const session = 'sso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1'
        const profile = (end: string) =>
          `[profile ${name(end)}]\nsso_session = s\nsso_account_id = 12345678901${end}\nsso_role_name = AWSAdministratorAccess\nregion = eu-central-1\n`
        home.writeConfig(`${profile('1')}${profile('2')}[sso-session s]\n${session}\n`)
        const shown = async (columns: number) => {
          const command = `stty cols ${columns}; ssox list`
          const run = await runIn(home, ['script', '-qec', command, '/dev/null'])
          return run.stdout.trimEnd().split('\r\n')
        }
        for (const end of ['1', '2']) {
          const [row] = (await shown(80)).filter((line) => line.includes(`12345678901${end}`))
          assert.ok(row?.startsWith(`${name(end)}  12345678901${end}`), row)
        }
        const narrow = await shown(30)
        assert.ok(
          narrow.some((line) => line === name('1')),
          narrow.join('\n'),
        )
      }),
  )

  testOnScreen(test, 'names on a terminal are harmless', () =>
    withHome(async (home) => {
      putOnPath(home)
      home.writeConfig('[profile \u202eevil]\nregion = x\n')
      const piped = await home.ssox(['list', '--names'])
      assert.is(piped.stdout, '\u202eevil\n')
      assert.is((await onScreen(home, 'list --names')).screen, '\\u202eevil\r\n')
    }),
  )
})
