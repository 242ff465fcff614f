/** What ssox asks of the kernel: no secret as an argument, no file for others, no call for nothing. */
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Home, program, withHome } from '../support/home.ts'
import { has, OFFLINE, ssoxUnder, testWith } from '../support/machine.ts'
import { assertSuccess, told } from '../support/output.ts'
import { tokenFile, withSignIn, writeSettings } from '../support/signed-in.ts'
import { type SystemCall, type Traced, trace } from '../support/strace.ts'
import { assert, suite } from '../support/suite.ts'

const ENV = ['env', 'dev', '--shell', 'bash']
/** Everything between a first sign-in and the last sign-out. */
const LIFE: readonly string[][] = [
  ['login', 'corp'],
  ENV,
  [...ENV, '--refresh'],
  ['exec', 'dev', '--', 'true'],
  ['env', 'deploy', '--shell', 'bash'],
  ['whoami', 'dev'],
  ['console', 'dev'],
  ['status'],
  ['login', 'old', '--device-code'],
  ['login', 'corp', '--force'],
  ['logout', '--all'],
]

/** Runs a whole life under strace, every verb with exit 0. */
async function live(home: Home, calls: string, wrapper: readonly string[] = []): Promise<Traced[]> {
  writeSettings(home, { login_flow: 'pkce' })
  home.center.iamRoles.push({ roleArn: 'arn:aws:iam::210987654321:role/Deploy' })
  const runs: Traced[] = []
  for (const args of LIFE) {
    const run = await trace(home, args, { calls, wrapper })
    assert.is(run.status, 0, `${args.join(' ')}: ${told(run)}`)
    runs.push(run)
  }
  return runs
}

/** Calls that bring a file or a folder into being, and those that say who may use one. */
const CREATING = 'openat,open,creat,mkdir,mkdirat,mknod,mknodat,symlink,symlinkat,bind'
const OPENING = 'chmod,fchmod,fchmodat'

const worked = ({ text }: SystemCall) => !/ = -1 /.test(text)
const creates = (call: SystemCall) =>
  worked(call) &&
  CREATING.split(',').includes(call.name) &&
  (!call.name.startsWith('open') || call.text.includes('O_CREAT'))
/** Of the browser, which is a script of the test. */
const ofBrowser = ({ text }: SystemCall) => /opened\.log|"\/dev\/null"/.test(text)

suite('the AWS SDK', (test) => {
  testWith(test, ['strace'], 'reads no file of the home: ssox has read what counts', () =>
    withHome(async (home) => {
      for (const { calls, mainPid } of await live(home, 'open,openat')) {
        const opened = calls.filter(worked).filter(({ text }) => text.includes(home.aws()))
        // ssox reads in the main thread; the SDK reads as Node does in promises, in another.
        const elsewhere = opened.filter(({ pid }) => pid !== mainPid)
        assert.equal(
          elsewhere.map(({ text }) => text),
          [],
        )
      }
    }),
  )
})

suite('arguments of programs', (test) => {
  testWith(
    test,
    ['strace'],
    'no secret is in any, from the first sign-in to the last sign-out',
    () =>
      withHome(async (home) => {
        const runs = await live(home, 'execve')
        const started = runs.flatMap(({ calls }) => calls).filter(worked)
        const programs = new Set(started.map(({ text }) => /^execve\("([^"]+)"/.exec(text)?.[1]))
        assert.ok(programs.has(join(home.path, 'browser')), [...programs].join(' '))
        assert.ok(programs.size >= 4, [...programs].join(' '))
        const secrets = home.center.secrets()
        assert.ok(secrets.length > 15)
        for (const { text } of started)
          for (const secret of secrets)
            assert.not.ok(text.includes(secret) || text.includes(encodeURIComponent(secret)), text)
      }),
  )

  test('a browser and a credential_process do not inherit the keys of the shell', () =>
    withHome(async (home) => {
      const canaries = {
        AWS_ACCESS_KEY_ID: 'AKIACANARYOFTHESHELL',
        AWS_SECRET_ACCESS_KEY: 'c4n4ry-of-the-secret-key',
        AWS_SESSION_TOKEN: 'c4n4ry-of-the-session-token',
        AWS_SECURITY_TOKEN: 'c4n4ry-of-the-security-token',
      }
      Object.assign(home.env, canaries)
      const seen = join(home.path, 'seen')
      const browser = join(home.path, 'browser')
      const script = readFileSync(browser, 'utf8')
      writeFileSync(browser, script.replace('\n', `\nenv >>'${seen}'\n`))
      const credentialProcess = join(home.path, 'process')
      writeFileSync(
        credentialProcess,
        `#!/bin/sh\nenv >>'${seen}'\necho '{"Version":1,"AccessKeyId":"AKIA","SecretAccessKey":"s"}'\n`,
      )
      chmodSync(credentialProcess, 0o755)
      writeSettings(home, { login_flow: 'pkce' })
      assert.is((await home.ssox(['login', 'corp'])).status, 0)
      home.writeConfig(`[profile proc]\ncredential_process = ${credentialProcess}\n`)
      assertSuccess(await home.ssox(['env', 'proc', '--shell', 'bash']))
      const inherited = readFileSync(seen, 'utf8')
      assert.is(inherited.match(/^HOME=/gm)?.length, 2)
      for (const value of Object.values(canaries)) assert.not.match(inherited, value)
    }))
})

suite('files under umask 000', (test) => {
  const anybody = ['sh', '-ec', 'umask 000; exec "$@"', 'sh']

  testWith(test, ['strace'], 'each is 0600 and each folder 0700 from its first moment on', () =>
    withHome(async (home) => {
      home.env['SSOX_HOOK'] = 'use'
      const runs = await live(home, `${CREATING},${OPENING}`, anybody)
      const calls = runs.flatMap(({ calls }) => calls).filter((call) => !ofBrowser(call))
      const made = calls.filter((call) => creates(call) && /\b0\d{3}\)/.test(call.text))
      assert.ok(made.length > 10, made.map(({ text }) => text).join('\n'))
      for (const { name, text } of made) {
        const mode = Number.parseInt(/\b(0\d{3})\)/.exec(text)?.[1] ?? '', 8)
        assert.is(mode & 0o077, 0, text)
        assert.is(mode, name.startsWith('mkdir') ? 0o700 : 0o600, text)
      }
      const modes = calls.filter(
        ({ name, text }) => name.includes('chmod') && text.includes(home.path),
      )
      for (const { text } of modes) assert.match(text, /\b0600\)/, text)
    }),
  )

  test('nothing of ours is open to others at the end', () =>
    withHome(async (home) => {
      writeSettings(home, { login_flow: 'pkce' })
      home.env['SSOX_HOOK'] = 'use'
      for (const args of [['login', 'corp'], ENV, [...ENV, '--refresh']])
        assert.is((await ssoxUnder(home, anybody, args)).status, 0)
      const files = ['.aws/sso', '.aws/cli', '.cache'].flatMap((folder) =>
        readdirSync(join(home.path, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
          join(home.path, folder, name),
        ),
      )
      assert.ok(files.some((name) => name.endsWith('.json')))
      assert.ok(files.some((name) => name.endsWith('p-dev')))
      for (const file of files) assert.is(statSync(file).mode & 0o077, 0, file)
    }))

  testWith(test, ['strace'], 'only folders of ssox and of the AWS caches get files', () =>
    withHome(async (home) => {
      home.env['SSOX_HOOK'] = 'use'
      const runs = await live(home, CREATING)
      const ours = ['.aws/sso', '.aws/cli', '.cache/ssox', '.local/state/ssox'].map(
        (folder) => `${join(home.path, folder)}/`,
      )
      const made = runs
        .flatMap(({ calls }) => calls)
        .filter((call) => creates(call) && !ofBrowser(call) && !/AF_INET/.test(call.text))
      assert.ok(made.length > 10)
      for (const { name, text } of made) {
        // The last one: a symbolic link is made with its target first.
        const path = `${[...text.matchAll(/"([^"]*)"/g)].at(-1)?.[1]}/`
        const isParent = name.startsWith('mkdir') && ours.some((folder) => folder.startsWith(path))
        assert.ok(isParent || ours.some((folder) => path.startsWith(folder)), text)
      }
    }),
  )
})

