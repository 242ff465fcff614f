/** `ssox setup` by flags: what it writes, what it leaves, and what it says when it cannot. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Home, type HomeOptions, withHome } from '../support/home.ts'
import { IN_BASH, ssoxUnder } from '../support/machine.ts'
import { assertFailure, assertSuccess, told } from '../support/output.ts'
import { writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'

const SMALL = [
  account('111111111111', 'Acme Dev', 'Admin', 'ReadOnly'),
  account('222222222222', 'Acme Prod', 'ReadOnly'),
]

function account(accountId: string, accountName: string, ...roles: string[]) {
  return { accountId, accountName, emailAddress: 'aws@example.com', roles }
}

/** A home with a config file of its own, or none at all, where a browser signs in at once. */
function withNewcomer<T>(
  use: (home: Home) => Promise<T>,
  options: HomeOptions & { config?: string } = {},
): Promise<T> {
  const { config = '', ...others } = options
  const settings = { accounts: SMALL.map((one) => ({ ...one, roles: [...one.roles] })), config }
  return withHome(
    async (home) => {
      writeSettings(home, { login_flow: 'pkce' })
      return use(home)
    },
    { ...settings, ...others },
  )
}

const FLAGS = ['--sso-region', 'us-east-1', '--region', 'eu-west-1', '--yes', '--login']
const setUp = (home: Home, ...args: string[]) =>
  home.ssox(['setup', home.center.startUrl, ...FLAGS, ...args])
const profilesOf = (home: Home) =>
  [...home.read('config').matchAll(/^\[profile (.*)\]$/gm)].map(([, name]) => name)
const withoutDigests = (text: string) => text.replace(/\([0-9a-f]{8}\)/g, '(digest)')
const backups = (home: Home) => join(home.path, '.local', 'state', 'ssox', 'backups')

