/** The settings file: what each key does, what wins over it, and what is wrong with a value. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { VERBS, type VerbName } from '../../src/cli/spec.ts'
import { type Home, node, program, withHome } from '../support/home.ts'
import { testIn } from '../support/in-shell.ts'
import { inParallel, runIn } from '../support/machine.ts'
import { assertFailure, told } from '../support/output.ts'
import { freePort } from '../support/ports.ts'
import { withSignIn, writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { putOnPath } from './evaluate.ts'
import { onScreen, testOnScreen } from './screen.ts'

/** Writes the settings file as it is. */
function writeRaw(home: Home, text: string | Buffer): void {
  mkdirSync(join(home.path, '.config', 'ssox'), { recursive: true })
  writeFileSync(join(home.path, '.config', 'ssox', 'config'), text)
}

async function json(home: Home, ...words: string[]): Promise<Record<string, string>> {
  const run = await home.ssox(['env', 'dev', '--format', 'json', ...words])
  assert.is(run.status, 0, told(run))
  return JSON.parse(run.stdout)
}

suite('settings that do not exist', (test) => {
  const protct =
    /line 3 of \S+\/ssox\/config: there is no setting "protct"; did you mean protect\?$/

  test('are an error of every verb but doctor, with file, line and the one that was meant', () =>
    withSignIn(async (home) => {
      writeRaw(home, '[ssox]\n\nprotct = *prod*\nfavourite = blue\n')
      const words: Partial<Record<VerbName, string[]>> = { exec: ['dev', 'true'], init: ['bash'] }
      const verbs = VERBS.filter(({ name }) => name !== 'doctor')
      await inParallel(verbs, async ({ name }) => {
        const run = await home.ssox([name, ...(words[name] ?? []), '-q'])
        assertFailure(run, 2, protct)
        assert.match(run.stderr, /\n {2}write protect in line 3 of \S+\/config\n$/)
        assert.is(run.stdout, name === 'env' ? 'false\n' : '')
      })
      for (const help of [['--help'], ['env', '-h'], ['help', 'list'], ['--version']]) {
        const run = await home.ssox(help)
        assert.is(run.status, 0, told(run))
        assert.is(run.stderr, '')
      }
      for (const [key, about] of [
        ['favourite', /line 2 of \S+: there is no setting "favourite"$/],
        ['no_color', /"no_color"; did you mean color = false\?$/],
        ['no-browser', /"no-browser"; did you mean no_browser\?$/],
        ['min-left', /"min-left"; did you mean min_left\?$/],
        ['__proto__', /line 2 of \S+ is not key = value$/],
        ['constructor', /there is no setting "constructor"$/],
      ] as const) {
        writeRaw(home, `[ssox]\n${key} = true\n`)
        assertFailure(await home.ssox(['list']), 2, about)
      }
    }))

  testIn(test, 'bash', 'stop env and the hooks, also where credentials are cached and kept', () =>
    withSignIn(async (home) => {
      putOnPath(home)
      const hook = { env: { ...home.env, SSOX_HOOK: 'use' } }
      for (const env of [{}, hook]) {
        const run = await home.ssox(['env', 'dev', '--shell', 'bash'], env)
        assert.is(run.status, 0, told(run))
      }
      assert.ok(existsSync(join(home.path, '.cache', 'ssox', 'current', 'p-dev')))
      writeRaw(home, '[ssox]\n\nprotct = *prod*\n')
      const hooks = fileURLToPath(new URL('../../shell/ssox.bash', import.meta.url))
      for (const script of [
        'eval "$(ssox env dev)" && echo deployed',
        `. '${hooks}'; awsuse dev && echo deployed; awsuse dev && echo deployed`,
      ]) {
        const run = await runIn(home, ['bash', '-c', script])
        assert.is(run.stdout, '', script)
        for (const line of run.stderr.trim().split('\n'))
          assert.match(line, /^ssox: .*"protct"|^ {2}write protect in line 3 of/)
      }
    }),
  )
})

