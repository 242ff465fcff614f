/** Profiles of granted through the built program: every verb, and granted itself is never called. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Home, usualConfig, withHome } from '../support/home.ts'
import { runIn } from '../support/machine.ts'
import { assertFailure, assertSuccess, keysIn, told } from '../support/output.ts'
import { readObject, tokenFile } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'

/** As `granted sso generate` writes them. */
const profiles = (startUrl: string) => `
[profile work]
granted_sso_start_url = ${startUrl}
granted_sso_region = us-east-1
granted_sso_account_id = 123456789012
granted_sso_role_name = Developer
granted_sso_registration_scopes = sso:account:access
common_fate_generated_from = aws-sso
credential_process = granted credential-process --profile work
region = eu-west-1

[profile mixed]
granted_sso_start_url = ${startUrl}
granted_sso_region = us-east-1
granted_sso_account_id = 123456789012
granted_sso_role_name = Developer
credential_process = granted credential-process --profile work
`

/** A granted on PATH that leaves a trace when it is called, and has no keys. */
function putGranted(home: Home): () => boolean {
  const [folder, trace] = [join(home.path, 'bin'), join(home.path, 'granted-was-called')]
  mkdirSync(folder)
  writeFileSync(join(folder, 'granted'), `#!/bin/sh\n: >'${trace}'\nexit 1\n`)
  chmodSync(join(folder, 'granted'), 0o755)
  home.env['PATH'] = `${folder}:${home.env['PATH']}`
  return () => existsSync(trace)
}

/** The commands in the page that make profiles of the AWS tools of them. */
function rename(): string {
  const page = readFileSync(new URL('../../docs/from-granted.md', import.meta.url), 'utf8')
  return /^```sh\n(cp .*\nperl .*\n)/m.exec(page)?.[1] ?? ''
}

suite('profiles of granted', (test) => {
  test('all verbs work with them, and granted is not called; the page makes SSO profiles of them', () =>
    withHome(async (home) => {
      home.writeConfig(usualConfig(home.center.startUrl) + profiles(home.center.startUrl))
      const wasCalled = putGranted(home)
      const run = async (...args: string[]) => {
        const done = await home.ssox(args)
        assert.is(done.status, 0, told(done))
        return done.stdout
      }
      const { profiles: listed } = JSON.parse(await run('list', '--json'))
      const found = listed.find(({ name }: { name: string }) => name === 'work')
      assert.equal([found.kind, found.session], ['sso', home.center.startUrl])

      await run('login', 'work')
      const token = readObject(tokenFile(home, home.center.startUrl))
      assert.is(typeof token['refreshToken'], 'string', 'its scopes make a sign-in that lasts')
      const env = await home.ssox(['env', 'work', '--shell', 'bash'])
      assertSuccess(env)
      assert.match(env.stdout, /AWS_PROFILE='?work'?[; ]/)
      const shell = 'echo "$AWS_ACCESS_KEY_ID $SSOX_ACCOUNT_ID"'
      const { id } = keysIn(env)
      assert.is(await run('exec', 'work', '--', 'sh', '-c', shell), `${id} 123456789012\n`)
      assert.is(JSON.parse(await run('credential-process', '--profile', 'work')).AccessKeyId, id)
      assert.match(await run('whoami', 'work'), /Developer/)
      await run('status', 'work', '--check')
      await run('write', 'work')
      assert.match(home.read('credentials'), /^\[work-keys\]$/m)
      assert.is(home.browserOpens().length, 1)

      const mixed = await home.ssox(['env', 'mixed', '--shell', 'bash'])
      assertFailure(mixed, 3, /its credential_process calls granted for "work"/)
      assert.is(mixed.stdout, 'false\n')

      const { stdout: findings } = await home.ssox(['doctor', '--json', '--no-network'])
      assert.match(findings, /credential_process of profile \\"work\\"/)
      assert.not.match(findings, /\\"work\\" has SSO and credential_process/)

      await run('credential-process', '--install', 'work', '--as', 'work', '--yes')
      assert.match(home.read('config'), /main\.cjs credential-process --profile work\nregion/)
      assertSuccess(await home.ssox(['env', 'work', '--shell', 'bash', '--refresh']))

      home.writeConfig(usualConfig(home.center.startUrl) + profiles(home.center.startUrl))
      const renamed = await runIn(home, ['sh', '-c', rename()])
      assert.is(renamed.status, 0, told(renamed))
      const config = home.read('config')
      assert.match(config, /\[profile work\]\nsso_start_url = /)
      assert.not.match(config, /granted_sso_(?:start|region|account|role)|credential_process/)
      assert.ok(config.startsWith(usualConfig(home.center.startUrl)))
      for (const name of ['work', 'mixed'])
        assertSuccess(await home.ssox(['env', name, '--shell', 'bash', '--no-login']))
      await run('logout', home.center.startUrl)
      assert.not(existsSync(tokenFile(home, home.center.startUrl)))
      assert.is(home.read('credentials'), '')
      assert.not(wasCalled())
    }))
})