suite('setup', (test) => {
  test('makes a session and all profiles, which need no second sign-in', () =>
    withNewcomer(async (home) => {
      writeFileSync(home.aws('config'), '# mine\n[profile x]\nregion = us-east-1')
      const run = await setUp(home, '--json', '--output', 'json')
      assert.is(run.status, 0, told(run))
      const profile = (name: string, id: string, account: string, role: string) =>
        `\n[profile ${name}]\n# by ssox setup (digest)\nsso_session = sso\nsso_account_id = ${id}\nsso_account_name = ${account}\nsso_role_name = ${role}\nregion = eu-west-1\noutput = json\n`
      assert.is(
        withoutDigests(home.read('config')),
        `# mine\n[profile x]\nregion = us-east-1\n\n[sso-session sso]\nsso_start_url = ${home.center.startUrl}\nsso_region = us-east-1\nsso_registration_scopes = sso:account:access\n` +
          profile('acme-dev.admin', '111111111111', 'Acme Dev', 'Admin') +
          profile('acme-dev.read-only', '111111111111', 'Acme Dev', 'ReadOnly') +
          profile('acme-prod.read-only', '222222222222', 'Acme Prod', 'ReadOnly'),
      )
      const { version, result, session, added, backup } = JSON.parse(run.stdout)
      assert.equal([version, result, session, added.length], [1, 'changed', 'sso', 3])
      assert.is(readFileSync(backup, 'utf8'), '# mine\n[profile x]\nregion = us-east-1')
      assert.is(statSync(backup).mode & 0o777, 0o600)
      assert.match(run.stderr, 'undo: cp ~/.local/state/ssox/backups/config-')
      assertSuccess(await home.ssox(['env', 'acme-dev.admin', '--shell', 'bash', '--no-login']))
      assert.is(home.browserOpens().length, 1)
    }))

  test('later adds what is new, says what is gone, and takes out what nobody has touched', () =>
    withNewcomer(async (home) => {
      assert.is((await setUp(home)).status, 0)
      assert.is(statSync(home.aws('config')).mode & 0o777, 0o644)
      const { mtimeMs } = statSync(home.aws('config'))
      const again = await home.ssox(['setup', '--yes'])
      assert.is(again.status, 0, told(again))
      assert.match(again.stderr, 'nothing new: all 3 roles have a profile')
      assert.is(statSync(home.aws('config')).mtimeMs, mtimeMs)

      home.center.accounts.push(account('333333333333', 'Ops', 'Admin'))
      home.center.accounts.splice(0, 1, account('111111111111', 'Acme Dev', 'New'))
      const touched = home
        .read('config')
        .replace(
          'sso_role_name = ReadOnly\nregion = eu-west-1',
          'sso_role_name = ReadOnly\nregion = us-west-2',
        )
      home.writeConfig(touched)
      const more = await home.ssox(['setup', 'sso', '--yes'])
      assert.is(more.status, 0, told(more))
      assert.match(more.stderr, /"acme-dev\.admin" is for .* ssox setup sso --prune takes it out/)
      assert.match(more.stderr, /"acme-dev\.read-only" is for .* not as setup has made it/)
      assert.ok(home.read('config').startsWith(touched))
      assert.equal(profilesOf(home).slice(3), ['acme-dev.new', 'ops.admin'])

      const pruned = await home.ssox(['setup', '--prune', '--yes', '--json'])
      assert.is(pruned.status, 0, told(pruned))
      assert.match(pruned.stderr, '- [profile acme-dev.admin]')
      assert.equal(profilesOf(home), [
        'acme-dev.read-only',
        'acme-prod.read-only',
        'acme-dev.new',
        'ops.admin',
      ])
      assert.equal(
        JSON.parse(pruned.stdout).gone.map((one: { name: string; removed: boolean }) => [
          one.name,
          one.removed,
        ]),
        [
          ['acme-dev.admin', true],
          ['acme-dev.read-only', false],
        ],
      )
      assert.is(readdirSync(backups(home)).length, 3)
      assert.is(home.browserOpens().length, 1)
    }))

  test('remembers names, regions and what was left out; --filter takes it after all', () =>
    withNewcomer(async (home) => {
      const flags = ['--filter', '*/ReadOnly', '--template', '{role:keep}@{account}']
      const first = await setUp(home, ...flags, '--region', 'eu-west-1,us-east-1')
      assert.is(first.status, 0, told(first))
      const readers = ['ReadOnly@acme-dev', 'ReadOnly@acme-prod']
      assert.equal(
        profilesOf(home),
        readers.flatMap((name) => [name, `${name}.use1`]),
      )
      home.center.accounts.push(account('333333333333', 'Ops', 'ReadOnly', 'Admin'))
      const second = await home.ssox(['setup', '--yes'])
      assert.is(second.status, 0, told(second))
      assert.equal(profilesOf(home).slice(4), ['ReadOnly@ops', 'ReadOnly@ops.use1'])
      assert.is((await home.ssox(['setup', '--yes', '--filter', '333333333333'])).status, 0)
      assert.equal(profilesOf(home).slice(6), ['Admin@ops', 'Admin@ops.use1'])
    }))

  test('a filter that nothing matches is an error, and is not remembered', () =>
    withNewcomer(async (home) => {
      const where = `${home.center.startUrl} --dry-run`
      const wrong = await setUp(home, '--filter', 'zz*,Amin')
      assert.is(wrong.status, 3, told(wrong))
      assert.match(
        wrong.stderr,
        `none of your accounts and roles matches "zz*,Amin"\n  ssox setup ${where}\n`,
      )
      assert.is(home.read('config'), '')
      assert.is((await setUp(home)).status, 0)
      assert.is(profilesOf(home).length, 3)
    }))

  test('several at a time make it once, and each says what has become of it', () =>
    withNewcomer(async (home) => {
      assert.is((await setUp(home, '--dry-run')).status, 0)
      const runs = await Promise.all([1, 2, 3].map(() => setUp(home)))
      for (const run of runs) {
        assert.is(run.status, 0, told(run))
        assert.match(
          run.stderr,
          /3 profiles added in|made this change meanwhile|nothing new: all 3/,
        )
      }
      assert.is(profilesOf(home).length, 3)
    }))

  test('leaves profiles of other origin alone, and takes no name of theirs', () =>
    withNewcomer(async (home) => {
      const own = `[sso-session corp]
sso_start_url = ${home.center.startUrl}/#/
sso_region = us-east-1
[profile dev]
sso_session = corp
sso_account_id = 111111111111
sso_role_name = Admin
[profile acme-dev.read-only]
region = us-east-1
`
      home.writeConfig(own)
      writeFileSync(home.aws('credentials'), '[acme-prod.read-only]\naws_access_key_id = x\n')
      const run = await setUp(home)
      assert.is(run.status, 0, told(run))
      assert.ok(home.read('config').startsWith(own))
      assert.equal(profilesOf(home).slice(2), [
        'acme-dev-111111111111.read-only',
        'acme-prod-222222222222.read-only',
      ])
      assert.not.match(home.read('config').slice(own.length), 'sso-session')
      assert.match(home.read('config'), 'sso_session = corp\nsso_account_id = 222222222222')
    }))

  test('several start URLs side by side, with a session each', () =>
    withNewcomer(async (home) => {
      assert.is((await setUp(home, '--filter', '222222222222')).status, 0)
      const other = `${home.center.url}/other`
      const second = await home.ssox([
        'setup',
        other,
        ...FLAGS,
        '--template',
        'two-{account}.{role}',
      ])
      assert.is(second.status, 0, told(second))
      assert.match(home.read('config'), `[sso-session sso-2]\nsso_start_url = ${other}\n`)
      assert.equal(profilesOf(home).slice(0, 2), ['acme-prod.read-only', 'two-acme-dev.admin'])
      assertFailure(await home.ssox(['setup', '--yes']), 2, /several sessions: sso, sso-2/)
      assert.is((await home.ssox(['setup', 'sso-2', '--yes'])).status, 0)
      const legacy = await home.ssox(['setup', `${home.center.url}/third`, ...FLAGS, '--legacy'])
      assert.is(legacy.status, 0, told(legacy))
      assert.match(home.read('config'), `sso_start_url = ${home.center.url}/third\nsso_region =`)
      assert.is(home.read('config').match(/sso-session/g)?.length, 2)
    }))

  test('--convert makes one session of legacy profiles; the backup is the way back', () =>
    withNewcomer(async (home) => {
      assert.is((await setUp(home, '--legacy', '--filter', '111111111111')).status, 0)
      const before = `${home.read('config').replace('sso_region', 'aws_secret_access_key = hidden\nsso_region')}# the end`
      home.writeConfig(before)
      const run = await home.ssox(['setup', '--convert', '--yes', '--session', 'corp', '--json'])
      assert.is(run.status, 0, told(run))
      assert.match(run.stderr, '2 profiles use the session "corp" now')
      assert.match(run.stderr, '  [profile acme-dev.admin]\n  - sso_start_url =')
      assert.not.match(run.stderr, 'hidden')
      const { backup, converted } = JSON.parse(run.stdout)
      assert.is(converted.length, 2)
      assert.is(readFileSync(backup, 'utf8'), before)
      assert.not.match(home.read('config').split('[sso-session')[0] ?? '', 'sso_start_url')
      const login = await home.ssox(['login', 'corp'])
      assert.is(login.status, 0, told(login))
      assertSuccess(await home.ssox(['env', 'acme-dev.admin', '--shell', 'bash', '--no-login']))
      const none = await home.ssox(['setup', '--convert', '--yes'])
      assert.match(none.stderr, 'there is no legacy SSO profile to convert')
    }))

  test('--dry-run shows all of it, and changes nothing', () =>
    withNewcomer(async (home) => {
      const run = await setUp(home, '--dry-run')
      assert.is(run.status, 0, told(run))
      for (const name of [
        'sso-session sso',
        'profile acme-dev.admin',
        'profile acme-prod.read-only',
      ])
        assert.match(run.stderr, `+ [${name}]`)
      assert.is(home.read('config'), '')
      const asked = home.center.counts['ListAccountRoles']
      const words = ['setup', home.center.startUrl, ...FLAGS, '--protect', '*prod*', '--hook']
      const real = await ssoxUnder(home, IN_BASH, words)
      assert.is(real.status, 0, told(real))
      assert.match(real.stderr, 'as they were listed 1 minute ago (--refresh asks again)')
      assert.is(home.center.counts['ListAccountRoles'], asked)
      const settings = readFileSync(join(home.path, '.config', 'ssox', 'config'), 'utf8')
      assert.is(settings, '[ssox]\nprotect = *prod*\nlogin_flow = pkce\n')
      assert.match(readFileSync(join(home.path, '.bashrc'), 'utf8'), '# >>> ssox >>>')
      assert.match(real.stderr, 'next: awsuse acme-dev.admin')
    }))
})

