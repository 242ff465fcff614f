/** `ssox init`: the line that loads the hook. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withHome } from '../support/home.ts'
import { testIn } from '../support/in-shell.ts'
import { assertFailure, told } from '../support/output.ts'
import { assert, suite } from '../support/suite.ts'
import { runScript } from './evaluate.ts'

/** What the stand-in for an installed hook does: it leaves a mark that the script prints. */
const HOOKS = {
  bash: ['ssox.bash', 'MARK="loaded from $PWD"', 'echo "$MARK"'],
  zsh: ['ssox.zsh', 'MARK="loaded from $PWD"', 'echo "$MARK"'],
  fish: ['ssox.fish', 'set MARK "loaded from $PWD"', 'echo $MARK'],
  pwsh: ['ssox.ps1', '$MARK = "loaded from $PWD"', 'Write-Output $MARK'],
} as const

suite('init', (test) => {
  for (const shell of ['bash', 'zsh', 'fish', 'pwsh'] as const)
    testIn(test, shell, 'prints one line that loads the installed hook, wherever the home is', () =>
      withHome(async (home) => {
        const name = shell === 'pwsh' ? 'powershell' : shell
        const [file, text, show] = HOOKS[shell]
        for (const folder of ['.local/share', "it's $HOME; `x`"]) {
          const data = join(home.path, folder)
          mkdirSync(join(data, 'ssox', 'shell'), { recursive: true })
          for (const each of ['ssox.bash', file])
            writeFileSync(join(data, 'ssox', 'shell', each), `${text}\n`)
          const env = folder.startsWith('.') ? {} : { XDG_DATA_HOME: data }
          const run = await home.ssox(['init', name], { env: { ...home.env, ...env } })
          assert.is(run.status, 0, told(run))
          assert.match(run.stdout, /^[^\n]+\n$/)
          if (folder.startsWith('.')) assert.match(run.stdout, /\$HOME/, 'start-up files travel')
          const loaded = await runScript(home, shell, `${run.stdout}\n${show}`)
          assert.is(loaded.stdout.trim(), `loaded from ${home.path}`, run.stdout)
          assert.is(loaded.stderr, '')
        }
      }),
    )

  for (const shell of ['bash', 'zsh', 'fish', 'pwsh'] as const)
    testIn(test, shell, 'the line does nothing, with status 0, where the hook is not', () =>
      withHome(async (home) => {
        const name = shell === 'pwsh' ? 'powershell' : shell
        const { stdout } = await home.ssox(['init', name], {
          env: { ...home.env, HOME: '/nowhere/at all' },
        })
        const line = stdout.replaceAll(/\/[^'"]*\/shell\//g, '/nowhere/shell/')
        assert.match(line, /\/nowhere\/shell\/ssox\./)
        const run = await runScript(home, shell, line)
        assert.equal(run, { status: 0, stdout: '', stderr: '' }, line)
      }),
    )

  test('a shell without a hook, a mistyped one: exit 2 and what there is', () =>
    withHome(async (home) => {
      assertFailure(await home.ssox(['init', 'tcsh']), 2, /cannot be "tcsh": one of bash, zsh/)
      const typo = await home.ssox(['init', 'zhs'])
      assertFailure(typo, 2, /cannot be "zhs"/)
      assert.match(typo.stderr, /\n {2}ssox init zsh\n$/)
    }))
})
