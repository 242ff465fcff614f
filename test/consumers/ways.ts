/** The ways in which ssox brings keys to a program, and whom a consumer acts as with each of them. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { putOnPath } from '../commands/evaluate.ts'
import type { Finished, Home } from '../support/home.ts'
import { runIn } from '../support/machine.ts'
import { told } from '../support/output.ts'
import type { Consumer } from './consumers.ts'
import { madeFolder } from './made.ts'

/** What a shell does for each way; `"$@"` is the consumer, `$MODE` an option of ssox. */
const SCRIPTS = {
  write: 'AWS_PROFILE=dev-keys exec "$@"',
  env: 'eval "$(ssox env dev $MODE)" && exec "$@"',
  exec: 'exec ssox exec dev $MODE -- "$@"',
  serve: 'exec ssox exec dev --serve -- "$@"',
  process: 'AWS_PROFILE=dev-process exec "$@"',
} as const

export type Way = keyof typeof SCRIPTS
export const WAYS = Object.keys(SCRIPTS) as Way[]

/** Keys that the stand-in's STS knows, of an account that nobody may act in. */
export const STRANGER = {
  accessKeyId: 'AKIASTRANGER00000001',
  secretAccessKey: 'stranger/secret/key/of/forty/characters/',
  arn: 'arn:aws:iam::999999999999:user/stranger',
}

/** They are in the shell where ssox puts others in their place. */
const STRANGE_SHELL = {
  AWS_ACCESS_KEY_ID: STRANGER.accessKeyId,
  AWS_SECRET_ACCESS_KEY: STRANGER.secretAccessKey,
}

/** Nothing that is not about keys may be on stderr. */
const QUIET = {
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1',
  DIRENV_LOG_FORMAT: '',
  MISE_OFFLINE: '1',
  CHECKPOINT_DISABLE: '1',
}

/** Sections of others in the ways that every program reads, and an old token in ours. */
const CREDENTIALS = `# mine\r
[first]\r
aws_access_key_id=${STRANGER.accessKeyId}\r
aws_secret_access_key = x==\r
\r
[dev-keys]\r
aws_security_token = OLD\r
`

/** Whom the profile `dev` is. */
export const DEVELOPER = /arn:aws:sts::123456789012:assumed-role\/AWSReservedSSO_Developer_/

/** Prepares a home that is signed in for all the ways. */
export async function prepareWays(home: Home): Promise<void> {
  putOnPath(home)
  Object.assign(home.env, QUIET, { AWS_EC2_METADATA_DISABLED: 'true' })
  writeFileSync(home.aws('credentials'), CREDENTIALS, { mode: 0o600 })
  for (const words of [
    ['write', 'dev', '--region', 'eu-west-1', '--force'],
    ['credential-process', '--install', 'dev', '--yes'],
  ]) {
    const run = await home.ssox(words)
    if (run.status !== 0) throw new Error(told(run))
  }
  const library = join(home.path, '.config', 'direnv', 'lib')
  mkdirSync(library, { recursive: true })
  const source = fileURLToPath(new URL('../../shell/use_ssox.sh', import.meta.url))
  copyFileSync(source, join(library, 'use_ssox.sh'))
}

/**
 * What the table says of a consumer and a way: whether the keys alone do, or what else it wants, or
 * why it is nobody.
 * @throws Error when it acts as anybody else, or as nobody for no known reason
 */
export async function tryWay(home: Home, consumer: Consumer, way: Way): Promise<string> {
  const failures: string[] = []
  let noisy: string | undefined
  for (const attempt of attemptsOf(consumer, way)) {
    const run = await runWay(home, consumer, way, attempt)
    const isDeveloper = DEVELOPER.test(run.stdout)
    if (run.stdout.includes('arn:aws:') && !isDeveloper) throw failed(consumer, way, [told(run)])
    if (run.status !== 0 || !isDeveloper) failures.push(told(run))
    else if (!isQuiet(run)) noisy ??= 'ok, warns'
    else if (noisy) return `${noisy}; silent with \`${attempt}\``
    else return attempt ? `ok with \`${attempt}\`` : 'ok'
  }
  if (noisy) return noisy
  const why = consumer.why?.[way]
  if (why) return `no: ${why}`
  throw failed(consumer, way, failures)
}

const failed = ({ name }: Consumer, way: Way, runs: readonly string[]) =>
  new Error(`${name}, ${way}: ${runs.join('\n')}`)

/** As it is first, then with what may help. */
function attemptsOf({ wants = [] }: Consumer, way: Way): string[] {
  const modes = way === 'env' || way === 'exec' ? ['--mode keys'] : []
  return ['', ...modes, ...wants]
}

/** ssox itself says who is kept away. */
const isQuiet = ({ stderr }: Finished) =>
  stderr.split('\n').every((line) => line === '' || line.startsWith('ssox: '))

/** Runs a consumer with keys from a way; `attempt` is an option of ssox or a variable. */
export function runWay(
  home: Home,
  consumer: Consumer,
  way: Way,
  attempt = '',
  variables: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const { tool, recipe, project } = consumer
  const folder = recipe ? madeFolder(tool, recipe) : ''
  const cwd = join(home.path, `${tool}-${way}`)
  mkdirSync(cwd, { recursive: true })
  const brought = project?.brings[way]
  if (project) writeFileSync(join(cwd, project.file), brought ?? project.other)
  const script = brought === undefined ? SCRIPTS[way] : 'exec "$@"'
  const isStrange = brought !== undefined || way === 'env' || way === 'exec' || way === 'serve'
  const [name = '', value = ''] = attempt.split(/[ =]/)
  return runIn(
    home,
    [
      ...(project?.around(folder) ?? []),
      ...['bash', '--norc', '-c', script, 'bash', ...consumer.words(folder)],
    ],
    {
      cwd,
      env: {
        ...home.env,
        ...(isStrange ? STRANGE_SHELL : {}),
        ...(attempt.startsWith('--') ? { MODE: attempt } : attempt ? { [name]: value } : {}),
        MISE_TRUSTED_CONFIG_PATHS: cwd,
        ...variables,
      },
    },
  )
}
