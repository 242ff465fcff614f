/** The tour of `ssox demo --script`: real commands in a real shell, each checked. */
import { spawn } from 'node:child_process'
import type { DemoHome } from './home.ts'

interface Step {
  readonly title: string
  /** What a person would type; run by `sh`. */
  readonly command: string
  readonly expect: RegExp
  /** The exit code; 0 unless given. */
  readonly status?: number
}

const STEPS: readonly Step[] = [
  {
    title: 'Sign in once: one browser page, for every profile and every terminal',
    command: 'ssox login unicorn',
    expect: /signed in to "demo"/,
  },
  {
    title: 'This shell acts as unicorn; AWS says who it is',
    command: 'eval "$(ssox env unicorn)" && ssox whoami',
    expect: /arn:aws:sts::012345678901:assumed-role\/\S*AdministratorAccess/,
  },
  {
    title: 'The variables that old SDKs, JDBC drivers and scripts read',
    command: 'eval "$(ssox env awesome)" && env | grep -E "^(AWS|SSOX)_" | grep -v ENDPOINT | sort',
    expect: /AWS_PROFILE=awesome/,
  },
  {
    title: 'Another account: no browser, the sign-in is shared',
    command: 'ssox exec marketing -- sh -c \'echo "in account $SSOX_ACCOUNT_ID as $SSOX_ROLE"\'',
    expect: /in account 210987654321 as Developer/,
  },
  {
    title: 'A mistyped name never leaves you on the old account',
    command: 'eval "$(ssox env unicron)" && echo deployed || echo "not deployed"',
    expect: /not deployed/,
  },
  {
    title: 'The web console at the page of S3; no secret is in an argument or in what is printed',
    command: 'ssox console marketing --service s3',
    expect: /the console of "marketing" is open/,
  },
  { title: 'What is signed in, and until when', command: 'ssox status', expect: /unicorn/ },
  {
    title: 'Out again: revoked at the server, removed from this home',
    command: 'ssox logout && ssox status unicorn --check',
    expect: /signed out/,
    status: 4,
  },
]

export interface TourOptions {
  readonly home: DemoHome
  readonly print: (text: string) => void
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  /** Makes output harmless and hides every secret. */
  readonly clean: (text: string) => string
  readonly signal: AbortSignal
}

/** Runs every step; resolves to the titles of those that did not do what they promise. */
export async function runTour(options: TourOptions): Promise<string[]> {
  const failed: string[] = []
  for (const [at, step] of STEPS.entries()) {
    options.print(`\n${options.bold(`${at + 1}. ${step.title}`)}\n   $ ${step.command}\n`)
    const { status, output } = await runInShell(step.command, options)
    options.signal.throwIfAborted()
    options.print(options.dim(options.clean(output)).replace(/^(?=.)/gm, '   '))
    if (status === (step.status ?? 0) && step.expect.test(output)) continue
    failed.push(step.title)
    options.print(`   this step failed (exit ${status})\n`)
  }
  return failed
}

function runInShell(command: string, { home, signal }: TourOptions) {
  return new Promise<{ status: number; output: string }>((resolve) => {
    const child = spawn('sh', ['-c', command], {
      cwd: home.path,
      env: home.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    })
    let output = ''
    const collect = (chunk: Buffer) => {
      output += chunk.toString()
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.on('error', (error) => resolve({ status: 127, output: `${output}${error.message}\n` }))
    child.on('close', (code) => resolve({ status: code ?? 1, output }))
  })
}
