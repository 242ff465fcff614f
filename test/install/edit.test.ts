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

interface EditSandbox {
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
    inEditSandbox(async (sandbox) => {
      sandbox.write('rc', 'old\n')
      const result = await editFile({ path: sandbox.path('rc'), change: append }, sandbox.editor())
      assert.is(result, 'changed')
      assert.is(sandbox.read('rc'), 'old\nnew\n')
      assert.equal(sandbox.shown, ['', '~/rc:', '', '  + new', ''])
      assert.equal(sandbox.questions, ['Change ~/rc like this?'])
    }),
  )

  for (const [title, changes, result] of [
    ['no for an answer', { confirm: async () => false }, 'declined'],
    ['nobody to ask', { confirm: undefined }, 'unasked'],
    ['a dry run', { dryRun: true, yes: true }, 'shown'],
  ] as const)
    test(
      `${title}: nothing is changed, and no lock is left`,
      inEditSandbox(async (sandbox) => {
        sandbox.write('rc', 'old\n')
        const edit = { path: sandbox.path('rc'), change: append }
        assert.is(await editFile(edit, sandbox.editor(changes)), result)
        assert.is(sandbox.read('rc'), 'old\n')
        assert.equal(readdirSync(sandbox.home), ['rc'])
        assert.is(sandbox.shown.includes('  + new'), result !== 'unasked')
      }),
    )

  test(
    'that changes nothing asks nothing, of a read-only file too',
    inEditSandbox(async (sandbox) => {
      sandbox.write('rc', 'old\n', 0o444)
      const edit = { path: sandbox.path('rc'), change: (text: string | undefined) => text }
      assert.is(await editFile(edit, sandbox.editor()), 'unchanged')
      assert.equal([sandbox.shown, sandbox.questions], [[], []])
    }),
  )

  test(
    'is made on what others have written while the question was on the screen',
    inEditSandbox(async (sandbox) => {
      sandbox.write('rc', 'old\n')
      const confirm = async () => {
        sandbox.write('rc', 'old\ntheirs\n')
        return true
      }
      const edit = { path: sandbox.path('rc'), change: append }
      assert.is(await editFile(edit, sandbox.editor({ confirm })), 'changed')
      assert.is(sandbox.read('rc'), 'old\ntheirs\nnew\n')
    }),
  )

  test(
    'that would be another one by now than was shown is not made',
    inEditSandbox(async (sandbox) => {
      sandbox.write('rc', 'old\n')
      const confirm = async () => {
        sandbox.write('rc', 'theirs\n')
        return true
      }
      const edit = { path: sandbox.path('rc'), change: (text?: string) => `${text}${text}` }
      const error = await problemOf(editFile(edit, sandbox.editor({ confirm })))
      assert.is(error.message, '~/rc was changed meanwhile')
      assert.is(sandbox.read('rc'), 'theirs\n')
    }),
  )

  test(
    'waits for whoever has emptied the file to write it, however slow the machine is',
    inEditSandbox(async (sandbox) => {
      sandbox.write('rc', 'old\n')
      const file = openSync(sandbox.path('rc'), 'r+')
      await delay(30)
      ftruncateSync(file)
      setTimeout(() => {
        writeSync(file, 'theirs\n', 0)
        closeSync(file)
      }, 1_000)
      assert.is(await editUnasked(adding(sandbox), sandbox.editor()), 'changed')
      assert.is(sandbox.read('rc'), 'theirs\nnew\n')
    }),
  )

  test(
    'at the same time by many leaves every line',
    inEditSandbox(async (sandbox) => {
      const names = Array.from({ length: 6 }, (_, at) => `line ${at}`)
      const edits = names.map((name) => ({
        path: sandbox.path('rc'),
        change: (text = '') => `${text}${name}\n`,
      }))
      await Promise.all(edits.map((edit) => editFile(edit, sandbox.editor())))
      assert.equal(sandbox.read('rc').trimEnd().split('\n').sort(), names)
    }),
  )

  test(
    'names the file behind a link',
    inEditSandbox(async (sandbox) => {
      sandbox.write('dotfiles/rc', '', 0o640)
      symlinkSync('dotfiles/rc', sandbox.path('rc'))
      await editFile({ path: sandbox.path('rc'), change: append }, sandbox.editor())
      assert.is(sandbox.shown[1], '~/rc, a link to ~/dotfiles/rc:')
      assert.is(statSync(sandbox.path('dotfiles/rc')).mode & 0o777, 0o640)
      assert.is(sandbox.read('dotfiles/rc'), 'new\n')
    }),
  )

  test(
    'waits for another ssox, and says so',
    inEditSandbox(async (sandbox) => {
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
        const ended = underLock('start-up', sandbox.editor(), () => {
          locked({ ended })
          return held
        })
      })
      const second = editFile(
        { path: sandbox.path('rc'), change: append },
        sandbox.editor({ note }),
      )
      assert.is(await second, 'changed')
      await first.ended
      assert.match(notes.join(), /^waiting for another ssox \(process \d+\) that installs$/)
    }),
  )

  test(
    'goes on where nothing can be locked',
    inEditSandbox(async (sandbox) => {
      sandbox.write('file', '')
      const editor = sandbox.editor({ runtime: sandbox.path('file/ssox') })
      assert.is(await editFile({ path: sandbox.path('rc'), change: append }, editor), 'changed')
    }),
  )
})

