/** The writer of files that belong to the user, and the start-up files that it gets from the shells. */
import {
  chmodSync,
  closeSync,
  ftruncateSync,
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
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type Editor,
  editFile,
  editUnasked,
  type UnaskedEdit,
  underLock,
} from '../../src/install/edit.ts'
import { addToStartUp, removeFromStartUp } from '../../src/install/start-up.ts'
import { startUpFile } from '../../src/install/start-up-files.ts'
import { SsoxError } from '../../src/problem.ts'
import { testIn } from '../support/in-shell.ts'
import { assert, suite } from '../support/suite.ts'

interface Desk {
  readonly home: string
  readonly shown: string[]
  readonly questions: string[]
  editor(changes?: Partial<Editor>): Editor
  path(name: string): string
  write(name: string, text: string, mode?: number): void
  read(name: string): string
}

const LINES = ['. ~/x']
const append = (text: string | undefined) => `${text ?? ''}new\n`

suite('an edit', (test) => {
  test(
    'is shown, asked for and made',
    atDesk(async (desk) => {
      desk.write('rc', 'old\n')
      const result = await editFile({ path: desk.path('rc'), change: append }, desk.editor())
      assert.is(result, 'changed')
      assert.is(desk.read('rc'), 'old\nnew\n')
      assert.equal(desk.shown, ['', '~/rc:', '', '  + new', ''])
      assert.equal(desk.questions, ['Change ~/rc like this?'])
    }),
  )

  for (const [title, changes, result] of [
    ['no for an answer', { confirm: async () => false }, 'declined'],
    ['nobody to ask', { confirm: undefined }, 'unasked'],
    ['a dry run', { dryRun: true, yes: true }, 'shown'],
  ] as const)
    test(
      `${title}: nothing is changed, and no lock is left`,
      atDesk(async (desk) => {
        desk.write('rc', 'old\n')
        const edit = { path: desk.path('rc'), change: append }
        assert.is(await editFile(edit, desk.editor(changes)), result)
        assert.is(desk.read('rc'), 'old\n')
        assert.equal(readdirSync(desk.home), ['rc'])
        assert.is(desk.shown.includes('  + new'), result !== 'unasked')
      }),
    )

  test(
    'that changes nothing asks nothing, of a read-only file too',
    atDesk(async (desk) => {
      desk.write('rc', 'old\n', 0o444)
      const edit = { path: desk.path('rc'), change: (text: string | undefined) => text }
      assert.is(await editFile(edit, desk.editor()), 'unchanged')
      assert.equal([desk.shown, desk.questions], [[], []])
    }),
  )

  test(
    'is made on what others have written while the question was on the screen',
    atDesk(async (desk) => {
      desk.write('rc', 'old\n')
      const confirm = async () => {
        desk.write('rc', 'old\ntheirs\n')
        return true
      }
      const edit = { path: desk.path('rc'), change: append }
      assert.is(await editFile(edit, desk.editor({ confirm })), 'changed')
      assert.is(desk.read('rc'), 'old\ntheirs\nnew\n')
    }),
  )

  test(
    'that would be another one by now than was shown is not made',
    atDesk(async (desk) => {
      desk.write('rc', 'old\n')
      const confirm = async () => {
        desk.write('rc', 'theirs\n')
        return true
      }
      const edit = { path: desk.path('rc'), change: (text?: string) => `${text}${text}` }
      const error = await problemOf(editFile(edit, desk.editor({ confirm })))
      assert.is(error.message, '~/rc was changed meanwhile')
      assert.is(desk.read('rc'), 'theirs\n')
    }),
  )

  test(
    'waits for whoever has emptied the file to write it, however slow the machine is',
    atDesk(async (desk) => {
      desk.write('rc', 'old\n')
      const file = openSync(desk.path('rc'), 'r+')
      await delay(30)
      ftruncateSync(file)
      setTimeout(() => {
        writeSync(file, 'theirs\n', 0)
        closeSync(file)
      }, 1_000)
      assert.is(await editUnasked(adding(desk), desk.editor()), 'changed')
      assert.is(desk.read('rc'), 'theirs\nnew\n')
    }),
  )

  test(
    'at the same time by many leaves every line',
    atDesk(async (desk) => {
      const names = Array.from({ length: 6 }, (_, at) => `line ${at}`)
      const edits = names.map((name) => ({
        path: desk.path('rc'),
        change: (text = '') => `${text}${name}\n`,
      }))
      await Promise.all(edits.map((edit) => editFile(edit, desk.editor())))
      assert.equal(desk.read('rc').trimEnd().split('\n').sort(), names)
    }),
  )

  test(
    'names the file behind a link',
    atDesk(async (desk) => {
      desk.write('dotfiles/rc', '', 0o640)
      symlinkSync('dotfiles/rc', desk.path('rc'))
      await editFile({ path: desk.path('rc'), change: append }, desk.editor())
      assert.is(desk.shown[1], '~/rc, a link to ~/dotfiles/rc:')
      assert.is(statSync(desk.path('dotfiles/rc')).mode & 0o777, 0o640)
      assert.is(desk.read('dotfiles/rc'), 'new\n')
    }),
  )

  test(
    'waits for another ssox, and says so',
    atDesk(async (desk) => {
      const notes: string[] = []
      let release = () => {}
      const held = new Promise<void>((resolve) => {
        release = resolve
      })
      const note = (text: string) => {
        notes.push(text)
        release()
      }
      const first = await new Promise<{ ended: Promise<void> }>((locked) => {
        const ended = underLock('start-up', desk.editor(), () => {
          locked({ ended })
          return held
        })
      })
      const second = editFile({ path: desk.path('rc'), change: append }, desk.editor({ note }))
      assert.is(await second, 'changed')
      await first.ended
      assert.match(notes.join(), /^waiting for another ssox \(process \d+\) that installs$/)
    }),
  )

  test(
    'goes on where nothing can be locked',
    atDesk(async (desk) => {
      desk.write('file', '')
      const editor = desk.editor({ runtime: desk.path('file/ssox') })
      assert.is(await editFile({ path: desk.path('rc'), change: append }, editor), 'changed')
    }),
  )
})

