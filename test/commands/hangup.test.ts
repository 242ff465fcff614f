/** SIGHUP that ssox was started to ignore: by `nohup`, or in a script that it runs. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { launcherText } from '../../src/install/launcher.ts'
import { type Home, node, program } from '../support/home.ts'
import { testIn } from '../support/in-shell.ts'
import { withKeys } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { launcherSource, SHELLS } from './launched.ts'

/** Lives until it has a line to read, and tells what of ssox is in its environment. */
const COMMAND = 'echo ready; read -r line; echo "${SSOX_NOHUP-none}, $line"'

/** Runs words of ssox by the launcher in this sh, and sends all of them SIGHUP as a terminal that goes. */
async function hangUp(home: Home, sh: readonly string[], ignored: boolean, words: string[]) {
  const launcher = join(home.path, 'ssox')
  const text = readFileSync(launcherSource, 'utf8')
  writeFileSync(launcher, launcherText(text, { node, script: program }))
  chmodSync(launcher, 0o755)
  const before = ignored ? ['nohup'] : []
  const [first = '', ...rest] = [...before, ...sh, launcher, ...words, 'sh', '-c', COMMAND]
  const child = execa(first, rest, {
    cwd: home.path,
    env: home.env,
    extendEnv: false,
    stdin: 'pipe',
    reject: false,
    detached: true,
  })
  for await (const line of child.iterable())
    if (line === 'ready') {
      process.kill(-Number(child.pid), 'SIGHUP')
      child.stdin.end('lives\n')
    }
  const { exitCode, stdout, stderr } = await child
  return { exitCode, stdout, stderr }
}

suite('a hang-up', (test) => {
  for (const [shell, wordsOf] of SHELLS)
    testIn(test, shell, 'ends the command of exec, unless ssox was started to ignore it', () =>
      withKeys(async (home) => {
        const sh = wordsOf(home.path)
        for (const words of [
          ['exec', 'dev', '--'],
          ['exec', 'dev', '--serve', '-q', '--'],
        ]) {
          const lives = await hangUp(home, sh, true, words)
          assert.equal([lives.exitCode, lives.stdout], [0, 'ready\nnone, lives'], lives.stderr)
          const ends = await hangUp(home, sh, false, words)
          assert.is(ends.exitCode, 129, ends.stderr)
        }
      }),
    )
})
