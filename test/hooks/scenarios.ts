/** What `awsuse` does in every shell: the same scenarios, played in a real one. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatName } from '../../src/aws/document-header.ts'
import { type Home, usualConfig, withHome, writeAged } from '../support/home.ts'
import { shellPath, testIn } from '../support/in-shell.ts'
import { needing, runIn } from '../support/machine.ts'
import { tokenFile, withKeys, writeSettings } from '../support/signed-in.ts'
import { assert, type Declare } from '../support/suite.ts'
import { awsuse, type Dialect, identity, play, type Report, sh } from './hook-shell.ts'

/** Names that a shell, a prompt or a file name could trip over. */
export const AWKWARD_NAMES = [
  'my prod',
  "it's",
  'a$(touch PWNED)b',
  '`touch PWNED`',
  '50%off',
  'ns:admin',
  'ünï',
  'team/dev',
  'x;touch PWNED',
  'say "hi"',
  'back\\slash',
  'l’été',
  '*',
  '~',
  '$HOME',
] as const

/** The usual profiles, and one for each of the names. */
export function awkwardConfig(startUrl: string, names: readonly string[] = AWKWARD_NAMES): string {
  const sections = names.map(
    (name) => `
[${formatName('profile', name, 'config')}]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
region = eu-west-1
`,
  )
  return usualConfig(startUrl) + sections.join('')
}

const MANY_OPTIONS = '--region us-west-2 --mode both --min-left 6 --port 8080 --browser x'.split(
  ' ',
)

