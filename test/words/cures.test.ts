/**
 * What a person does when something fails: types the command that ssox names. Each state is brought
 * about through the built program; its words are kept in `cures.txt` for a person to read, and the
 * command in them is typed in bash. `SSOX_WRITE_WORDS=1` writes the words anew.
 */
import { chmodSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { putOnPath } from '../commands/evaluate.ts'
import { type Finished, type Home, withHome } from '../support/home.ts'
import { inParallel, runIn, SLOW_TEST_MS } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { tokenFile, withSignIn, writeSettings } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'

const words = new URL('cures.txt', import.meta.url)
const hook = fileURLToPath(new URL('../../shell/ssox.bash', import.meta.url))

/**
 * What the cure does: it is what was meant, and works; it mends what was typed, which then works; or
 * it shows the next step, in words that match.
 */
type Leads = 'meant' | 'mends' | RegExp

type State = readonly [typed: string, status: number, cure: string, leads: Leads]

/** A person who is signed in. */
const USUAL: readonly State[] = [
  ['ssox evn dev', 2, 'ssox env dev', 'meant'],
  ['ssox lgoin corp', 2, 'ssox login corp', 'meant'],
  ['ssox ls', 2, 'ssox list', /PROFILE/],
  ['ssox help fils', 2, 'ssox help files', /~\/\.aws\/config/],
  ['ssox use dev', 2, 'awsuse dev', 'meant'],
  ['ssox env dve', 3, 'ssox env dev', 'meant'],
  ['ssox env nothing-like-it', 3, 'ssox list', /\ndev /],
  ['ssox env --profile dev', 2, 'ssox env dev', 'meant'],
  ['ssox env dev --refrehs', 2, 'ssox env dev --refresh', 'meant'],
  ['ssox env dev --mode key', 2, 'ssox env dev --mode keys', 'meant'],
  ['ssox env dev prod', 2, 'ssox env --help', /^ssox env \[profile\]/],
  ['ssox env 123456789012', 3, 'ssox env default', 'meant'],
  ['ssox env --clear dev', 2, 'ssox env --clear', 'meant'],
  ['ssox status pord', 3, 'ssox status prod', /prod/],
  ['ssox whoami statik', 3, 'ssox whoami static', 'meant'],
  ['ssox exec dve -- true', 3, 'ssox exec dev -- true', 'meant'],
  ['ssox exec dev', 2, 'ssox exec --help', /ssox exec dev -- aws/],
  ['ssox exec dev -- no-such-command', 127, 'type no-such-command', /not found/],
  ['ssox exec --parallel 2 dev -- true', 2, 'ssox exec --help', /--each <globs>/],
  ["ssox exec --each 'qa-*' -- true", 3, 'ssox list', /\ndev /],
  ['ssox login', 2, 'ssox login corp', 'meant'],
  ['ssox login crop', 3, 'ssox login corp', 'meant'],
  ['ssox login static', 3, 'ssox whoami static', 'meant'],
  ['ssox logout static', 3, 'ssox status', /corp/],
  ['awsuse dve', 3, 'awsuse dev', 'meant'],
  ['awsuse dev --refrehs', 2, 'awsuse dev --refresh', 'meant'],
  ['awsuse 123456789012', 3, 'awsuse default', 'meant'],
  ['awsuse dev prod', 2, 'awsuse --help', /^awsuse \[profile\]/],
  ['awsuse --shell fish dev', 1, 'awsuse --help', /^awsuse \[profile\]/],
]

interface Special {
  readonly state: State
  readonly env?: Readonly<Record<string, string>>
  /** Makes the home what it is in this state. */
  readonly prepare?: (home: Home) => unknown
  readonly isSignedOut?: true
}

/** Each in a home of its own. */
const SPECIAL: readonly Special[] = [
  { state: ['ssox env dev', 4, 'ssox login dev', 'mends'], isSignedOut: true },
  { state: ['awsuse dev', 4, 'ssox login dev', 'mends'], isSignedOut: true },
  {
    state: ['ssox env deploy --device-code', 4, 'ssox login dev --device-code', 'mends'],
    isSignedOut: true,
  },
  {
    state: ['ssox env dev', 4, 'ssox login dev', 'mends'],
    prepare: (home) => home.center.revokeSession(),
  },
  {
    state: ['ssox env dev', 7, 'mv <token> <token>.bad', /^$/],
    prepare: (home) => {
      renameSync(tokenFile(home), `${tokenFile(home)}.real`)
      symlinkSync(`${tokenFile(home)}.real`, tokenFile(home))
    },
  },
  {
    state: ['ssox whoami', 3, 'ssox whoami first', 'meant'],
    prepare: (home) =>
      home.writeConfig(home.read('config').replace('[default]', '[profile first]')),
  },
  {
    state: ['ssox env dev', 3, 'unset AWS_MAX_ATTEMPTS', 'mends'],
    env: { AWS_MAX_ATTEMPTS: 'many' },
  },
  {
    state: ['ssox credential-process dev', 2, 'unset AWS_SSO_INTERACTIVE_AUTH', 'mends'],
    env: { AWS_SSO_INTERACTIVE_AUTH: 'maybe' },
  },
  {
    state: ['ssox list', 3, 'iconv -f UTF-16 -t UTF-8', 'mends'],
    prepare: (home) =>
      writeFileSync(home.aws('config'), Buffer.from(`\ufeff${home.read('config')}`, 'utf16le')),
  },
  {
    state: ['ssox env tool', 3, 'chmod go-w ~/.aws/config', 'mends'],
    prepare: (home) => {
      const answer = '{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "B"}'
      writeFileSync(`${home.path}/answer`, answer)
      const line = `credential_process = cat ${home.path}/answer`
      home.writeConfig(`${home.read('config')}\n[profile tool]\n${line}\n`)
      chmodSync(home.aws('config'), 0o666)
    },
  },
  {
    state: [
      'ssox credential-process --install dev',
      2,
      'ssox credential-process --install dev --yes',
      'meant',
    ],
  },
  { state: ['ssox init bash --install', 2, 'ssox init bash --install --yes', 'meant'] },
  {
    state: ['ssox write dev-keys', 3, 'ssox write dev', 'meant'],
    prepare: (home) => home.ssox(['write', 'dev']),
  },
  {
    state: ['ssox write dev --as mine', 3, 'ssox write dev --as mine-ssox', 'meant'],
    prepare: (home) => {
      const keys = 'aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = b\n'
      writeFileSync(home.aws('credentials'), `[mine]\n${keys}`, { mode: 0o600 })
    },
  },
  {
    state: [
      'ssox env Deploy@210987654321',
      3,
      'ssox env dev --role-arn=arn:aws:iam::210987654321:role/Deploy',
      'meant',
    ],
    prepare: (home) => home.ssox(['exec', 'dev', '--role-arn=210987654321:Deploy', '--', 'true']),
  },
  {
    state: ['ssox list', 2, 'write protect in line 2 of ~/.config/ssox/config', 'mends'],
    prepare: (home) => writeSettings(home, { protct: '*prod*' }),
  },
]

suite('what mends it', (test) => {
  test(
    'is typed as it stands, and mends it or shows the next step',
    async () => {
      const options = { staticKeys: [STATIC_KEY] }
      const usual = await withSignIn((home) => {
        putOnPath(home)
        return inParallel(USUAL, (state) => tryOut(home, { state }))
      }, options)
      const special = await inParallel(SPECIAL, (one) => {
        const use = async (home: Home) => {
          putOnPath(home)
          // Faster than polling with a code.
          writeSettings(home, { login_flow: 'pkce' })
          await one.prepare?.(home)
          return tryOut(home, one)
        }
        return one.isSignedOut ? withHome(use, options) : withSignIn(use, options)
      })
      const now = `${HEADING}\n${[...usual, ...special].join('\n')}`
      if (process.env['SSOX_WRITE_WORDS']) writeFileSync(words, now)
      assert.is(readFileSync(words, 'utf8'), now, 'read the new words, then SSOX_WRITE_WORDS=1')
    },
    SLOW_TEST_MS,
  )
})

const HEADING = 'What is typed, and what ssox says when it fails (made by cures.test.ts).\n'

/** The keys of the profile `static`. */
const STATIC_KEY = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  arn: 'arn:aws:iam::123456789012:user/robot',
}

