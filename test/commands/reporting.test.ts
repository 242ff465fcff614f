/** Whatever goes wrong while a failure is told: the shell stops, and no secret is shown. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Home } from '../support/home.ts'
import { testIn } from '../support/in-shell.ts'
import { told } from '../support/output.ts'
import { readObject, setFields, tokenFile, withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { putOnPath, runScript } from './evaluate.ts'

/** Has every Node that runs in this home begin with a script. */
function preload(home: Home, script: string): { env: Record<string, string> } {
  const path = join(home.path, 'preload.cjs')
  writeFileSync(path, script)
  return { env: { ...home.env, NODE_OPTIONS: `--require=${path}` } }
}

/** A token as long as this, in the characters that tokens have. */
function longToken(length: number): string {
  return 'aoa+/.-_*()[]{}|^$?='.repeat(length / 20)
}

suite('secrets that are very long', (test) => {
  testIn(test, 'bash', 'an access token of 22 KB: what would come next does not run', () =>
    withSignIn(async (home) => {
      putOnPath(home)
      const token = longToken(22_000)
      setFields(tokenFile(home), { accessToken: token })
      const env = 'ssox env dev --no-login'
      for (const command of [env, `${env} --debug`]) {
        const run = await runScript(home, 'bash', `eval "$(${command})" && echo deployed`)
        assert.is(run.stdout, '', told(run))
        assert.is(run.status, 1)
        assert.match(run.stderr, /^ssox: [^i]/m)
        assert.not.ok(run.stderr.includes(token.slice(0, 40)))
      }
    }),
  )

  testIn(
    test,
    'bash',
    'a session token of 72 KB: set where all is well, else what comes next stops',
    () =>
      withSignIn(async (home) => {
        putOnPath(home)
        const token = longToken(72_000)
        const keys = { Version: 1, AccessKeyId: 'ASIAEXAMPLE', SecretAccessKey: 'x'.repeat(40) }
        const answer = join(home.path, 'answer.json')
        writeFileSync(answer, JSON.stringify({ ...keys, SessionToken: token }))
        home.writeConfig(`${home.read('config')}
[profile long]
credential_process = cat ${answer}

[profile beyond]
role_arn = arn:aws:iam::210987654321:role/Nobody
source_profile = long
region = us-east-1
`)
        const script = (profile: string) =>
          `eval "$(ssox env ${profile} --debug)" && echo "deployed \${#AWS_SESSION_TOKEN}"`
        const right = await runScript(home, 'bash', script('long'))
        assert.is(right.stdout, 'deployed 72000\n', told(right).slice(0, 2000))
        assert.not.ok(right.stderr.includes(token.slice(0, 40)))
        const wrong = await runScript(home, 'bash', script('beyond'))
        assert.is(wrong.stdout, '')
        assert.is(wrong.status, 1)
        assert.not.ok(wrong.stderr.includes(token.slice(0, 40)))
      }),
  )
})

suite('what is thrown while a failure is told', (test) => {
  test('keeps neither the failing statement nor the exit code away', () =>
    withSignIn(async (home) => {
      // No text can be made harmless.
      const broken = preload(
        home,
        `const { replace } = String.prototype
         String.prototype.replace = function (...words) {
           if (String(this).includes('no profile')) throw new RangeError('too large')
           return replace.apply(this, words)
         }`,
      )
      for (const [shell, statement] of [
        ['bash', /^false\n$/],
        ['powershell', /^& \{ .*throw 'ssox: .*' \}\n$/],
        ['xonsh', /^raise RuntimeError\('ssox: .*'\)\n$/],
      ] as const) {
        const run = await home.ssox(['env', 'dve', '--shell', shell], broken)
        assert.is(run.status, 3, told(run))
        assert.match(run.stdout, statement)
        assert.is(run.stderr, 'ssox: internal error\n')
      }
    }))

  for (const [title, crash] of [
    ['an exception that nobody catches', 'throw error'],
    ['a promise that nobody waits for', 'Promise.reject(error)'],
  ] as const)
    test(`${title} is masked, and ends ssox as a failure`, () =>
      withSignIn(async (home) => {
        const { accessToken } = readObject(tokenFile(home))
        assert.type(accessToken, 'string')
        const crashing = preload(
          home,
          `const http = require('node:http')
           const { request } = http
           http.request = (...words) => {
             const error = new Error('lost ' + ${JSON.stringify(accessToken)})
             setImmediate(() => { ${crash} })
             const sent = request(...words)
             // It never answers.
             sent.end = () => sent
             return sent
           }
           require('node:module').syncBuiltinESMExports()`,
        )
        for (const [shell, statement] of [
          ['bash', 'false\n'],
          ['powershell', /^& \{ .*throw 'ssox: lost \[secret\]' \}\n$/],
        ] as const) {
          const run = await home.ssox(['env', 'dev', '--shell', shell], crashing)
          assert.is(run.status, 1, told(run))
          assert.match(run.stdout, statement)
          assert.match(run.stderr, /^ssox: internal error: lost \[secret\]\n {2}run .*--debug.*\n$/)
        }
        const debug = await home.ssox(['env', 'dev', '--shell', 'bash', '--debug'], crashing)
        assert.match(debug.stderr, /lost \[secret\][\s\S]*\n +at /)
        assert.not.ok(debug.stderr.includes(String(accessToken)))
      }))
})