/** Declares the scenarios; `traced` says how the shell prints every command that it runs. */
export function declareScenarios(test: Declare, dialect: Dialect): void {
  const use = (...words: string[]) => awsuse(dialect, ...words)
  const scenario = (title: string, run: () => Promise<unknown>) =>
    testIn(test, dialect.shell, title, run)

  scenario('use, switch, back and clear; what is valid needs no process', () =>
    withKeys(async (home) => {
      const cold = (...words: string[]) => [`env --shell ${dialect.name} ${words.join(' ')}`]
      const seen = await play(dialect, home, [
        ['nothing before', use('-')],
        ['dev', use('dev')],
        ['prod', use('prod')],
        ['back', use('-')],
        ['forth', use('-')],
        ['dev again', use('dev')],
        ['same', use('dev')],
        ['clear', use('--clear')],
        ['back from nothing', use('-')],
        ['static', use('static')],
        ['static again', `${use('dev')}\n${use('static')}`],
      ])
      assert.is(seen.loaded.stdout + seen.loaded.stderr, '', 'silent at load')
      assert.equal(seen.loaded.started, [])
      assert.is(seen['nothing before'].status, 2)
      assert.match(seen['nothing before'].stderr, /^ssox: .*no previous profile\n {2}awsuse\n$/)
      assert.equal(identity(seen['nothing before']), identity(seen.loaded))
      assert.equal(seen.dev.started, cold('dev'))
      assert.equal(seen.prod.started, cold('prod'))
      assert.is(profile(seen.prod), 'prod')
      for (const label of ['back', 'forth', 'dev again', 'same', 'back from nothing'] as const) {
        assert.equal(seen[label].started, [], label)
        assert.is(seen[label].status, 0, label)
        assert.is(seen[label].stdout + seen[label].stderr, '', label)
      }
      assert.equal(identity(seen.back), identity(seen.dev))
      assert.equal(identity(seen.forth), identity(seen.prod))
      assert.equal(identity(seen['dev again']), identity(seen.dev))
      assert.equal(seen.clear.started, cold('--clear'))
      assert.equal(identity(seen.clear), identity(seen.loaded))
      assert.equal(identity(seen['back from nothing']), identity(seen.dev))
      assert.not.ok(seen.static.env.has('AWS_SESSION_TOKEN'))
      assert.not.ok(seen.static.env.has('SSOX_EXPIRES'))
      assert.equal(identity(seen['static again']), identity(seen.static))
      assert.equal(seen['static again'].started, [])
    }),
  )

  scenario('a wrong name: status 3, and nothing changes', () =>
    withKeys(async (home) => {
      const seen = await play(dialect, home, [
        ['dev', use('dev')],
        ['wrong', use('nope')],
        ['wrong option', use('dev', '--nope')],
        ['ignored', `${use('nope')}\n${dialect.set('AFTER', '1')}`],
        ['chained', dialect.andThen(use('nope'), dialect.set('DEPLOYED', '1'))],
      ])
      assert.is(seen.wrong.status, 3)
      assert.match(seen.wrong.stderr, /^ssox: there is no profile "nope" .*\n {2}\S.*\n$/)
      assert.is(seen['wrong option'].status, 2)
      assert.equal(identity(seen['wrong option']), identity(seen.dev))
      assert.is(seen.ignored.env.get('AFTER'), '1')
      assert.not.ok(seen.chained.env.has('DEPLOYED'))
      assert.equal(identity(seen.chained), identity(seen.dev))
    }),
  )

  scenario('signed out, without a terminal: status 4, and nothing changes', () =>
    withHome(async (home) => {
      const seen = await play(dialect, home, [
        ['static', use('static')],
        ['dev', use('dev')],
      ])
      assert.is(seen.dev.status, 4)
      assert.equal(identity(seen.dev), identity(seen.static))
      assert.match(seen.dev.stderr, /^ssox: /)
    }),
  )

  scenario('options pass through; help, version and data are shown, not evaluated', () =>
    withKeys(async (home) => {
      const seen = await play(dialect, home, [
        ['option last', use('dev', '--refresh')],
        ['option first', use('--mode', 'keys', 'prod')],
        ['back', use('-', '--refresh', '-q')],
        ['back to two', use('-', 'dev')],
        ['region', use('prod', '--region', 'us-west-2')],
        ['quiet', use('-q', 'dev')],
        ['help', use('--help')],
        ['h', use('-h')],
        ['version', use('--version')],
        ['json', use('dev', '--format', 'json')],
        ['no option', use('-dash')],
        ['many words', use('dev', ...MANY_OPTIONS)],
      ])
      assert.equal(seen['option last'].started, [`env --shell ${dialect.name} dev --refresh`])
      assert.equal(seen['option first'].started, [`env --shell ${dialect.name} --mode keys prod`])
      assert.not.ok(seen['option first'].env.has('AWS_PROFILE'))
      assert.is(profile(seen['option first']), 'prod')
      // PowerShell takes short options out of the line, so they come first.
      const options = dialect.name === 'powershell' ? '-q --refresh' : '--refresh -q'
      assert.equal(seen.back.started, [`env --shell ${dialect.name} ${options} -- dev`])
      assert.is(profile(seen.back), 'dev')
      assert.is(seen['back to two'].status, 2)
      assert.equal(identity(seen['back to two']), identity(seen.back))
      assert.is(seen.region.env.get('AWS_REGION'), 'us-west-2')
      assert.is(profile(seen.quiet), 'dev')
      for (const label of ['help', 'h'] as const) {
        assert.is(seen[label].status, 0)
        assert.match(seen[label].stdout, /^awsuse \[profile\]/)
      }
      assert.match(seen.version.stdout, /^\d+\.\d+\.\d+\n$/)
      assert.is(JSON.parse(seen.json.stdout).SSOX_PROFILE, 'dev')
      assert.equal(identity(seen.json), identity(seen.quiet))
      assert.is(seen['no option'].stdout, '')
      assert.is(seen['no option'].status, 2)
      const many = ['dev', ...MANY_OPTIONS].join(' ')
      assert.equal(seen['many words'].started, [`env --shell ${dialect.name} ${many}`])
    }),
  )

  scenario('profile names with spaces and metacharacters', () =>
    withAwkwardNames(async (home) => {
      const steps = AWKWARD_NAMES.flatMap((name): [string, string][] => [
        [name, use(name)],
        [`static before ${name}`, use('static')],
        [`${name} again`, use(name)],
      ])
      const seen = await play(dialect, home, [
        ...steps,
        ['dashed', use('--', '-weird')],
        ['dashed again', `${use('static')}\n${use('-')}`],
      ])
      for (const name of AWKWARD_NAMES) {
        assert.is(seen[name]?.status, 0, `${name}: ${seen[name]?.stderr}`)
        assert.is(seen[name]?.env.get('SSOX_PROFILE'), name)
        assert.is(seen[name]?.env.get('AWS_PROFILE'), name)
        assert.equal(seen[`${name} again`]?.started, [], `${name} again`)
        assert.equal(identity(seen[`${name} again`] as Report), identity(seen[name] as Report))
      }
      assert.is(profile(seen.dashed as Report), '-weird', seen.dashed?.stderr)
      assert.is(profile(seen['dashed again'] as Report), '-weird', seen['dashed again']?.stderr)
      assert.equal(seen.created, [])
    }),
  )

  scenario('an entry is used only for the state that it was made from', () =>
    withKeys(async (home) => {
      const entries = (command: string) => sh(dialect, toEntries('dev', command))
      // To a bash before 5.0, an entry must be of a later second than the files.
      const write = (file: string) =>
        sh(dialect, `echo >>"$HOME/${file}"; touch -d "5 seconds ago" "$HOME/${file}"`)
      // Each label with what is changed, and what undoes it where nothing would be warm again.
      const changes: [label: string, change: string, undo?: string][] = [
        ['config changed', write('.aws/config')],
        [
          'config replaced by an older one',
          sh(
            dialect,
            'cp "$HOME/.aws/config" "$HOME/older"; touch -d "2020-01-01 00:00:00.5" "$HOME/older"; mv "$HOME/older" "$HOME/.aws/config"',
          ),
        ],
        ['credentials appeared', write('.aws/credentials')],
        ['credentials gone', sh(dialect, 'rm "$HOME/.aws/credentials"')],
        [
          'settings appeared',
          `${sh(dialect, 'mkdir -p "$HOME/.config/ssox"')}\n${write('.config/ssox/config')}`,
        ],
        [
          'another config',
          `${sh(dialect, 'cp -p "$HOME/.aws/config" "$HOME/other"')}\n${dialect.set('AWS_CONFIG_FILE', join(home.path, 'other'))}`,
        ],
        ['no longer ours', entries('chown -h 65534 "$it"')],
        [
          'folder no longer ours',
          sh(dialect, 'chown 65534 "$HOME"/.cache/ssox/state-*'),
          sh(dialect, 'chown "$(id -u)" "$HOME"/.cache/ssox/state-*'),
        ],
        ['a symbolic link', entries('mv "$it" "$it.real"; ln -s "$it.real" "$it"')],
        ['cut short', entries('sed -i "\\$d" "$it"')],
        ['empty', entries(': >"$it"')],
        ['another format', entries('sed -i "1s/ssox-switch [0-9]*/ssox-switch 3/" "$it"')],
        ['of another profile', entries('sed -i "1s/dev/Dev/" "$it"')],
        ['marker of the sign-in gone', sh(dialect, 'rm "$HOME"/.local/state/ssox/sign-ins/*')],
        ['nearly expired', entries(expireIn(290))],
        ['cleared by logout', 'ssox logout corp'],
      ]
      const seen = await play(
        dialect,
        home,
        changes.flatMap(([label, change, undo = '']): [string, string][] => [
          [`before: ${label}`, `${use('dev')}\n${use('static')}`],
          [`warm: ${label}`, `${use('dev')}\n${use('static')}`],
          [`change: ${label}`, change],
          [label, use('dev')],
          [`undo: ${label}`, undo],
        ]),
      )
      for (const [label] of changes) {
        assert.is(profile(seen[`warm: ${label}`] as Report), 'static')
        assert.equal(seen[`warm: ${label}`]?.started, [], `before: ${label}`)
        assert.equal(seen[label]?.started, [`env --shell ${dialect.name} dev`], label)
      }
      assert.is(seen['cleared by logout']?.status, 4)
    }),
  )

  scenario('an entry is not used without its token, after cache = off, or when protected', () =>
    withKeys(async (home) => {
      writeSettings(home, { protect: 'prod' })
      const seen = await play(dialect, home, [
        ['dev', use('dev')],
        ['protected', use('prod')],
        ['protected again', use('prod')],
        ['dev warm', use('dev')],
        ['token gone', `${sh(dialect, `rm '${tokenFile(home)}'`)}\n${use('dev')}`],
        [
          'off',
          `${sh(dialect, 'printf \'[ssox]\\ncache = off\\n\' >"$HOME/.config/ssox/config"')}\n${use('dev')}`,
        ],
        ['off again', use('dev')],
      ])
      assert.is(seen.protected.env.get('SSOX_PROTECTED'), '1')
      assert.is(seen['protected again'].started.length, 1)
      assert.equal(seen['dev warm'].started, [])
      assert.not.ok(seen['dev warm'].env.has('SSOX_PROTECTED'))
      assert.is(seen['token gone'].started.length, 1)
      assert.is(seen.off.started.length, 1)
      assert.is(seen['off again'].started.length, 1)
      assert.is(profile(seen['off again']), 'dev')
    }),
  )

  scenario('settings of another folder count, and protect what they name there', () =>
    withKeys(async (home) => {
      const other = join(home.path, 'xdg')
      mkdirSync(join(other, 'ssox'), { recursive: true })
      writeAged(join(other, 'ssox', 'config'), '[ssox]\nprotect = prod\n')
      const seen = await play(dialect, home, [
        ['prod', use('prod')],
        ['elsewhere', `${dialect.set('XDG_CONFIG_HOME', other)}\n${use('prod')}`],
      ])
      assert.not.ok(seen.prod.env.has('SSOX_PROTECTED'))
      assert.is(seen.elsewhere.started.length, 1)
      assert.is(seen.elsewhere.env.get('SSOX_PROTECTED'), '1')
    }),
  )

  scenario('an entry made for other paths is not used: HOME, credentials file', () =>
    withKeys(async (home) => {
      const runtime = join(home.path, 'run')
      mkdirSync(runtime, { mode: 0o700 })
      home.env['XDG_RUNTIME_DIR'] = runtime
      const other = join(home.path, 'other')
      mkdirSync(join(other, '.aws'), { recursive: true })
      const keys = 'aws_access_key_id = AKIAOTHER\naws_secret_access_key = x\n'
      writeAged(join(other, '.aws', 'config'), `[profile dev]\n${keys}`)
      writeAged(join(other, 'credentials'), `[keys]\n${keys}`)
      const seen = await play(dialect, home, [
        ['dev', use('dev')],
        ['keys', use('keys')],
        [
          'other credentials',
          `${dialect.set('AWS_SHARED_CREDENTIALS_FILE', join(other, 'credentials'))}\n${use('keys')}`,
        ],
        ['back', `${dialect.unset('AWS_SHARED_CREDENTIALS_FILE')}\n${use('dev')}`],
        ['other home', `${dialect.set('HOME', other)}\n${use('dev')}`],
      ])
      assert.ok(existsSync(join(runtime, 'ssox', 'current')))
      assert.is(seen.keys.status, 3)
      assert.is(profile(seen['other credentials']), 'keys')
      assert.is(seen['other home'].started.length, 1)
      assert.is(seen['other home'].env.get('AWS_ACCESS_KEY_ID'), 'AKIAOTHER')
    }),
  )

  scenario('warm in one shell is warm in every other', () =>
    withKeys(async (home) => {
      const another = dialect.shell === 'bash' ? 'zsh' : 'bash'
      const ask = (name: string) => `SSOX_HOOK=${another} ssox env --shell ${another} ${name}`
      const seen = await play(dialect, home, [
        ['elsewhere', sh(dialect, `${ask('dev')} >/dev/null; ${ask('static')} >/dev/null`)],
        ['dev', use('dev')],
        ['mine', `${dialect.set('AWS_REGION', 'ap-south-1')}\n${dialect.set('AWS_VAULT', 'x')}`],
        ['static', use('static')],
        ['asked', use('dev', '--refresh')],
      ])
      assert.equal(seen.dev.started, [])
      assert.is(seen.dev.env.get('AWS_REGION'), 'eu-west-1')
      assert.equal(seen.static.started, [])
      assert.is(profile(seen.static), 'static')
      for (const name of ['AWS_SESSION_TOKEN', 'AWS_ACCOUNT_ID', 'AWS_VAULT', 'SSOX_EXPIRES'])
        assert.not.ok(seen.static.env.has(name), name)
      const times = /^AWS_ACCESS_KEY|^AWS_SE|EXPIR/
      const steady = (report: Report) =>
        Object.entries(identity(report)).filter(([name]) => !times.test(name))
      assert.equal(steady(seen.asked), steady(seen.dev))
    }),
  )

  scenario('long names are kept as far as a file name goes; those beyond it work, too', () => {
    const kept = ['%'.repeat(84), '/'.repeat(90), 'a'.repeat(200), 'b'.repeat(243), 'c'.repeat(248)]
    const names = [...kept, 'd'.repeat(254), '%'.repeat(127), 'é'.repeat(127), 'e'.repeat(300)]
    return withAwkwardNames(async (home) => {
      const seen = await play(
        dialect,
        home,
        names.flatMap((name, at): [string, string][] => [
          [`${at}`, use(name)],
          [`${at} again`, `${use('static')}\n${use(name)}`],
        ]),
      )
      for (const [at, name] of names.entries()) {
        const [first, again] = [seen[`${at}`] as Report, seen[`${at} again`] as Report]
        assert.is(first.status, 0, first.stderr)
        assert.is(profile(first), name)
        assert.equal(identity(again), identity(first), name)
        const started = again.started.filter((line) => !line.endsWith(' static'))
        assert.is(started.length, at < kept.length ? 0 : 1, name)
      }
    }, names)
  })

  scenario('a name with a line break is no profile, whatever is in the cache', () =>
    withKeys(async (home) => {
      const seen = await play(dialect, home, [
        ['dev', use('dev')],
        ['broken', use('dev\nx')],
        // The first line of an entry is `ssox-switch 4`, and so is that of this name.
        ['planted', sh(dialect, 'cd "$HOME"/.cache/ssox/state-*; cp p-dev "p-dev\nx"')],
        ['again', use('dev\nx')],
      ])
      for (const label of ['broken', 'again'] as const) {
        assert.is(seen[label].status, 3, seen[label].stderr)
        assert.equal(seen[label].started, [`env --shell ${dialect.name} dev`, 'x'])
        assert.equal(identity(seen[label]), identity(seen.dev))
      }
    }),
  )

  scenario('a runtime folder that is a link, or of somebody else, is not used', () =>
    withKeys(async (home) => {
      const runtime = join(home.path, 'run')
      mkdirSync(runtime, { mode: 0o700 })
      home.env['XDG_RUNTIME_DIR'] = runtime
      const seen = await play(dialect, home, [
        ['dev', use('dev')],
        ['warm', `${use('static')}\n${use('dev')}`],
        ['linked', sh(dialect, 'cd "$HOME/run"; mv ssox real; ln -s real ssox')],
        ['over the link', use('dev')],
        ['again', sh(dialect, 'cd "$HOME/run"; rm -f ssox; mv real ssox')],
        ['warm again', use('dev')],
        ['taken', sh(dialect, 'chown 65534 "$HOME/run/ssox"')],
        ['in the hands of another', use('dev')],
      ])
      const asks = (label: keyof typeof seen) =>
        (seen[label] as Report).started.filter((line) => line.endsWith(' dev')).length
      assert.is(asks('warm'), 0)
      assert.is(asks('over the link'), 1)
      assert.is(asks('warm again'), 0)
      assert.is(asks('in the hands of another'), 1)
    }),
  )

  scenario('a runtime folder that others can enter is left alone', () =>
    withKeys(async (home) => {
      const runtime = join(home.path, 'run')
      mkdirSync(join(runtime, 'ssox'), { recursive: true, mode: 0o755 })
      chmodSync(join(runtime, 'ssox'), 0o755)
      const seen = await play(dialect, home, [
        ['dev', `${dialect.set('XDG_RUNTIME_DIR', runtime)}\n${use('dev')}`],
        ['prod', use('prod')],
        ['dev again', use('dev')],
      ])
      assert.equal(readdirSync(join(runtime, 'ssox')), [])
      assert.equal(seen['dev again'].started, [])
      assert.equal(identity(seen['dev again']), identity(seen.dev))
    }),
  )

  scenario('what depends on more than the hook looks at is asked about each time', () =>
    withKeys(async (home) => {
      writeSettings(home, { min_left: '10' })
      const seen = await play(dialect, home, [
        ['dev', use('dev')],
        ['dev again', use('dev')],
      ])
      assert.is(seen['dev again'].started.length, 1)
      assert.equal(identity(seen['dev again']), identity(seen.dev))
    }),
  )

  for (const [title, time] of [
    ['the same for every file, as in the Nix store', '@1'],
    ['whole seconds, as after tar or rsync', '2024-05-06T07:08:09'],
  ] as const)
    scenario(`files whose times are ${title}, are asked about each time`, () =>
      withKeys(async (home) => {
        const swap = 'cd "$HOME/.aws"; sed s/eu-west-1/eu-west-3/ config >b; mv b config'
        const seen = await play(dialect, home, [
          ['old', sh(dialect, `touch -d ${time} "$HOME/.aws/config"`)],
          ['dev', use('dev')],
          ['replaced', sh(dialect, `${swap}; touch -d ${time} config`)],
          ['again', use('dev')],
        ])
        assert.is(seen.dev.env.get('AWS_REGION'), 'eu-west-1')
        assert.is(seen.again.env.get('AWS_REGION'), 'eu-west-3')
      }),
    )

  scenario('a variable in the path of the AWS files counts as it is', () =>
    withKeys(async (home) => {
      const config = home.read('config')
      const to = (folder: string) => dialect.set('WORK', join(home.path, folder))
      for (const [folder, region] of Object.entries({ here: 'eu-west-1', there: 'eu-west-3' })) {
        mkdirSync(join(home.path, folder))
        writeAged(join(home.path, folder, 'c'), config.replaceAll('eu-west-1', region))
      }
      const seen = await play(dialect, home, [
        ['here', `${dialect.set('AWS_CONFIG_FILE', '$WORK/c')}\n${to('here')}\n${use('dev')}`],
        ['there', `${to('there')}\n${use('dev')}`],
      ])
      assert.is(seen.there.env.get('AWS_CONFIG_FILE'), '$WORK/c')
      assert.is(seen.here.env.get('AWS_REGION'), 'eu-west-1')
      assert.is(seen.there.env.get('AWS_REGION'), 'eu-west-3')
    }),
  )

  scenario('/dev/null in the place of the credentials file is none', () =>
    withKeys(async (home) => {
      const secret = '[keys]\naws_access_key_id = a\naws_secret_access_key = b\n'
      writeAged(home.aws('credentials'), secret)
      const seen = await play(dialect, home, [
        ['keys', use('keys')],
        ['none', `${dialect.set('AWS_SHARED_CREDENTIALS_FILE', '/dev/null')}\n${use('keys')}`],
        ['dev', use('dev')],
        ['dev again', use('dev')],
      ])
      assert.is(profile(seen.keys), 'keys')
      assert.is(seen.none.status, 3)
      assert.is(profile(seen['dev again']), 'dev')
      assert.equal(identity(seen['dev again']), identity(seen.dev))
    }),
  )

  scenario('a link that leads to another file with the same time is asked about', () =>
    withKeys(async (home) => {
      const other = 'sed s/eu-west-1/eu-west-3/ config >b; touch -d 2024-05-06T07:08:09 config b'
      const seen = await play(dialect, home, [
        ['linked', sh(dialect, `cd "$HOME/.aws"; ${other}; mv config a; ln -s a config`)],
        ['dev', use('dev')],
        ['led elsewhere', sh(dialect, 'ln -sf b "$HOME/.aws/config"')],
        ['again', use('dev')],
      ])
      assert.is(seen.dev.env.get('AWS_REGION'), 'eu-west-1')
      assert.is(seen.again.env.get('AWS_REGION'), 'eu-west-3')
    }),
  )

  scenario('a relative path of the AWS files is another file in another folder', () =>
    withKeys(async (home) => {
      const config = home.read('config')
      const regions = { here: 'eu-west-1', there: 'eu-west-3' }
      for (const [folder, region] of Object.entries(regions)) {
        mkdirSync(join(home.path, folder))
        writeAged(join(home.path, folder, 'c'), config.replaceAll('eu-west-1', region))
      }
      const go = (folder: string) => `cd '${join(home.path, folder)}'\n${use('dev')}`
      const seen = await play(dialect, home, [
        ['same time', sh(dialect, 'cd "$HOME"; touch -r here/c there/c')],
        ['here', `${dialect.set('AWS_CONFIG_FILE', 'c')}\n${go('here')}`],
        ['there', go('there')],
      ])
      assert.is(seen.here.env.get('AWS_REGION'), 'eu-west-1')
      assert.is(seen.there.env.get('AWS_REGION'), 'eu-west-3')
    }),
  )

  scenario('an answer for another shell: a word why, and nothing changes', () =>
    withKeys(async (home) => {
      const another = dialect.shell === 'fish' ? 'bash' : 'fish'
      const seen = await play(dialect, home, [
        ['static', use('static')],
        ['dev', use('dev', '--shell', another)],
        ['help', use('-qh')],
      ])
      assert.is(seen.dev.status, 1)
      assert.is(
        seen.dev.stderr,
        'ssox: that was not for this shell, so nothing has changed\n  awsuse --help\n',
      )
      assert.equal(identity(seen.dev), identity(seen.static))
      if (dialect.shell !== 'pwsh') assert.match(seen.help.stdout, /^awsuse \[profile\]/)
    }),
  )

  scenario('no network, while the cache is valid', () =>
    withKeys(async (home) => {
      const seen = await play(dialect, home, [
        ['dev', use('dev')],
        ['prod', use('prod')],
        ['unplugged', dialect.set('AWS_ENDPOINT_URL_SSO', 'http://127.0.0.1:9')],
        ['warm', use('dev')],
        ['entry gone', `${sh(dialect, toEntries('prod', 'rm "$it"'))}\n${use('prod')}`],
        ['not in the cache', use('default')],
      ])
      assert.equal(identity(seen.warm), identity(seen.dev))
      assert.equal(identity(seen['entry gone']), identity(seen.prod))
      assert.is(seen['not in the cache'].status, 6)
      assert.equal(identity(seen['not in the cache']), identity(seen.prod))
    }),
  )

  scenario('expired, or nearly: every switch gets new credentials', () =>
    withKeys(
      async (home) => {
        const seen = await play(dialect, home, [
          ['dev', use('dev')],
          ['dev again', use('dev')],
        ])
        assert.is(seen['dev again'].started.length, 1)
        assert.is(seen['dev again'].status, 0)
        assert.is.not(
          seen['dev again'].env.get('AWS_ACCESS_KEY_ID'),
          seen.dev.env.get('AWS_ACCESS_KEY_ID'),
        )
      },
      { lifetimes: { roleCredentials: 200 } },
    ),
  )

  scenario(
    'what other tools have left behind goes; the region and the account of the user stay',
    () =>
      withKeys(async (home) => {
        const nowhere =
          'sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = ReadOnly'
        home.writeConfig(`${home.read('config')}\n[profile nowhere]\n${nowhere}\n`)
        const leftovers = [
          ...['AWSUME_PROFILE', 'GRANTED_SSO', 'AWS_SECURITY_TOKEN', 'AWS_ROLE_ARN'],
          ...['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_VAULT_X', 'AWSUME_NEWEST'],
        ]
        const seen = await play(dialect, home, [
          ['dev', use('dev')],
          ['nowhere', use('nowhere')],
          ['leftovers', leftovers.map((name) => dialect.set(name, 'x')).join('\n')],
          ['own region', dialect.set('AWS_REGION', 'us-gov-west-1')],
          ['warm', use('dev')],
          ['to no region', use('nowhere')],
          ['mine', `${dialect.set('AWS_REGION', 'ap-south-1')}\n${use('nowhere')}`],
          ['static', use('static')],
          ['no account', `${use('dev')}\n${use('static')}`],
          [
            'my account',
            `${use('dev')}\n${dialect.set('AWS_ACCOUNT_ID', '999999999999')}\n${use('static')}`,
          ],
          [
            'whose owner is empty',
            `${dialect.set('AWS_ACCOUNT_ID', '000000000000')}\n${dialect.set('SSOX_ACCOUNT_ID', '')}\n${use('static')}`,
          ],
        ])
        assert.is(seen.leftovers.env.get('AWSUME_PROFILE'), 'x')
        assert.equal(seen.warm.started, [])
        for (const name of leftovers.slice(0, 5)) assert.not.ok(seen.warm.env.has(name), name)
        // Only by their known names (`doctor` tells of others).
        for (const name of leftovers.slice(5)) assert.is(seen.warm.env.get(name), 'x')
        assert.is(seen.warm.env.get('AWS_REGION'), 'eu-west-1')
        assert.equal(seen['to no region'].started, [])
        assert.is(profile(seen['to no region']), 'nowhere')
        assert.not.ok(seen['to no region'].env.has('AWS_REGION'))
        assert.not.ok(seen['to no region'].env.has('AWS_DEFAULT_REGION'))
        assert.is(seen.mine.env.get('AWS_REGION'), 'ap-south-1')
        assert.not.ok(seen['no account'].env.has('AWS_ACCOUNT_ID'))
        assert.is(seen['my account'].env.get('AWS_ACCOUNT_ID'), '999999999999')
        assert.is(seen['whose owner is empty'].env.get('AWS_ACCOUNT_ID'), '000000000000')
        for (const label of ['no account', 'my account', 'whose owner is empty'] as const)
          assert.equal(seen[label].started, [], label)
      }),
  )

  testIn(
    needing(test, ['strace']),
    dialect.shell,
    'loading, and switching between valid profiles, start nothing and write no file',
    () =>
      withKeys(async (home) => {
        await play(dialect, home, [
          ['dev', use('dev')],
          ['prod', use('prod')],
        ])
        const script = join(home.path, `traced.${dialect.extension}`)
        const shown = dialect.shell === 'pwsh' ? '$env:SSOX_PROFILE' : '$SSOX_PROFILE'
        const steps = [dialect.load, use('dev'), use('prod'), use('-'), use('-'), `echo ${shown}`]
        writeFileSync(script, steps.join('\n'))
        const strace = ['strace', '-f', '-qq', '-e', `trace=${PROCESSES},open,openat,creat`]
        const path = shellPath(dialect.shell) ?? dialect.shell
        const run = await runIn(home, [...strace, path, ...dialect.flags, script])
        assert.is(run.stdout, 'prod\n', run.stderr.slice(-2000))
        const hook = `ssox.${dialect.extension}"`
        const calls = run.stderr.split('\n')
        const loaded = calls.findIndex((call) => call.includes(hook))
        assert.is.not(loaded, -1, 'the hook is in the trace')
        assert.equal(calls.slice(loaded).filter(startsProcess), [])
        assert.equal(calls.slice(loaded).filter(writesFile), [])
      }),
  )

  scenario('loaded twice it is as loaded once', () =>
    withKeys(async (home) => {
      const seen = await play(dialect, home, [
        ['dev', use('dev')],
        ['prod', use('prod')],
        ['load', `${dialect.load}\n${dialect.load}`],
        ['back', use('-')],
      ])
      assert.is(seen.load.stdout + seen.load.stderr, '')
      assert.equal(seen.load.started, [])
      assert.equal(identity(seen.back), identity(seen.dev))
    }),
  )

  scenario('a program in place of the one on PATH, and none at all', () =>
    withKeys(async (home) => {
      const other = join(home.path, 'other bin')
      const seen = await play(dialect, home, [
        ['copy', sh(dialect, `cp "$HOME/bin/ssox" '${other}'; rm "$HOME/bin/ssox"`)],
        ['none', use('dev')],
        ['other', `${dialect.set('SSOX_BIN', other)}\n${use('dev')}`],
      ])
      assert.is.not(seen.none.status, 0)
      assert.equal(identity(seen.none), identity(seen.loaded))
      assert.is(seen.other.status, 0)
      assert.is(profile(seen.other), 'dev')
    }),
  )
}