suite('settings about the environment', (test) => {
  test('mode, and --mode over it; the fast path too', () =>
    withSignIn(async (home) => {
      writeSettings(home, { mode: 'keys' })
      assert.not(Object.hasOwn(await json(home), 'AWS_PROFILE'))
      assert.is((await json(home, '--mode', 'both'))['AWS_PROFILE'], 'dev')
      const warm = await home.ssox(['env', 'dev', '--shell', 'bash'])
      assert.match(warm.stdout, /^[^&]* unset -v [^&]* AWS_PROFILE /)
      writeSettings(home, { mode: 'profile' })
      assert.not(Object.hasOwn(await json(home), 'AWS_ACCESS_KEY_ID'))
      const none = await home.ssox(['env', 'dev', '--shell', 'bash'])
      assert.not.match(none.stdout, 'export AWS_ACCESS_KEY_ID')
      assert.match(none.stdout, /^[^&]* unset -v AWS_ACCESS_KEY_ID /)
    }))

  test('min_left, and --min-left over it; the fast path too', () =>
    withSignIn(
      async (home) => {
        const asked = () => home.center.counts['GetRoleCredentials']
        const env = ['env', 'dev', '--shell', 'bash']
        writeSettings(home, { min_left: '3' })
        for (const _ of [1, 2]) await home.ssox(env)
        assert.is(asked(), 1)
        await home.ssox([...env, '--min-left', '10'])
        assert.is(asked(), 2)
        writeSettings(home, { min_left: '9' })
        await home.ssox(env)
        assert.is(asked(), 3)
      },
      { lifetimes: { roleCredentials: 240 } },
    ))

  test('region, where the profile has none; --region over both', () =>
    withSignIn(async (home) => {
      writeSettings(home, { region: 'ap-south-1' })
      home.writeConfig(home.read('config').replace('region = eu-west-1\n', ''))
      assert.is((await json(home))['AWS_REGION'], 'ap-south-1')
      assert.is((await json(home, '--region', 'sa-east-1'))['AWS_DEFAULT_REGION'], 'sa-east-1')
      const prod = await home.ssox(['env', 'prod', '--format', 'json'])
      assert.is(JSON.parse(prod.stdout)['AWS_REGION'], 'eu-central-1')
    }))

  test('protect marks what its globs match; cache = off keeps nothing for the hooks', () =>
    withSignIn(async (home) => {
      const protectedBy = async (globs: string) => {
        writeSettings(home, { protect: globs })
        return (await json(home))['SSOX_PROTECTED']
      }
      for (const globs of ['d*', 'x, 123456789012', 'Developer', '*', 'de[tv]', 'd[!a-d]v'])
        assert.is(await protectedBy(globs), '1', globs)
      for (const globs of ['prod', 'de', '12345678901?x', 'Production*', ''])
        assert.is(await protectedBy(globs), undefined, globs)
      home.writeConfig(
        home.read('config').replace('[profile dev]\n', '$&sso_account_name = Production EU\n'),
      )
      for (const globs of ['Production*', 'x, production eu', 'x Prod*'])
        assert.is(await protectedBy(globs), '1', `the name of the account: ${globs}`)
      // It was called otherwise when another profile was made.
      home.writeConfig(home.read('config').replace('[default]\n', '$&sso_account_name = Sandbox\n'))
      for (const globs of ['Production EU', 'Sandbox'])
        assert.is(await protectedBy(globs), '1', `one of its names: ${globs}`)

      const hook = { env: { ...home.env, SSOX_HOOK: 'use' } }
      const entry = join(home.path, '.cache', 'ssox', 'current', 'p-dev')
      for (const [cache, kept] of [
        ['on', true],
        ['off', false],
        ['no', false],
        ['true', true],
        ['0', false],
      ] as const) {
        writeSettings(home, { cache })
        for (const _ of ['cold', 'warm']) {
          const run = await home.ssox(['env', 'dev', '--shell', 'bash'], hook)
          assert.is(run.status, 0, told(run))
          assert.is(existsSync(entry), kept, cache)
        }
      }
    }))

  test('what write and --install make of a protected profile is protected as it is', () =>
    withSignIn(async (home) => {
      for (const line of [
        ['write', 'dev', '--as', 'copy'],
        ['credential-process', '--install', 'dev', '--as', 'line', '--yes'],
      ]) {
        const run = await home.ssox(line)
        assert.is(run.status, 0, told(run))
      }
      const guarded = async () => {
        const { stdout } = await home.ssox(['list', '--json'])
        const { profiles } = JSON.parse(stdout) as {
          profiles: { name: string; protected: boolean }[]
        }
        return profiles.flatMap((one) => (one.protected ? [one.name] : []))
      }
      for (const [protect, more] of [
        ['123456789012', ['default']],
        ['Developer', ['old']],
        ['dev', []],
      ] as const) {
        writeSettings(home, { protect })
        const names = ['dev', 'copy', 'line', ...more]
        assert.equal((await guarded()).sort(), names.sort(), protect)
        for (const name of ['copy', 'line']) {
          const run = await home.ssox(['exec', name, '--', 'printenv', 'SSOX_PROTECTED'])
          assert.is(run.stdout, '1\n', told(run))
        }
      }
      writeSettings(home, { protect: 'prod' })
      assert.equal(await guarded(), ['prod'])
    }))

  test('a renewal that no hook would take asks AWS for nothing', () =>
    withSignIn(async (home) => {
      const renew = async (settings: Record<string, string>) => {
        writeSettings(home, settings)
        const asked = home.center.counts['GetRoleCredentials'] ?? 0
        const run = await home.ssox(['env', '--no-login', '--min-left', '90', '--', 'dev'], {
          env: { ...home.env, SSOX_HOOK: 'renew', SHELL: '/bin/bash' },
        })
        assert.is(run.status, 0, told(run))
        return (home.center.counts['GetRoleCredentials'] ?? 0) - asked
      }
      assert.is(await renew({}), 1)
      assert.is(await renew({ cache: 'off' }), 0)
      assert.is(await renew({ min_left: '10' }), 0)
    }))
})

