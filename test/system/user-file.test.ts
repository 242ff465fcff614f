import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { SsoxError } from '../../src/problem.ts'
import {
  behindLinks,
  holdUserFile,
  mayBeHalfWritten,
  readUserBytes,
  replaceUserFile,
  whyUnwritable,
} from '../../src/system/user-file.ts'
import { AS_NOBODY, NOBODY, testWith } from '../support/machine.ts'
import { assert, suite } from '../support/suite.ts'

suite('a file that others have open while it is replaced', (test) => {
  test(
    'tells what they have still written to it',
    inFolder((folder) => {
      const path = join(folder, 'file')
      const old = Buffer.from('old')
      writeFileSync(path, old)
      const theirs = openSync(path, 'r+')
      const held = holdUserFile(path)
      assert.is(held?.lateWrite(old), undefined, 'it is still the file')
      assert.ok(replaceUserFile(path, Buffer.from('ours'), old))
      assert.is(held?.lateWrite(old), undefined, 'nobody has written')
      writeSync(theirs, 'theirs')
      assert.is(held?.lateWrite(old)?.toString(), 'theirs')
      held?.close()
      closeSync(theirs)
      assert.is(readFileSync(path, 'utf8'), 'ours')
      assert.is(holdUserFile(join(folder, 'none')), undefined)
    }),
  )
})

suite('a file that is found empty', (test) => {
  test(
    'may be about to be written: for five seconds where it was emptied, or is not empty any more',
    inFolder(async (folder) => {
      const path = join(folder, 'file')
      assert.is(mayBeHalfWritten(path), false, 'it is not there')
      writeFileSync(path, '')
      const after = (ms: number) => mayBeHalfWritten(path, statSync(path).mtimeMs + ms)
      assert.equal([after(400), after(600)], [true, false], 'it is new')
      await delay(30)
      writeFileSync(path, '')
      assert.equal([after(4_900), after(5_100)], [true, false], 'it was emptied')
      writeFileSync(path, 'x')
      assert.ok(after(60_000), 'somebody has written it')
    }),
  )
})

suite("replacing a file of the user's", (test) => {
  test(
    'every byte is written, the mode stays, a new file is as the umask has it',
    inFolder((folder) => {
      const bytes = Uint8Array.from({ length: 256 }, (_, at) => at)
      for (const mode of [0o600, 0o644, 0o755, 0o664]) {
        const path = join(folder, `file-${mode}`)
        writeFileSync(path, 'old')
        chmodSync(path, mode)
        assert.ok(replaceUserFile(path, bytes, Buffer.from('old')))
        assert.is(statSync(path).mode & 0o777, mode)
        assert.equal(new Uint8Array(readFileSync(path)), bytes)
      }
      assert.ok(replaceUserFile(join(folder, 'new'), bytes, undefined))
      assert.is(statSync(join(folder, 'new')).mode & 0o777, 0o666 & ~process.umask())
    }),
  )

  test(
    'what is not there any more as expected is left as it is',
    inFolder((folder) => {
      const path = join(folder, 'file')
      writeFileSync(path, 'theirs')
      assert.not(replaceUserFile(path, Buffer.from('new'), Buffer.from('old')))
      assert.not(replaceUserFile(path, Buffer.from('new'), undefined))
      assert.not(replaceUserFile(path, undefined, Buffer.from('old')))
      assert.is(readFileSync(path, 'utf8'), 'theirs')
      assert.not(replaceUserFile(join(folder, 'none'), Buffer.from('new'), Buffer.from('old')))
      assert.equal(readdirSync(folder), ['file'])
    }),
  )

  test(
    'links are followed and stay, across folders, a chain of them, and to a file that is not there',
    inFolder((folder) => {
      mkdirSync(join(folder, 'dotfiles'))
      writeFileSync(join(folder, 'dotfiles', 'config'), 'old')
      symlinkSync(join('dotfiles', 'config'), join(folder, 'one'))
      symlinkSync('one', join(folder, 'two'))
      symlinkSync('dotfiles', join(folder, 'link'))
      symlinkSync('../far', join(folder, 'dotfiles', 'away'))
      assert.ok(replaceUserFile(join(folder, 'two'), Buffer.from('new'), Buffer.from('old')))
      assert.is(readFileSync(join(folder, 'dotfiles', 'config'), 'utf8'), 'new')
      for (const name of ['one', 'two']) assert.ok(lstatSync(join(folder, name)).isSymbolicLink())
      assert.ok(replaceUserFile(join(folder, 'link', 'away'), Buffer.from('new'), undefined))
      assert.is(readFileSync(join(folder, 'far'), 'utf8'), 'new')
    }),
  )

  test(
    'a file with two names keeps both, longer or shorter',
    inFolder((folder) => {
      const [one, two] = [join(folder, 'one'), join(folder, 'two')]
      writeFileSync(one, 'old')
      linkSync(one, two)
      for (const [old, text] of [
        ['old', 'something longer'],
        ['something longer', 'x'],
      ] as const) {
        assert.ok(replaceUserFile(one, Buffer.from(text), Buffer.from(old)))
        assert.is(readFileSync(two, 'utf8'), text)
      }
      assert.is(statSync(one).nlink, 2)
    }),
  )

  test(
    'undefined removes the file',
    inFolder((folder) => {
      writeFileSync(join(folder, 'file'), 'old')
      assert.ok(replaceUserFile(join(folder, 'file'), undefined, Buffer.from('old')))
      assert.equal(readdirSync(folder), [])
    }),
  )

  testWith(test, ['setpriv'], 'in a folder that allows no new file it is written in place', () =>
    inFolder((folder) => {
      const path = join(folder, 'file')
      writeFileSync(path, 'old')
      chmodSync(path, 0o666)
      chmodSync(folder, 0o755)
      const inode = statSync(path).ino
      const run = asNobody(`replaceUserFile(${JSON.stringify(path)}, 'new', 'old')`)
      assert.is(run.status, 0, run.stderr)
      assert.is(readFileSync(path, 'utf8'), 'new')
      assert.is(statSync(path).ino, inode)
    })(),
  )

  testWith(test, ['setpriv'], 'root keeps the owner of a file', () =>
    inFolder((folder) => {
      const path = join(folder, 'file')
      writeFileSync(path, 'old')
      spawnSync('chown', [`${NOBODY}:${NOBODY}`, path])
      assert.ok(replaceUserFile(path, Buffer.from('new'), Buffer.from('old')))
      const { uid, gid } = statSync(path)
      assert.equal([uid, gid], [NOBODY, NOBODY])
    })(),
  )

  testWith(
    test,
    ['unshare'],
    'a full disk costs no byte, of a file with one name or with two',
    () => {
      for (const link of ['', 'ln disk/file disk/other'])
        inFolder((folder) => {
          const script = [
            'mkdir disk; mount -t tmpfs -o size=64k tmpfs disk',
            'head -c 4000 /dev/zero | tr "\\0" "#" >disk/file',
            link || ':',
            'dd if=/dev/zero of=disk/rest bs=4k 2>/dev/null || true',
            'cp disk/file before',
            '"$@" || echo failed',
            'cmp disk/file before && echo same; ls -A disk',
          ]
          const words = evaluate("replaceUserFile('disk/file', '#'.repeat(8000), '#'.repeat(4000))")
          const command = ['-m', 'sh', '-ec', script.join('\n'), 'sh', ...words]
          const run = spawnSync('unshare', command, { cwd: folder, encoding: 'utf8' })
          const names = link ? 'file\nother\nrest' : 'file\nrest'
          assert.is(run.stdout, `failed\nsame\n${names}\n`, run.stderr)
          assert.match(run.stderr, 'no space left on the disk')
        })()
    },
  )
})

