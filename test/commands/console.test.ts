/** `ssox console`: the browser ends at the right page as the right role, and no secret is seen. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { start } from '../auth/rig.ts'
import { type Home, usualConfig } from '../support/home.ts'
import { assertFailure, told } from '../support/output.ts'
import { until } from '../support/patience.ts'
import { withSignIn, writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { testInTerminal } from '../support/terminal.ts'
import { inShell, signedIn, writeExecutable } from './picker-shell.ts'

const KEYS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  arn: 'arn:aws:iam::123456789012:user/ana',
}
const MORE = `
[profile deeper]
role_arn = arn:aws:iam::210987654321:role/Deploy
source_profile = static
role_session_name = ana
region = us-east-1
`

function withConsole<T>(use: (home: Home) => Promise<T>): Promise<T> {
  return withSignIn(use, { staticKeys: [KEYS] }, (home) =>
    home.writeConfig(usualConfig(home.center.startUrl) + MORE),
  )
}

/** The last sign-in to the console: as whom the stand-in says the browser is, and what was asked. */
async function lastLogin({ center }: Home) {
  const { counts } = center
  await until('the browser', () => counts['ConsoleLogin'] === counts['GetSigninToken'])
  const of = (operation: string) => center.requests.filter((one) => one.operation === operation)
  const [token, login] = [of('GetSigninToken').at(-1), of('ConsoleLogin').at(-1)]
  const query = new URL(login?.path ?? '', center.url).searchParams
  const form = new URLSearchParams(token?.body)
  return {
    method: `${token?.method} ${token?.path}`,
    status: login?.status,
    page: query.get('Destination'),
    issuer: query.get('Issuer'),
    duration: form.get('SessionDuration'),
  }
}

/** Fails when one of the secrets is in what was printed, or in the arguments of the browser. */
function assertNoSecret(home: Home, ...texts: string[]): void {
  const secrets = home.center.secrets().filter((secret) => secret.length >= 16)
  assert.ok(secrets.length > 4)
  const opened = home.browserOpens().filter((address) => !address.includes('/authorize?'))
  for (const text of [...texts, ...opened])
    assert.equal(
      secrets.filter(
        (secret) => text.includes(secret) || text.includes(encodeURIComponent(secret)),
      ),
      [],
      text,
    )
}

