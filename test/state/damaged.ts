/** Ways in which a JSON cache file can be spoiled: by a crash, another tool, an editor, an attack. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { NOBODY } from '../support/machine.ts'

/** Contents that are no JSON object, whatever the file is for; `whole` is a good one. */
export function spoiledContents(whole: string): Map<string, Uint8Array> {
  const bytes = Buffer.from(whole)
  const cuts = bytes.length > 0 ? Array.from({ length: bytes.length }, (_, at) => at) : []
  const texts: Record<string, string> = {
    blanks: ' \n\t ',
    'a byte order mark before good JSON': `\uFEFF${whole}`,
    'an array': '[]',
    'good JSON in an array': `[${whole}]`,
    null: 'null',
    'a number': '42',
    'a string': JSON.stringify(whole),
    'good JSON twice': `${whole}${whole}`,
    'good JSON and a stray brace': `${whole}}`,
    'good JSON with a trailing comma': whole.replace(/}$/, ',}'),
    'a Python literal': whole.replaceAll('"', "'"),
    'an HTML page': '<!doctype html><title>Proxy</title>',
    'brackets 100,000 deep': '['.repeat(100_000),
    'objects 50,000 deep': '{"a":'.repeat(50_000),
  }
  const utf16 = Buffer.from(`\uFEFF${whole}`, 'utf16le')
  return new Map<string, Uint8Array>([
    ...cuts.map((length) => [`cut after ${length} bytes`, bytes.subarray(0, length)] as const),
    ...Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)] as const),
    ['UTF-16, little-endian', utf16],
    ['UTF-16, big-endian', Buffer.from(utf16).swap16()],
    ['zeros', Buffer.alloc(bytes.length)],
    ['half of it zeros, as after a power cut', withZeros(bytes)],
  ])
}

function withZeros(bytes: Buffer): Buffer {
  const spoiled = Buffer.from(bytes)
  spoiled.fill(0, bytes.length >> 1)
  return spoiled
}

/** What can stand in the place of a file and must neither be trusted nor waited for. */
export const STRANGE_FILES: readonly (readonly [name: string, make: (path: string) => void])[] = [
  ['a folder', (path) => mkdirSync(path)],
  ['a FIFO', (path) => execFileSync('mkfifo', [path])],
  ['a symbolic link to itself', (path) => symlinkSync(path, path)],
  ['a sparse file of 2 GiB', (path) => sparse(path, 2 ** 31)],
  ['a file of 1 MiB and a byte', (path) => sparse(path, 2 ** 20 + 1)],
]

/** Those that take root to make. */
export const STRANGE_FILES_OF_ROOT: typeof STRANGE_FILES = [
  [
    'a file of another user',
    (path) => {
      writeFileSync(path, '{}')
      chownSync(path, NOBODY, NOBODY)
    },
  ],
  ['an endless device', (path) => execFileSync('mknod', [path, 'c', '1', '5'])],
]

/** Puts a strange file in the place of `path`. */
export function replaceWith(path: string, make: (path: string) => void): void {
  rmSync(path, { recursive: true, force: true })
  make(path)
}

function sparse(path: string, bytes: number): void {
  const fd = openSync(path, 'w', 0o600)
  ftruncateSync(fd, bytes)
  closeSync(fd)
  chmodSync(path, 0o600)
}