suite("reading a file of the user's", (test) => {
  test(
    'bytes, or undefined where there is none',
    inFolder((folder) => {
      writeFileSync(join(folder, 'file'), Buffer.from([0, 255, 10]))
      assert.equal([...(readUserBytes(join(folder, 'file')) ?? [])], [0, 255, 10])
      assert.is(readUserBytes(join(folder, 'none')), undefined)
    }),
  )

  test(
    'a folder, a device and links in a circle are problems with a name',
    inFolder((folder) => {
      symlinkSync('loop', join(folder, 'loop'))
      symlinkSync('/dev/null', join(folder, 'null'))
      for (const [name, says] of [
        ['', 'is not a regular file'],
        ['null', 'is not a regular file'],
        ['loop', 'is a link in a circle'],
      ] as const) {
        const path = join(folder, name)
        try {
          readUserBytes(path)
          assert.unreachable(name)
        } catch (error) {
          assert.instance(error, SsoxError)
          assert.is((error as SsoxError).message, `${path} ${says}`)
        }
      }
      assert.throws(() => behindLinks(join(folder, 'loop')), /circle/)
    }),
  )

  test(
    'why it is not to be changed: no write bit at all, even for root, or no folder that takes it',
    inFolder((folder) => {
      for (const [mode, why] of [
        [0o444, 'it is read-only'],
        [0o644, undefined],
      ] as const) {
        writeFileSync(join(folder, `${mode}`), '', { mode })
        assert.is(whyUnwritable(join(folder, `${mode}`), 'it')?.message, why)
      }
      assert.is(whyUnwritable(join(folder, 'a/b/new'), 'it'), undefined)
      symlinkSync('/proc/nothing', join(folder, 'link'))
      assert.is(whyUnwritable('/proc/version', 'it')?.message, 'it is read-only')
    }),
  )
})

function asNobody(expression: string) {
  const [command, ...words] = [...AS_NOBODY, ...evaluate(expression)]
  return spawnSync(String(command), words, { encoding: 'utf8' })
}

/** Words that evaluate a call of the module in another process, texts as bytes. */
function evaluate(expression: string): string[] {
  const module = fileURLToPath(new URL('../../src/system/user-file.ts', import.meta.url))
  const script = `
    const { replaceUserFile: replace } = await import(${JSON.stringify(module)})
    const replaceUserFile = (path, next, old) => replace(path, Buffer.from(next), Buffer.from(old))
    if (!${expression}) process.exitCode = 1`
  return [
    process.execPath,
    '--import',
    import.meta.resolve('tsx'),
    '--input-type=module',
    '-e',
    script,
  ]
}

/** A test with a folder of its own. */
function inFolder(use: (folder: string) => unknown): () => Promise<void> {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ssox-user-file-'))
    try {
      await use(folder)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
