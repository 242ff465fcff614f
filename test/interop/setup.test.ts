/** What `setup` writes, read by the AWS CLI and the AWS SDK for JavaScript: every profile of it. */
import { fileURLToPath } from 'node:url'
import { type Home, withHome } from '../support/home.ts'
import { OFFLINE, runIn, testWith } from '../support/machine.ts'
import { assertSuccess, told } from '../support/output.ts'
import { writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const AWS = '/usr/bin/aws'
/** Names that AWS allows for accounts, and some that tools read otherwise. */
const NAMES = ['Acme Prod', 'a; b # c', 'Größe [x] = y', '本番', '"quoted"', "d'or", '100%', 'Prod']
const ROLES = ['AdministratorAccess', 'a=b,c.d@e-f+g_h']

const accounts = [...NAMES, ...NAMES.slice(0, 2)].map((accountName, at) => ({
  accountId: String(100_000_000_001 + at),
  accountName,
  emailAddress: 'aws@example.com',
  roles: ROLES,
}))
const expected = accounts.flatMap(({ accountId, roles }) =>
  roles.map((role) => `${accountId} ${role}`),
)

function withProfiles<T>(use: (home: Home, names: string[]) => Promise<T>): Promise<T> {
  return withHome(
    async (home) => {
      writeSettings(home, { login_flow: 'pkce' })
      const flags = ['--sso-region', 'us-east-1', '--region', 'eu-west-1', '--yes', '--login']
      const run = await home.ssox(['setup', home.center.startUrl, ...flags, '--json'])
      assert.is(run.status, 0, told(run))
      const names = JSON.parse(run.stdout).added.map(({ name }: { name: string }) => name)
      return use(home, names)
    },
    { config: '', accounts },
  )
}

const READ_ALL = `
import botocore.session
profiles = botocore.session.Session().full_config['profiles']
for name, keys in profiles.items():
    print(name, keys['sso_account_id'], keys['sso_role_name'], keys['sso_session'], keys['region'])`

suite('profiles of setup', (test) => {
  testWith(test, ['aws', 'unshare', 'boto3'], 'are read by botocore and the AWS CLI', () =>
    withProfiles(async (home, names) => {
      const listed = await runIn(home, [AWS, 'configure', 'list-profiles'])
      assert.equal(listed.stdout.trimEnd().split('\n').sort(), [...names].sort())
      const read = await runIn(home, ['/usr/bin/python3', '-c', READ_ALL])
      assert.is(read.status, 0, told(read))
      const rows = read.stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' '))
      assert.equal(
        rows.map(([name]) => name),
        names,
      )
      assert.equal(rows.map(([, id, role]) => `${id} ${role}`).sort(), [...expected].sort())
      assert.ok(
        rows.every(([, , , session, region]) => session === 'sso' && region === 'eu-west-1'),
      )
      const [name = ''] = names
      assertSuccess(await home.ssox(['env', name, '--shell', 'bash', '--no-login']))
      const keys = [AWS, 'configure', 'export-credentials', '--profile', name]
      const exported = await runIn(home, [...OFFLINE, ...keys])
      assert.is(exported.status, 0, told(exported))
    }),
  )

  test('are read by the AWS SDK for JavaScript, which gets credentials with them', () =>
    withProfiles(async (home, names) => {
      const script = `
          import { fromSSO } from '@aws-sdk/credential-provider-sso'
          import { loadSharedConfigFiles } from '@smithy/core/config'
          const { configFile } = await loadSharedConfigFiles()
          const rows = Object.entries(configFile).filter(([, keys]) => keys.sso_account_id)
          const { accessKeyId } = await fromSSO({ profile: rows[0][0] })()
          console.log(JSON.stringify({ accessKeyId, rows }))`
      const words = [process.execPath, '--input-type=module', '-e', script]
      const run = await runIn(home, words, { cwd: root })
      assert.is(run.status, 0, told(run))
      const { accessKeyId, rows } = JSON.parse(run.stdout)
      assert.match(accessKeyId, /^ASIA/)
      type Row = [name: string, keys: Record<string, string>]
      assert.equal(
        rows.map(([name]: Row) => name),
        names,
      )
      const pairs = rows.map(
        ([, keys]: Row) => `${keys['sso_account_id']} ${keys['sso_role_name']}`,
      )
      assert.equal(pairs.sort(), [...expected].sort())
      assert.is(home.browserOpens().length, 1)
    }))
})