suite('a start-up file that is left alone', (test) => {
  const signed = '$a = 1\n# SIG # Begin signature block\n# MIIF\n# SIG # End signature block\n'
  const table: readonly [string, (desk: Desk) => void, RegExp][] = [
    ['read-only, even for root', (desk) => desk.write('rc', 'a\n', 0o444), /^~\/rc is read-only$/],
    ['a folder', (desk) => mkdirSync(desk.path('rc')), /\/rc is not a regular file$/],
    ['a link in a circle', (desk) => symlinkSync('rc', desk.path('rc')), /\/rc is a link in a/],
    ['with a NUL', (desk) => desk.write('rc', 'a\0\n'), /^~\/rc is not a text file$/],
    [
      'with markers that do not match',
      (desk) => desk.write('rc', '# <<< ssox <<<\n'),
      /^~\/rc has/,
    ],
    ['that is signed', (desk) => desk.write('rc', signed), /^~\/rc is signed, and a change would/],
  ]
  for (const [title, prepare, says] of table)
    test(
      title,
      atDesk(async (desk) => {
        prepare(desk)
        const file = { path: desk.path('rc'), alsoRead: [] }
        const addition = { shell: 'bash', file, lines: LINES } as const
        assert.match((await problemOf(addToStartUp(addition, desk.editor()))).message, says)
        assert.equal([desk.shown, desk.questions], [[], []])
      }),
    )

  test(
    'where a line of the user names the hook, there or in another file that is read',
    atDesk(async (desk) => {
      desk.write('aliases', '\n. ~/src/ssox.bash\n')
      const file = { path: desk.path('rc'), alsoRead: [desk.path('aliases')] }
      const added = await addToStartUp({ shell: 'bash', file, lines: LINES }, desk.editor())
      assert.equal(added, {
        result: 'unchanged',
        why: 'line 2 of ~/aliases names the hook already',
        isBlock: false,
      })
    }),
  )

  test(
    'where such a line was written while the question was on the screen',
    atDesk(async (desk) => {
      const confirm = async () => {
        desk.write('rc', '. ~/src/ssox.bash\n')
        return true
      }
      const file = { path: desk.path('rc'), alsoRead: [] }
      const addition = { shell: 'bash', file, lines: LINES } as const
      assert.is((await addToStartUp(addition, desk.editor({ confirm }))).result, 'unchanged')
      assert.is(desk.read('rc'), '. ~/src/ssox.bash\n')
    }),
  )

  test(
    'one that is brought up to date, then has the lines already, then is removed with its file',
    atDesk(async (desk) => {
      const file = { path: desk.path('rc'), alsoRead: [] }
      const add = (lines: string[]) => addToStartUp({ shell: 'bash', file, lines }, desk.editor())
      assert.is((await add(['old'])).result, 'changed')
      assert.is((await add(LINES)).result, 'changed')
      assert.equal(desk.shown.slice(-3, -1), ['  - old', '  + . ~/x'])
      assert.equal(await add(LINES), {
        result: 'unchanged',
        why: '~/rc has the lines already',
        isBlock: true,
      })
      assert.is(await removeFromStartUp(file.path, desk.editor()), 'changed')
      assert.is(await removeFromStartUp(file.path, desk.editor()), 'unchanged')
      assert.not(readdirSync(desk.home).includes('rc'))
    }),
  )
})