suite('a start-up file that is left alone', (test) => {
  const signed = '$a = 1\n# SIG # Begin signature block\n# MIIF\n# SIG # End signature block\n'
  const table: readonly [string, (sandbox: EditSandbox) => void, RegExp][] = [
    [
      'read-only, even for root',
      (sandbox) => sandbox.write('rc', 'a\n', 0o444),
      /^~\/rc is read-only$/,
    ],
    ['a folder', (sandbox) => mkdirSync(sandbox.path('rc')), /\/rc is not a regular file$/],
    [
      'a link in a circle',
      (sandbox) => symlinkSync('rc', sandbox.path('rc')),
      /\/rc is a link in a/,
    ],
    ['with a NUL', (sandbox) => sandbox.write('rc', 'a\0\n'), /^~\/rc is not a text file$/],
    [
      'with markers that do not match',
      (sandbox) => sandbox.write('rc', '# <<< ssox <<<\n'),
      /^~\/rc has/,
    ],
    [
      'that is signed',
      (sandbox) => sandbox.write('rc', signed),
      /^~\/rc is signed, and a change would/,
    ],
  ]
  for (const [title, prepare, says] of table)
    test(
      title,
      inEditSandbox(async (sandbox) => {
        prepare(sandbox)
        const file = { path: sandbox.path('rc'), alsoRead: [] }
        const addition = { shell: 'bash', file, lines: LINES } as const
        assert.match((await problemOf(addToStartUp(addition, sandbox.editor()))).message, says)
        assert.equal([sandbox.shown, sandbox.questions], [[], []])
      }),
    )

  test(
    'where a line of the user names the hook, there or in another file that is read',
    inEditSandbox(async (sandbox) => {
      sandbox.write('aliases', '\n. ~/src/ssox.bash\n')
      const file = { path: sandbox.path('rc'), alsoRead: [sandbox.path('aliases')] }
      const added = await addToStartUp({ shell: 'bash', file, lines: LINES }, sandbox.editor())
      assert.equal(added, {
        result: 'unchanged',
        why: 'line 2 of ~/aliases names the hook already',
        isBlock: false,
      })
    }),
  )

  test(
    'where such a line was written while the question was on the screen',
    inEditSandbox(async (sandbox) => {
      const confirm = async () => {
        sandbox.write('rc', '. ~/src/ssox.bash\n')
        return true
      }
      const file = { path: sandbox.path('rc'), alsoRead: [] }
      const addition = { shell: 'bash', file, lines: LINES } as const
      assert.is((await addToStartUp(addition, sandbox.editor({ confirm }))).result, 'unchanged')
      assert.is(sandbox.read('rc'), '. ~/src/ssox.bash\n')
    }),
  )

  test(
    'one that is brought up to date, then has the lines already, then is removed with its file',
    inEditSandbox(async (sandbox) => {
      const file = { path: sandbox.path('rc'), alsoRead: [] }
      const add = (lines: string[]) =>
        addToStartUp({ shell: 'bash', file, lines }, sandbox.editor())
      assert.is((await add(['old'])).result, 'changed')
      assert.is((await add(LINES)).result, 'changed')
      assert.equal(sandbox.shown.slice(-3, -1), ['  - old', '  + . ~/x'])
      assert.equal(await add(LINES), {
        result: 'unchanged',
        why: '~/rc has the lines already',
        isBlock: true,
      })
      assert.is(await removeFromStartUp(file.path, sandbox.editor()), 'changed')
      assert.is(await removeFromStartUp(file.path, sandbox.editor()), 'unchanged')
      assert.not(readdirSync(sandbox.home).includes('rc'))
    }),
  )
})

