/** What a new terminal would have: real shells with start-up files as people have them. */
import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { shellFacts } from '../../src/doctor/facts/shell.ts'
import { findTools } from '../../src/doctor/facts/tools.ts'
import type { Facts } from '../../src/doctor/facts.ts'
import { hookPath } from '../hooks/hook-shell.ts'
import { type RealShell, shellPath, testIn } from '../support/in-shell.ts'
import { assert, type Declare, suite } from '../support/suite.ts'
import { contextOf, diagnose, idsOf, type Patient, withPatient } from './rig.ts'

/** What was found in a home with this start-up file, and the words of it. */
async function lookedAt(patient: Patient, shell: string) {
  // A shell of the tests need not be where those of the system are.
  const path = shellPath(shell as RealShell)
  if (path?.includes('/')) patient.env['PATH'] += `:${join(path, '..')}`
  const facts = { shell: await shellFacts([shell], contextOf(patient)) }
  const found = diagnose(patient, facts)
  return { ids: idsOf(found), what: found.map(({ what }) => what).join('\n'), found }
}

interface Dialect {
  readonly shell: 'bash' | 'zsh' | 'fish' | 'pwsh'
  readonly file: string
  readonly hook: string
  load(path: string): string
  /** Lines that take the hook out of what is called before a prompt, and draw the prompt anew. */
  readonly overwrites: string
  readonly redraws: string
}

const DIALECTS: readonly Dialect[] = [
  {
    shell: 'bash',
    file: '.bashrc',
    hook: 'ssox.bash',
    load: (path) => `. '${path}'`,
    overwrites: 'unset PROMPT_COMMAND; PROMPT_COMMAND="history -a"',
    redraws: "mine() { PS1='$ '; }; PROMPT_COMMAND[9]=mine",
  },
  {
    shell: 'zsh',
    file: '.zshrc',
    hook: 'ssox.zsh',
    load: (path) => `. '${path}'`,
    overwrites: 'precmd_functions=()',
    redraws: "mine() { PROMPT='%# ' }; precmd_functions+=(mine)",
  },
  {
    shell: 'fish',
    file: '.config/fish/config.fish',
    hook: 'ssox.fish',
    load: (path) => `source '${path}'`,
    overwrites: 'functions -e __ssox_prompt',
    redraws: 'function mine --on-event fish_prompt; function fish_right_prompt; end; end',
  },
]

function testEach(test: Declare, title: string, run: (dialect: Dialect) => Promise<void>) {
  for (const dialect of DIALECTS) testIn(test, dialect.shell, title, () => run(dialect))
}

const withShell = (
  { file, load, hook }: Dialect,
  lines: { before?: string; after?: string },
  use: (patient: Patient) => Promise<void>,
) =>
  withPatient((patient) => {
    const { before = '', after = '' } = lines
    patient.write(file, `${before}\n${load(hookPath(hook))}\n${after}\n`)
    return use(patient)
  })

