/**
 * `npm run bench`, first part: how long whole commands take, as ratios to bare `node` and to the AWS CLI v2,
 * taken in turn in one run (A B A B …), so that a machine whose speed drifts does not matter.
 * Nothing here uses the network: credentials are in the AWS CLI's cache, in a throw-away home.
 * No child sees NODE_EXTRA_CA_CERTS, with which bare Node is slow and every ratio flatters.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../dist/main.cjs', import.meta.url))
const launcher = fileURLToPath(new URL('../shell/ssox.sh', import.meta.url))
const AWS_CLI = '/usr/bin/aws'
/** How often a shell runs a command for one time of it. */
const RUNS = 5
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 30)

interface Command {
  readonly name: string
  readonly words: readonly string[]
  readonly home: string
}

/** A home with `profiles` SSO profiles, of which `dev` has valid cached role credentials. */
function makeHome(root: string, profiles: number): string {
  const home = join(root, String(profiles))
  const cache = join(home, '.aws', 'cli', 'cache')
  mkdirSync(cache, { recursive: true })
  mkdirSync(join(home, '.aws', 'sso', 'cache'), { recursive: true })
  const others = Array.from(
    { length: profiles - 1 },
    (_, at) =>
      `[profile account-${at}]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = ReadOnly\nregion = eu-west-1\n`,
  )
  const session =
    '[sso-session corp]\nsso_start_url = https://d-1234567890.awsapps.com/start\nsso_region = us-east-1\n'
  const dev =
    '[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Developer\nregion = eu-west-1\n'
  writeFileSync(join(home, '.aws', 'config'), [session, ...others, dev].join('\n'))
  const asked = '{"accountId":"123456789012","roleName":"Developer","sessionName":"corp"}'
  const key = sha1(asked)
  const later = new Date(Date.now() + 8 * 3_600_000).toISOString().replace(/\.\d+/, '')
  const entry = {
    ProviderType: 'sso',
    Credentials: {
      AccessKeyId: 'ASIAIOSFODNN7EXAMPLE',
      SecretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      // As long as those of AWS are.
      SessionToken: `${'IQoJb3JpZ2luX2VjEXAMPLE'.repeat(39)}==`,
      Expiration: later,
    },
  }
  writeFileSync(join(cache, `${key}.json`), JSON.stringify(entry), { mode: 0o600 })
  const token = {
    startUrl: 'https://d-1234567890.awsapps.com/start',
    region: 'us-east-1',
    accessToken: 'EXAMPLE',
    expiresAt: later,
  }
  writeFileSync(join(home, '.aws', 'sso', 'cache', `${sha1('corp')}.json`), JSON.stringify(token), {
    mode: 0o600,
  })
  return home
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}

/** The command that install.sh puts on PATH. */
function makeLauncher(root: string): string {
  const path = join(root, 'ssox')
  const text = readFileSync(launcher, 'utf8')
  writeFileSync(path, text.replace('@node@', process.execPath).replace('@program@', program))
  chmodSync(path, 0o755)
  return path
}

/** Milliseconds of a command as a shell starts it: Node itself takes longer to start a process. */
function time({ words, home }: Command): number {
  const env = { HOME: home, PATH: process.env['PATH'], LANG: 'C.UTF-8', TERM: 'dumb' }
  const loop = `for ((i = 0; i < ${RUNS}; i++)); do "$@" >/dev/null || exit; done`
  const started = performance.now()
  const { status, stderr } = spawnSync('bash', ['-c', loop, 'bash', ...words], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const took = performance.now() - started
  if (status !== 0) throw new Error(`${words.join(' ')} exited ${status}: ${stderr}`)
  return took / RUNS
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** Medians of `a / b`, pair by pair, and the median of `a` in milliseconds. */
function compare(a: Command, b: Command, rounds: number): { ratio: number; ms: number } {
  time(a)
  time(b)
  const pairs = Array.from({ length: rounds }, () => [time(a), time(b)] as const)
  return { ratio: median(pairs.map(([x, y]) => x / y)), ms: median(pairs.map(([x]) => x)) }
}

function main(): void {
  const root = mkdtempSync(join(tmpdir(), 'ssox-bench-'))
  const empty = join(root, 'empty.cjs')
  writeFileSync(empty, '')
  const row = (label: string, { ratio, ms }: { ratio: number; ms: number }, against: string) =>
    console.log(
      `${label.padEnd(44)} ${ratio.toFixed(2).padStart(7)} × ${against.padEnd(26)} ${ms.toFixed(1).padStart(8)} ms`,
    )
  const env = ['env', 'dev', '--shell', 'bash']
  try {
    console.log(`Node ${process.version}, ${ROUNDS} pairs each, medians\n`)
    const small = makeHome(root, 10)
    const bare: Command = { name: 'bare node', words: [process.execPath, empty], home: small }
    const ssox = (home: string, words: string[]): Command => ({
      name: 'ssox',
      words: [process.execPath, program, ...words],
      home,
    })
    const launched: Command = { name: 'launcher', words: [makeLauncher(root), ...env], home: small }
    // Fills the switch cache, from which both are answered.
    time(ssox(small, env))
    row('env, warm, launcher', compare(launched, bare, ROUNDS), 'bare node')
    row('env, warm, 10 profiles', compare(ssox(small, env), bare, ROUNDS), 'bare node')
    for (const profiles of [500, 5_000]) {
      const home = makeHome(root, profiles)
      row(`env, warm, ${profiles} profiles`, compare(ssox(home, env), bare, ROUNDS), 'bare node')
      row('', compare(ssox(home, env), ssox(small, env), ROUNDS), 'the same with 10 profiles')
    }
    const keys = ['credential-process', '--profile', 'dev']
    time(ssox(small, keys))
    row(
      'credential-process, warm, launcher',
      compare({ ...launched, words: [String(launched.words[0]), ...keys] }, bare, ROUNDS),
      'bare node',
    )
    row('credential-process, warm', compare(ssox(small, keys), bare, ROUNDS), 'bare node')
    row(
      'credential-process, full program, cached',
      compare(ssox(small, [...keys, '--min-left', '16']), bare, ROUNDS),
      'bare node',
    )
    row(
      'env, full program (-q), cached',
      compare(ssox(small, [...env, '-q']), bare, ROUNDS),
      'bare node',
    )
    row(
      'exec dev -- true, cached',
      compare(ssox(small, ['exec', 'dev', '--', 'true']), bare, ROUNDS),
      'bare node',
    )
    row('--version', compare(ssox(small, ['--version']), bare, ROUNDS), 'bare node')
    row('list, 10 profiles', compare(ssox(small, ['list']), bare, ROUNDS), 'bare node')
    if (existsSync(AWS_CLI)) {
      const words = [
        AWS_CLI,
        'configure',
        'export-credentials',
        '--profile',
        'dev',
        '--format',
        'env',
      ]
      const cli: Command = { name: 'aws', words, home: small }
      const { ratio, ms } = compare(cli, ssox(small, env), Math.min(ROUNDS, 8))
      row('aws configure export-credentials, cached', { ratio, ms }, 'ssox env, warm')
    } else console.log('the AWS CLI v2 is not installed: not compared')
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

main()
