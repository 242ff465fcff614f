/** A home with entries in its switch cache, and everything after which they must not be used. */
import {
  chmodSync,
  chownSync,
  copyFileSync,
  lutimesSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { singleQuoted } from '../../src/text/shell-words.ts'
import { type Finished, type Home, usualConfig } from '../support/home.ts'
import { NOBODY } from '../support/machine.ts'
import { assertSuccess } from '../support/output.ts'
import { tokenFile, withSignIn } from '../support/signed-in.ts'

export interface KeptHome {
  readonly home: Home
  /** `$XDG_RUNTIME_DIR/ssox`, and the state folder in it. */
  readonly runtime: string
  readonly state: string
  /** Path of an entry. */
  readonly entry: (name: string) => string
  /** What the full program prints. */
  readonly full: (...words: string[]) => Promise<Finished>
}

/** The shells that launcher and main.cjs are asked for. */
export const KEPT_SHELLS = ['bash', 'zsh', 'sh', 'fish', 'powershell'] as const

/** Signs in, and has the full program keep `dev` and `static` for bash; `full` keeps, too. */
export function withKept(use: (kept: KeptHome) => Promise<void>, config = ''): Promise<void> {
  return withSignIn(async (home) => {
    const base = join(home.path, 'run')
    mkdirSync(base, { mode: 0o700 })
    home.env['XDG_RUNTIME_DIR'] = base
    home.writeConfig(`${usualConfig(home.center.startUrl)}\n${config}`)
    for (const profile of ['dev', 'static'])
      assertSuccess(await home.ssox(['env', profile, '--shell', 'bash']))
    const runtime = join(base, 'ssox')
    const state = join(runtime, 'current')
    // As it is a while after: some shells know the times of files to the second.
    const age = () => {
      const then = Date.now() / 1000 - 5
      utimesSync(join(state, 'checked'), then, then)
    }
    age()
    await use({
      home,
      runtime,
      state,
      entry: (name) => join(state, name),
      full: async (...words) => {
        const run = await home.ssox(['env', '-q', ...words])
        age()
        return run
      },
    })
  })
}

/** Makes an entry one of keys that end at `epochSeconds`, as the program would. */
export function endAt(path: string, epochSeconds: number): void {
  changeField(path, 'expires', String(epochSeconds))
  utimesSync(path, epochSeconds - 300, epochSeconds - 300)
}

/** Gives a value of a t or j entry in the place of the one that it has; the file stays as old. */
export function changeField(path: string, name: string, value: string): void {
  const { atimeMs, mtimeMs } = statSync(path)
  const text = readFileSync(path, 'utf8')
  const line = new RegExp(`^ssox_${name}='.*'$`, 'm')
  if (!line.test(text)) throw new Error(`no ssox_${name} in ${path}`)
  writeFileSync(
    path,
    text.replace(line, () => `ssox_${name}=${singleQuoted(value)}`),
  )
  utimesSync(path, atimeMs / 1000, mtimeMs / 1000)
}

export const epochSeconds = () => Math.floor(Date.now() / 1000)

/** After which `env dev --shell bash` is not answered from the entry `t-bash-dev`. */
export interface Miss {
  readonly title: string
  readonly env?: (kept: KeptHome) => Record<string, string | undefined>
  readonly words?: readonly string[]
  /** Changes the home; what it returns undoes that. */
  readonly change?: (kept: KeptHome) => () => void
  readonly needsRoot?: boolean
}

const DEV = 't-bash-dev'

export const MISSES: readonly Miss[] = [
  { title: 'another HOME', env: ({ home }) => ({ HOME: join(home.path, 'run') }) },
  { title: 'no HOME', env: () => ({ HOME: undefined }) },
  { title: 'another XDG_CONFIG_HOME', env: ({ home }) => ({ XDG_CONFIG_HOME: home.path }) },
  {
    title: 'AWS_CONFIG_FILE, though it is the same file',
    env: ({ home }) => ({ AWS_CONFIG_FILE: home.aws('config') }),
  },
  {
    title: 'another AWS_SHARED_CREDENTIALS_FILE',
    env: ({ home }) => ({ AWS_SHARED_CREDENTIALS_FILE: join(home.path, 'none') }),
  },
  { title: 'another XDG_RUNTIME_DIR', env: ({ home }) => ({ XDG_RUNTIME_DIR: home.path }) },
  { title: 'no XDG_RUNTIME_DIR', env: () => ({ XDG_RUNTIME_DIR: undefined }) },
  { title: 'a relative XDG_RUNTIME_DIR', env: () => ({ XDG_RUNTIME_DIR: 'run' }) },
  { title: 'a hook asks', env: () => ({ SSOX_HOOK: '1' }) },
  ...[
    ['env'],
    ['env', ''],
    ['env', 'Dev', '--shell', 'bash'],
    ['env', 'dev\n', '--shell', 'bash'],
    ['env', 'dev', '--shell', 'tcsh'],
    ['env', 'dev', '--shell', '../bash'],
    ['env', 'dev', '--shell'],
    ['env', '--shell', 'bash'],
    ['env', 'dev', 'dev', '--shell', 'bash'],
    ['env', 'dev', '--shell', 'bash', '-q'],
    ['env', 'dev', '--shell', 'bash', '--refresh'],
    ['env', 'dev', '--mode', 'keys'],
    ['env', '--', 'dev'],
    ['env', '--clear', '--shell', 'bash'],
    ['exec', 'dev', '--shell', 'bash'],
    ['-q', 'env', 'dev'],
    [],
  ].map((words) => ({ title: `ssox ${JSON.stringify(words)}`, words })),
  ...[0, 1, 40, 500, -1, -2, -3].map((length) => ({
    title: `an entry cut at ${length}`,
    change: ({ entry }: KeptHome) =>
      replacing(entry(DEV), (path) => {
        const { mtimeMs } = statSync(path)
        writeFileSync(path, readFileSync(path).subarray(0, length || 0))
        utimesSync(path, mtimeMs / 1000, mtimeMs / 1000)
      }),
  })),
  {
    title: 'an entry that is a link',
    change: ({ entry }) =>
      replacing(entry(DEV), (path, kept) => {
        rmSync(path)
        symlinkSync(kept, path)
        const { mtimeMs } = statSync(kept)
        lutimesSync(path, mtimeMs / 1000, mtimeMs / 1000)
      }),
  },
  {
    title: 'the entry of another name',
    change: ({ entry }) =>
      replacing(entry(DEV), (path) => {
        const other = entry('t-bash-static')
        const { mtimeMs } = statSync(path)
        copyFileSync(other, path)
        utimesSync(path, mtimeMs / 1000, mtimeMs / 1000)
      }),
  },
  {
    title: 'an entry of somebody else',
    needsRoot: true,
    change: ({ entry }) => owned(entry(DEV)),
  },
  {
    title: 'a folder of somebody else',
    needsRoot: true,
    change: ({ runtime }) => owned(runtime),
  },
  {
    title: 'a folder that is a link',
    change: ({ runtime }) => {
      renameSync(runtime, `${runtime}.there`)
      symlinkSync(`${runtime}.there`, runtime)
      return () => {
        rmSync(runtime)
        renameSync(`${runtime}.there`, runtime)
      }
    },
  },
  ...(['config', 'settings'] as const).flatMap((name) => {
    const file = ({ home }: KeptHome) =>
      name === 'config' ? home.aws('config') : join(home.path, '.config', 'ssox', 'config')
    return [
      {
        title: `${name} is newer than its stamp`,
        change: (kept: KeptHome) => moved(file(kept), 1.001),
      },
      {
        title: `${name} is older than its stamp`,
        change: (kept: KeptHome) => moved(file(kept), -1.001),
      },
      { title: `${name} is gone`, change: (kept: KeptHome) => away(file(kept)) },
      {
        title: `the stamp of ${name} is gone`,
        change: ({ state }: KeptHome) => away(join(state, name)),
      },
    ]
  }),
  {
    title: 'there are credentials where there were none',
    change: ({ home }) => {
      writeFileSync(home.aws('credentials'), '')
      return () => rmSync(home.aws('credentials'))
    },
  },
  { title: 'the token file is gone', change: ({ home }) => away(tokenFile(home)) },
  {
    title: 'the marker of the sign-in is gone',
    change: ({ home }) => away(join(home.path, '.local', 'state', 'ssox', 'sign-ins')),
  },
  { title: 'there is no current state', change: ({ state }) => away(state) },
  {
    title: '299 seconds are left',
    change: ({ entry }) => replacing(entry(DEV), (path) => endAt(path, epochSeconds() + 299)),
  },
  {
    title: 'the keys have ended',
    change: ({ entry }) => replacing(entry(DEV), (path) => endAt(path, epochSeconds() - 1)),
  },
]

/** The environment of the home with some variables changed; undefined removes one. */
export function environment({ home }: KeptHome, change: Record<string, string | undefined> = {}) {
  const all = Object.entries({ ...home.env, ...change })
  return Object.fromEntries(
    all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

export const isRoot = process.getuid?.() === 0

/** Changes a file; what is returned puts it back as it was. */
function replacing(path: string, change: (path: string, kept: string) => void): () => void {
  const kept = `${path}.kept`
  const { atimeMs, mtimeMs } = statSync(path)
  copyFileSync(path, kept)
  chmodSync(kept, 0o600)
  utimesSync(kept, atimeMs / 1000, mtimeMs / 1000)
  change(path, kept)
  return () => renameSync(kept, path)
}

function moved(path: string, seconds: number): () => void {
  const { mtimeMs } = statSync(path)
  const undo = away(path)
  copyFileSync(`${path}.away`, path)
  utimesSync(path, mtimeMs / 1000 + seconds, mtimeMs / 1000 + seconds)
  return undo
}

function away(path: string): () => void {
  renameSync(path, `${path}.away`)
  return () => renameSync(`${path}.away`, path)
}

function owned(path: string): () => void {
  chownSync(path, NOBODY, NOBODY)
  return () => chownSync(path, 0, 0)
}
