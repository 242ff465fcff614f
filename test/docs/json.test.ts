/** The samples of docs/json.md are what ssox prints, and its tables name every field. */
import { readFileSync } from 'node:fs'
import { putOnPath } from '../commands/evaluate.ts'
import type { Home } from '../support/home.ts'
import { runIn } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'

const page = readFileSync(new URL('../../docs/json.md', import.meta.url), 'utf8')

type Json = Record<string, unknown>

function sample(name: string): Json {
  const block = page.split(`<!-- ${name}:`)[1]?.match(/```json\n(.*?)```/s)?.[1]
  return JSON.parse(block ?? '')
}

/** What `ssox <verb> --json` prints in a shell that acts as dev, with what changes made alike. */
async function printed(home: Home, words: string): Promise<Json> {
  const script = `eval "$(ssox env dev)" && ssox ${words} --json`
  const run = await runIn(home, ['bash', '-c', script])
  assert.is(run.status, 0, told(run))
  const text = run.stdout
    .replaceAll(home.path, '~')
    .replaceAll(home.center.startUrl, 'https://corp.awsapps.com/start')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '2026-01-31T12:00:00Z')
  return JSON.parse(text)
}

const CONFIG = `[profile dev]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
region = eu-west-1

[profile half]
sso_session = corp

[default]
region = eu-west-1

[sso-session corp]
`

suite('docs/json.md', (test) => {
  test('its samples are what ssox prints', () =>
    withSignIn(
      async (home) => {
        putOnPath(home)
        assert.equal(await printed(home, 'list'), sample('list'))
        assert.equal(await printed(home, 'status dev'), sample('status'))
      },
      {},
      (home) =>
        home.writeConfig(
          `${CONFIG}sso_start_url = ${home.center.startUrl}\nsso_region = us-east-1\nsso_registration_scopes = sso:account:access\n`,
        ),
    ))

  test('its tables name every field of the samples', () => {
    const tables = page.split('\n').filter((line) => line.startsWith('| `'))
    const fields = [...JSON.stringify([sample('list'), sample('status')]).matchAll(/"(\w+)":/g)]
    for (const [, field = ''] of fields) {
      if (['version', 'profiles', 'sessions', 'terminal'].includes(field)) continue
      const named = new RegExp(`\`(?:[\\w[\\]]+\\.)?${field}\``)
      assert.ok(
        tables.some((line) => named.test(line)),
        field,
      )
    }
  })
})
