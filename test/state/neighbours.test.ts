/** Other tools at the same files: what they write half, in place, readable for all, or beyond us. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Finished, Home } from '../support/home.ts'
import { inParallel, SLOW_TEST_MS, ssoxUnder, testWith } from '../support/machine.ts'
import { assertSuccess, told } from '../support/output.ts'
import { until } from '../support/patience.ts'
import { readObject, roleFile, setFields, tokenFile, withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'

const ENV = ['env', 'dev', '--shell', 'bash']
/** Needs the token file and nothing else. */
const NEEDS_TOKEN = [...ENV, '--mode', 'profile', '--no-login']

const FOREIGN = {
  xTool: { nested: [1, 'two', null, { deep: true }] },
  issuedAt: '2026-01-01T00:00:00Z',
  scopes: ['sso:account:access'],
}

suite('fields of other tools', (test) => {
  test('in the token they survive a refresh', () =>
    withSignIn(
      async (home) => {
        const before = readObject(tokenFile(home))
        setFields(tokenFile(home), FOREIGN)
        assertSuccess(await home.ssox(NEEDS_TOKEN))
        const { xTool, issuedAt, scopes, ...ours } = readObject(tokenFile(home))
        assert.equal({ xTool, issuedAt, scopes }, FOREIGN)
        assert.equal(Object.keys(ours).sort(), Object.keys(before).sort())
        assert.not.equal(ours['accessToken'], before['accessToken'])
      },
      { lifetimes: { accessToken: 600 } },
    ))

  test('in the token they survive a new sign-in', () =>
    withSignIn(async (home) => {
      setFields(tokenFile(home), FOREIGN)
      const before = readObject(tokenFile(home))['accessToken']
      assert.is((await home.ssox(['login', 'corp', '--force'])).status, 0)
      const { accessToken, xTool, issuedAt, scopes } = readObject(tokenFile(home))
      assert.not.equal(accessToken, before)
      assert.equal({ xTool, issuedAt, scopes }, FOREIGN)
    }))

  test('in the token they survive a sign-in after the session has ended', () =>
    withSignIn(async (home) => {
      setFields(tokenFile(home), { ...FOREIGN, expiresAt: '2020-01-01T00:00:00Z' })
      home.center.revokeSession()
      const run = await home.ssox([...ENV, '--login'])
      assert.is(run.status, 0, told(run))
      const { xTool, issuedAt, scopes } = readObject(tokenFile(home))
      assert.equal({ xTool, issuedAt, scopes }, FOREIGN)
    }))

  test('in the role credentials they survive new ones, a stale answer of STS does too', () =>
    withSignIn(async (home) => {
      assertSuccess(await home.ssox(ENV))
      setFields(roleFile(home), { ...FOREIGN, AssumedRoleUser: { Arn: 'arn:aws:sts::1:x' } })
      assertSuccess(await home.ssox([...ENV, '--refresh']))
      const { xTool, AssumedRoleUser, ProviderType } = readObject(roleFile(home))
      assert.equal(xTool, FOREIGN.xTool)
      assert.equal(AssumedRoleUser, { Arn: 'arn:aws:sts::1:x' })
      assert.is(ProviderType, 'sso')
    }))
})

suite('files that others may read', (test) => {
  const bits = (path: string) => (statSync(path).mode & 0o777).toString(8)

  test('the token becomes 0600 when it is read, with its content as it was', () =>
    withSignIn(async (home) => {
      const before = readFileSync(tokenFile(home), 'utf8')
      for (const args of [NEEDS_TOKEN, ['status'], ['status', 'dev', '--check']]) {
        chmodSync(tokenFile(home), 0o644)
        assertSuccess(await home.ssox(args))
        assert.is(bits(tokenFile(home)), '600', args.join(' '))
      }
      assert.is(readFileSync(tokenFile(home), 'utf8'), before)
    }))

  test('role credentials become 0600 when they are replaced', () =>
    withSignIn(async (home) => {
      assertSuccess(await home.ssox(ENV))
      chmodSync(roleFile(home), 0o644)
      assertSuccess(await home.ssox([...ENV, '--refresh']))
      assert.is(bits(roleFile(home)), '600')
    }))
})

suite('a file that is being written', (test) => {
  /**
   * Starts ssox on a file that is empty, and completes the file 100 ms after ssox has first opened
   * it. undefined when this machine was too busy for that pause: for the sight of it, or for the write.
   */
  async function completeWhileRead(home: Home, args: string[]): Promise<Finished | undefined> {
    const path = tokenFile(home)
    const whole = readFileSync(path, 'utf8')
    const seen = join(home.path, 'seen')
    rmSync(seen, { force: true })
    truncateSync(path)
    const strace = ['strace', '-f', '-ttt', '-qq', '-o', seen, '-e', 'trace=openat', '-P', path]
    const running = ssoxUnder(home, strace, args)
    const opened = () =>
      existsSync(seen) ? /(\d+\.\d+) openat/.exec(readFileSync(seen, 'utf8'))?.[1] : undefined
    await until('its first look', opened)
    await delay(100)
    writeFileSync(path, whole)
    const pause = Date.now() - 1_000 * Number(opened())
    const run = await running
    return pause < 180 ? run : undefined
  }

  testWith(test, ['strace'], 'is read again until it is whole', () =>
    withSignIn(async (home) => {
      for (const args of [NEEDS_TOKEN, ['status', 'dev', '--check']]) {
        let run: Finished | undefined
        for (let attempt = 0; run === undefined && attempt < 40; attempt++)
          run = await completeWhileRead(home, args)
        assert.ok(run, 'no attempt kept to the time')
        if (run) assertSuccess(run)
      }
      assert.is(home.browserOpens().length, 1)
    }),
  )

  /**
   * Truncates and writes, what the AWS CLI does on every refresh, once a millisecond: without a
   * pause the file would be empty for five sixths of the time, whenever one looks.
   */
  function writeInPlace(path: string): ChildProcess {
    const loop = `const {writeFileSync,readFileSync}=require('node:fs');const path=process.argv[1];
      const text=readFileSync(path);process.stdout.write('.');
      setInterval(()=>writeFileSync(path,text),1)`
    return spawn(process.execPath, ['-e', loop, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  }

  test(
    'over and over by two writers does not make one of 40 runs fail',
    () =>
      withSignIn(async (home) => {
        assertSuccess(await home.ssox(ENV))
        const writers = [tokenFile(home), roleFile(home)].map(writeInPlace)
        try {
          for (const writer of writers) if (writer.stdout) await once(writer.stdout, 'data')
          const verbs = [ENV, NEEDS_TOKEN, ['status', 'dev', '--check'], [...ENV, '--refresh']]
          const runs = Array.from({ length: 40 }, (_, at) => verbs[at % verbs.length] ?? ENV)
          await inParallel(
            runs,
            async (args) => {
              const run = await home.ssox([...args, '--quiet'])
              assertSuccess(run)
            },
            4,
          )
        } finally {
          for (const writer of writers) writer.kill('SIGKILL')
        }
        assert.is(home.browserOpens().length, 1)
      }),
    SLOW_TEST_MS,
  )
})
