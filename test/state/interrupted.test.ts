/** Writes that the kernel refuses, and a kill at every step: a file is the old or the new one. */
import { readdirSync, readFileSync, utimesSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Home } from '../support/home.ts'
import { inParallel, ssoxUnder, testWith } from '../support/machine.ts'
import { assertSuccess, keysIn, told } from '../support/output.ts'
import { readObject, roleFile, setFields, tokenFile, withSignIn } from '../support/signed-in.ts'
import { HUNG, killAt, type SystemCall, stepsOn, trace } from '../support/strace.ts'
import { assert, suite } from '../support/suite.ts'

/** Refreshes the token and gets new role credentials: two files are replaced. */
const REFRESH = ['env', 'dev', '--shell', 'bash', '--refresh'] as const

/** A home with both files; every token lives ten minutes, so every run refreshes it first. */
function withFiles<T>(use: (home: Home) => Promise<T>): Promise<T> {
  return withSignIn(
    async (home) => {
      assertSuccess(await home.ssox([...REFRESH]))
      return use(home)
    },
    { lifetimes: { accessToken: 600 }, singleUseRefreshTokens: false },
  )
}

const writePath = (home: Home) =>
  stepsOn(home, REFRESH, [home.aws('sso'), home.aws('cli'), join(home.path, '.cache')])

/** Both files are whole, private in content, and hold what the service has handed out. */
function assertWhole(home: Home, about: string): void {
  const secrets = home.center.secrets()
  const token = readObject(tokenFile(home))
  assert.ok(secrets.includes(String(token['accessToken'])), `${about}: a foreign access token`)
  assert.ok(secrets.includes(String(token['refreshToken'])), `${about}: a foreign refresh token`)
  const { Credentials } = readObject(roleFile(home)) as { Credentials: Record<string, string> }
  assert.ok(secrets.includes(String(Credentials['SecretAccessKey'])), `${about}: foreign keys`)
}

const temps = (home: Home) =>
  [tokenFile(home), roleFile(home)].flatMap((file) =>
    readdirSync(dirname(file)).filter((name) => !name.endsWith('.json')),
  )

