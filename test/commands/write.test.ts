/** `ssox write`: keys in the credentials file, every other byte kept, gone after a logout. */
import { spawn } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Home, node, program, usualConfig, withHome, writeAged } from '../support/home.ts'
import { runIn, SLOW_TEST_MS } from '../support/machine.ts'
import { assertFailure, told } from '../support/output.ts'
import { IDENTITY, useIdentity, withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { withKept } from './switch-cache.ts'
import { cachedKeys, sections } from './written.ts'

const FOREIGN = '# mine\r\n[a]\r\naws_access_key_id=AKIAFOREIGN ; x\r\n\r\n; c\r\n[ b ]\r\nk = 1'

suite('write', (test) => {
  test('signs in, makes a private file, and needs no sign-in the next time', () =>
    withHome(async (home) => {
      const first = await home.ssox(['write', 'dev', '--login'])
      assert.is(first.status, 0, told(first))
      assert.is(first.stdout, '')
      assert.is(home.browserOpens().length, 1)
      const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = cachedKeys(home)
      assert.equal(sections(home), {
        'dev-keys': {
          aws_access_key_id: AccessKeyId,
          aws_secret_access_key: SecretAccessKey,
          aws_session_token: SessionToken,
          expiration: Expiration,
        },
      })
      assert.match(String(Expiration), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
      assert.is(statSync(home.aws('credentials')).mode & 0o777, 0o600)
      const { mtimeMs } = statSync(home.aws('credentials'))
      const second = await home.ssox(['write', 'dev', '--no-login'])
      assert.is(second.status, 0, told(second))
      assert.match(second.stderr, /is up to date/)
      assert.is(statSync(home.aws('credentials')).mtimeMs, mtimeMs)
    }))

  test('shows the change without its secrets, with -q nothing', () =>
    withSignIn(async (home) => {
      const run = await home.ssox(['write', 'dev'])
      assert.match(run.stderr, /^~\/\.aws\/credentials:\n {2}\+ \[dev-keys\]\n {2}\+ # written by/)
      for (const secret of home.center.secrets()) assert.not(run.stderr.includes(secret))
      const quiet = await home.ssox(['write', 'prod', '-q'])
      assert.equal(quiet, { status: 0, stdout: '', stderr: '' })
    }))

  test('a dry run shows it, asks nobody and changes nothing', () =>
    withHome(async (home) => {
      const run = await home.ssox(['write', 'dev', '--dry-run', '--login'])
      assert.is(run.status, 0, told(run))
      assert.match(run.stderr, /\+ \[dev-keys\]/)
      assert.not(existsSync(home.aws('credentials')))
      assert.equal(home.center.counts, {})
    }))

  test('keeps every other byte, a link, the mode; CRLF and a missing last line end', () =>
    withSignIn(async (home) => {
      const real = join(home.path, 'dotfiles')
      mkdirSync(real)
      writeFileSync(join(real, 'credentials'), FOREIGN)
      chmodSync(join(real, 'credentials'), 0o640)
      symlinkSync(join(real, 'credentials'), home.aws('credentials'))
      const run = await home.ssox(['write', 'dev', 'prod'])
      assert.is(run.status, 0, told(run))
      assert.ok(lstatSync(home.aws('credentials')).isSymbolicLink())
      assert.is(statSync(home.aws('credentials')).mode & 0o777, 0o640)
      assert.match(run.stderr, /warning: others may read .*: chmod 600 /)
      const text = home.read('credentials')
      assert.ok(text.startsWith(`${FOREIGN}\r\n\r\n[dev-keys]\r\n# written by ssox `), text)
      assert.is(text.replaceAll('\r\n', '').includes('\n'), false)
      assert.is((await home.ssox(['logout', 'corp'])).status, 0)
      assert.is(home.read('credentials'), `${FOREIGN}\r\n`)
    }))

  test('a file with another name keeps it', () =>
    withSignIn(async (home) => {
      writeFileSync(home.aws('credentials'), FOREIGN)
      linkSync(home.aws('credentials'), home.aws('other'))
      assert.is((await home.ssox(['write', 'dev'])).status, 0)
      assert.is(home.read('other'), home.read('credentials'))
    }))

  test('a glob is every profile with credentials to ask for; one that fails keeps no other', () =>
    withSignIn(async (home) => {
      home.writeConfig(`${usualConfig(home.center.startUrl)}
[profile settings]
region = eu-west-1

[profile denied]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Nobody
`)
      const run = await home.ssox(['write', 'de*', 'settings', 'p?od'])
      assert.is(run.status, 3, 'of the first that failed, in their order')
      assert.match(run.stderr, /AWS refuses role Nobody/)
      assert.equal(Object.keys(sections(home)).sort(), [
        'default-keys',
        'deploy-keys',
        'dev-keys',
        'prod-keys',
      ])
      const again = await home.ssox(['write', '*-keys'])
      assertFailure(again, 3, /no profile .*matches "\*-keys"/)
      assert.is((await home.ssox(['write', 'd*', '--no-login'])).status, 5)
      assert.equal(Object.keys(sections(home)).length, 4, 'what it has written is no profile to it')
    }))

  test('--as names the section, and may stand for another profile later', () =>
    withSignIn(async (home) => {
      assert.is((await home.ssox(['write', 'dev', '--as', 'work'])).status, 0)
      assert.is(
        (await home.ssox(['write', 'prod', '--as', 'work', '--region', 'eu-west-3'])).status,
        0,
      )
      const { AccessKeyId } = cachedKeys(home, '012345678901', 'AdministratorAccess')
      assert.equal(Object.keys(sections(home)), ['work'])
      assert.is(sections(home)['work']?.['aws_access_key_id'], AccessKeyId)
      assert.is(sections(home)['work']?.['region'], 'eu-west-3')
      assert.match(home.read('credentials'), /^# written by ssox for profile "prod"/m)
    }))

  test('--default is a second section, where [default] means nothing else', () =>
    withSignIn(async (home) => {
      const refused = await home.ssox(['write', 'dev', '--default'])
      assertFailure(refused, 3, /section "default" .* has SSO under that name/)
      assert.not(existsSync(home.aws('credentials')), 'neither of the two is written')
      const config = usualConfig(home.center.startUrl)
      home.writeConfig(config.slice(config.indexOf('[profile dev]')))
      const run = await home.ssox(['write', 'dev', '--default'])
      assert.is(run.status, 0, told(run))
      assert.match(run.stderr, /warning: keys in \[default\]/)
      assert.equal(sections(home)['default'], sections(home)['dev-keys'])
    }))

  test('what is not of ssox is not overwritten, unless it is forced', () =>
    withSignIn(async (home) => {
      const theirs = '[dev-keys]\naws_access_key_id = AKIATHEIRS\naws_security_token = OLD\nx = 1\n'
      writeFileSync(home.aws('credentials'), theirs)
      const refused = await home.ssox(['write', 'dev'])
      assertFailure(refused, 3, /section "dev-keys" of .* is not of ssox/)
      assert.is(home.read('credentials'), theirs)
      const forced = await home.ssox(['write', 'dev', '--force'])
      assert.is(forced.status, 0, told(forced))
      const { x, aws_security_token, aws_access_key_id } = sections(home)['dev-keys'] ?? {}
      assert.equal(
        [x, aws_security_token, aws_access_key_id],
        ['1', undefined, cachedKeys(home)['AccessKeyId']],
      )
    }))

  test('a section whose comment another tool has dropped is known by its key', () =>
    withSignIn(async (home) => {
      assert.is((await home.ssox(['write', 'dev'])).status, 0)
      writeFileSync(home.aws('credentials'), home.read('credentials').replace(/^#.*\n/m, ''))
      const run = await home.ssox(['write', 'dev', '--refresh'])
      assert.is(run.status, 0, told(run))
      assert.match(home.read('credentials'), /^\[dev-keys\]\n# written by ssox /)
    }))

  test('an account and role without a profile', () =>
    withSignIn(async (home) => {
      await useIdentity(home)
      assert.is((await home.ssox(['write', IDENTITY])).status, 0)
      assert.equal(Object.keys(sections(home)), [IDENTITY])
      assert.is((await home.ssox(['logout', '--all'])).status, 0)
      assert.is(home.read('credentials'), '')
    }))

  test('static keys of the config file go to a section of their name, and follow it', () =>
    withHome(async (home) => {
      assert.is((await home.ssox(['write', 'static'])).status, 0)
      assert.equal(sections(home)['static'], {
        aws_access_key_id: 'AKIAIOSFODNN7EXAMPLE',
        aws_secret_access_key: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      })
      home.writeConfig(home.read('config').replace('AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7CHANGED'))
      assert.is((await home.ssox(['write', 'static'])).status, 0)
      assert.is(sections(home)['static']?.['aws_access_key_id'], 'AKIAIOSFODNN7CHANGED')
    }))

  for (const [sentence, args, status, about] of [
    ['an unknown profile, with what was meant', ['devv'], 3, /"devv".*did you mean "dev"/],
    ['--as for several', ['dev', 'prod', '--as', 'x'], 2, /--as is for one profile, not for 2/],
    ['--default for several', ['dev', 'prod', '--default'], 2, /--default is for one/],
    ['a name that no file can hold', ['dev', '--as', 'a]b'], 3, /"a\]b" cannot be written/],
    ['the name that spreads', ['dev', '--as', 'DEFAULT'], 3, /"DEFAULT" cannot be written/],
    ['the name of another SSO profile', ['dev', '--as', 'prod'], 3, /has SSO under that name/],
    ['the name of a role', ['dev', '--as', 'deploy'], 3, /has role_arn under that name/],
    ['a region that is none', ['dev', '--region', 'nowhere at all'], 2, /--region cannot be/],
    ['no sign-in', ['dev', '--no-login'], 4, /needs a sign-in/],
  ] as const)
    test(`refuses ${sentence}`, () =>
      // Not signed in: what cannot be is told before anybody has to.
      withHome(async (home: Home) => {
        assertFailure(await home.ssox(['write', ...args]), status, about)
        assert.equal(home.center.counts, {})
        assert.not(existsSync(home.aws('credentials')))
      }))

  test('an account and role by flags, where there is no AWS file yet', () =>
    withHome(async (home) => {
      rmSync(home.aws(), { recursive: true })
      const where = ['--start-url', home.center.startUrl, '--sso-region', 'us-east-1']
      const id = ['--account-id', '012345678901', '--role-name', 'ReadOnly']
      const run = await home.ssox(['write', ...where, ...id, '--as', 'x', '--login'])
      assert.is(run.status, 0, told(run))
      assert.equal(Object.keys(sections(home)), ['x'])
      assert.is(statSync(home.aws()).mode & 0o777, 0o700)
    }))

  test('AWS_PROFILE, which may not be what ssox itself has written', () =>
    withSignIn(async (home) => {
      const as = (AWS_PROFILE: string) => ({ env: { ...home.env, AWS_PROFILE } })
      assert.is((await home.ssox(['write'], as('dev'))).status, 0)
      assert.equal(Object.keys(sections(home)), ['dev-keys'])
      const again = await home.ssox(['write'], as('dev-keys'))
      assertFailure(again, 3, /"dev-keys" is a section that ssox wrote for profile "dev"/)
      assert.match(again.stderr, /^ {2}ssox write dev$/m)
    }))

  test('names the lines for which some programs do not read the file', () =>
    withSignIn(async (home) => {
      writeFileSync(home.aws('credentials'), '; c\n[a] # c\nk: v\n', { mode: 0o600 })
      const run = await home.ssox(['write', 'dev'])
      assert.is(run.status, 0, told(run))
      for (const [line, programs] of [
        [1, 'Java 1'],
        [2, '.NET, Java 1'],
        [3, '.NET, Java 1'],
      ] as const)
        assert.match(run.stderr, new RegExp(`warning: line ${line} of .* not read by ${programs}`))
    }))

  test('a read-only file and a file that is not UTF-8 stay as they are', () =>
    withSignIn(async (home) => {
      writeFileSync(home.aws('credentials'), '[a]\nk = 1\n', { mode: 0o400 })
      assertFailure(await home.ssox(['write', 'dev']), 7, /is read-only/)
      rmSync(home.aws('credentials'))
      writeFileSync(home.aws('credentials'), Buffer.from([0x23, 0xff, 0x0a]))
      assertFailure(await home.ssox(['write', 'dev']), 3, /not UTF-8/)
      assert.is(readFileSync(home.aws('credentials')).length, 3)
    }))
})

suite('logout after write', (test) => {
  test('takes out the sections of its session, and no other', () =>
    withSignIn(async (home) => {
      writeFileSync(home.aws('credentials'), '[mine]\nk = 1\n')
      home.writeConfig(`${usualConfig(home.center.startUrl)}
[profile elsewhere]
sso_session = other
sso_account_id = 123456789012
sso_role_name = Developer

[sso-session other]
sso_start_url = ${home.center.startUrl}
sso_region = us-east-1
`)
      const run = await home.ssox(['write', 'dev', 'deploy', 'elsewhere', 'static', '--login'])
      assert.is(run.status, 0, told(run))
      home.writeConfig(home.read('config').replace('[profile dev]', '[profile renamed]'))
      const out = await home.ssox(['logout', 'corp'])
      assert.is(out.status, 0, told(out))
      assert.match(out.stderr, /gone from .*credentials: \[dev-keys\], \[deploy-keys\]/)
      assert.equal(Object.keys(sections(home)), ['mine', 'elsewhere-keys', 'static'])
      assert.is((await home.ssox(['logout', '--all'])).status, 0)
      assert.equal(Object.keys(sections(home)), ['mine', 'static'])
    }))
})

suite('terminals beside write', (test) => {
  test(
    'stay warm when ssox writes, and not when somebody else has written too',
    () =>
      withKept(async (kept) => {
        const { home, entry } = kept
        const folder = join(home.path, 'alone')
        mkdirSync(folder)
        copyFileSync(program, join(folder, 'main.cjs'))
        // Without the rest of the program, only what is kept can be answered.
        const warm = async () => {
          const words = [join(folder, 'main.cjs'), 'env', 'dev', '--shell', 'bash']
          return (await runIn(home, [node, ...words])).status === 0
        }
        assert.ok(await warm())
        for (const words of [
          ['dev'],
          ['prod'],
          ['dev', '--refresh'],
          ['dev', '--as', 'static-2'],
        ]) {
          const run = await home.ssox(['write', ...words])
          assert.is(run.status, 0, told(run))
          assert.ok((await warm()) && existsSync(entry('t-bash-dev')), words.join(' '))
        }
        // The entry of a profile whose section it changes is another one from now on.
        assert.is((await home.ssox(['env', 'static-2', '--shell', 'bash'])).status, 0)
        assert.ok(existsSync(entry('p-static-2')))
        assert.is((await home.ssox(['write', 'prod', '--as', 'static-2'])).status, 0)
        assert.ok((await warm()) && existsSync(entry('p-static')))
        assert.equal(
          ['p', 'r', 'f', 't-bash'].filter((kind) => existsSync(entry(`${kind}-static-2`))),
          [],
        )

        writeAged(home.aws('credentials'), `${home.read('credentials')}[theirs]\nk = 1\n`)
        assert.is((await home.ssox(['write', 'dev', '--refresh'])).status, 0)
        assert.not(await warm())
      }),
    SLOW_TEST_MS,
  )
})

suite('write --clean', (test) => {
  test('takes out what ssox wrote and what has ended, and nothing else', () =>
    withSignIn(async (home) => {
      const ended = (section: string) => {
        const text = home.read('credentials')
        const at = text.indexOf(`[${section}]`)
        const rest = text
          .slice(at)
          .replace(/^expiration = .*$/m, 'expiration = 2020-01-01T00:00:00Z')
        writeFileSync(home.aws('credentials'), text.slice(0, at) + rest)
      }
      const foreign = '[theirs]\naws_access_key_id = ASIA1\nexpiration = 2020-01-01T00:00:00Z\n'
      writeFileSync(home.aws('credentials'), foreign, { mode: 0o600 })
      for (const more of [[], ['--dry-run']]) {
        const nothing = await home.ssox(['write', '--clean', ...more])
        assert.is(nothing.stderr, 'ssox: nothing of ssox has ended\n')
      }
      assert.is((await home.ssox(['write', 'dev', 'prod', 'deploy', 'static'])).status, 0)
      ended('dev-keys')
      ended('deploy-keys')
      const dry = await home.ssox(['write', '--clean', '--dry-run'])
      assert.match(dry.stderr, /- \[dev-keys\]/)
      assert.is(Object.keys(sections(home)).length, 5)
      const run = await home.ssox(['write', '--clean'], {
        env: { ...home.env, AWS_PROFILE: 'dev' },
      })
      assert.is(run.status, 0, told(run))
      assert.match(run.stderr, /taken out: \[dev-keys\], \[deploy-keys\]/)
      assert.equal(Object.keys(sections(home)), ['theirs', 'prod-keys', 'static'])
      ended('prod-keys')
      assert.is((await home.ssox(['write', 'dev', '--clean'])).status, 0)
      assert.equal(Object.keys(sections(home)), ['theirs', 'static', 'dev-keys'])
      assert.ok(home.read('credentials').startsWith(foreign))
    }))
})

/** Runs `write --keep-fresh`; `line` waits for one on its stderr. */
function keepFresh(home: Home, ...args: string[]) {
  const child = spawn(node, [program, 'write', '--keep-fresh', ...args], {
    cwd: home.path,
    env: home.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stderr = ''
  const waiting = new Set<() => void>()
  child.stderr.on('data', (chunk) => {
    stderr += chunk
    for (const look of waiting) look()
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const line = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(stderr)
        if (!found) return
        stderr = stderr.slice(found.index + found[0].length)
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
      void ended.then((status) => reject(new Error(`ended with ${status}: ${stderr}`)))
    })
  return { line, ended, kill: (signal: NodeJS.Signals) => child.kill(signal) }
}

/** Role credentials that end after so many seconds. */
const shortLived = (roleCredentials: number) => ({ lifetimes: { roleCredentials } })

suite('write --keep-fresh', (test) => {
  test(
    'renews before the end, with a line each time; ^C ends it and leaves the keys',
    () =>
      withSignIn(async (home) => {
        const run = keepFresh(home, 'dev')
        await run.line(/renewed before they end, until \^C/)
        const keys = [sections(home)['dev-keys']?.['aws_access_key_id']]
        const times = [statSync(home.aws('credentials')).mtimeMs]
        for (let round = 0; round < 2; round++) {
          await run.line(/ssox: \d\d:\d\d:\d\d renewed "dev" in \[dev-keys\], good for \d+s/)
          keys.push(sections(home)['dev-keys']?.['aws_access_key_id'])
          times.push(statSync(home.aws('credentials')).mtimeMs)
        }
        assert.is(new Set(keys).size, 3)
        const [first = 0, second = 0, third = 0] = times
        assert.ok(second - first >= 1_000 && third - second >= 1_000, `${times}`)
        run.kill('SIGINT')
        assert.is(await run.ended, 130)
        assert.is(sections(home)['dev-keys']?.['aws_access_key_id'], keys[2])
      }, shortLived(8)),
    SLOW_TEST_MS,
  )

  test(
    'goes on after a service that is down, a sign-in that has ended, and a sleep; cleans up if asked',
    () =>
      withSignIn(async (home) => {
        writeFileSync(home.aws('credentials'), '[theirs]\nk = 1\n', { mode: 0o600 })
        const run = keepFresh(home, 'dev', '--clean')
        await run.line(/until \^C/)
        const mend = home.center.fail('GetRoleCredentials', { status: 503, type: 'Busy' }, 1_000)
        await run.line(/not renewed: "dev" in \[dev-keys\], .*; trying again\n/)
        mend()
        await run.line(/renewed "dev"/)
        assert.is((await home.ssox(['logout', 'corp'])).status, 0)
        assert.equal(Object.keys(sections(home)), ['theirs'])
        await run.line(/not renewed.*\n.*needs a sign-in/)
        assert.is((await home.ssox(['login', 'corp'])).status, 0)
        await run.line(/renewed "dev"/)
        run.kill('SIGSTOP')
        const { expiration } = sections(home)['dev-keys'] ?? {}
        await until(() => Date.now() > Date.parse(String(expiration)))
        run.kill('SIGCONT')
        await run.line(/renewed "dev"/)
        assert.ok(Date.parse(String(sections(home)['dev-keys']?.['expiration'])) > Date.now())
        run.kill('SIGTERM')
        assert.is(await run.ended, 143)
        assert.is(home.read('credentials'), '[theirs]\nk = 1\n')
      }, shortLived(12)),
    SLOW_TEST_MS,
  )
})

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 50))
}

suite('write --for', (test) => {
  test('prints what to paste, on stdout, with the name of the section', () =>
    withSignIn(async (home) => {
      for (const [name, expected] of [
        ['dbeaver', /^CredentialsProvider=ProfileCredentials\nProfileName=work$/m],
        ['athena-jdbc', /^jdbc:athena:\/\/Region=eu-west-1;.*;ProfileName=work;$/m],
        ['r', /^Sys\.setenv\(AWS_PROFILE = "work", AWS_DEFAULT_REGION = "eu-west-1"\)$/m],
        ['java1', /ProfileCredentialsProvider\("work"\)/],
        ['serverless', /^provider:\n {2}profile: "work"\n {2}region: "eu-west-1"$/m],
      ] as const) {
        const run = await home.ssox(['write', 'dev', '--as', 'work', '--for', name, '-q'])
        assert.is(run.status, 0, told(run))
        assert.match(run.stdout, expected)
        assert.is(run.stderr, '')
      }
    }))

  test('refuses where that program would read nothing of the file', () =>
    withSignIn(async (home) => {
      writeFileSync(home.aws('credentials'), '; c\n', { mode: 0o600 })
      const run = await home.ssox(['write', 'dev', '--for', 'dbeaver', '-q'])
      assertFailure(run, 3, /dbeaver may not read .*: a comment begins with ; in line 1/)
      assert.is((await home.ssox(['write', 'dev', '--for', 'serverless', '-q'])).status, 0)
    }))
})