suite('setup that cannot', (test) => {
  const URL = 'https://d-1234567890.awsapps.com/start'

  test('says what is wrong before anybody signs in', () =>
    withNewcomer(async (home) => {
      const rows: [args: string[], status: number, about: RegExp][] = [
        [[], 2, /nobody to ask before ~\/.aws\/config is changed \(there is no terminal\)/],
        [['--yes'], 2, /nothing says which access portal it is/],
        [
          ['https://console.aws.amazon.com/', '--yes'],
          2,
          /not the address of an AWS access portal/,
        ],
        [['two words', '--yes'], 2, /"two words" is not the address/],
        [['ssoins-1234567890abcdef', '--yes'], 2, /does not tell its region/],
        [[URL, '--yes', '--sso-region', 'mars!'], 2, /SSO region "mars!"/],
        [[URL, '--yes', '--region', 'eu west'], 2, /--region cannot be "eu west"/],
        [[URL, '--yes', '--template', 'prod'], 2, /has no field/],
        [[URL, '--yes', '--filter', '(a|b)'], 2, /not a list of globs/],
        [[URL, '--yes', '--protect', '{prod}'], 2, /--protect cannot be/],
        [[URL, '--yes', '--session', 'a b'], 2, /a session cannot be called "a b"/],
        [[URL, '--start-url', URL, '--yes'], 2, /given twice/],
      ]
      for (const [args, status, about] of rows)
        assertFailure(await home.ssox(['setup', ...args]), status, about)
      assert.equal(home.center.requests, [])
    }))

  test('needs to be told to sign in where there is no terminal', () =>
    withNewcomer(async (home) => {
      const words = [home.center.startUrl, '--sso-region', 'us-east-1', '--filter', 'a b*', '--yes']
      const run = await home.ssox(['setup', ...words])
      assertFailure(run, 4, /needs a sign-in/)
      const typed = `ssox setup ${home.center.startUrl} --sso-region us-east-1 --filter 'a b*' --yes --login`
      assert.match(run.stderr, `\n  ${typed}\n`)
    }))

  test('takes the region from the page of the portal, else asks for it', () =>
    withNewcomer(async (home) => {
      const page = '<!doctype html><head><meta content="us-east-1" name="region"></head>'
      home.center.fail('Portal', { body: page })
      const url = `${home.center.startUrl}/#/?tab=accounts`
      const found = await home.ssox(['setup', url, '--yes', '--login', '--dry-run'])
      assert.is(found.status, 0, told(found))
      assert.match(found.stderr, 'IAM Identity Center is in us-east-1\n')
      assertFailure(await home.ssox(['setup', url, '--yes']), 2, /does not tell the region/)
    }))

  test('tells the administrator what to do where no account is assigned', () =>
    withNewcomer(
      async (home) => {
        const run = await setUp(home)
        assertFailure(
          { ...run, stderr: lastTwo(run.stderr) },
          5,
          /no AWS account is assigned to you/,
        )
        assert.match(run.stderr, 'Assign users or groups')
        assert.is(home.read('config'), '')
      },
      { accounts: [] },
    ))

  test('a start URL or region that AWS does not know, and a portal that does not answer', () =>
    withNewcomer(
      async (home) => {
        writeSettings(home, { login_flow: 'device' })
        const wrong = await setUp(home)
        assertFailure({ ...wrong, stderr: lastTwo(wrong.stderr) }, 4, /AWS refused the sign-in to/)
        assert.match(wrong.stderr, 'check the start URL, and --sso-region')
        writeSettings(home, { login_flow: 'pkce' })
        home.center.fail('ListAccounts', 'reset', 9)
        const away = await setUp(home)
        assertFailure({ ...away, stderr: lastTwo(away.stderr) }, 6, /the connection was cut/)
        assert.is(home.read('config'), '')
      },
      { startUrls: ['https://acme.awsapps.com/start'] },
    ))
})

function lastTwo(text: string): string {
  return `${text.trimEnd().split('\n').slice(-2).join('\n')}\n`
}