suite('settings about the sign-in', (test) => {
  const flow = ({ center: { counts } }: Home) =>
    counts['CreateToken:code'] ? 'pkce' : counts['CreateToken:device'] ? 'device' : 'none'

  const flows: [title: string, settings: Record<string, string>, args: string[], flow: string][] = [
    ['login_flow = pkce', { login_flow: 'pkce' }, [], 'pkce'],
    ['port beside login_flow = device', { login_flow: 'device', port: '40123' }, [], 'device'],
    ['--port over login_flow', { login_flow: 'device' }, ['--port', '0'], 'pkce'],
    ['login_flow = device', { login_flow: 'device' }, [], 'device'],
    ['device_code = true', { device_code: 'true', login_flow: 'pkce' }, [], 'device'],
    ['--device-code over login_flow', { login_flow: 'pkce' }, ['--device-code'], 'device'],
  ]
  test('login_flow and device_code choose the way, a port only as a flag', () =>
    inParallel(flows, ([title, settings, args, expected]) =>
      withHome(async (home) => {
        writeSettings(home, settings)
        const words = await Promise.all(
          args.map(async (w) => (w === '0' ? `${await freePort()}` : w)),
        )
        const run = await home.ssox(['login', 'corp', ...words])
        assert.is(run.status, 0, told(run))
        assert.is(flow(home), expected, title)
      }),
    ))

  test('the reason of a sign-in names the setting or the flag that chose', () =>
    withHome(async (home) => {
      const reason = async (settings: Record<string, string>, args: string[], env = {}) => {
        writeSettings(home, settings)
        const run = await home.ssox(['login', 'corp', '--force', ...args], {
          env: { ...home.env, ...env },
        })
        assert.is(run.status, 0, told(run))
        return /signing in to "corp" .*\((.*)\)/.exec(run.stderr)?.[1]
      }
      const both = { device_code: 'true', login_flow: 'pkce' }
      assert.is(await reason(both, []), 'device_code = true in the settings')
      assert.is(await reason(both, ['--device-code']), '--device-code')
      assert.is(await reason({ login_flow: 'pkce' }, []), 'login_flow = pkce in the settings')
      const ssh = { SSH_CONNECTION: '10.0.0.1 50000 10.0.0.2 22' }
      assert.is(await reason({ port: '40123' }, [], ssh), 'this is an SSH session')
      const port = await freePort()
      assert.is(await reason({}, ['--port', `${port}`], ssh), `callback on port ${port}`)
    }))

  test('login = true allows a sign-in without a terminal, login = false forbids it; flags win', () =>
    withHome(async (home) => {
      const env = (...words: string[]) => home.ssox(['env', 'dev', '--shell', 'bash', ...words])
      writeSettings(home, { login: 'true', login_flow: 'pkce' })
      assertFailure(await env('--no-login'), 4, /\(--no-login\)/)
      assert.is((await env()).status, 0)
      await home.ssox(['logout', '--all'])
      writeSettings(home, { login: 'false', login_flow: 'pkce' })
      assertFailure(await env(), 4, /\(login = false in the settings\)/)
      assertFailure(await home.ssox(['login', 'corp']), 4, /\(login = false in the settings\)/)
      assert.is((await env('--login')).status, 0)
    }))

  test('no_input forbids questions, a sign-in too, but not one that --login asks for', () =>
    withHome(async (home) => {
      writeSettings(home, { no_input: 'yes', login_flow: 'pkce', login: 'true' })
      assertFailure(await home.ssox(['login', 'corp']), 4, /\(no_input = true in the settings\)/)
      assertFailure(await home.ssox(['login', 'corp', '--no-input']), 4, /\(--no-input\)/)
      assert.is((await home.ssox(['login', 'corp', '--login'])).status, 0)
    }))

  test('port is where the callback listens; --port over it', () =>
    withHome(async (home) => {
      const [setting, flag] = [await freePort(), await freePort()]
      writeSettings(home, { port: String(setting), login_flow: 'pkce' })
      for (const [args, port] of [
        [[], setting],
        [['--port', String(flag)], flag],
      ] as const) {
        const run = await home.ssox(['login', 'corp', '--force', ...args])
        assert.is(run.status, 0, told(run))
        const opened = home.browserOpens().at(-1) ?? ''
        assert.match(decodeURIComponent(opened), new RegExp(`//127\\.0\\.0\\.1:${port}/`))
      }
    }))

  test('browser: --browser, SSOX_BROWSER and BROWSER come before it', () =>
    withHome(async (home) => {
      const { BROWSER: usual = '', ...env } = home.env
      const log = join(home.path, 'which')
      const browser = (name: string) => {
        const path = join(home.path, name)
        writeFileSync(path, `#!/bin/sh\necho ${name} >>'${log}'\nexec '${usual}' "$1"\n`, {
          mode: 0o755,
        })
        return path
      }
      const [setting, own, common, flag] = ['setting', 'own', 'common', 'flag'].map(browser)
      writeSettings(home, { browser: `${setting} %s`, login_flow: 'pkce' })
      const used = async (extra: Record<string, string | undefined>, ...words: string[]) => {
        writeFileSync(log, '')
        const run = await home.ssox(['login', 'corp', '--force', ...words], {
          env: { ...env, ...extra },
        })
        assert.is(run.status, 0, told(run))
        return readFileSync(log, 'utf8').trim()
      }
      assert.is(await used({}), 'setting')
      assert.is(await used({ BROWSER: common }), 'common')
      assert.is(await used({ BROWSER: common, SSOX_BROWSER: own }), 'own')
      assert.is(await used({ SSOX_BROWSER: own }, '--browser', `${flag}`), 'flag')
    }))

  test('no_browser shows the address and opens nothing; --browser over it', () =>
    withHome(async (home) => {
      writeSettings(home, { no_browser: 'true', login_flow: 'pkce' })
      const child = execa(node, [program, 'login', 'corp'], {
        env: home.env,
        extendEnv: false,
        stdin: 'ignore',
        timeout: 50_000,
      })
      let stderr = ''
      child.stderr.on('data', (chunk) => {
        stderr += chunk
        const [url] = /http\S+authorize\S+/.exec(stderr) ?? []
        if (url && stderr.endsWith('\n')) {
          stderr = ''
          void fetch(url)
        }
      })
      await child
      assert.is(home.browserOpens().length, 0)
      const run = await home.ssox([
        'login',
        'corp',
        '--force',
        '--browser',
        `${home.env['BROWSER']}`,
      ])
      assert.is(run.status, 0, told(run))
      assert.is(home.browserOpens().length, 1)
    }))
})

