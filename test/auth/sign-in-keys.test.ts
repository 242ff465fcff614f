/** Keys while the browser is waited for, in a terminal. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inShell, type PickerShell, signedIn, writeExecutable } from '../commands/picker-shell.ts'
import { until } from '../support/patience.ts'
import { writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { testInTerminal } from '../support/terminal.ts'
import { asked, decide, gate } from './rig.ts'

const KEYS = 'o open again · c copy the address · d use a code · q cancel'

/** A person whose browser has not come back yet. */
function waiting(use: (shell: PickerShell) => Promise<void>): Promise<void> {
  return inShell(use, {
    size: [110, 40],
    prepare: (home) => {
      home.center.approve = 'person'
      writeSettings(home, { login_flow: 'pkce' })
      writeExecutable(join(home.path, 'bin', 'xclip'), `#!/bin/sh\ncat >'${home.path}/copied'\n`)
    },
  })
}

function opened({ home }: PickerShell, times: number): Promise<void> {
  return until(`page number ${times}`, () => home.browserOpens().length === times)
}

/** Presses a key until it counts: one that comes before the terminal is read again is lost. */
async function pressUntil(shell: PickerShell, key: string, isDone: () => boolean): Promise<void> {
  for (let times = 0; times < 20; times++) {
    await shell.press(key)
    const done = await until(`the effect of ${key}`, isDone, 1_000).then(
      () => true,
      () => false,
    )
    if (done) return
  }
  throw new Error(`${key} has no effect: ${await shell.screen()}`)
}

suite('keys while the browser is waited for', (test) => {
  testInTerminal(test, 'bash', 'open again, copy, stop and go on, change over to a code', () =>
    waiting(async (shell) => {
      const { home } = shell
      const before = await shell.settings()
      await shell.run('ssox login corp')
      const screen = await shell.until(KEYS)
      assert.match(screen, /A page of AWS opens in your browser: allow the access there/)
      await opened(shell, 1)
      await shell.press('o')
      await opened(shell, 2)
      await shell.press('c')
      await shell.until('the address is copied (xclip)')
      const [first, second] = home.browserOpens()
      assert.is(first, second)
      // A slow program is not waited for: those of X11 stay.
      const copied = () => readFileSync(join(home.path, 'copied'), 'utf8')
      await until('the address in the clipboard', () => copied() === first)

      await shell.press('C-z')
      await shell.until(/Stopped/)
      assert.is(await shell.settings(), before)
      await shell.run('fg')
      await shell.until(/^ssox login corp$/m)
      await pressUntil(shell, 'o', () => home.browserOpens().length > 2)
      await shell.press('d')
      const withCode = await shell.until(
        /signing in to "corp" with a code \(you asked for it\)[\s\S]*user_code=\S+/,
      )
      assert.not.match(withCode, /opens in your browser: check/)
      await shell.until(/c copy the address · q cancel/)
      const [code = ''] = /http\S+user_code=\S+/.exec(withCode) ?? []
      await decide(code, 'allow')
      await shell.until(/signed in to "corp"/)
      await shell.prompt()
      assert.is(await shell.status(), '0')
      assert.is(await shell.settings(), before)
    }),
  )

  testInTerminal(
    test,
    'bash',
    'q cancels; in the background no key is read, and nothing stops',
    () =>
      waiting(async (shell) => {
        const { home } = shell
        const before = await shell.settings()
        await shell.run('ssox login corp')
        await shell.until(KEYS)
        await shell.press('q')
        await shell.prompt()
        assert.is(await shell.status(), '130')
        assert.is(await shell.settings(), before)

        await shell.run('clear; ssox login corp & wait_for=$!; sleep 0')
        await asked(home, 'Authorize', 2)
        const state = await shell.until(/A page of AWS opens in your browser/)
        assert.not.match(state, /open again/)
        await shell.run('jobs >jobs; echo typed')
        await shell.until(/^typed$/m)
        assert.match(readFileSync(join(home.path, 'jobs'), 'utf8'), /Running.*ssox login corp/)
        await shell.run('fg')
        await shell.until(/q cancel/)
        await pressUntil(shell, 'q', () => !existsSync(`/proc/${shell.ssoxPid()}`))
      }),
  )
})

suite('an answer of AWS that takes long', (test) => {
  testInTerminal(test, 'bash', 'is waited for with a line that moves; nothing of it stays', () =>
    inShell(
      async (shell) => {
        const { opened: answered, open: answer } = gate()
        shell.home.center.fail('GetRoleCredentials', { until: answered })
        await shell.run('ssox exec dev -- echo it ran')
        await shell.until(/^\S waiting for 127\.0\.0\.1:\d+$/m)
        answer()
        const screen = await shell.prompt()
        assert.match(screen, /^it ran$/m)
        assert.not.match(screen, /waiting for/)
        shell.home.center.fail('GetRoleCredentials', 'hang')
        await shell.run('ssox exec dev --refresh -- echo it ran again')
        await shell.until(/waiting for 127/)
        await shell.press('C-c')
        await shell.prompt()
        assert.is(await shell.status(), '130')
        assert.match(
          (await shell.bytes()).toString('latin1'),
          /\u001b\[\?25h[^\u001b]*(?:\u001b(?!\[\?25l)[^\u001b]*)*$/,
        )
      },
      { prepare: signedIn },
    ),
  )
})