/** The system calls that start a process or a thread. */
export const PROCESSES = 'fork,vfork,clone,clone3,execve'

/** True for the line of a trace where a process is started, not a thread. */
export function startsProcess(line: string): boolean {
  return /\b(v?fork|execve|clone3?)\(/.test(line) && !line.includes('CLONE_THREAD')
}

/** True for the line of a trace where a file is opened to be written. */
function writesFile(line: string): boolean {
  // .NET names its threads, and PowerShell notes what it has compiled.
  const others = /"\/dev\/(tty|null)"|"\/proc\/self\/task\/\d+\/comm"|\/StartupProfileData-/
  return /\bcreat\(|O_(CREAT|WRONLY|RDWR)/.test(line) && !others.test(line)
}

/** A signed-in home with a profile for each of the names, and one called `-weird`. */
export function withAwkwardNames<T>(
  use: (home: Home) => Promise<T>,
  names: readonly string[] = AWKWARD_NAMES,
): Promise<T> {
  return withKeys(async (home) => {
    home.writeConfig(awkwardConfig(home.center.startUrl, [...names, '-weird']))
    return use(home)
  })
}

/**
 * Lines of `sh` that do something to each entry, `$it`, that makes a profile warm; its time stays
 * that of `time`, which is what it was.
 */
function toEntries(profile: string, command: string): string {
  const keepingTime = `touch -r "$it" time; ${command}; touch -c -h -r time "$it"`
  return `cd "$HOME"/.cache/ssox/state-*; for it in [!r]-${profile} [!r]-*-${profile}; do [ ! -e "$it" ] || { ${keepingTime}; }; done`
}

/** For `toEntries`: sets the expiry, in seconds from now. */
function expireIn(seconds: number): string {
  return `at=$(($(date +%s) + ${seconds})); sed -i "8s/.*/$at/" "$it"; touch -d "@$((at - 300))" time`
}

/** The secrets of dev: key, secret and token. */
export function secretsOf(home: Home): string[] {
  const entry = readFileSync(join(home.path, '.cache', 'ssox', 'current', 'p-dev'), 'utf8')
  return [...entry.matchAll(/^AWS_(?:SECRET_ACCESS_KEY|SESSION_TOKEN)=(.*)$/gm)].map(
    ([, value = '']) => value,
  )
}

function profile({ env }: Report): string | undefined {
  return env.get('SSOX_PROFILE')
}