/** Types the command and its cure; returns the words of the failure. */
async function tryOut(home: Home, { state, env = {}, isSignedOut }: Special): Promise<string> {
  const [command, status, cure] = state
  const everything = { ...home.env, ...env }
  const failed = await typed(home, everything, command)
  assert.is(failed.status, status, `${command}: ${told(failed)}`)
  const [message = '', fix = ''] = failed.stderr.trimEnd().split('\n').slice(-2)
  assert.match(message, /^ssox: \S/, told(failed))
  assert.match(fix, /^ {2}\S/, told(failed))
  assert.ok(message.length <= 2 * 80, message)
  const shown = withoutPlaces(home, `${message}\n${fix}`)
  assert.ok(shown.includes(`${cure}`), `${command}: ${shown}`)
  await typeCure(home, everything, state, commandIn(fix))
  const before = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  const about = [...before, ...(isSignedOut ? ['signed out'] : []), `exit ${status}`]
  return `$ ${command}   [${about.join(', ')}]\n${shown}\n`
}

/** The command in a cure: all of it, or what stands behind a colon. */
function commandIn(fix: string): string {
  return fix.trim().replace(/^.*: (?=(ssox|mv) )/, '')
}

async function typeCure(
  home: Home,
  env: Home['env'],
  [command, , , leads]: State,
  cure: string,
): Promise<void> {
  const edit = /^write (\w+) in line (\d+) of (.*)$/.exec(cure)
  if (edit) correctSetting(edit)
  const again = leads === 'mends' ? `&& ${command}` : ''
  const run = await typed(home, env, `${edit ? 'true' : cure} ${again}`)
  if (leads instanceof RegExp)
    assert.match(`${run.stdout}${run.stderr}`, leads, `${cure}: ${told(run)}`)
  else assert.is(run.status, 0, `${cure}: ${told(run)}`)
}

/** What a person does in an editor. */
function correctSetting([, key = '', line = '', path = '']: RegExpExecArray): void {
  const lines = readFileSync(path, 'utf8').split('\n')
  const at = Number(line) - 1
  lines[at] = (lines[at] ?? '').replace(/^\w+/, key)
  writeFileSync(path, lines.join('\n'))
}

/** Typed in a bash with the hook; neither stdin nor stdout is a terminal. */
function typed(home: Home, env: Home['env'], command: string): Promise<Finished> {
  return runIn(home, ['bash', '--norc', '-c', `. '${hook}'\n${command}`], { env })
}

function withoutPlaces(home: Home, text: string): string {
  return text
    .replaceAll(home.path, '~')
    .replaceAll(home.center.url, 'http://127.0.0.1')
    .replace(/~\/\.aws\/sso\/cache\/\w+\.json/g, '<token>')
}
