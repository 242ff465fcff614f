/** Reads that cannot be fooled, writes that are whole or not at all: the functions themselves. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SsoxError } from '../../src/problem.ts'
import {
  ensureFolder,
  isPrivateFolder,
  listFolder,
  makePrivate,
  type ReadResult,
  readPrivate,
  readUserFile,
  reasonOf,
  removeFile,
  storageError,
  writePrivate,
} from '../../src/system/files.ts'
import { assert, suite } from '../support/suite.ts'

/** Runs `use` with an empty folder that is removed afterwards. */
function inFolder(use: (folder: string) => void): () => void {
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'ssox-files-'))
    try {
      use(folder)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

const bits = (path: string) => (statSync(path).mode & 0o777).toString(8)
const answer = (read: ReadResult) => (read.state === 'refused' ? read.why : read.state)

/** Asserts a `storage` problem that names the path, gives the reason and a command. */
function assertStorage(run: () => unknown, path: string, reason: string): void {
  try {
    run()
  } catch (error) {
    if (!(error instanceof SsoxError)) throw error
    assert.is(error.kind, 'storage')
    assert.ok(error.message.includes(path), error.message)
    assert.ok(error.message.endsWith(`: ${reason}`), error.message)
    assert.match(error.fix ?? '', /^\S/)
    return
  }
  assert.unreachable(`${path} was written`)
}

suite('reading', (test) => {
  const cases: [title: string, make: (path: string) => void, ours: string, users: string][] = [
    ['no file', () => undefined, 'missing', 'missing'],
    ['a file', (path) => writeFileSync(path, 'x'), 'ok', 'ok'],
    ['an empty file', (path) => writeFileSync(path, ''), 'ok', 'ok'],
    ['a folder', (path) => mkdirSync(path), 'it is not a regular file', 'it is not a regular file'],
    [
      'a FIFO that nobody writes to',
      (path) => execFileSync('mkfifo', [path]),
      'it is not a regular file',
      'it is not a regular file',
    ],
    ['a link to nothing', (path) => symlinkSync('gone', path), 'it is a symbolic link', 'missing'],
    [
      'a link to itself',
      (path) => symlinkSync(path, path),
      'it is a symbolic link',
      'too many symbolic links',
    ],
    ['a link to a file', (path) => linked(path), 'it is a symbolic link', 'ok'],
    ['a file of exactly 1 MiB', (path) => sparse(path, 2 ** 20), 'ok', 'ok'],
    [
      'a file of 1 MiB and a byte',
      (path) => sparse(path, 2 ** 20 + 1),
      'it is larger than 1048576 bytes',
      'ok',
    ],
    [
      'a file of 2 GiB',
      (path) => sparse(path, 2 ** 31),
      'it is larger than 1048576 bytes',
      'it is larger than 67108864 bytes',
    ],
  ]
  for (const [title, make, ours, users] of cases)
    test(
      `${title}: a cache file is "${ours}", a file of the user's is "${users}"`,
      inFolder((folder) => {
        const path = join(folder, 'file')
        make(path)
        assert.is(answer(readPrivate(path)), ours)
        assert.is(answer(readUserFile(path)), users)
      }),
    )

  test(
    'below a file there is nothing, with no exception',
    inFolder((folder) => {
      writeFileSync(join(folder, 'file'), '')
      assert.is(answer(readPrivate(join(folder, 'file', 'x'))), 'missing')
      assert.is(answer(readUserFile(join(folder, 'file', 'x'))), 'missing')
    }),
  )

  test(
    'a name that no file system takes is refused with a reason',
    inFolder((folder) => {
      assert.is(answer(readPrivate(join(folder, 'x'.repeat(300)))), 'ENAMETOOLONG')
    }),
  )

  test(
    'the mode comes along, to see what others may read',
    inFolder((folder) => {
      const path = join(folder, 'file')
      writeFileSync(path, 'text')
      chmodSync(path, 0o640)
      const read = readPrivate(path)
      assert.is(read.state === 'ok' && read.mode, 0o640)
      assert.is(read.state === 'ok' && read.text, 'text')
    }),
  )
})

suite('replacing a private file', (test) => {
  test(
    'a new one is 0600 under any umask, and nothing else is left',
    inFolder((folder) => {
      for (const mask of [0o000, 0o022, 0o077, 0o177, 0o777]) {
        const before = process.umask(mask)
        try {
          writePrivate(join(folder, `file-${mask}`), 'text')
        } finally {
          process.umask(before)
        }
        assert.is(bits(join(folder, `file-${mask}`)), '600')
      }
      assert.is(readdirSync(folder).length, 5)
    }),
  )

  test(
    'an old one that others could read becomes 0600',
    inFolder((folder) => {
      const path = join(folder, 'file')
      writeFileSync(path, 'old')
      chmodSync(path, 0o666)
      writePrivate(path, 'new')
      assert.is(bits(path), '600')
      assert.is(readFileSync(path, 'utf8'), 'new')
    }),
  )

  test(
    'it is a new file: who has the old one open still reads the old text',
    inFolder((folder) => {
      const path = join(folder, 'file')
      writePrivate(path, 'old')
      const inode = statSync(path).ino
      writePrivate(path, 'new')
      assert.not.equal(statSync(path).ino, inode)
    }),
  )

  test(
    'a link is replaced, not what it points to',
    inFolder((folder) => {
      linked(join(folder, 'file'))
      writePrivate(join(folder, 'file'), 'new')
      assert.ok(lstatSync(join(folder, 'file')).isFile())
      assert.is(readFileSync(join(folder, 'file.target'), 'utf8'), 'target')
    }),
  )

  test(
    'text of every length arrives in full, in UTF-8',
    inFolder((folder) => {
      for (const text of ['', 'ä€😀', 'x'.repeat(70_000), '😀'.repeat(300_000)]) {
        writePrivate(join(folder, 'file'), text)
        assert.ok(readFileSync(join(folder, 'file'), 'utf8') === text, `${text.length} characters`)
      }
    }),
  )

  test(
    'a folder in its place, or none around it, is a storage problem and leaves no temp',
    inFolder((folder) => {
      mkdirSync(join(folder, 'a'))
      assertStorage(() => writePrivate(join(folder, 'a'), 'x'), join(folder, 'a'), 'it is a folder')
      assertStorage(() => writePrivate(join(folder, 'b', 'c'), 'x'), join(folder, 'b'), 'ENOENT')
      assert.equal(readdirSync(folder), ['a'])
    }),
  )

  test(
    'what a killed ssox left goes once it is an hour old; files of others never do',
    inFolder((folder) => {
      const long = new Date(Date.now() - 2 * 3600_000)
      const names = ['.old.ssox-tmp', '.new.ssox-tmp', 'other.tmp', '.token.json.swp']
      for (const name of names) writeFileSync(join(folder, name), '')
      for (const name of names.filter((name) => name !== '.new.ssox-tmp'))
        utimesSync(join(folder, name), long, long)
      writePrivate(join(folder, 'file'), 'x')
      assert.equal(readdirSync(folder).sort(), [
        '.new.ssox-tmp',
        '.token.json.swp',
        'file',
        'other.tmp',
      ])
    }),
  )
})

suite('folders', (test) => {
  test(
    'every missing level is made 0700, under any umask',
    inFolder((folder) => {
      for (const mask of [0o000, 0o077, 0o177, 0o277, 0o777]) {
        const name = `umask-${mask}`
        const before = process.umask(mask)
        try {
          ensureFolder(join(folder, name, 'b', 'c'))
          assert.is(process.umask(mask), mask)
        } finally {
          process.umask(before)
        }
        for (const path of [name, `${name}/b`, `${name}/b/c`])
          assert.is(bits(join(folder, path)), '700', path)
      }
    }),
  )

  test(
    'one that cannot be, where mkdir says ENOENT, is a storage problem at once',
    inFolder(() => {
      for (const path of ['/proc/ssox', '/proc/ssox/a/b'])
        assertStorage(() => ensureFolder(path), path, 'ENOENT')
    }),
  )

  test(
    'one that is there stays as it is, also behind a link',
    inFolder((folder) => {
      mkdirSync(join(folder, 'open'))
      chmodSync(join(folder, 'open'), 0o755)
      symlinkSync('open', join(folder, 'link'))
      ensureFolder(join(folder, 'link', 'inside'))
      ensureFolder(join(folder, 'link'))
      assert.is(bits(join(folder, 'open')), '755')
      assert.is(bits(join(folder, 'open', 'inside')), '700')
    }),
  )

  test(
    'a file, or a link to nothing, in the place of a folder is a storage problem',
    inFolder((folder) => {
      writeFileSync(join(folder, 'file'), '')
      symlinkSync('gone', join(folder, 'link'))
      const taken = 'something else is in its place'
      assertStorage(() => ensureFolder(join(folder, 'file')), 'file', taken)
      assertStorage(() => ensureFolder(join(folder, 'link')), 'link', taken)
      assertStorage(
        () => ensureFolder(join(folder, 'file', 'x', 'y')),
        join('file', 'x', 'y'),
        'a parent is not a folder',
      )
      assert.not.ok(existsSync(join(folder, 'gone')))
    }),
  )

  test(
    'only a real folder of ours that nobody else may enter is private',
    inFolder((folder) => {
      mkdirSync(join(folder, 'private'), { mode: 0o700 })
      mkdirSync(join(folder, 'open'))
      chmodSync(join(folder, 'open'), 0o710)
      symlinkSync('private', join(folder, 'link'))
      writeFileSync(join(folder, 'file'), '', { mode: 0o600 })
      const names = ['private', 'open', 'link', 'file', 'missing']
      assert.equal(
        names.map((name) => isPrivateFolder(join(folder, name))),
        [true, false, false, false, false],
      )
    }),
  )

  test(
    'one that cannot be listed is empty',
    inFolder((folder) => {
      writeFileSync(join(folder, 'file'), '')
      assert.equal(listFolder(join(folder, 'file')), [])
      assert.equal(listFolder(join(folder, 'missing')), [])
      assert.equal(listFolder(folder), ['file'])
    }),
  )
})

suite('small change', (test) => {
  test(
    'removing tells whether there was something, and fails for a folder',
    inFolder((folder) => {
      writeFileSync(join(folder, 'file'), '')
      mkdirSync(join(folder, 'dir'))
      assert.is(removeFile(join(folder, 'file')), true)
      assert.is(removeFile(join(folder, 'file')), false)
      assert.throws(() => removeFile(join(folder, 'dir')), /cannot remove .*dir: \S/)
    }),
  )

  test(
    'making private what is not there is no error',
    inFolder((folder) => {
      makePrivate(join(folder, 'missing'))
      writeFileSync(join(folder, 'file'), '')
      chmodSync(join(folder, 'file'), 0o777)
      makePrivate(join(folder, 'file'))
      assert.is(bits(join(folder, 'file')), '600')
    }),
  )

  test('a reason is in words where there are some, else the code, else the message', () => {
    const failure = (fields: object) => Object.assign(new Error('text of the system'), fields)
    assert.is(reasonOf(failure({ code: 'ENOSPC' })), 'no space left on the disk')
    assert.is(reasonOf(failure({ code: 'ESTALE' })), 'ESTALE')
    assert.is(reasonOf(failure({})), 'text of the system')
    assert.is(reasonOf('thrown text'), 'thrown text')
  })
})

suite('what cannot be stored', (test) => {
  test('the command that looks at the folder is quoted', () => {
    const { fix } = storageError('cannot write', "/it's a home/config", new Error('x'))
    assert.is(fix, `check the file and its folder: ls -ld '/it'\\''s a home'`)
  })
})

function linked(path: string): void {
  writeFileSync(`${path}.target`, 'target')
  symlinkSync(`${path}.target`, path)
}

function sparse(path: string, bytes: number): void {
  writeFileSync(path, '')
  truncateSync(path, bytes)
}