suite('settings about the output', (test) => {
  test('quiet is -q for every verb', () =>
    withSignIn(async (home) => {
      writeSettings(home, { quiet: 'true' })
      assert.equal(await home.ssox(['login', 'corp']), { status: 0, stdout: '', stderr: '' })
      assert.match((await home.ssox(['env', 'dve', '--shell', 'sh'])).stderr, /no profile "dve"/)
      writeSettings(home, { quiet: 'false' })
      assert.match((await home.ssox(['login', 'corp'])).stderr, /signed in/)
      assert.is((await home.ssox(['login', 'corp', '-q'])).stderr, '')
    }))

  test('color in pipes; flags and environment win', () =>
    withHome(async (home) => {
      const coloured = async (args: string[], env: Record<string, string> = {}) => {
        const run = await home.ssox(args, { env: { ...home.env, ...env } })
        return [run.stdout, run.stderr].map((text) => text.includes('\x1b['))
      }
      writeSettings(home, { color: 'true' })
      assert.equal(await coloured(['status']), [true, false])
      assert.equal(await coloured(['--help']), [true, false])
      assert.equal(await coloured(['status', 'x']), [false, true])
      assert.equal(await coloured(['evn']), [false, true])
      assert.equal(await coloured(['status', '--no-color']), [false, false])
      assert.equal(await coloured(['status'], { NO_COLOR: '1' }), [false, false])
      assert.equal(await coloured(['status'], { TERM: 'dumb' }), [false, false])
      writeSettings(home, { color: 'false' })
      assert.equal(await coloured(['status', '--color']), [true, false])
      assert.equal(await coloured(['status'], { FORCE_COLOR: '1' }), [true, false])
    }))

  testOnScreen(test, 'color = false on a terminal', () =>
    withHome(async (home) => {
      putOnPath(home)
      assert.match((await onScreen(home, 'status')).screen, /\x1b\[/)
      writeSettings(home, { color: 'false' })
      assert.not.match((await onScreen(home, 'status')).screen, /\x1b\[/)
    }),
  )
})

suite('the settings file', (test) => {
  const wrong: [key: string, value: string, expected: string][] = [
    ['cache', 'maybe', 'true or false'],
    ['color', 'auto', 'true or false'],
    ['device_code', '2', 'true or false'],
    ['login', 'never', 'true or false'],
    ['no_browser', 'firefox', 'true or false'],
    ['no_input', 'y', 'true or false'],
    ['quiet', 'very', 'true or false'],
    ['login_flow', 'browser', 'pkce or device'],
    ['mode', 'Keys', 'both or keys or profile'],
    ['min_left', 'abc', 'a whole number from 0 to 720'],
    ['min_left', '-5', 'a whole number from 0 to 720'],
    ['min_left', '721', 'a whole number from 0 to 720'],
    ['min_left', '1.5', 'a whole number from 0 to 720'],
    ['port', '0', 'a whole number from 1 to 65535'],
    ['port', '65536', 'a whole number from 1 to 65535'],
    ['protect', 'pro[d', 'globs of'],
    ['protect', 'true', 'globs of'],
    ['region', 'eu west', 'the name of a region'],
    ['region', '\x1b[31m', 'the name of a region'],
  ]
  test('a wrong value is exit 2, naming key, value and what it may be; whatever the verb is', () =>
    withSignIn(async (home) => {
      await home.ssox(['env', 'dev', '--shell', 'bash'])
      for (const [key, value, expected] of wrong) {
        writeSettings(home, { [key]: value })
        const run = await home.ssox(['env', 'dev', '--shell', 'bash'])
        assertFailure(
          run,
          2,
          new RegExp(`line 2 of .*: the setting ${key} is ".*"; it must be ${expected}`),
        )
        assert.is(run.stdout, 'false\n', `${key} = ${value}`)
        assert.ok(run.stderr.endsWith(`correct ${key} in ${home.path}/.config/ssox/config\n`))
        assert.not.match(run.stderr, /\x1b/)
      }
      await inParallel(['status', 'list', 'login', 'logout', 'whoami', 'exec'], async (verb) => {
        const run = await home.ssox(verb === 'exec' ? ['exec', 'dev', 'true'] : [verb])
        assertFailure(run, 2, /the setting region/)
      })
      assert.is((await home.ssox(['--version'])).status, 0)
      assert.is((await home.ssox(['env', '--help'])).status, 0)
    }))

  test('one that cannot be read is exit 2', () =>
    withSignIn(async (home) => {
      mkdirSync(join(home.path, 'elsewhere', 'ssox', 'config'), { recursive: true })
      const env = { ...home.env, XDG_CONFIG_HOME: join(home.path, 'elsewhere') }
      for (const args of [['env', 'dev', '--shell', 'bash'], ['list']]) {
        const run = await home.ssox(args, { env })
        assertFailure(run, 2, /cannot read .*elsewhere\/ssox\/config: it is not a regular file/)
      }
    }))

  const unread: [title: string, content: string | Buffer, why: RegExp][] = [
    ['a key above the section', 'protect = *\n[ssox]\n', /line 1 of \S+ is not below \[ssox\]/],
    ['no section', '\ufeff; mine\n\nprotect = *\n', /line 3 of \S+ is not below \[ssox\]/],
    ['another case', '[SSOX]\nprotect = *\n', /line 1 of \S+ is a header, but not \[ssox\]/],
    ['no closing bracket', '[ssox\nprotect = *\n', /line 1 of \S+ is a header, but not \[ssox\]/],
    ['text behind the bracket', '[ssox]protect = *\n', /line 1 of \S+ is a header, but/],
    ['another section', '[ssox]\r\nquiet = 1\r\n[other]\r\n', /line 3 of \S+ is a header, but/],
    ['a dotted section', '[ssox]\nprotect = *\n[ssox.protect]\n', /line 3 of \S+ is a header, but/],
    ['no key', '[ssox]\n= *\n', /line 2 of \S+ is not key = value/],
    ['; behind a word', '[ssox]\nprotect = *a*;*b*\n', /line 2 of \S+ has ; or # behind a word/],
    [
      '# behind a word, and a comment',
      '[ssox]\nprotect = a#b ; c\n',
      /line 2 of \S+ has ; or # behind/,
    ],
    ['; behind the =', '[ssox]\nprotect =;a\n', /line 2 of \S+ has ; or # behind a word/],
    ['; in a key', '[ssox]\nprotect;a = *\n', /line 2 of \S+ has ; or # behind a word/],
    [
      'a key twice',
      '[ssox]\nprotect = a\n\n[ssox]\nprotect = b\n',
      /line 5 of \S+ gives protect again, after line 2$/,
    ],
    ['names of JavaScript', '[ssox]\n__proto__ = 1\n', /line 2 of \S+ is not key = value/],
    [
      'bytes of Latin-1',
      Buffer.from('[ssox]\nprotect = B\xfcro\n', 'latin1'),
      /line 2 of \S+ is not UTF-8 text/,
    ],
    ['UTF-16', Buffer.from('\ufeff[ssox]\nprotect = *\n', 'utf16le'), /it is UTF-16/],
    ['UTF-16 without a mark', Buffer.from('[ssox]\nprotect = *\n', 'utf16le'), /it is UTF-16/],
  ]
  test('a line that is not understood is exit 2, with its number: it may have been meant to be protect', () =>
    withSignIn(async (home) => {
      await home.ssox(['env', 'dev', '--shell', 'bash'])
      for (const [title, content, why] of unread) {
        writeRaw(home, content)
        const run = await home.ssox(['env', 'dev', '--shell', 'bash'])
        assertFailure(run, 2, why)
        assert.is(run.stdout, 'false\n', title)
        assertFailure(await home.ssox(['status', '-q']), 2, why)
      }
    }))

  test('a folder of settings that is a file is exit 2', () =>
    withSignIn(async (home) => {
      writeFileSync(join(home.path, 'ssox'), '[ssox]\nprotect = *\n')
      const run = await home.ssox(['list'], { env: { ...home.env, XDG_CONFIG_HOME: home.path } })
      assertFailure(run, 2, /cannot read .*: \S+\/ssox is a file, not a folder/)
    }))

  const spellings: [title: string, text: string, mode: string][] = [
    ['blanks and comments', '; one\n# two\n\n[ssox]\n  mode =  keys  \n', 'keys'],
    ['Windows line ends', '[ssox]\r\nmode = keys\r\n', 'keys'],
    ['quotes', '[ssox]\nmode = "keys"\n', 'keys'],
    ['no value', '[ssox]\nmode =\n', 'both'],
    ['a byte order mark', '\ufeff[ssox]\nmode = keys\n', 'keys'],
    ['a comment behind the header', '[ssox] ; all of it\nmode = keys ; of AWS\n', 'keys'],
    ['the section twice', '[ssox]\nquiet = 1\n[ssox]\nmode = keys\n', 'keys'],
    ['; and # in a comment', '[ssox]\nmode = keys  # of AWS; see a#b\ncache = off ; a;b\n', 'keys'],
    ['a comment that has a =', '[ssox]\nquiet # a = b;c\nmode = keys\n', 'keys'],
    ['a comment behind quotes', '[ssox]\nmode = "keys" ; of "AWS"\n', 'keys'],
    ['a comment for a value', '[ssox]\nmode = ; keys\n', 'both'],
    ['\\; and \\#', '[ssox]\nbrowser = a\\;b \\#c\nmode = keys\n', 'keys'],
    ['; and # in quotes', '[ssox]\nbrowser = "a;b #c"\nmode = keys\n', 'keys'],
    ['nothing', '', 'both'],
  ]
  test('is INI, section [ssox]', () =>
    withSignIn(async (home) => {
      for (const [title, text, mode] of spellings) {
        writeRaw(home, text)
        const found = await json(home)
        const actual = found['AWS_PROFILE'] ? 'both' : 'keys'
        assert.is(actual, mode, title)
        assert.ok(found['AWS_ACCESS_KEY_ID'], title)
      }
    }))

  test('true and false may be spelt as people do', () =>
    withSignIn(async (home) => {
      for (const [value, quiet] of [
        ['TRUE', true],
        ['yes', true],
        ['On', true],
        ['1', true],
        ['False', false],
        ['no', false],
        ['off', false],
        ['0', false],
      ] as const) {
        writeSettings(home, { quiet: value })
        assert.is((await home.ssox(['login', 'corp'])).stderr === '', quiet, value)
      }
      writeRaw(home, '[ssox]\nquiet\n')
      assert.is((await home.ssox(['login', 'corp'])).stderr, '')
    }))

  test('is below XDG_CONFIG_HOME; one that is not absolute does not count', () =>
    withSignIn(async (home) => {
      mkdirSync(join(home.path, 'xdg', 'ssox'), { recursive: true })
      writeFileSync(join(home.path, 'xdg', 'ssox', 'config'), '[ssox]\nquiet = true\n')
      for (const [folder, quiet] of [
        [join(home.path, 'xdg'), true],
        ['xdg', false],
        ['', false],
      ] as const) {
        const env = { ...home.env, XDG_CONFIG_HOME: folder }
        assert.is((await home.ssox(['login', 'corp'], { env })).stderr === '', quiet, folder)
      }
    }))
})
