/**
 * Both AWS files belong to the user: whatever verb runs, outside of the sections that ssox itself
 * writes every byte stays, and a verb that has nothing to write does not touch them.
 */
import { statSync, writeFileSync } from 'node:fs'
import { VERBS, type VerbName } from '../../src/cli/spec.ts'
import { type Home, usualConfig } from '../support/home.ts'
import { SLOW_TEST_MS } from '../support/machine.ts'
import { told } from '../support/output.ts'
import { withSignIn } from '../support/signed-in.ts'
import { assert, suite } from '../support/suite.ts'
import { outside } from './written.ts'

const FILES = ['config', 'credentials'] as const
type File = (typeof FILES)[number]

/** What runs of a verb do to the files. */
interface Runs {
  /** Words after `ssox`; each succeeds, or ends with another of `exits`. */
  readonly runs: readonly (readonly string[])[]
  readonly exits?: readonly number[]
  /** The files that they change, in sections of ssox alone. */
  readonly writes?: readonly File[]
  /** Run with one of the files only. */
  readonly isSlow?: true
}

/** Every verb: one that is new is missed by the compiler, and by the first test. */
const RUNS: Record<VerbName, Runs> = {
  env: {
    runs: [
      ['env', 'dev', '--shell', 'bash', '--refresh'],
      ['env', '--clear', '--shell', 'sh'],
    ],
  },
  exec: {
    runs: [
      ['exec', 'dev', '--', 'true'],
      ['exec', 'dev', '--serve', '--', 'true'],
    ],
  },
  console: { runs: [['console', 'dev', '--print', '--portal']] },
  login: { runs: [['login', 'corp', '--force']] },
  // There is something to find in these files; what --fix mends is the user's to choose.
  doctor: {
    runs: [
      ['doctor', '--json', '--no-network'],
      ['doctor', '--no-network', '--fix', '--dry-run'],
    ],
    exits: [3],
    isSlow: true,
  },
  status: { runs: [['status'], ['status', 'dev', '--check']] },
  list: { runs: [['list', '--json']] },
  whoami: { runs: [['whoami', 'deploy']] },
  'credential-process': {
    runs: [
      ['credential-process', '--profile', 'dev'],
      ['credential-process', '--install', 'dev', '--yes'],
      ['credential-process', '--install', 'prod', '--yes', '--as', 'dev-process'],
    ],
    writes: ['config'],
  },
  init: {
    runs: [
      ['init', 'bash'],
      ['init', 'bash', '--install', '--yes'],
    ],
  },
  write: {
    runs: [
      ['write', 'dev', 'prod'],
      ['write', 'dev', 'mid', '--refresh', '--region', 'eu-west-3'],
      ['write', '--clean'],
      ['write', 'prod', '--dry-run', '--force'],
    ],
    writes: ['credentials'],
  },
  setup: {
    runs: [
      ['setup', 'corp', '--yes', '--region', 'eu-west-1'],
      ['setup', 'corp', '--yes', '--prune'],
    ],
    writes: ['config'],
  },
  demo: { runs: [['demo', '--script']], isSlow: true },
  logout: {
    runs: [
      ['write', 'dev'],
      ['logout', 'corp'],
      ['logout', '--all'],
    ],
    writes: ['credentials'],
  },
}

/** The sections that the verbs above write. */
const OWN = ['dev-process', 'dev-keys', 'prod-keys', 'mid-keys']

/** Lines that AWS files have in the wild; every tool reads the profiles around them. */
const odd = (eol: string) => ({
  config: [
    '# Größe ✓ ⚠️  [profile in a comment]',
    '[plugins]',
    'cli_legacy_plugin_path = ~/x',
    '',
    '',
    '[profile s3]',
    'region\t=\teu-west-1  ; no comment to the AWS CLI',
    's3 =',
    '  max_concurrent_requests = 20',
    '\taddressing_style=path',
    '[unknown thing]  # behind a header',
    'k: v',
    '[profile "with blank"]',
    'output=',
    '',
  ].join(eol),
  credentials: [
    '; mine',
    '[a]',
    'aws_access_key_id=AKIAFOREIGN ; x',
    'aws_secret_access_key = s#s==',
    '',
    '[mid-keys]',
    '# written by ssox for profile "mid" of SSO session "corp"; ssox logout takes it out',
    'aws_access_key_id = ASIAOLD',
    'aws_secret_access_key = old',
    'aws_session_token = old',
    'expiration = 2020-01-01T00:00:00Z',
    '',
    '# between',
    '[ b ]',
    '\tk = 1',
    '[dev]',
    'output = json',
  ].join(eol),
})