suite('a write that the kernel refuses', (test) => {
  /**
   * Spoils calls on the temporary file of `file`, one in each run; also what `file` held before.
   * How often other parts of Node make the same call differs a little from run to run, so a run
   * that was hit elsewhere does not count.
   */
  function spoiler(home: Home, file: string) {
    let steps: SystemCall[] | undefined
    return async (call: string, error: string) => {
      const isHit = ({ name, text }: SystemCall) =>
        name === call && text.includes('.ssox-tmp') && text.includes(basename(file))
      for (let attempt = 0; attempt < 20; attempt++) {
        if (attempt % 3 === 2) steps = undefined
        steps ??= await writePath(home)
        const before = readFileSync(file, 'utf8')
        const inject = `${call}:error=${error}:when=${steps.find(isHit)?.ordinal}`
        const run = await trace(home, REFRESH, { calls: call, inject })
        const spoiled = run.calls.filter(({ text }) => text.includes('(INJECTED)'))
        if (spoiled.length === 1 && spoiled.every(isHit)) {
          if (run.status === HUNG) throw new Error(`${error} of ${call} makes ssox wait for ever`)
          return { before, run }
        }
      }
      throw new Error(`${call} of the temporary file of ${file} was never hit`)
    }
  }

  const faults: [call: string, error: string, words: string][] = [
    ['openat', 'EMFILE', 'too many open files'],
    ['openat', 'EACCES', 'permission denied'],
    ['pwrite64', 'ENOSPC', 'no space left on the disk'],
    ['pwrite64', 'EDQUOT', 'the disk quota is used up'],
    ['pwrite64', 'EFBIG', 'the file size limit is reached'],
    ['pwrite64', 'EIO', 'input/output error'],
    ['fsync', 'EIO', 'input/output error'],
    ['fsync', 'ENOSPC', 'no space left on the disk'],
    ['rename', 'EIO', 'input/output error'],
    ['rename', 'ENOSPC', 'no space left on the disk'],
    ['rename', 'EDQUOT', 'the disk quota is used up'],
  ]

  for (const [which, what, warning] of [
    [0, 'token', 'the sign-in is not remembered'],
    [1, 'role credentials', 'the credentials are not cached'],
  ] as const)
    testWith(test, ['strace'], `of the ${what}: keys, one warning, the old file, no temp`, () =>
      withFiles(async (home) => {
        const file = which === 0 ? tokenFile(home) : roleFile(home)
        const spoil = spoiler(home, file)
        for (const [call, error, words] of faults) {
          const about = `${error} of ${call}`
          const { before, run } = await spoil(call, error)
          assertSuccess(run, [new RegExp(`${warning}: cannot write .*: ${words}`)])
          assert.match(keysIn(run).id, /^ASIA/, about)
          assert.is(readFileSync(file, 'utf8'), before, about)
          assert.equal(temps(home), [], about)
        }
      }),
    )

  testWith(test, ['strace'], 'of the folder only: the new file is in place, nothing to say', () =>
    withFiles(async (home) => {
      const before = readFileSync(tokenFile(home), 'utf8')
      const run = await trace(home, REFRESH, { calls: 'fsync', inject: 'fsync:error=EIO:when=2' })
      assertSuccess(run)
      assert.not.equal(readFileSync(tokenFile(home), 'utf8'), before)
      assertWhole(home, 'no fsync of the folder')
    }),
  )

  test('by a limit on the size of files: keys, warnings, the old files', () =>
    withFiles(async (home) => {
      setFields(tokenFile(home), { expiresAt: '2020-01-01T00:00:00Z' })
      const before = readFileSync(tokenFile(home), 'utf8')
      const limited = ['sh', '-ec', 'ulimit -f 1; exec "$@"', 'sh']
      const run = await ssoxUnder(home, limited, REFRESH)
      assert.is(run.status, 0, told(run))
      assert.match(run.stderr, /the sign-in is not remembered: .*the file size limit is reached/)
      assert.is(readFileSync(tokenFile(home), 'utf8'), before)
      assert.equal(temps(home), [])
    }))

  testWith(test, ['strace'], 'the order is: data to disk, then the name, then the folder', () =>
    withFiles(async (home) => {
      const steps = (await writePath(home))
        .filter(({ name }) => ['pwrite64', 'fsync', 'rename'].includes(name))
        // The others write the number of the process into the lock file.
        .filter(({ name, text }) => name !== 'pwrite64' || text.includes('.ssox-tmp'))
        // What is kept for the hooks may be lost.
        .filter(({ text }) => !text.includes('/.cache/ssox/'))
        // Whether the token can be stored is tried before it is asked for.
        .filter(({ text }) => !text.includes('.trial.'))
        .map(({ name, text }) => `${name} ${text.includes('.ssox-tmp') ? 'file' : 'folder'}`)
      const once = ['pwrite64 file', 'fsync file', 'rename file', 'fsync folder']
      assert.equal(steps, [...once, ...once])
    }),
  )
})

suite('a kill', (test) => {
  testWith(
    test,
    ['strace'],
    'at every step of a refresh leaves whole files, old or new',
    async () => {
      const points = await withFiles(writePath)
      assert.ok(points.length > 30, `only ${points.length} steps`)
      const lanes = [0, 1]
      const hits = await inParallel(lanes, (lane) =>
        withFiles(async (home) => {
          let killed = 0
          for (const point of points.filter((_, at) => at % 2 === lane)) {
            const about = `killed at ${point.text.slice(0, 120)}`
            const run = await killAt(home, REFRESH, point)
            if (run.status !== 0) killed++
            // The same call may come a little later than in the recorded run, or not again at all.
            assert.match(run.stdout, /^(\{ .*; \}\n)?$/, about)
            assertWhole(home, about)
          }
          await assertRecovered(home)
          return killed
        }),
      )
      const killed = hits.reduce((sum, count) => sum + count, 0)
      assert.ok(killed >= points.length * 0.8, `${killed} kills of ${points.length}`)
    },
  )
})

/** The next run works, and clears away what the killed ones left once it is an hour old. */
async function assertRecovered(home: Home): Promise<void> {
  const left = temps(home)
  assert.ok(left.length > 0, 'no kill has hit the time between making a file and renaming it')
  const run = await home.ssox([...REFRESH])
  assertSuccess(run)
  assert.equal(temps(home), left, 'files of a run that may still be under way are not touched')
  const long = new Date(Date.now() - 2 * 3600_000)
  for (const file of [tokenFile(home), roleFile(home)])
    for (const name of readdirSync(dirname(file)))
      if (!name.endsWith('.json')) utimesSync(join(dirname(file), name), long, long)
  assertSuccess(await home.ssox([...REFRESH]))
  assert.equal(temps(home), [])
}