suite('console', (test) => {
  test('of every kind of profile: keys by POST, the browser on an address without a secret', () =>
    withConsole(async (home) => {
      const issuedBy = home.center.startUrl
      const host = 'console.aws.amazon.com'
      for (const [words, page, issuer, duration] of [
        [['dev'], `eu-west-1.${host}/console/home?region=eu-west-1`, issuedBy, null],
        [
          ['dev', '--service', 'S3', '--region', 'us-east-1', '--duration', '90'],
          `${host}/s3/home?region=us-east-1`,
          issuedBy,
          '5400',
        ],
        // A role on top of SSO: AWS would refuse a duration.
        [
          ['deploy', '--duration', '90'],
          `eu-west-1.${host}/console/home?region=eu-west-1`,
          issuedBy,
          null,
        ],
        [['deeper', '--duration', '90'], `${host}/console/home?region=us-east-1`, null, '5400'],
        [
          ['static', '--duration', '90'],
          `eu-north-1.${host}/console/home?region=eu-north-1`,
          null,
          null,
        ],
        [
          ['prod', '--destination', '/ec2/home?a=1#Instances:'],
          `eu-central-1.${host}/ec2/home?a=1&region=eu-central-1#Instances:`,
          issuedBy,
          null,
        ],
      ] as const) {
        const run = await home.ssox(['console', ...words])
        assert.is(run.status, 0, told(run))
        assert.is(run.stdout, '')
        assert.match(run.stderr, new RegExp(`the console of "${words[0]}" is open for \\d`))
        assertNoSecret(home, run.stderr)
        assert.equal(await lastLogin(home), {
          method: 'POST /federation',
          status: 200,
          page: `https://${page}`,
          issuer,
          duration,
        })
        assert.match(home.browserOpens().at(-1) ?? '', /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}$/)
      }
      assert.is(home.center.counts['GetFederationToken'], 1)
    }))

  test('--print: the link of the portal; else an address that works once, here', () =>
    withConsole(async (home) => {
      const before = home.center.requests.length
      const link = await home.ssox(['console', 'dev', '--print', '--service', 'logs'])
      assert.is(link.status, 0, told(link))
      assert.is(link.stderr, '')
      const [portal, query] = link.stdout.trimEnd().split('/#/console?')
      assert.is(portal, home.center.startUrl)
      assert.equal(Object.fromEntries(new URLSearchParams(query)), {
        account_id: '123456789012',
        role_name: 'Developer',
        destination:
          'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups',
      })
      assert.is(home.center.requests.length, before, 'AWS was asked for a link')

      for (const words of [
        ['deploy', '--print'],
        ['dev', '--no-portal', '--no-browser'],
      ]) {
        const waiting = start(home, ['console', ...words])
        await until('the address', () => waiting.stdout().endsWith('\n'))
        const address = waiting.stdout().trimEnd()
        const opened = await fetch(address)
        assert.match(await opened.text(), 'Signed in to the console')
        const { status, stderr, stdout } = await waiting.done
        assert.is(status, 0, stderr)
        assert.is(stdout, `${address}\n`)
        assertNoSecret(home, stderr, stdout)
      }
      assert.is(home.browserOpens().length, 1, 'a browser was opened')
    }))

  test('by settings: the portal, the browser and the container of some profiles', () =>
    withConsole(async (home) => {
      const browser = join(home.path, 'firefox')
      const log = join(home.path, 'words')
      writeExecutable(
        browser,
        `#!/bin/bash\nprintf '%s\\n' "$@" >'${log}'\nfor word; do :; done\nurl=$(printf '%b' "$(printf %s "\${word##*url=}" | sed 's/%/\\\\x/g')")\nexec curl -sSL -o /dev/null --noproxy '*' "$url"\n`,
      )
      const opened = async (...words: string[]) => {
        rmSync(log, { force: true })
        const run = await home.ssox(['console', ...words])
        assert.is(run.status, 0, told(run))
        assertNoSecret(home, run.stderr, readFileSync(log, 'utf8'))
        return readFileSync(log, 'utf8').trimEnd().split('\n')
      }
      writeSettings(home, {
        portal: 'true',
        [`[sso-session corp]\nbrowser`]: `${browser} -P corp`,
        [`[profile *pro[d-e],x]\nconsole_browser`]: `${browser} 'ext+container:name=%p&url=%u'\nportal = false`,
      })
      const [flag, name, link = ''] = await opened('dev')
      assert.equal([flag, name], ['-P', 'corp'])
      assert.ok(link.startsWith(`${home.center.startUrl}/#/console?account_id=123456789012`), link)
      const [container] = await opened('prod')
      assert.match(
        container ?? '',
        /^ext\+container:name=prod&url=http%3A%2F%2F127\.0\.0\.1%3A\d+%2F[\w-]+$/,
      )
      assert.is((await lastLogin(home)).status, 200)
      // A role that the portal does not know goes with its keys, in the browser of its session.
      assert.equal((await opened('deploy')).slice(0, 2), ['-P', 'corp'])
      assert.is((await lastLogin(home)).status, 200)
      assert.equal(await opened('prod', '--browser', `${browser} --mine`, '--portal'), [
        '--mine',
        `${home.center.startUrl}/#/console?account_id=012345678901&role_name=AdministratorAccess&destination=https%3A%2F%2Feu-central-1.console.aws.amazon.com%2Fconsole%2Fhome%3Fregion%3Deu-central-1`,
      ])
      // The sign-in has the browser of the session, not that of the console.
      await home.ssox(['logout', '--all'])
      const run = await home.ssox(['login', 'prod'])
      assert.is(run.status, 0, told(run))
      assert.equal(readFileSync(log, 'utf8').split('\n').slice(0, 2), ['-P', 'corp'])
    }))

  test('where no browser is, the link is printed; where one fails, too', () =>
    withConsole(async (home) => {
      const { BROWSER: _, ...env } = home.env
      const away = { env: { ...env, SSH_CONNECTION: '1' } }
      const link = await home.ssox(['console', 'dev'], away)
      assert.is(link.status, 0, told(link))
      assert.match(link.stdout, /^http\S+\/start\/#\/console\?account_id=\S+\n$/)
      assert.is(link.stderr, 'ssox: open this link in your browser (this is an SSH session)\n')
      const failing = ['--browser', '/bin/false']
      const failed = await home.ssox(['console', 'dev', '--portal', ...failing])
      assert.is(failed.stdout, link.stdout)
      assert.match(
        failed.stderr,
        /no browser could be started \(false: exit code 1\): open this link/,
      )
      const waiting = start(home, ['console', 'deploy', ...failing])
      const [, address = ''] = await waiting.says(/open this address yourself\n {2}(http\S+)\n/)
      assert.is((await fetch(address)).status, 200)
      assert.is((await waiting.done).status, 0)
    }))

  test('what goes wrong: exit code, reason and the command that mends it', () =>
    withConsole(async (home) => {
      const env = (more: Record<string, string>) => ({ env: { ...home.env, ...more } })
      const fails = async (
        words: string[],
        status: number,
        about: RegExp,
        mend: string | RegExp,
        more = {},
      ) => {
        const run = await home.ssox(['console', ...words], env(more))
        assertFailure(run, status, about)
        assert.match(run.stderr.split('\n')[1] ?? '', mend)
        assertNoSecret(home, run.stderr, run.stdout)
      }
      await fails(
        ['dev', '--service', 'lamda'],
        2,
        /called "lamda"; did you mean lambda\?/,
        'ssox console dev --service lambda',
      )
      await fails(
        ['dev', '--service', 'qqqq'],
        2,
        /called "qqqq"$/,
        'ssox console dev --destination qqqq/home',
      )
      await fails(['dev', '--service', 's3', '--destination', 'x'], 2, /name a page each/, /./)
      await fails(
        ['dev', '--destination', 'https://evil.example'],
        2,
        /no page of the console/,
        /./,
      )
      await fails(
        ['dev', '--region', 'cn-north-1'],
        2,
        /cn-north-1 is not a region of aws/,
        'ssox console dev --region us-east-1',
      )
      await fails(['deploy', '--portal'], 2, /is no SSO profile/, 'ssox console deploy')
      await fails(
        ['dev', '--no-input'],
        2,
        /no browser is opened: --no-input/,
        'ssox console dev --print',
      )
      await fails(['dve'], 3, /no profile "dve"/, /^ {2}ssox console dev$/)
      await fails(
        ['dev'],
        3,
        /AWS_ENDPOINT_URL_SIGNIN is not an https address/,
        'unset AWS_ENDPOINT_URL_SIGNIN',
        { AWS_ENDPOINT_URL_SIGNIN: 'http://signin.example' },
      )
      await fails(['dev'], 6, /cannot reach 127\.0\.0\.1:9: .*AWS_ENDPOINT_URL_SIGNIN chose/, /./, {
        AWS_ENDPOINT_URL_SIGNIN: 'http://127.0.0.1:9',
      })
      const refusal = { status: 400, body: `<h1>${KEYS.secretAccessKey}</h1>` }
      for (const [fault, status, about, mend] of [
        [refusal, 5, /AWS opens no console with the keys of "dev"/, 'ssox console dev --refresh'],
        [{ ...refusal, status: 503 }, 6, /is not available \(HTTP 503\)/, 'wait a minute'],
        ['html', 6, /not an AWS answer/, /./],
        ['garbage', 6, /not an AWS answer/, /./],
        [{ body: '{"SigninToken":7}' }, 6, /lacks SigninToken/, /./],
      ] as const) {
        home.center.fail('GetSigninToken', fault)
        await fails(['dev'], status, about, mend)
      }
      home.center.fail('GetSigninToken', refusal)
      const shorter = await home.ssox(['console', 'dev', '--duration', '720'])
      assert.is(shorter.status, 0, told(shorter))
      assert.match(shorter.stderr, /AWS refuses a console for 720 minutes: it ends with the keys/)
      await home.ssox(['logout', '--all'])
      await fails(['dev'], 4, /"corp" needs a sign-in/, 'ssox login dev')
    }))

  test('a section of the settings that is not understood is an error of every verb', () =>
    withConsole(async (home) => {
      for (const [lines, about] of [
        ['[profile]\nportal', /line 2 of \S+ is a header, but not \[ssox\]/],
        ['[profiles x]\nportal', /line 2 of \S+ is a header, but not \[ssox\]/],
        ['[profile a|b]\nportal', /line 2 of \S+ has no list of globs/],
        ['[profile x]\nprotect', /line 3 of \S+: protect cannot be set for some profiles alone/],
        ['[sso-session x]\nportal', /line 3 of \S+: portal cannot be set for some sso-sessions/],
        ['[profile x]\nportl', /line 3 of \S+: there is no setting "portl"; did you mean port\?/],
        ['[profile x]\nportal = false\nportal', /line 4 of \S+ gives portal again, after line 3/],
        ['[profile x]\nduration', /the setting duration is "true"; it must be a whole number/],
      ] as const) {
        writeSettings(home, { [lines]: 'true' })
        assertFailure(await home.ssox(['list']), 2, about)
      }
    }))

  testInTerminal(test, 'bash', 'the guard asks before the browser; ^C ends the wait', () =>
    inShell(
      async (shell) => {
        writeSettings(shell.home, { protect: 'prod', login_flow: 'pkce' })
        await shell.run('ssox console prod')
        await shell.until(
          /"prod" is protected \(AdministratorAccess in account 012345678901\)\n.*\[y\/N\] $/,
        )
        await shell.type('n')
        await shell.press('Enter')
        await shell.until(/not switched to "prod"/)
        assert.is(shell.home.browserOpens().length, 1)
        await shell.prompt()
        await shell.run('ssox console prod --yes --no-portal --print')
        await shell.until(/http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}/)
        await shell.press('C-c')
        await shell.prompt()
        assert.is(await shell.status(), '130')
      },
      { prepare: signedIn },
    ),
  )
})