const MID =
  '\n[profile mid]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Developer\n'

/** Ways to write the same lines. */
const WAYS: readonly [way: string, eol: string, begin: string, end: string][] = [
  ['CRLF, no line end at the end', '\r\n', '', ''],
  ['LF, a byte order mark, many lines at the end', '\n', '\uFEFF', '\n\n\n  \n'],
]

function texts({ center }: Home, eol: string, begin: string, end: string): Record<File, string> {
  const { config, credentials } = odd(eol)
  const usual = (usualConfig(center.startUrl) + MID).replaceAll('\n', eol)
  return {
    config: begin + config + eol + usual.trimEnd() + end,
    credentials: begin + credentials + end,
  }
}

function put(home: Home, files: Record<File, Uint8Array | string>): void {
  for (const file of FILES) writeFileSync(home.aws(file), files[file], { mode: 0o600 })
}

/** What tells a file that was not touched: also not replaced by one that is alike. */
function look(home: Home, file: File): string {
  const { ino, mtimeMs, mode } = statSync(home.aws(file))
  return `${ino} ${mtimeMs} ${mode.toString(8)} ${home.read(file)}`
}

/** Asserts that only line ends at the end of the file were added outside of the sections of ssox. */
function assertKept(before: string, after: string, about: string): void {
  const made = after.matchAll(/^\[profile ([^\]\r\n]+)\]\r?\n# by ssox setup /gm)
  const names = [...OWN, ...[...made].map(([, name = '']) => name)]
  const [old, now] = [before, after].map((text) => outside(text, names))
  assert.is(now?.slice(0, old?.length), old, about)
  assert.match(now?.slice(old?.length) ?? '', /^(?:\r?\n){0,2}$/, about)
  const ends = new Set(after.match(/\r?\n/g))
  assert.is(ends.size, 1, `${about}: line ends are mixed`)
}

suite('the bytes of the AWS files', (test) => {
  test('every verb has a row', () =>
    assert.equal(Object.keys(RUNS).sort(), VERBS.map(({ name }) => name).sort()))

  for (const [at, [way, eol, begin, end]] of WAYS.entries())
    test(
      `stay whatever verb runs: ${way}`,
      () =>
        withSignIn(async (home) => {
          const before = texts(home, eol, begin, end)
          for (const [verb, { runs, exits = [], writes = [], isSlow }] of Object.entries(RUNS) as [
            VerbName,
            Runs,
          ][]) {
            if (isSlow && at > 0) continue
            put(home, before)
            const looks = FILES.map((file) => look(home, file))
            for (const args of runs) {
              const about = `ssox ${args.join(' ')}`
              const run = await home.ssox([...args])
              assert.ok([0, ...exits].includes(run.status), `${about}: ${told(run)}`)
              for (const [index, file] of FILES.entries())
                if (writes.includes(file)) assertKept(before[file], home.read(file), about)
                else assert.is(look(home, file), looks[index], about)
            }
            for (const file of writes)
              assert.not.equal(home.read(file), before[file], `${verb} wrote`)
          }
        }),
      SLOW_TEST_MS,
    )

  test('of a file that is not UTF-8 stay, too', () =>
    withSignIn(async (home) => {
      const before = texts(home, '\n', '', '\n')
      const bytes = (file: File) => Buffer.from(`# Gr\xf6\xdfe\n${before[file]}`, 'latin1')
      put(home, { config: bytes('config'), credentials: bytes('credentials') })
      const looks = FILES.map((file) => look(home, file))
      for (const { runs, writes } of Object.values(RUNS))
        for (const args of writes ? runs : []) {
          await home.ssox([...args])
          assert.equal(
            FILES.map((file) => look(home, file)),
            looks,
            args.join(' '),
          )
        }
    }))
})
