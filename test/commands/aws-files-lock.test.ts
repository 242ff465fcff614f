/** One lock for the AWS files: each verb that writes to them waits for the others, and loses nothing. */
import { spawn } from 'node:child_process'
import { appendFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Home, node, program } from '../support/home.ts'
import { startHolder } from '../support/lock-holder.ts'
import { until } from '../support/patience.ts'
import { withKeys } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'

/** Starts ssox; `ended` is its exit code. */
function startSsox(home: Home, args: readonly string[]) {
  const child = spawn(node, [program, ...args], {
    cwd: home.path,
    env: home.env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (bytes) => {
    stderr += bytes
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { ended, stderr: () => stderr }
}

/** What each verb leaves in one of the files, or takes out of it. */
const VERBS: readonly [string[], 'config' | 'credentials', (text: string) => boolean][] = [
  [['write', 'dev'], 'credentials', (text) => text.includes('[dev-keys]')],
  [['logout', 'corp'], 'credentials', (text) => !text.includes('[prod-keys]')],
  [
    ['credential-process', '--install', 'dev', '--yes'],
    'config',
    (text) => text.includes('[profile dev-process]'),
  ],
  [['setup', 'corp', '--yes'], 'config', (text) => text.split('[profile ').length > 10],
  [['doctor', '--fix', '--yes', '--no-network'], 'config', (text) => !text.includes('x] #')],
]

suite('while another ssox writes to the AWS files', (test) => {
  test('write waits, and after a logout meanwhile writes nothing', () =>
    withKeys(async (home) => {
      const lock = join(home.path, '.cache', 'ssox', 'locks', 'aws-files.lock')
      const holder = await startHolder(lock, process.env['PATH'] ?? '')
      const run = startSsox(home, ['write', 'dev'])
      await until('its word', () => run.stderr().includes('waiting for another ssox'))
      assert.is((await home.ssox(['logout', 'corp'])).status, 0)
      holder.release()
      assert.is(await run.ended, 4, run.stderr())
      assert.match(run.stderr(), /somebody has signed out of "corp"/)
      assert.not(existsSync(home.aws('credentials')))
    }))

  for (const [args, file, isDone] of VERBS)
    test(`${args.join(' ')} waits, and then keeps what the other has written`, () =>
      withKeys(async (home) => {
        assert.is((await home.ssox(['write', 'prod'])).status, 0)
        home.writeConfig(`${home.read('config')}[services x] # for doctor\n`)
        const lock = join(home.path, '.cache', 'ssox', 'locks', 'aws-files.lock')
        const holder = await startHolder(lock, process.env['PATH'] ?? '')
        const run = startSsox(home, args)
        const wait = `waiting for another ssox (process ${holder.pid}) that writes to the AWS files`
        await until('its word', () => run.stderr().includes(wait))
        const before = home.read(file)
        assert.not(isDone(before), 'nothing is done yet')
        appendFileSync(home.aws(file), '[profile-of-the-other]\nregion = eu-west-1\n')
        holder.release()
        // That of doctor tells what else is wrong.
        const code = await run.ended
        if (args[0] !== 'doctor') assert.is(code, 0, run.stderr())
        const after = home.read(file)
        assert.ok(isDone(after), after)
        assert.ok(after.includes('[profile-of-the-other]\nregion = eu-west-1\n'), after)
      }))
})
