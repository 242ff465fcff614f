/** The MFA code of a role: from the flag, from a command, or asked for on the terminal. */
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Home, node, program } from '../support/home.ts'
import { assertFailure, assertSuccess, keysIn, told } from '../support/output.ts'
import { withSignIn, writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { testInTerminal, withTerminal } from '../support/terminal.ts'

const SERIAL = 'arn:aws:iam::123456789012:mfa/ana'
const ARN = 'arn:aws:iam::210987654321:role/Guarded'
const ENV = ['env', 'guarded', '--shell', 'bash']

/** A profile `guarded`, whose role wants the code 123456. */
function withMfa<T>(use: (home: Home) => Promise<T>): Promise<T> {
  return withSignIn((home) => {
    home.center.iamRoles.push({
      roleArn: ARN,
      mfa: { serialNumber: SERIAL, tokenCode: '123456' },
    })
    const profile = `\n[profile guarded]\nrole_arn = ${ARN}\nsource_profile = dev\nmfa_serial = ${SERIAL}\n`
    home.writeConfig(`${home.read('config')}${profile}`)
    return use(home)
  })
}

const useCommand = (home: Home, mfa_command: string) =>
  writeSettings(home, { login_flow: 'pkce', mfa_command })

/** A program that prints what it was called with, and what it knows. */
function writeProgram(home: Home, body: string): string {
  const path = join(home.path, 'code')
  writeFileSync(path, `#!/bin/sh\n${body}\n`)
  chmodSync(path, 0o755)
  return path
}

suite('--mfa-code', (test) => {
  test('is the code, for every verb that gets credentials', () =>
    withMfa(async (home) => {
      const verbs = [
        ENV,
        ['exec', 'guarded', '--refresh', '--', 'true'],
        ['write', 'guarded', '--refresh'],
      ]
      for (const [at, [verb = '', ...args]] of verbs.entries()) {
        const run = await home.ssox([verb, '--mfa-code', '123456', ...args])
        assert.is(run.status, 0, told(run))
        assert.is(home.center.counts['AssumeRole'], at + 1)
      }
      const answer = await home.ssox(['credential-process', 'guarded', '--mfa-code=123456'])
      assertSuccess(answer)
      const who = await home.ssox(['whoami', 'guarded', '--mfa-code=123456'])
      assert.match(who.stdout, /assumed-role\/Guarded\//, told(who))
    }))

  test('comes before the command', () =>
    withMfa(async (home) => {
      useCommand(home, 'false')
      assert.is((await home.ssox([...ENV, '--mfa-code', '123456'])).status, 0)
    }))

  test('that is no code is an error of usage, and one that AWS refuses is exit 5', () =>
    withMfa(async (home) => {
      for (const code of ['12345', '1234567', 'abcdef', ''])
        assertFailure(await home.ssox([...ENV, `--mfa-code=${code}`]), 2, /--mfa-code/)
      const refused = await home.ssox([...ENV, '--mfa-code', '654321'])
      assertFailure(refused, 5, /MultiFactorAuthentication failed/)
      assert.match(refused.stderr, 'wait for the next code')
    }))

  test('without one, and nobody to ask: exit 4, and how it is given', () =>
    withMfa(async (home) => {
      assertFailure(await home.ssox(ENV), 4, /needs an MFA code of arn:aws:iam::123456789012:mfa/)
      assert.match((await home.ssox(ENV)).stderr, 'ssox env guarded --mfa-code <code>')
    }))
})

suite('mfa_command', (test) => {
  test('its stdout is the code; it runs without a shell, and without credentials', () =>
    withMfa(async (home) => {
      const wanted = "test \"$#/$1/$2/$AWS_ACCESS_KEY_ID\" = '2/a b/$HOME|cat/' && echo ' 123456'"
      useCommand(home, `${writeProgram(home, wanted)} "a b" $HOME|cat`)
      const env = { ...home.env, AWS_ACCESS_KEY_ID: 'AKIAX', AWS_SECRET_ACCESS_KEY: 'x' }
      const run = await home.ssox(ENV, { env })
      assertSuccess(run)
      assert.match(keysIn(run).id, /^ASIA/)
    }))

  test('that prints no code, or fails: exit 2, and nothing is asked of STS', () =>
    withMfa(async (home) => {
      const cases: [command: string, about: RegExp][] = [
        ['echo hello', /does not print six digits/],
        ['true', /does not print six digits/],
        ['no-such-program-x', /there is no program no-such-program-x/],
        ["ls 'unclosed", /a quote in it is not closed/],
        [writeProgram(home, 'echo "no key found" >&2; echo 123456; exit 1'), /no key found/],
      ]
      for (const [command, about] of cases) {
        useCommand(home, command)
        assertFailure(await home.ssox(ENV), 2, about)
      }
      assert.is(home.center.counts['AssumeRole'] ?? 0, 0)
    }))

  test('is not run from a file that others may change', () =>
    withMfa(async (home) => {
      const ran = join(home.path, 'ran')
      useCommand(home, writeProgram(home, `touch '${ran}'; echo 123456`))
      chmodSync(join(home.path, '.config', 'ssox', 'config'), 0o666)
      assertFailure(await home.ssox(ENV), 2, /mfa_command is not run: .* everybody may change it/)
      assert.not.ok(existsSync(ran))
    }))
})

suite('on a terminal', (test) => {
  testInTerminal(test, 'bash', 'the code is asked for', () =>
    withMfa(async (home) => {
      const command = [node, program, 'whoami', 'guarded']
      await withTerminal(['bash', '--norc'], { env: home.env }, async (terminal) => {
        await terminal.run(command.join(' '))
        await terminal.until(`MFA code of ${SERIAL}: `)
        await terminal.run('123456')
        await terminal.until(/assumed-role\/Guarded\//)
      })
    }),
  )
})