suite('the hook in a new terminal', (test) => {
  testEach(test, 'is loaded, of this version, called and shown', (dialect) =>
    withShell(dialect, {}, async (patient) => {
      const { ids, what } = await lookedAt(patient, dialect.shell)
      assert.equal(ids, [], what)
    }),
  )

  testEach(test, 'the lines are there, but something above them ends the file', (dialect) =>
    withShell(dialect, { before: 'return' }, async (patient) => {
      const { ids, what } = await lookedAt(patient, dialect.shell)
      assert.equal(ids, ['hook: broken'], what)
      assert.match(what, /has the lines of the hook, but a new \w+ has no awsuse/)
    }),
  )

  testEach(test, 'it is not called any more', (dialect) =>
    withShell(dialect, { after: dialect.overwrites }, async (patient) => {
      const { ids, what } = await lookedAt(patient, dialect.shell)
      assert.equal(ids, ['hook-prompt: broken'], what)
    }),
  )

  testEach(test, 'the prompt is drawn anew behind it', (dialect) =>
    withShell(dialect, { after: dialect.redraws }, async (patient) => {
      const { ids, what } = await lookedAt(patient, dialect.shell)
      assert.equal(ids, ['hook-prompt: warning'], what)
    }),
  )

  test('bash: nothing loads it: a note, which --fix mends', () =>
    withPatient(async (patient) => {
      patient.write('.bashrc', '# mine\n')
      const { ids, found } = await lookedAt(patient, 'bash')
      assert.equal(ids, ['hook: note'])
      assert.equal(found[0]?.fix, { kind: 'hook', shell: 'bash' })
    }))

  test('bash: it is of another version', () =>
    withPatient(async (patient) => {
      const text = readFileSync(hookPath('ssox.bash'), 'utf8')
      const old = patient.write(
        'old/ssox.bash',
        text.replace(/^# version: .*/m, '# version: 0.0.1'),
      )
      copyFileSync(hookPath('completion.tsv'), join(patient.path, 'old', 'completion.tsv'))
      patient.write('.bashrc', `. '${old}'\n`)
      const { ids, what } = await lookedAt(patient, 'bash')
      assert.equal(ids, ['hook-version: warning'])
      assert.match(what, /^the hook is of ssox 0\.0\.1, and this is \d/)
    }))

  test('bash: new terminals have no ssox, or SSOX_BIN names none', () =>
    withPatient(async (patient) => {
      patient.write('.bashrc', `. '${hookPath('ssox.bash')}'\nPATH=/usr/bin:/bin\n`)
      const { ids, what } = await lookedAt(patient, 'bash')
      assert.equal(ids, ['hook-command: broken'], what)
      patient.env['SSOX_BIN'] = '/opt/nope'
      const named = await lookedAt(patient, 'bash')
      assert.match(named.what, /SSOX_BIN is \/opt\/nope/)
    }))

  test('bash: login shells do not load it', () =>
    withPatient(async (patient) => {
      patient.write('.bash_profile', '# nothing\n')
      assert.equal((await lookedAt(patient, 'bash')).ids, ['login-shell: note'])
    }))

  test('bash: starship draws the prompt, or SSOX_PROMPT says that nobody does', () =>
    withPatient(async (patient) => {
      const load = `. '${hookPath('ssox.bash')}'\n`
      patient.write('.bashrc', `export STARSHIP_SHELL=bash\n${load}`)
      assert.equal((await lookedAt(patient, 'bash')).ids, [])
      patient.write('.bashrc', `${load}mine() { PS1='$ '; }; PROMPT_COMMAND[9]=mine\n`)
      patient.env['SSOX_PROMPT'] = 'off'
      assert.equal((await lookedAt(patient, 'bash')).ids, [])
    }))

  test('bash: start-up files that end, or become another program, are said to', () =>
    withPatient(async (patient) => {
      patient.write('.bashrc', 'exec true\n')
      const { ids, what } = await lookedAt(patient, 'bash')
      assert.equal(ids, ['hook: note'])
      assert.match(what, /bash ends before its start-up files do/)
    }))

  test('bash: what a prompt does leaves no history, and what it starts is not waited for', () =>
    withPatient(async (patient) => {
      const load = `. '${hookPath('ssox.bash')}'\n`
      patient.write(
        '.bashrc',
        `${load}HISTFILE=~/hist\nPROMPT_COMMAND[5]='history -a'\nsleep 600 &\n`,
      )
      patient.write('hist', 'mine\n')
      assert.equal((await lookedAt(patient, 'bash')).ids, [])
      assert.is(readFileSync(join(patient.path, 'hist'), 'utf8'), 'mine\n')
    }))

  testIn(test, 'pwsh', 'is loaded; not there', () =>
    withPatient(async (patient) => {
      const profile = '.config/powershell/profile.ps1'
      for (const [name, value] of Object.entries(process.env))
        if (name.startsWith('DOTNET_') && value !== undefined) patient.env[name] = value
      const load = `. '${hookPath('ssox.ps1')}'\n`
      patient.write(profile, load)
      const all = await lookedAt(patient, 'pwsh')
      assert.equal(all.ids, [], all.what)
      patient.write(profile, '# mine\n')
      assert.equal((await lookedAt(patient, 'pwsh')).ids, ['hook: note'])
    }),
  )

  test('the ssox on PATH is another version, or needs a PATH', () =>
    withPatient(async (patient) => {
      patient.write('bin/ssox', '#!/bin/sh\necho 0.0.1\n', 0o755)
      const other = await lookedAt(patient, 'bash')
      assert.equal(other.ids, ['command: warning'])
      assert.match(other.what, /bin\/ssox, the first on PATH, is ssox 0\.0\.1, and this is \d/)
      patient.write('bin/ssox', '#!/usr/bin/env node-that-is-elsewhere\n', 0o755)
      const bare = await lookedAt(patient, 'bash')
      assert.equal(bare.ids, ['command: warning'])
      assert.match(bare.what, /does not start without the PATH of this terminal/)
    }))

  test('a shell without a hook has nothing to load', () =>
    withPatient(async (patient) => assert.equal((await lookedAt(patient, 'dash')).ids, [])))
})

suite('tools', (test) => {
  const cli = (version: string, more = '') =>
    `#!/bin/sh\necho "aws-cli/${version} Python/3 ${more}"\n`
  const cases: [title: string, hurt: (patient: Patient) => void, ids: string[], says: RegExp][] = [
    ['the AWS CLI 2 and boto3 of today', () => undefined, [], /^$/],
    [
      'the AWS CLI 1 has no aws sso login',
      ({ write }) => void write('bin/aws', cli('1.45.11', 'botocore/1.43.11'), 0o755),
      ['tools: note'],
      /^the AWS CLI 1\.45\.11 \(\S+\) has no aws sso login/,
    ],
    [
      'an AWS CLI 2 from before sessions had names',
      ({ write }) => void write('bin/aws', cli('2.8.13'), 0o755),
      ['tools: warning'],
      /2\.8\.13 .* does not read \[sso-session\]/,
    ],
    [
      'the same of boto3',
      ({ write }) => void write('bin/python3', '#!/bin/sh\necho "botocore 1.29.9"\n', 0o755),
      ['tools: warning'],
      /botocore \(boto3\) 1\.29\.9 .* does not read \[sso-session\]/,
    ],
    [
      'an SDK for JavaScript that reads no config file',
      ({ write }) => void write('node_modules/aws-sdk/package.json', '{"version":"2.1693.0"}'),
      ['tools: note'],
      /SDK for JavaScript 2\.1693\.0 .* only with AWS_SDK_LOAD_CONFIG=1/,
    ],
    [
      "a start URL on the company's own domain",
      ({ write }) => {
        write('bin/aws', cli('2.35.12'), 0o755)
        write('.aws/config', '[sso-session own]\nsso_start_url = https://sso.example.com/start\n')
        write('.aws/credentials', '')
      },
      ['tools: warning'],
      /2\.35\.12 .* company's own domain/,
    ],
    [
      'login_session',
      ({ write, path }) => {
        write('bin/aws', cli('2.31.0'), 0o755)
        write(
          '.aws/config',
          `${readFileSync(join(path, '.aws/config'), 'utf8')}[profile l]\nlogin_session = x\n`,
        )
      },
      ['tools: warning'],
      /2\.31\.0 .* does not know login_session/,
    ],
    [
      'files and names that break the AWS CLI do not hide its version',
      ({ write, env }) => {
        const fails = '[ -z "$AWS_PROFILE" ] && [ "$AWS_CONFIG_FILE" = /dev/null ] || exit 255'
        write('bin/aws', cli('2.8.13').replace('\n', `\n${fails}\n`), 0o755)
        env['AWS_PROFILE'] = 'dev'
      },
      ['tools: warning'],
      /2\.8\.13/,
    ],
  ]
  for (const [title, hurt, ids, says] of cases)
    test(title, () =>
      withPatient(async (patient) => {
        hurt(patient)
        const tools: Facts['tools'] = await findTools(patient.path, contextOf(patient))
        const found = diagnose(patient, { tools })
        assert.equal(idsOf(found), ids)
        assert.match(found.map(({ what }) => what).join('\n'), says)
      }),
    )
})
