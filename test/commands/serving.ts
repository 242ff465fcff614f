/** A command of `ssox exec --serve` that does nothing but live, and requests to its endpoint. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { type Home, type HomeOptions, node, program } from '../support/home.ts'
import { until } from '../support/patience.ts'
import { withSignIn } from '../support/signed-in.ts'

export interface Serving {
  readonly child: ChildProcess
  readonly url: string
  readonly token: string
  /** AWS_CONFIG_FILE of the command. */
  readonly configFile: string
  stderr(): string
  /** Ends the command, and waits for ssox. */
  end(): Promise<number | null>
}

/** Runs `ssox exec dev --serve` for as long as its stdin is open. */
export async function serving(home: Home): Promise<Serving> {
  const show =
    'echo "$AWS_CONTAINER_CREDENTIALS_FULL_URI $AWS_CONTAINER_AUTHORIZATION_TOKEN $AWS_CONFIG_FILE"; exec cat'
  const child = spawn(node, [program, 'exec', 'dev', '--serve', '--', 'sh', '-c', show], {
    cwd: home.path,
    env: home.env,
    stdio: 'pipe',
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (text) => {
    stdout += text
  })
  child.stderr.on('data', (text) => {
    stderr += text
  })
  const closed = once(child, 'close')
  await until('the command', () => stdout.includes('\n') || child.exitCode !== null)
  const [url = '', token = '', configFile = ''] = stdout.trimEnd().split(' ')
  if (!url) throw new Error(stderr)
  return {
    child,
    url,
    token,
    configFile,
    stderr: () => stderr,
    end: async () => {
      child.stdin.end()
      await closed
      return child.exitCode
    },
  }
}

export interface Answer {
  readonly status: number
  readonly body: string
}

/** Asks as one likes; status 0: there was nobody. */
export function ask(
  url: string,
  headers: Record<string, string>,
  { method = 'GET', path }: { method?: string; path?: string } = {},
): Promise<Answer> {
  const { hostname, port, pathname } = new URL(url)
  return new Promise((resolve) => {
    const asked = request(
      { hostname, port, path: path ?? pathname, method, headers, agent: false },
      (answer) => {
        let body = ''
        answer.on('data', (text) => {
          body += text
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }))
      },
    )
    asked.on('error', () => resolve({ status: 0, body: '' }))
    asked.end()
  })
}

export const askRightly = ({ url, token }: Serving) => ask(url, { authorization: token })

export function withServing<T>(
  use: (serving: Serving, home: Home) => Promise<T>,
  options: HomeOptions = {},
): Promise<T> {
  return withSignIn(async (home) => {
    const it = await serving(home)
    try {
      return await use(it, home)
    } finally {
      it.child.kill('SIGKILL')
      it.child.stdin?.end()
    }
  }, options)
}