suite('which start-up file', (test) => {
  test(
    'bash, and fish with XDG_CONFIG_HOME, relative ones ignored',
    inEditSandbox((sandbox) => {
      const { home } = sandbox
      assert.is(startUpFile('bash', { env: {}, home }).path, join(home, '.bashrc'))
      const fish = (folder: string) =>
        startUpFile('fish', { env: { XDG_CONFIG_HOME: folder }, home })
      assert.is(fish('/c').path, '/c/fish/conf.d/ssox.fish')
      sandbox.write('.config/fish/conf.d/a.fish', '')
      sandbox.write('.config/fish/conf.d/ssox.fish', '')
      const { path, alsoRead } = fish('conf')
      assert.is(path, join(home, '.config/fish/conf.d/ssox.fish'))
      assert.equal(
        alsoRead,
        ['config.fish', 'conf.d/a.fish'].map((name) => join(home, '.config/fish', name)),
      )
    }),
  )

  testIn(test, 'zsh', 'ZDOTDIR from .zshenv, which only zsh itself knows', () =>
    inEditSandbox((sandbox) => {
      const env = { HOME: sandbox.home, PATH: process.env['PATH'] }
      const { home } = sandbox
      assert.is(startUpFile('zsh', { env, home }).path, join(home, '.zshrc'))
      sandbox.write('.zshenv', 'print noise; ZDOTDIR=~/dot\\ zsh/\n')
      assert.is(startUpFile('zsh', { env, home }).path, join(home, 'dot zsh/.zshrc'))
    })(),
  )

  test(
    'zsh that is not installed: ZDOTDIR of the environment',
    inEditSandbox(({ home }) => {
      const env = { PATH: '/nonexistent', ZDOTDIR: '/z/' }
      assert.is(startUpFile('zsh', { env, home }).path, '/z/.zshrc')
    }),
  )

  test(
    'PowerShell is asked, puts its caches aside, and may have no answer',
    inEditSandbox(async (sandbox) => {
      const { home } = sandbox
      const ask = (PATH: string) =>
        startUpFile('powershell', { env: { PATH, TMPDIR: '/nonexistent' }, home })
      assert.throws(() => ask('/nonexistent'), /^pwsh is not on PATH|pwsh is not on PATH and/)
      sandbox.write('bin/pwsh', '#!/bin/sh\nexit 1\n', 0o755)
      assert.throws(() => ask(sandbox.path('bin')), /pwsh does not say where its profile is/)
      const answer = 'printf "%s\\r\\n" /p/profile.ps1 "$XDG_CACHE_HOME/x" noise'
      sandbox.write('bin/pwsh', `#!/bin/sh\n${answer}\n`, 0o755)
      const { path, alsoRead } = ask(sandbox.path('bin'))
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
function adding(sandbox: EditSandbox, changes: Partial<UnaskedEdit> = {}): UnaskedEdit {
  return {
    path: sandbox.path('rc'),
    change: adds('new'),
    newFileMode: 0o600,
    shown: () => ['+ new'],
    ...changes,
  }
}

suite('an edit that nobody is asked about', (test) => {
  test(
    'is shown and made, in a new folder too; the file is private',
    inEditSandbox(async (sandbox) => {
      const edit = adding(sandbox, { path: sandbox.path('new/rc') })
      assert.is(await editUnasked(edit, sandbox.editor({ confirm: undefined })), 'changed')
      assert.equal(sandbox.shown, ['~/new/rc:', '  + new'])
      assert.is(statSync(sandbox.path('new/rc')).mode & 0o777, 0o600)
      assert.is(
        await editUnasked({ ...edit, change: (text) => text }, sandbox.editor()),
        'unchanged',
      )
    }),
  )

  test(
    'a dry run only shows it',
    inEditSandbox(async (sandbox) => {
      assert.is(await editUnasked(adding(sandbox), sandbox.editor({ dryRun: true })), 'shown')
      assert.equal(readdirSync(sandbox.home), [])
    }),
  )

  test(
    'is made on what somebody else has put there before it was made',
    inEditSandbox(async (sandbox) => {
      sandbox.write('rc', 'old\n')
      let times = 0
      let announced = 0
      const change = (text: string | undefined) => {
        if (times++ < 3) sandbox.write('rc', `theirs ${times}\n`)
        return adds('new')(text)
      }
      const edit = adding(sandbox, { change, beforeChange: () => announced++ })
      assert.is(await editUnasked(edit, sandbox.editor()), 'changed')
      assert.is(sandbox.read('rc'), 'theirs 3\nnew\n')
      assert.is(announced, 1)
      assert.equal(sandbox.shown, ['~/rc:', '  + new'], 'said once')
    }),
  )

  test(
    'keeps what somebody else writes to the file that it has just replaced',
    inEditSandbox(async (sandbox) => {
      sandbox.write('rc', 'old\n')
      const beforeChange = () => {
        const file = openSync(sandbox.path('rc'), 'r+')
        setTimeout(() => {
          writeSync(file, 'theirs\n', 0)
          closeSync(file)
        })
      }
      let bytes = ''
      const afterChange = (text: string) => {
        bytes = text
      }
      const edit = adding(sandbox, { beforeChange, afterChange })
      assert.is(await editUnasked(edit, sandbox.editor()), 'changed')
      assert.is(sandbox.read('rc'), 'theirs\nnew\n')
      assert.is(bytes, 'theirs\nnew\n')
    }),
  )

  test(
    'waits for what somebody else writes, who has just emptied the file that it has replaced',
    inEditSandbox(async (sandbox) => {
      sandbox.write('rc', 'old\n')
      const beforeChange = () => {
        const file = openSync(sandbox.path('rc'), 'r+')
        setTimeout(() => ftruncateSync(file))
        setTimeout(() => writeSync(file, 'theirs\n', 0), 400)
        // A part of it may be there before the rest.
        setTimeout(() => {
          writeSync(file, 'theirs, too\n', 7)
          closeSync(file)
        }, 430)
      }
      const edit = adding(sandbox, { beforeChange })
      assert.is(await editUnasked(edit, sandbox.editor()), 'changed')
      assert.is(sandbox.read('rc'), 'theirs\ntheirs, too\nnew\n')
    }),
  )

  test(
    'is made again when somebody who had read the file before has written it after',
    inEditSandbox(async (sandbox) => {
      sandbox.write('rc', 'old\n')
      let times = 0
      const beforeChange = () => {
        if (times++ === 0) setTimeout(() => sandbox.write('rc', 'theirs\n'))
      }
      assert.is(await editUnasked(adding(sandbox, { beforeChange }), sandbox.editor()), 'changed')
      assert.is(sandbox.read('rc'), 'theirs\nnew\n')
    }),
  )

  test(
    'gives up on a file that changes all the time',
    inEditSandbox(async (sandbox) => {
      let times = 0
      const change = (text: string | undefined) => {
        sandbox.write('rc', `${times++}`)
        return adds('new')(text)
      }
      const error = await problemOf(editUnasked(adding(sandbox, { change }), sandbox.editor(), 300))
      assert.is(error.kind, 'busy')
      assert.is(sandbox.read('rc'), `${times - 1}`)
    }),
  )

  test(
    'at the same time by many leaves every line',
    inEditSandbox(async (sandbox) => {
      const names = Array.from({ length: 6 }, (_, at) => `line ${at}`)
      await Promise.all(
        names.map((name) => editUnasked(adding(sandbox, { change: adds(name) }), sandbox.editor())),
      )
      assert.equal(sandbox.read('rc').trimEnd().split('\n').sort(), names)
    }),
  )
})

/** A test with a home, and somebody who says yes to everything. */
function inEditSandbox(use: (sandbox: EditSandbox) => unknown): () => Promise<void> {
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
