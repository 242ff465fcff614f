/** The launcher in each sh, with a program in the place of Node. */
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launcherText } from '../../src/install/launcher.ts'
import type { Finished } from '../support/home.ts'
import { type RealShell, shellPath } from '../support/in-shell.ts'
import type { KeptHome } from './switch-cache.ts'

export const launcherSource = fileURLToPath(new URL('../../shell/ssox.sh', import.meta.url))
export const ENV = ['env', 'dev', '--shell', 'bash']

/** What may be /bin/sh; bash only behaves as one when it is called by that name. */
export const SHELLS: readonly (readonly [RealShell, words: (home: string) => string[]])[] = [
  ['dash', () => ['dash']],
  ['busybox', () => ['busybox', 'sh']],
  ['mksh', () => ['mksh']],
  [
    'bash',
    (home) => {
      const sh = join(home, 'sh')
      symlinkSync(shellPath('bash') ?? 'bash', sh)
      return [sh]
    },
  ],
]
/** And what may be made one: they run an entry, each in its own way. */
export const READERS = [
  ...SHELLS,
  [
    'zsh',
    (home: string) => {
      const sh = join(home, 'sh')
      symlinkSync(shellPath('zsh') ?? 'zsh', sh)
      return [sh]
    },
  ],
] as typeof SHELLS

/** What tells what it was given, in the place of Node. */
export const TELLS = 'echo "to Node:"; shift; for word; do echo "<$word>"; done'

/** The launcher with a program in the place of Node. */
export function launcher({ home }: KeptHome, script = TELLS): string {
  const bin = join(home.path, 'a b')
  mkdirSync(bin, { recursive: true })
  const node = join(bin, 'node')
  writeFileSync(node, `#!/bin/sh\n${script}\n`)
  const path = join(bin, 'ssox')
  const text = readFileSync(launcherSource, 'utf8')
  writeFileSync(path, launcherText(text, { node, script: join(bin, 'main.cjs') }))
  for (const file of [node, path]) chmodSync(file, 0o755)
  return path
}

/** Whether it was Node that got these words. */
export function isMiss({ status, stdout, stderr }: Finished, words: readonly string[]): boolean {
  const told = words.map((word) => `<${word}>\n`).join('')
  return status === 0 && stdout === `to Node:\n${told}` && stderr === ''
}

/** Leaves nine tenths of a file. */
export function cutOff(path: string): void {
  const { size, atimeMs, mtimeMs } = statSync(path)
  truncateSync(path, Math.floor(size * 0.9))
  utimesSync(path, atimeMs / 1000, mtimeMs / 1000)
}