suite('which start-up file', (test) => {
  test(
    'bash, and fish with XDG_CONFIG_HOME, relative ones ignored',
    atDesk((desk) => {
      const { home } = desk
      assert.is(startUpFile('bash', { env: {}, home }).path, join(home, '.bashrc'))
      const fish = (folder: string) =>
        startUpFile('fish', { env: { XDG_CONFIG_HOME: folder }, home })
      assert.is(fish('/c').path, '/c/fish/conf.d/ssox.fish')
      desk.write('.config/fish/conf.d/a.fish', '')
      desk.write('.config/fish/conf.d/ssox.fish', '')
      const { path, alsoRead } = fish('conf')
      assert.is(path, join(home, '.config/fish/conf.d/ssox.fish'))
      assert.equal(
        alsoRead,
        ['config.fish', 'conf.d/a.fish'].map((name) => join(home, '.config/fish', name)),
      )
    }),
  )

  testIn(test, 'zsh', 'ZDOTDIR from .zshenv, which only zsh itself knows', () =>
    atDesk((desk) => {
      const env = { HOME: desk.home, PATH: process.env['PATH'] }
      const { home } = desk
      assert.is(startUpFile('zsh', { env, home }).path, join(home, '.zshrc'))
      desk.write('.zshenv', 'print noise; ZDOTDIR=~/dot\\ zsh/\n')
      assert.is(startUpFile('zsh', { env, home }).path, join(home, 'dot zsh/.zshrc'))
    })(),
  )

  test(
    'zsh that is not installed: ZDOTDIR of the environment',
    atDesk(({ home }) => {
      const env = { PATH: '/nonexistent', ZDOTDIR: '/z/' }
      assert.is(startUpFile('zsh', { env, home }).path, '/z/.zshrc')
    }),
  )

  test(
    'PowerShell is asked, puts its caches aside, and may have no answer',
    atDesk(async (desk) => {
      const { home } = desk
      const ask = (PATH: string) =>
        startUpFile('powershell', { env: { PATH, TMPDIR: '/nonexistent' }, home })
      assert.throws(() => ask('/nonexistent'), /^pwsh is not on PATH|pwsh is not on PATH and/)
      desk.write('bin/pwsh', '#!/bin/sh\nexit 1\n', 0o755)
      assert.throws(() => ask(desk.path('bin')), /pwsh does not say where its profile is/)
      const answer = 'printf "%s\\r\\n" /p/profile.ps1 "$XDG_CACHE_HOME/x" noise'
      desk.write('bin/pwsh', `#!/bin/sh\n${answer}\n`, 0o755)
      const { path, alsoRead } = ask(desk.path('bin'))
      assert.is(path, '/p/profile.ps1')
      assert.is(alsoRead.length, 1)
      assert.throws(() => statSync(dirname(alsoRead[0] ?? '')), /ENOENT/)
    }),
  )
})

/** Adds a line that is not there yet. */
const adds = (line: string) => (text: string | undefined) =>
  text?.includes(line) ? text : `${text ?? ''}${line}\n`

/** Adds the line `new`; a new file is private. */
function adding(desk: Desk, changes: Partial<UnaskedEdit> = {}): UnaskedEdit {
  return {
    path: desk.path('rc'),
    change: adds('new'),
    newFileMode: 0o600,
    shown: () => ['+ new'],
    ...changes,
  }
}