suite('credentials that are valid', (test) => {
  const results = [
    ENV,
    ['env', 'dev', '--format', 'json'],
    ['env', 'dev', '--shell', 'fish', '--min-left', '10'],
    ['env', 'dev', '--shell', 'bash', '--no-login'],
    ['status', 'dev', '--check'],
    ['status'],
    ['list'],
    ['exec', 'dev', '--', 'true'],
  ]

  testWith(test, ['unshare'], 'are given without any network', () =>
    withSignIn(async (home) => {
      const online = await home.ssox(ENV)
      assertSuccess(online)
      for (const args of results) assertSuccess(await ssoxUnder(home, OFFLINE, args))
      assert.is((await ssoxUnder(home, OFFLINE, ENV)).stdout, online.stdout)
      const refused = await ssoxUnder(home, OFFLINE, ['env', 'prod', '--shell', 'bash'])
      assert.is(refused.status, 6, `the namespace has a network after all: ${told(refused)}`)
    }),
  )

  testWith(
    test,
    ['strace'],
    'are given without a connection, a lock, a program, or a new file but for what is kept for the hooks',
    () =>
      withSignIn(async (home) => {
        assertSuccess(await home.ssox(ENV))
        const wrapper = has('unshare') ? OFFLINE : []
        for (const args of results) {
          const calls = `connect,socket,sendto,flock,execve,rename,unlink,${CREATING},${OPENING}`
          const run = await trace(home, args, { calls, wrapper })
          assertSuccess(run)
          const made = run.calls.filter(worked)
          const words = args.join(' ')
          const texts = (pattern: RegExp) =>
            made.filter(({ text }) => pattern.test(text)).map(({ text }) => text)
          assert.equal(texts(/^(connect|sendto)\(|^socket\(AF_INET/), [], words)
          assert.equal(texts(/^flock\(|\.lock"/), [], words)
          assert.equal(
            made
              .filter(creates)
              .map(({ text }) => text)
              .filter((text) => !text.includes('/.cache/ssox/state-')),
            [],
            words,
          )
          // `exec` starts another, which sees whether a signal was for all of them.
          const programs = texts(/^execve\(/).filter(
            (text) => !text.includes(program) && !/exec cat"|\["cat"\]/.test(text),
          )
          assert.is(programs.length, args[0] === 'exec' ? 1 : 0, `${words}: ${programs.join()}`)
        }
      }),
  )

  testWith(test, ['strace'], 'and the token file are not rewritten for nothing', () =>
    withSignIn(async (home) => {
      assertSuccess(await home.ssox(ENV))
      const before = statSync(tokenFile(home))
      const run = await trace(home, ENV, { calls: 'openat,rename,chmod' })
      assertSuccess(run)
      assert.not.ok(
        run.calls.some(({ text }) => text.includes('sso/cache')),
        'the token was read',
      )
      assert.is(statSync(tokenFile(home)).mtimeMs, before.mtimeMs)
    }),
  )
})
