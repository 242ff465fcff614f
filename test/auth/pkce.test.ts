import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Home, type HomeOptions, node, program, withHome } from '../support/home.ts'
import { inParallel } from '../support/machine.ts'
import { freePort } from '../support/ports.ts'
import { tokenFile, writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import {
  ageToken,
  answerAfterBrowser,
  asked,
  decide,
  filesOf,
  gate,
  type Running,
  readToken,
  shownUrl,
  start,
  until,
} from './rig.ts'

/** A home whose sign-ins use PKCE, wherever the tests run. */
function withPkceHome(use: (home: Home) => Promise<void>, options: HomeOptions = {}) {
  return withHome(async (home) => {
    writeSettings(home, { login_flow: 'pkce' })
    await use(home)
  }, options)
}

/** A program in the home that writes its arguments, one a line, to `<name>.args`. */
function recorder(home: Home, name: string): { path: string; args(): string[] } {
  const path = join(home.path, name)
  const log = `${path}.args`
  writeFileSync(path, `#!/bin/sh\nprintf '%s\\n' "$@" >>'${log}'\n`)
  chmodSync(path, 0o755)
  return {
    path,
    args: () => {
      try {
        return readFileSync(log, 'utf8').trimEnd().split('\n')
      } catch {
        return []
      }
    },
  }
}

function authorizeQuery(home: Home): URLSearchParams {
  const request = home.center.requests.findLast(({ operation }) => operation === 'Authorize')
  return new URL(request?.path ?? '/', home.center.url).searchParams
}

function registrations(home: Home): Record<string, unknown>[] {
  return home.center.requests
    .filter(({ operation }) => operation === 'RegisterClient')
    .map(({ body }) => JSON.parse(body) as Record<string, unknown>)
}

/** Files of the SSO cache beside the token. */
function registrationFiles(home: Home): string[] {
  return filesOf(home).filter(
    (name) => name.startsWith('.aws/sso/cache/') && !tokenFile(home).endsWith(name),
  )
}

function clientOf(url: string): string | null {
  return new URL(url).searchParams.get('client_id')
}

/** The addresses that a person was shown so far. */
function urlsOf(running: Running): string[] {
  return running.stderr().match(/http:\/\/\S+authorize\?\S+/g) ?? []
}

/** Comes back from the page with an error of OAuth. */
async function answerCallback(url: string, error: string): Promise<void> {
  const query = new URL(url).searchParams
  const back = new URL(query.get('redirect_uri') ?? '')
  back.search = new URLSearchParams({ error, state: query.get('state') ?? '' }).toString()
  assert.match(await (await fetch(back)).text(), error)
}

suite('PKCE sign-in', (test) => {
  test('login: one page, one exchange, a token file that the AWS CLI reads', () =>
    withPkceHome(async (home) => {
      const { status, stdout, stderr } = await home.ssox(['login', 'corp'])
      assert.is(status, 0, stderr)
      assert.is(stdout, '')
      assert.match(
        stderr,
        'signing in to "corp" with the browser (login_flow = pkce in the settings)',
      )
      assert.match(stderr, /signed in to "corp" \(.* left, then renewed by itself\)/)
      assert.is(home.browserOpens().length, 1)
      assert.equal(home.center.counts, { RegisterClient: 1, Authorize: 1, 'CreateToken:code': 1 })

      const token = readToken(home)
      assert.equal(Object.keys(token), [
        'startUrl',
        'region',
        'accessToken',
        'expiresAt',
        'clientId',
        'clientSecret',
        'registrationExpiresAt',
        'refreshToken',
      ])
      assert.is(token.startUrl, home.center.startUrl)
      assert.is(token.region, 'us-east-1')
      assert.match(token.expiresAt ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
      assert.is(statSync(tokenFile(home)).mode & 0o777, 0o600)
      assert.is(statSync(home.aws('sso', 'cache')).mode & 0o777, 0o700)
    }))

  test('the authorize request is the one of RFC 7636 and of the AWS CLI', () =>
    withPkceHome(async (home) => {
      await home.ssox(['login', 'corp'])
      const query = authorizeQuery(home)
      assert.equal(
        [...query.keys()],
        [
          'response_type',
          'client_id',
          'redirect_uri',
          'state',
          'code_challenge_method',
          'scopes',
          'code_challenge',
        ],
      )
      assert.is(query.get('response_type'), 'code')
      assert.is(query.get('code_challenge_method'), 'S256')
      assert.is(query.get('scopes'), 'sso:account:access')
      assert.match(query.get('redirect_uri') ?? '', /^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback$/)
      assert.match(query.get('state') ?? '', /^[\w-]{43}$/)

      const exchange = home.center.requests.find(
        ({ operation }) => operation === 'CreateToken:code',
      )
      const { codeVerifier, redirectUri } = JSON.parse(exchange?.body ?? '{}')
      assert.match(codeVerifier, /^[\w-]{43,128}$/)
      const challenge = createHash('sha256').update(codeVerifier).digest('base64url')
      assert.is(query.get('code_challenge'), challenge)
      assert.is(redirectUri, query.get('redirect_uri'))
    }))

  test('env --login signs in and prints the credentials', () =>
    withPkceHome(async (home) => {
      const { status, stdout, stderr } = await home.ssox(['env', 'dev', '--login', '--shell', 'sh'])
      assert.is(status, 0, stderr)
      assert.match(stdout, /^\{ .*AWS_ACCESS_KEY_ID='ASIA.*; \}\n$/)
      assert.is(home.browserOpens().length, 1)
      assert.is(home.center.counts['GetRoleCredentials'], 1)
    }))

  test('the address is on the screen before the browser opens', () =>
    withPkceHome(async (home) => {
      const browser = join(home.path, 'looking-browser')
      writeFileSync(
        browser,
        `#!/bin/sh\ngrep -Fc -- "$1" '${home.path}/screen' >'${home.path}/seen'\nexec '${home.env['BROWSER']}' "$1"\n`,
      )
      chmodSync(browser, 0o755)
      const screen = openSync(join(home.path, 'screen'), 'w')
      const child = spawn(node, [program, 'login', 'corp', '--browser', browser], {
        env: home.env,
        stdio: ['ignore', 'ignore', screen],
      })
      assert.is(await new Promise((ended) => child.on('close', ended)), 0)
      closeSync(screen)
      assert.is(readFileSync(join(home.path, 'seen'), 'utf8'), '1\n')
    }))

  test('--no-browser prints the address and opens nothing', () =>
    withPkceHome(
      async (home) => {
        const running = start(home, ['login', 'corp', '--no-browser'])
        const page = await decide(await shownUrl(running), 'allow')
        assert.is(page.status, 200)
        assert.match(await page.text(), 'You are signed in')
        assert.is((await running.done).status, 0)
        assert.equal(home.browserOpens(), [])
      },
      { approve: 'person' },
    ))

  test('a person who presses Deny ends it with exit 4, and reads so on the page', () =>
    withPkceHome(
      async (home) => {
        const running = start(home, ['env', 'dev', '--login', '--no-browser', '--shell', 'bash'])
        const page = await decide(await shownUrl(running), 'deny')
        assert.match(await page.text(), 'You are not signed in')
        const { status, stdout, stderr } = await running.done
        assert.is(status, 4)
        assert.is(stdout, 'false\n')
        assert.match(stderr, 'ssox: the sign-in was denied in the browser')
        assert.not.ok(home.center.counts['CreateToken:code'])
      },
      { approve: 'person' },
    ))

  test('a browser that goes away before its page is shown costs nothing', () =>
    withPkceHome(async (home) => {
      const { opened, open } = gate()
      home.center.fail('CreateToken:code', { until: opened })
      const [browser, pidFile] = [String(home.env['BROWSER']), join(home.path, 'browser.pid')]
      const [head = '', curl = ''] = readFileSync(browser, 'utf8').split('exec ')
      writeFileSync(browser, `${head}echo $$ >'${pidFile}'\nexec ${curl}`)
      const running = start(home, ['login', 'corp'])
      await asked(home, 'CreateToken:code')
      const pid = Number(readFileSync(pidFile, 'utf8'))
      process.kill(pid, 'SIGKILL')
      await until('the end of the browser', () => !existsSync(`/proc/${pid}`))
      open()
      const { status, stderr } = await running.done
      assert.is(status, 0, stderr)
      assert.ok(readToken(home).accessToken)
    }))

  test('--port fixes the callback', () =>
    withPkceHome(async (home) => {
      const port = await freePort()
      const { status, stderr } = await home.ssox(['login', 'corp', '--port', String(port)])
      assert.is(status, 0, stderr)
      assert.match(stderr, `with the browser (callback on port ${port})`)
      assert.is(authorizeQuery(home).get('redirect_uri'), `http://127.0.0.1:${port}/oauth/callback`)
    }))

  test('a port that is taken: exit 2, and no browser opens', () =>
    withPkceHome(async (home) => {
      const port = new URL(home.center.url).port
      const { status, stderr } = await home.ssox(['login', 'corp', '--port', port])
      assert.is(status, 2)
      assert.match(stderr, `cannot listen on 127.0.0.1:${port} for the sign-in: it is in use`)
      assert.match(stderr, 'choose another --port')
      assert.equal(home.browserOpens(), [])
    }))
})

suite('which browser', (test) => {
  const commands: [title: string, command: string, expected: string[]][] = [
    ['%s is the address', '--new-tab %s --done', ['--new-tab', 'URL', '--done']],
    ['without %s the address comes last', '--profile work', ['--profile', 'work', 'URL']],
    [
      '%s inside a word; quotes hold words together',
      `'--app=%s' "--profile=My Work"`,
      ['--app=URL', '--profile=My Work'],
    ],
    ['no shell reads the words', '$(id) ;touch pwned', ['$(id)', ';touch', 'pwned', 'URL']],
  ]
  for (const [title, words, expected] of commands)
    test(`--browser: ${title}`, () =>
      withPkceHome(async (home) => {
        const { path, args } = recorder(home, 'my-browser')
        const running = start(home, ['login', 'corp', '--browser', `${path} ${words}`])
        const url = await shownUrl(running)
        await until('the browser', () => args().length >= expected.length)
        running.child.kill()
        await running.done
        const wanted = expected.map((word) => word.replace('URL', () => url))
        assert.equal(args(), wanted)
        assert.equal(home.browserOpens(), [])
      }))

  test('a path with blanks is one program, in each place where a browser can be named', () =>
    withPkceHome(async (home) => {
      mkdirSync(join(home.path, 'Program Files'))
      const { path } = recorder(home, 'Program Files/my browser.exe')
      writeFileSync(
        path,
        `#!/bin/sh\necho "$#" >>'${home.path}/words'\nexec '${home.path}/browser' "$1"\n`,
      )
      const places: [env: Record<string, string>, setting: string | undefined, args: string[]][] = [
        [{ BROWSER: path }, undefined, []],
        [{ BROWSER: `/no/such/browser:${path} %s x` }, undefined, []],
        [{ SSOX_BROWSER: path }, undefined, []],
        [{ BROWSER: '' }, path, []],
        [{}, undefined, ['--browser', `${path} %s y`]],
        [{}, undefined, ['--browser', `'${path}'`]],
      ]
      for (const [env, browser, args] of places) {
        writeSettings(home, { login_flow: 'pkce', ...(browser ? { browser } : {}) })
        const { status, stderr } = await start(home, ['login', 'corp', '--force', ...args], env)
          .done
        assert.is(status, 0, stderr)
      }
      assert.is(readFileSync(join(home.path, 'words'), 'utf8'), '1\n2\n1\n1\n2\n1\n')
    }))

  test('the one on the command line comes first, then SSOX_BROWSER, BROWSER, the setting', () =>
    withPkceHome(async (home) => {
      const [flag, own, setting, standard] = ['flag', 'own', 'setting', 'standard'].map((name) => {
        const { path } = recorder(home, name)
        writeFileSync(
          path,
          `#!/bin/sh\necho ${name} >>'${home.path}/chosen'\nexec '${home.path}/browser' "$1"\n`,
        )
        return path
      })
      const chosen = async (args: string[], env: Record<string, string>) => {
        const { status, stderr } = await start(home, ['login', 'corp', '--force', ...args], env)
          .done
        assert.is(status, 0, stderr)
        return readFileSync(join(home.path, 'chosen'), 'utf8').trimEnd().split('\n').at(-1)
      }
      const env = { BROWSER: standard ?? '' }
      writeSettings(home, { login_flow: 'pkce', browser: setting ?? '' })
      assert.is(await chosen([], { BROWSER: '' }), 'setting')
      assert.is(await chosen([], env), 'standard')
      assert.is(await chosen([], { ...env, SSOX_BROWSER: own ?? '' }), 'own')
      assert.is(
        await chosen(['--browser', flag ?? ''], { ...env, SSOX_BROWSER: own ?? '' }),
        'flag',
      )
    }))

  test('BROWSER is a list: the first that can be started is used', () =>
    withPkceHome(async (home) => {
      home.env['BROWSER'] = `/no/such/browser:${home.env['BROWSER']}`
      const { status, stderr } = await home.ssox(['login', 'corp'])
      assert.is(status, 0, stderr)
      assert.is(home.browserOpens().length, 1)
    }))

  test('a browser that does not exist: said, and the address still works', () =>
    withPkceHome(async (home) => {
      const running = start(home, ['login', 'corp', '--browser', '/no/such/browser --flag %s'])
      const url = await shownUrl(running)
      await running.says(/no browser could be started: open the address above yourself/)
      await fetch(url)
      assert.is((await running.done).status, 0)
      assert.equal(home.browserOpens(), [])
    }))

  test('the browser gets no keys of the shell in its environment', () =>
    withPkceHome(async (home) => {
      const browser = join(home.path, 'nosy-browser')
      writeFileSync(
        browser,
        `#!/bin/sh\nenv >'${home.path}/nosy'\nexec '${home.path}/browser' "$1"\n`,
      )
      chmodSync(browser, 0o755)
      const keys = {
        AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'CANARY-secret',
        AWS_SESSION_TOKEN: 'CANARY-token',
        AWS_SECURITY_TOKEN: 'CANARY-legacy',
      }
      const args = ['login', 'corp', '--browser', browser]
      assert.is((await start(home, args, { ...keys, EDITOR: 'vi' }).done).status, 0)
      const seen = readFileSync(join(home.path, 'nosy'), 'utf8')
      assert.match(seen, 'EDITOR=vi')
      assert.not.match(seen, /CANARY|AWS_ACCESS_KEY_ID/)
    }))
})

suite('client registration', (test) => {
  test("is kept under ssox's own name and used again; the AWS CLI's stays as it is", () =>
    withPkceHome(async (home) => {
      const theirs = {
        'aws-1.json': '{"clientId":"theirs"}',
        'botocore-client-id-us-east-1.json': '{',
      }
      mkdirSync(home.aws('sso', 'cache'), { recursive: true, mode: 0o700 })
      for (const [name, text] of Object.entries(theirs))
        writeFileSync(home.aws('sso', 'cache', name), text)
      for (const round of [1, 2]) {
        assert.is((await home.ssox(['login', 'corp', '--force'])).status, 0)
        assert.is(home.center.counts['CreateToken:code'], round)
      }
      assert.is(home.center.counts['RegisterClient'], 1)
      for (const [name, text] of Object.entries(theirs))
        assert.is(home.read('sso', 'cache', name), text)
      const own = registrationFiles(home).filter((name) => !/aws-1|botocore/.test(name))
      assert.is(own.length, 1)
      assert.match(own[0] ?? '', /\/[0-9a-f]{40}\.json$/)
      const file = statSync(join(home.path, own[0] ?? ''))
      assert.is(file.mode & 0o777, 0o600)
    }))

  test('each flow has its own', () =>
    withPkceHome(async (home) => {
      assert.is((await home.ssox(['login', 'corp'])).status, 0)
      assert.is((await home.ssox(['login', 'corp', '--force', '--device-code'])).status, 0)
      assert.is(registrationFiles(home).length, 2)
      const [pkce, device] = registrations(home)
      assert.equal(pkce?.['grantTypes'], ['authorization_code', 'refresh_token'])
      assert.equal(pkce?.['redirectUris'], ['http://127.0.0.1/oauth/callback'])
      assert.is(pkce?.['issuerUrl'], home.center.startUrl)
      assert.not.ok(device?.['grantTypes'])
      assert.not.ok(device?.['redirectUris'])
    }))

  test('one that ends within minutes is not used', () =>
    withPkceHome(async (home) => {
      home.center.lifetimes.registration = 600
      for (const _ of [1, 2]) assert.is((await home.ssox(['login', 'corp', '--force'])).status, 0)
      assert.is(home.center.counts['RegisterClient'], 2)
    }))

  const damaged = ['', '{', '[]', 'null', '{"clientId":7}', '{"clientId":"a","expiresAt":"soon"}']
  test('a damaged file counts as none', () =>
    withPkceHome(async (home) => {
      await home.ssox(['login', 'corp'])
      const [file] = registrationFiles(home)
      for (const text of damaged) {
        writeFileSync(join(home.path, file ?? ''), text)
        const { status, stderr } = await home.ssox(['login', 'corp', '--force'])
        assert.is(status, 0, `${text}: ${stderr}`)
      }
      assert.is(home.center.counts['RegisterClient'], 1 + damaged.length)
    }))

  const unknown = {
    status: 401,
    type: 'InvalidClientException',
    message: 'Invalid client provided',
  }
  test('one that the service has forgotten is replaced once, without a word', () =>
    withPkceHome(async (home) => {
      await home.ssox(['login', 'corp'])
      home.center.fail('CreateToken:code', unknown)
      const { status, stderr } = await home.ssox(['login', 'corp', '--force'])
      assert.is(status, 0, stderr)
      assert.is(home.center.counts['RegisterClient'], 2)
      assert.not.match(stderr, 'InvalidClient')
    }))

  test('if the service does not know the new one either, that is the end: exit 4', () =>
    withPkceHome(async (home) => {
      home.center.fail('CreateToken:code', unknown, 9)
      const { status, stderr } = await home.ssox(['login', 'corp'])
      assert.is(status, 4)
      assert.match(stderr, 'Invalid client provided (InvalidClientException)')
      assert.is(home.center.counts['RegisterClient'], 2)
      assert.is(home.center.counts['CreateToken:code'], 2)
    }))

  const refusals = [
    'InvalidScopeException',
    'UnsupportedGrantTypeException',
    'InvalidClientMetadataException',
    'InvalidRedirectUriException',
    'InvalidRequestException',
    'UnauthorizedClientException',
  ]
  test('one for the browser that AWS refuses: a code instead, and the next sign-in tries again', () =>
    inParallel(refusals, (type) =>
      withPkceHome(async (home) => {
        home.center.fail('RegisterClient', { status: 400, type, message: 'no' })
        const { status, stderr } = await home.ssox(['login', 'corp'])
        assert.is(status, 0, stderr)
        assert.match(
          stderr,
          `signing in to "corp" with a code (AWS refuses the other way: ${type})`,
        )
        assert.equal(home.browserOpens(), [/http:\S+user_code=\S+/.exec(stderr)?.[0]])
        assert.is((await home.ssox(['login', 'corp', '--force'])).status, 0)
        assert.is(home.center.counts['CreateToken:code'], 1)
      }),
    ))

  test('a code exchanged, and the grant refused: a code to type instead', () =>
    withPkceHome(async (home) => {
      const type = 'UnsupportedGrantTypeException'
      home.center.fail('CreateToken:code', { status: 400, type, message: 'no' })
      answerAfterBrowser(home)
      const { status, stderr } = await home.ssox(['login', 'corp'])
      assert.is(status, 0, stderr)
      assert.match(stderr, `with a code (AWS refuses the other way: ${type})`)
      assert.is(home.center.counts['CreateToken:device'], 1)
    }))

  test('one that AWS refuses for either: exit 4 with its words, and the setting to look at', () =>
    withPkceHome(async (home) => {
      const message = 'Invalid scope provided'
      home.center.fail('RegisterClient', { status: 400, type: 'InvalidScopeException', message }, 2)
      const { status, stderr } = await home.ssox(['login', 'corp'])
      assert.is(status, 4, stderr)
      assert.match(stderr, 'Invalid scope provided (InvalidScopeException)')
      assert.match(stderr, '\n  check sso_registration_scopes of [sso-session corp]\n')
    }))

  /** What a person does at the page; each leaves the registration unproven. */
  const unfinished: [title: string, end: (home: Home, running: Running) => Promise<unknown>][] = [
    ['^C', async (_, running) => running.child.kill('SIGINT')],
    ['a kill', async (_, running) => running.child.kill('SIGKILL')],
    ['a closed terminal', async (_, running) => running.child.kill('SIGHUP')],
    [
      'an error page that comes back',
      async (_, running) => answerCallback(await shownUrl(running), 'invalid_request'),
    ],
    [
      'a refused exchange',
      async (home, running) => {
        home.center.fail('CreateToken:code', { status: 400, type: 'InvalidGrantException' })
        await decide(await shownUrl(running), 'allow')
      },
    ],
  ]
  test('is not used again after a sign-in that has not worked', () =>
    inParallel(unfinished, ([title, end]) =>
      withPkceHome(async (home) => {
        assert.is((await home.ssox(['login', 'corp'])).status, 0)
        assert.is(registrationFiles(home).length, 1)
        home.center.approve = 'person'
        const running = start(home, ['login', 'corp', '--force', '--no-browser'])
        const url = await shownUrl(running)
        assert.is(home.center.counts['RegisterClient'], 1)
        await end(home, running)
        await running.done
        assert.equal(registrationFiles(home), [], title)
        home.center.approve = 'auto'
        assert.is((await home.ssox(['login', 'corp', '--force'])).status, 0)
        assert.is(home.center.counts['RegisterClient'], 2)
        assert.not.equal(authorizeQuery(home).get('client_id'), clientOf(url))
        assert.is(registrationFiles(home).length, 1)
      }),
    ))

  test('one that the page says it does not know is replaced, and another window opens', () =>
    withPkceHome(
      async (home) => {
        const running = start(home, ['login', 'corp', '--no-browser'])
        const first = await shownUrl(running)
        await answerCallback(first, 'unauthorized_client')
        await until('the second address', () => urlsOf(running).length > 1)
        const second = urlsOf(running)[1] ?? ''
        assert.not.equal(clientOf(second), clientOf(first))
        await decide(second, 'allow')
        assert.is((await running.done).status, 0)
      },
      { approve: 'person' },
    ))

  test('one that a refresh was refused with is dropped with it', () =>
    withPkceHome(async (home) => {
      await home.ssox(['login', 'corp'])
      ageToken(home, 600)
      home.center.fail('CreateToken:refresh', unknown)
      assert.is((await home.ssox(['env', 'dev', '--shell', 'sh'])).status, 0)
      assert.equal(registrationFiles(home), [])
    }))

  const scopes: [title: string, line: string, args: string[], expected: unknown][] = [
    ['PKCE asks for the accounts when none are configured', '', [], ['sso:account:access']],
    ['the device flow asks for what is configured: nothing', '', ['--device-code'], undefined],
    [
      'both ask for what is configured',
      'sso_registration_scopes = sso:account:access, codewhisperer:completions',
      [],
      ['sso:account:access', 'codewhisperer:completions'],
    ],
    [
      'the device flow too',
      'sso_registration_scopes = sso:account:access,codewhisperer:completions',
      ['--device-code'],
      ['sso:account:access', 'codewhisperer:completions'],
    ],
  ]
  for (const [title, line, args, expected] of scopes)
    test(`scopes: ${title}`, () =>
      withPkceHome(async (home) => {
        home.writeConfig(
          `[sso-session corp]\nsso_start_url = ${home.center.startUrl}\nsso_region = us-east-1\n${line}\n`,
        )
        const { status, stderr } = await home.ssox(['login', 'corp', ...args])
        assert.is(status, 0, stderr)
        assert.equal(registrations(home)[0]?.['scopes'], expected)
        // Without a scope there is no refresh token, as with the AWS CLI.
        assert.is('refreshToken' in readToken(home), expected !== undefined)
      }))
})