suite('an edit that nobody is asked about', (test) => {
  test(
    'is shown and made, in a new folder too; the file is private',
    atDesk(async (desk) => {
      const edit = adding(desk, { path: desk.path('new/rc') })
      assert.is(await editUnasked(edit, desk.editor({ confirm: undefined })), 'changed')
      assert.equal(desk.shown, ['~/new/rc:', '  + new'])
      assert.is(statSync(desk.path('new/rc')).mode & 0o777, 0o600)
      assert.is(await editUnasked({ ...edit, change: (text) => text }, desk.editor()), 'unchanged')
    }),
  )

  test(
    'a dry run only shows it',
    atDesk(async (desk) => {
      assert.is(await editUnasked(adding(desk), desk.editor({ dryRun: true })), 'shown')
      assert.equal(readdirSync(desk.home), [])
    }),
  )

  test(
    'is made on what somebody else has put there before it was made',
    atDesk(async (desk) => {
      desk.write('rc', 'old\n')
      let times = 0
      let announced = 0
      const change = (text: string | undefined) => {
        if (times++ < 3) desk.write('rc', `theirs ${times}\n`)
        return adds('new')(text)
      }
      const edit = adding(desk, { change, beforeChange: () => announced++ })
      assert.is(await editUnasked(edit, desk.editor()), 'changed')
      assert.is(desk.read('rc'), 'theirs 3\nnew\n')
      assert.is(announced, 1)
      assert.equal(desk.shown, ['~/rc:', '  + new'], 'said once')
    }),
  )

  test(
    'keeps what somebody else writes to the file that it has just replaced',
    atDesk(async (desk) => {
      desk.write('rc', 'old\n')
      const beforeChange = () => {
        const file = openSync(desk.path('rc'), 'r+')
        setTimeout(() => {
          writeSync(file, 'theirs\n', 0)
          closeSync(file)
        })
      }
      let bytes = ''
      const afterChange = (text: string) => {
        bytes = text
      }
      const edit = adding(desk, { beforeChange, afterChange })
      assert.is(await editUnasked(edit, desk.editor()), 'changed')
      assert.is(desk.read('rc'), 'theirs\nnew\n')
      assert.is(bytes, 'theirs\nnew\n')
    }),
  )

  test(
    'waits for what somebody else writes, who has just emptied the file that it has replaced',
    atDesk(async (desk) => {
      desk.write('rc', 'old\n')
      const beforeChange = () => {
        const file = openSync(desk.path('rc'), 'r+')
        setTimeout(() => ftruncateSync(file))
        setTimeout(() => writeSync(file, 'theirs\n', 0), 400)
        // A part of it may be there before the rest.
        setTimeout(() => {
          writeSync(file, 'theirs, too\n', 7)
          closeSync(file)
        }, 430)
      }
      const edit = adding(desk, { beforeChange })
      assert.is(await editUnasked(edit, desk.editor()), 'changed')
      assert.is(desk.read('rc'), 'theirs\ntheirs, too\nnew\n')
    }),
  )

  test(
    'is made again when somebody who had read the file before has written it after',
    atDesk(async (desk) => {
      desk.write('rc', 'old\n')
      let times = 0
      const beforeChange = () => {
        if (times++ === 0) setTimeout(() => desk.write('rc', 'theirs\n'))
      }
      assert.is(await editUnasked(adding(desk, { beforeChange }), desk.editor()), 'changed')
      assert.is(desk.read('rc'), 'theirs\nnew\n')
    }),
  )

  test(
    'gives up on a file that changes all the time',
    atDesk(async (desk) => {
      let times = 0
      const change = (text: string | undefined) => {
        desk.write('rc', `${times++}`)
        return adds('new')(text)
      }
      const error = await problemOf(editUnasked(adding(desk, { change }), desk.editor(), 300))
      assert.is(error.kind, 'busy')
      assert.is(desk.read('rc'), `${times - 1}`)
    }),
  )

  test(
    'at the same time by many leaves every line',
    atDesk(async (desk) => {
      const names = Array.from({ length: 6 }, (_, at) => `line ${at}`)
      await Promise.all(
        names.map((name) => editUnasked(adding(desk, { change: adds(name) }), desk.editor())),
      )
      assert.equal(desk.read('rc').trimEnd().split('\n').sort(), names)
    }),
  )
})

/** A test with a home, and somebody who says yes to everything. */
function atDesk(use: (desk: Desk) => unknown): () => Promise<void> {
  return async () => {
    const root = mkdtempSync(join(tmpdir(), 'ssox-edit-'))
    const home = join(root, 'home')
    mkdirSync(home)
    const shown: string[] = []
    const questions: string[] = []
    const path = (name: string) => join(home, name)
    const editor = (changes: Partial<Editor> = {}): Editor => ({
      env: { PATH: process.env['PATH'] },
      home,
      runtime: join(root, 'run'),
      signal: new AbortController().signal,
      yes: false,
      dryRun: false,
      show: (lines) => shown.push(...lines),
      note: () => {},
      confirm: async (question) => {
        questions.push(question)
        return true
      },
      ...changes,
    })
    const write = (name: string, text: string, mode?: number) => {
      mkdirSync(dirname(path(name)), { recursive: true })
      writeFileSync(path(name), text)
      if (mode !== undefined) chmodSync(path(name), mode)
    }
    const read = (name: string) => readFileSync(path(name), 'utf8')
    try {
      await use({ home, shown, questions, editor, path, write, read })
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  }
}

async function problemOf(run: Promise<unknown>): Promise<SsoxError> {
  try {
    await run
  } catch (error) {
    assert.instance(error, SsoxError)
    return error as SsoxError
  }
  throw new Error('there was no problem')
}
