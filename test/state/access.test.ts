/** Files of their own that a user has been shut out of: the command that is named gives them back. */
import { chmodSync, chownSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Home } from '../support/home.ts'
import { AS_NOBODY, NOBODY, runIn, ssoxUnder, testWith } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { tokenFile, withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'

const ENV = ['env', 'dev', '--shell', 'bash'] as const
const WRITE = ['write', 'static', '--as', 'copy'] as const

/** Types a command as the user: `sudo` asks for no password here, and is not everywhere. */
const TYPED = `sudo() { "$@"; }; id() { echo ${NOBODY}; }\n`

/** What was done, what is run then, and the command that mends it, `~` for the home. */
const CASES: readonly [string, (home: Home) => void, readonly string[], number, string][] = [
  [
    'the folder of tokens belongs to root, after "sudo aws sso login"',
    (home) => {
      chownSync(dirname(tokenFile(home)), 0, 0)
      chownSync(tokenFile(home), 0, 0)
    },
    ENV,
    7,
    'sudo chown -R "$(id -u)" ~/.aws/sso/cache',
  ],
  [
    'the whole folder of SSO belongs to root',
    (home) => {
      for (const name of ['sso', 'sso/cache']) chownSync(home.aws(name), 0, 0)
      chmodSync(home.aws('sso'), 0o755)
    },
    ENV,
    7,
    'sudo chown -R "$(id -u)" ~/.aws/sso',
  ],
  [
    'the token may not be read',
    (home) => chmodSync(tokenFile(home), 0),
    ENV,
    7,
    'chmod u+rw ~/.aws/sso/cache/<token>',
  ],
  [
    'the folder of tokens may not be entered',
    (home) => chmodSync(dirname(tokenFile(home)), 0o600),
    ENV,
    7,
    'chmod u+rwx ~/.aws/sso/cache',
  ],
  [
    'the sign-in is not remembered, as the folder is read-only',
    (home) => {
      rmSync(tokenFile(home))
      chmodSync(dirname(tokenFile(home)), 0o500)
    },
    ['login', 'corp'],
    7,
    'chmod u+rwx ~/.aws/sso/cache',
  ],
  [
    'the config file',
    (home) => chmodSync(home.aws('config'), 0),
    ENV,
    3,
    'chmod u+rw ~/.aws/config',
  ],
  [
    'the config file of root',
    (home) => {
      chownSync(home.aws('config'), 0, 0)
      chmodSync(home.aws('config'), 0o600)
    },
    ENV,
    3,
    'sudo chown -R "$(id -u)" ~/.aws/config',
  ],
  [
    'the credentials file of root, which all may read, after "sudo aws configure"',
    (home) => {
      writeFileSync(home.aws('credentials'), '')
      chownSync(home.aws('credentials'), 0, 0)
    },
    WRITE,
    7,
    'sudo chown -R "$(id -u)" ~/.aws/credentials',
  ],
  ['no credentials file', (home) => chmodSync(home.aws(), 0o500), WRITE, 7, 'chmod u+rwx ~/.aws'],
]

suite("a file of one's own that is out of reach", (test) => {
  for (const [title, damage, args, status, cure] of CASES)
    testWith(test, ['setpriv'], `${title}: ${cure}`, () =>
      withSignIn(async (home) => {
        await runIn(home, ['chown', '-R', `${NOBODY}:${NOBODY}`, home.path])
        damage(home)
        const run = await ssoxUnder(home, AS_NOBODY, args)
        assert.is(run.status, status, told(run))
        const named = run.stderr.trimEnd().split('\n').at(-1)?.trim() ?? ''
        const expected = cure.replace('~', home.path).replace('<token>', basename(tokenFile(home)))
        assert.is(named, expected, told(run))
        const typed = await runIn(home, ['sh', '-ec', TYPED + named])
        assert.is(typed.status, 0, told(typed))
        const again = await ssoxUnder(home, AS_NOBODY, args)
        assert.is(again.status, 0, told(again))
      }),
    )
})
