/** Text files of the user: what is in one, or in plain words why it cannot be read. */
import { type Stats, statSync } from 'node:fs'
import { devNull } from 'node:os'
import { dirname } from 'node:path'
import { SsoxError } from '../problem.ts'
import { accessCure } from '../system/access.ts'
import { readUserFile } from '../system/files.ts'
import { quotedWord } from '../text/shell-words.ts'

/**
 * The text of a file; '' when there is none, or `/dev/null` stands for none. A byte order mark is
 * part of the text, and what is not UTF-8 in it is U+FFFD.
 * @throws SsoxError `profile` when something is there that cannot be read as text
 */
export function readUserText(path: string): string {
  const read = readUserFile(path)
  if (read.state === 'missing') {
    const file = fileInTheWay(path)
    if (file === undefined) return ''
    throw new SsoxError(
      'profile',
      `cannot read ${path}: ${file} is a file, not a folder`,
      'move that file away, or correct the path',
    )
  }
  if (read.state === 'refused') {
    if (isNullDevice(path)) return ''
    throw new SsoxError(
      'profile',
      `cannot read ${path}: ${read.why}`,
      accessCure(path, 'read') ?? `ls -l ${quotedWord(path)}`,
    )
  }
  if (isUtf16(read.text))
    throw new SsoxError(
      'profile',
      `cannot read ${path}: it is UTF-16, as > of Windows PowerShell writes it; AWS tools read UTF-8`,
      toUtf8(path),
    )
  return read.text
}

/** Converts the file in its place: a copy has its mode too, as it may hold keys. */
function toUtf8(path: string): string {
  const [file, copy] = [path, `${path}.utf8`].map((name) => quotedWord(name))
  return `cp -p ${file} ${copy} && iconv -f UTF-16 -t UTF-8 ${file} > ${copy} && cat ${copy} > ${file} && rm ${copy}`
}

/** `/dev/null`, through a link or mounted in the place of a file too: the usual "no such file". */
function isNullDevice(path: string): boolean {
  const found = statOf(path)
  return found?.isCharacterDevice() === true && found.rdev === statOf(devNull)?.rdev
}

/** What stands where a folder of the path should; below `/dev/null` there is nothing, so nothing. */
function fileInTheWay(path: string): string | undefined {
  const folder = dirname(path)
  if (folder === path) return undefined
  // What is below a file throws ENOTDIR, except in newer versions of Node.
  const stat = statOf(folder)
  if (stat === undefined) return fileInTheWay(folder)
  return stat.isDirectory() || isNullDevice(folder) ? undefined : folder
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

/** Read as UTF-8, the first letter has a NUL beside it, behind what is left of a byte order mark. */
function isUtf16(text: string): boolean {
  return text.slice(0, 4).includes('\0')
}
