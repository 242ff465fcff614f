import fc from 'fast-check'
import { type Invocation, readFlags } from '../../src/cli/parse.ts'
import { findVerb, flagsOf, VERBS } from '../../src/cli/spec.ts'
import { TOPIC_NAMES } from '../../src/cli/topic-names.ts'
import { DESCRIBED_VERBS } from '../../src/cli/verb-text.ts'
import { readWords } from '../../src/cli/words.ts'
import { SsoxError } from '../../src/problem.ts'
import { asked } from '../support/command-line.ts'
import { assert, suite } from '../support/suite.ts'

type Run = Extract<Invocation, { kind: 'run' }>

/** Values that parsers take for something else. */
const TREACHEROUS = [
  '012345678901',
  '1e5',
  '0x10',
  '0012',
  '-0',
  '1_000',
  'Infinity',
  'NaN',
  'true',
  'false',
  'null',
  'undefined',
  '',
  ' ',
  '=',
  'a=b',
  '--',
  '--help',
  '-h',
  '--no-login',
  'w0',
  'w1',
  '__proto__',
  'constructor',
  'a b',
  "it's",
  '$(id)',
  'ü東京👍',
  'line\nbreak',
  '\x1b[31m',
]

suite('parse: values stay as they were typed', (test) => {
  for (const value of TREACHEROUS) {
    const shown = JSON.stringify(value)
    test(`${shown} as --flag=value`, () =>
      assert.is(run('env', `--role-name=${value}`, 'dev').flags.roleName, value))
    test(`${shown} as a word after --`, () => assert.equal(run('env', '--', value).args, [value]))
    test(`${shown} in the command of exec`, () =>
      assert.equal(run('exec', 'dev', '--', value, value).rest, [value, value]))
    if (value.startsWith('-')) continue
    test(`${shown} as --flag value`, () =>
      assert.is(run('env', '--role-name', value, 'dev').flags.roleName, value))
    test(`${shown} as an argument`, () => assert.equal(run('env', value).args, [value]))
    test(`${shown} as an argument after a boolean flag`, () => {
      const { args, flags } = run('login', '--force', value)
      assert.equal([args, flags], [[value], { force: true }])
    })
    test(`${shown} as an argument after a boolean flag with a dash in its name`, () => {
      const { args, flags } = run('login', '--device-code', value)
      assert.equal([args, flags], [[value], { deviceCode: true }])
    })
  }

  test('random values of every string flag survive byte for byte', () => {
    const flags = flagsOf(findVerb('env')).filter((flag) => flag.type === 'string' && !flag.choices)
    assert.ok(flags.length >= 5)
    fc.assert(
      fc.property(
        fc.constantFrom(...flags),
        fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...TREACHEROUS)),
        fc.string({ unit: 'grapheme' }),
        (flag, value, profile) => {
          const { args, flags: read } = run('env', `--${flag.name}=${value}`, '--', profile)
          assert.is(Object.values(read)[0], value)
          assert.equal(args, [profile])
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('random words after exec survive byte for byte, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom(...TREACHEROUS))), (words) => {
        assert.equal(run('exec', 'dev', '--', 'cmd', ...words).rest, ['cmd', ...words])
        assert.equal(run('exec', 'dev', 'cmd', ...words).rest, ['cmd', ...words])
      }),
      { numRuns: 500 },
    )
  })

  test('options may stand anywhere: any order of the words means the same', () => {
    const pieces = [
      ['dev'],
      ['--force'],
      ['--region', '0x10'],
      ['--no-browser'],
      ['-q'],
      ['--port=1'],
    ]
    fc.assert(
      fc.property(fc.shuffledSubarray(pieces, { minLength: pieces.length }), (order) => {
        const { args, flags } = run('login', ...order.flat())
        assert.equal(args, ['dev'])
        assert.equal(
          { ...flags },
          { force: true, region: '0x10', browser: false, quiet: true, port: 1 },
        )
      }),
    )
  })
})

suite('parse: flags', (test) => {
  const cases: readonly [sentence: string, words: string, flags: object][] = [
    ['none', 'env dev', {}],
    ['a value in the next word', 'env --shell zsh dev', { shell: 'zsh' }],
    ['a value after =', 'env --shell=zsh dev', { shell: 'zsh' }],
    ['a number', 'env dev --min-left 15', { minLeft: 15 }],
    ['a number with zeros in front is decimal', 'env dev --min-left 0015', { minLeft: 15 }],
    ['zero minutes', 'env dev --min-left 0', { minLeft: 0 }],
    ['a boolean', 'env dev --refresh', { refresh: true }],
    ['one letter', 'env -q dev', { quiet: true }],
    ['before the verb', '--debug --region eu-west-1 env dev', { debug: true, region: 'eu-west-1' }],
    ["a verb's own flag before the verb", '--shell zsh env dev', { shell: 'zsh' }],
    ['--login', 'env dev --login', { login: true }],
    ['--no-login', 'env dev --no-login', { login: false }],
    ['--browser with a command', 'env dev --browser firefox', { browser: 'firefox' }],
    ['--no-browser', 'env --no-browser dev', { browser: false }],
    ['--color', 'env dev --color', { color: true }],
    ['--no-color', 'env --no-color dev', { color: false }],
    ['--no-input', 'env --no-input dev', { input: false }],
    ['a dash as a value', 'env dev --browser -', { browser: '-' }],
    ['the last of a repeated value', 'env dev --region a --region=b --region c', { region: 'c' }],
    ['the last of a repeated number', 'env dev --port 1 --port 2', { port: 2 }],
    ['a repeated boolean', 'status --json --json', { json: true }],
    ['a letter and its long form', 'env dev -q --quiet -q', { quiet: true }],
    ['the last of yes and no', 'env dev --no-login --login', { login: true }],
    ['the last of no and yes', 'env dev --login --no-login', { login: false }],
    [
      'the last of a value and its negation',
      'env dev --browser x --no-browser',
      { browser: false },
    ],
    ['the last of a negation and a value', 'env dev --no-browser --browser x', { browser: 'x' }],
    [
      'the identity of a profile that is in no file',
      'env --start-url https://d-1.awsapps.com/start#/ --sso-region eu-west-1 --account-id 012345678901 --role-name Admin',
      {
        startUrl: 'https://d-1.awsapps.com/start#/',
        ssoRegion: 'eu-west-1',
        accountId: '012345678901',
        roleName: 'Admin',
      },
    ],
  ]
  for (const [sentence, words, flags] of cases)
    test(sentence, () => assert.equal({ ...run(...words.split(' ')).flags }, flags))

  test('a value flag may be empty, and does not swallow the next word then', () => {
    const { args, flags } = run('env', '--region=', 'dev')
    assert.equal([args, flags], [['dev'], { region: '' }])
  })
})

suite('parse: arguments', (test) => {
  const cases: readonly [sentence: string, words: string[], args: string[], rest: string[]][] = [
    ['a verb alone', ['list'], [], []],
    ['a profile', ['env', 'dev'], ['dev'], []],
    ['a lone dash', ['env', '-'], ['-'], []],
    ['a lone dash after a boolean', ['env', '--refresh', '-'], ['-'], []],
    ['an empty profile is not the same as none', ['env', ''], [''], []],
    ['a profile that begins with a dash, after --', ['env', '--', '-weird'], ['-weird'], []],
    ['a profile called --help, after --', ['env', '--', '--help'], ['--help'], []],
    ['nothing after --', ['env', '--'], [], []],
    ['an argument with choices', ['init', 'fish'], ['fish'], []],
    ['a profile named as a verb', ['env', 'env'], ['env'], []],
    ['a profile named help', ['env', 'help'], ['help'], []],
    [
      'a command after --, with options of its own',
      ['exec', 'dev', '--', 'cmd', '--region', 'x'],
      ['dev'],
      ['cmd', '--region', 'x'],
    ],
    ['--help of the command', ['exec', 'dev', '--', 'aws', '--help'], ['dev'], ['aws', '--help']],
    [
      'a second -- belongs to the command',
      ['exec', 'd', '--', 'a', '--', 'b'],
      ['d'],
      ['a', '--', 'b'],
    ],
    [
      'a command without --, with options of its own',
      ['exec', 'dev', 'aws', 's3', 'ls', '--region', 'eu', '--help'],
      ['dev'],
      ['aws', 's3', 'ls', '--region', 'eu', '--help'],
    ],
    [
      'a command without -- that holds one',
      ['exec', 'd', 'a', '--', '-b'],
      ['d'],
      ['a', '--', '-b'],
    ],
    ['options before the profile', ['exec', '-q', '--mode', 'keys', 'd', 'a'], ['d'], ['a']],
    ['options between profile and --', ['exec', 'd', '--region', 'x', '--', 'a'], ['d'], ['a']],
    [
      'options between profile and command: those after its first word are its own',
      ['exec', 'd', '--mode', 'keys', '-q', 'aws', '-q', '--debug', '--', '-h'],
      ['d'],
      ['aws', '-q', '--debug', '--', '-h'],
    ],
    ['no profile: AWS_PROFILE, or one that is chosen', ['exec', '--', 'ls'], [], ['ls']],
    ['a command called -', ['exec', 'd', '-'], ['d'], ['-']],
    ['exec before the verb has flags', ['--debug', 'exec', 'd', 'a'], ['d'], ['a']],
    ['no profile with an identity', ['exec', '--account-id', '1', '--', 'a'], [], ['a']],
  ]
  for (const [sentence, words, args, rest] of cases)
    test(sentence, () => {
      const read = run(...words)
      assert.equal([read.args, read.rest], [args, rest])
    })
})

suite('parse: help and version', (test) => {
  for (const [words, verb] of [
    ['--help', undefined],
    ['-h', undefined],
    ['help', undefined],
    ['help env', 'env'],
    ['help --no-color env', 'env'],
    ['env --help', 'env'],
    ['env -h', 'env'],
    ['--help env', 'env'],
    ['-qh exec', 'exec'],
    ['exec dev --help -- ls', 'exec'],
    ['exec --help', 'exec'],
    ['init --help', 'init'],
    ['list extra --help', 'list'],
    ['env --shell foo --help', 'env'],
    ['env --bogus --help', 'env'],
    ['env --port --help', 'env'],
    ['--bogus --help', undefined],
    ['env --version --help', 'env'],
  ] as const)
    test(`${words}`, () => {
      const read = parse(words.split(' '))
      assert.is(read.kind, 'help')
      assert.is(read.kind === 'help' && read.verb, verb)
    })

  for (const topic of TOPIC_NAMES)
    test(`help ${topic}`, () => assert.equal(parse(['help', topic]), { kind: 'topic', topic }))

  test('help awsuse', () =>
    assert.equal(parse(['help', 'awsuse']), { kind: 'help', verb: 'env', speaker: 'awsuse' }))

  for (const words of ['--version', '-V', 'env --version', '--no-color -V'])
    test(words, () => assert.is(parse(words.split(' ')).kind, 'version'))

  for (const [sentence, words] of [
    ['no word at all', []],
    ['global flags alone', ['--debug', '-q']],
    ['-- alone', ['--']],
  ] as const)
    test(`${sentence} asks for the short help`, () => assert.is(parse(words).kind, 'bare'))
})

suite('parse: mistakes', (test) => {
  const cases: readonly [words: string, message: RegExp, fix: string | RegExp][] = [
    ['statu dev', /^unknown command "statu"; did you mean status/, 'ssox status dev'],
    ['frobnicate', /^unknown command "frobnicate"$/, 'ssox --help'],
    ['0012', /^unknown command "0012"$/, 'ssox --help'],
    ['- dev', /^unknown command "-"/, /^ssox /],
    ['statu --help', /^unknown command "statu"/, 'ssox status --help'],
    ['ENV dev', /^unknown command "ENV"/, /^ssox /],
    ['constructor', /^unknown command "constructor"/, 'ssox --help'],
    ['help statu', /^unknown command "statu"; did you mean status/, 'ssox help status'],
    [
      'help env dev',
      /^help is about one command or topic; "dev" is a second one$/,
      'ssox help env',
    ],
    ['help fils', /^unknown command "fils"; did you mean files\?$/, 'ssox help files'],
    ['use dev', /^ssox has no command "use": awsuse switches .*ssox init --install/, 'awsuse dev'],
    ['switch', /^ssox has no command "switch"/, 'awsuse'],
    ['awsuse dev -q', /^ssox has no command "awsuse"/, 'awsuse dev -q'],
    ['ls', /^unknown command "ls"; did you mean list\?$/, 'ssox list'],
    ['run dev -- ls -l', /^unknown command "run"; did you mean exec\?$/, 'ssox exec dev -- ls -l'],
    [
      'env dev --shel zsh',
      /^unknown option "--shel" for env; did you mean --shell/,
      'ssox env dev --shell zsh',
    ],
    [
      'env dev --shel=zsh',
      /^unknown option "--shel" for env; did you mean --shell/,
      'ssox env dev --shell=zsh',
    ],
    [
      'env --no-logn',
      /^unknown option "--no-logn" for env; did you mean .*--no-login/,
      /^ssox env --/,
    ],
    ['env --zzzzzzzzz', /^unknown option "--zzzzzzzzz" for env$/, 'ssox env --help'],
    ['--regio x env', /^unknown option "--regio"; did you mean --region/, 'ssox --region x env'],
    ['list --shell zsh', /^unknown option "--shell" for list/, /^ssox list/],
    ['env -x', /^unknown option "-x" for env$/, 'ssox env --help'],
    ['env -qx', /^unknown option "-qx" for env/, /^ssox env/],
    [
      'env -region x',
      /^unknown option "-region" for env; did you mean --region/,
      'ssox env --region x',
    ],
    [
      'login -no-login',
      /^unknown option "-no-login" for login; did you mean --no-login/,
      'ssox login --no-login',
    ],
    ['env ---help', /^unknown option "---help" for env/, /^ssox env/],
    ['env --region.x y', /^unknown option "--region.x" for env/, /^ssox env/],
    ['env --minLeft 3', /^unknown option "--minLeft" for env/, /^ssox env/],
    ['env --REGION x', /^unknown option "--REGION" for env/, /^ssox env/],
    ['env --reg x', /^unknown option "--reg" for env/, /^ssox env/],
    ['env --input', /^unknown option "--input" for env$/, 'ssox env --help'],
    ['env --no-refresh', /^unknown option "--no-refresh" for env$/, 'ssox env'],
    ['env --__proto__ x', /^unknown option "--__proto__" for env/, /^ssox env/],
    ['env --=x', /^unknown option "--" for env/, /^ssox env/],
    ['env dev --region', /^--region needs a value$/, 'ssox env --help'],
    [
      'env --region --shell zsh',
      /^--region needs a value; one that begins with - is given with =$/,
      'ssox env --help',
    ],
    ['env --shell', /^--shell needs a value: one of bash, zsh, .*, cmd$/, 'ssox env --help'],
    [
      'exec dev --mode -- ls',
      /^--mode needs a value: one of both, keys, profile$/,
      'ssox exec --help',
    ],
    [
      'env --shell foo dev',
      /^--shell cannot be "foo": one of bash, zsh, sh, fish, powershell/,
      /^ssox env/,
    ],
    ['env --shell=fis dev', /^--shell cannot be "fis"/, 'ssox env --shell=fish dev'],
    ['env --shell powershel', /^--shell cannot be "powershel"/, 'ssox env --shell powershell'],
    ['env --shell ZSH', /^--shell cannot be "ZSH"/, /^ssox env/],
    ['env --shell=', /^--shell cannot be ""/, /^ssox env/],
    ['env --format yaml', /^--format cannot be "yaml": one of json, dotenv, docker$/, /^ssox env/],
    [
      'env --port abc',
      /^--port must be a whole number from 1 to 65535, not "abc"$/,
      'ssox env --help',
    ],
    ['env --port 0x50', /^--port must be a whole number/, 'ssox env --help'],
    ['env --port 1e3', /^--port must be a whole number/, 'ssox env --help'],
    ['env --port 0', /^--port must be a whole number/, 'ssox env --help'],
    ['env --port 65536', /^--port must be a whole number/, 'ssox env --help'],
    ['env --port=-1', /^--port must be a whole number/, 'ssox env --help'],
    ['env --port=', /^--port must be a whole number/, 'ssox env --help'],
    ['env --min-left 1.5', /^--min-left must be a whole number/, 'ssox env --help'],
    ['env --min-left 99999999999', /^--min-left must be a whole number/, 'ssox env --help'],
    ['login --force=maybe', /^--force takes no value$/, 'ssox login --help'],
    ['login --force=yes', /^--force takes no value$/, 'ssox login --force'],
    ['login --no-browser=x', /^--no-browser takes no value$/, 'ssox login --help'],
    ['login --no-browser=true', /^--no-browser takes no value$/, 'ssox login --no-browser'],
    ['login --no-browser=false', /^--no-browser takes no value$/, 'ssox login'],
    ['env dev --refresh=1', /^--refresh takes no value$/, 'ssox env dev --refresh'],
    ['env dev --refresh=false', /^--refresh takes no value$/, 'ssox env dev'],
    ['env dev --login=no', /^--login takes no value$/, 'ssox env dev --no-login'],
    ['env dev --no-login=off', /^--no-login takes no value$/, 'ssox env dev --login'],
    ['env -p dev', /^unknown option "-p" for env$/, 'ssox env dev'],
    ['env --profile dev -q', /^unknown option "--profile" for env$/, 'ssox env dev -q'],
    ['status --profile=dev', /^unknown option "--profile" for status$/, 'ssox status dev'],
    ['exec -p dev -- ls', /^unknown option "-p" for exec$/, 'ssox exec dev -- ls'],
    ['env dev -p prod', /^unknown option "-p" for env$/, 'ssox env --help'],
    ['env -p', /^unknown option "-p" for env$/, 'ssox env --help'],
    ['list -p dev', /^unknown option "-p" for list$/, 'ssox list --help'],
    ['-v', /^unknown option "-v"; did you mean -V\?$/, 'ssox -V'],
    ['env dev --no-quiet', /^unknown option "--no-quiet" for env$/, 'ssox env dev'],
    ['--region env dev', /^--region needs a value; .* the command "env" /, 'ssox env --help'],
    ['--region x evn', /^unknown command "evn"/, 'ssox --region x env'],
    ['env --help=x', /^--help takes no value$/, 'ssox env --help'],
    ['env dev prod', /^unexpected argument "prod" for env$/, 'ssox env --help'],
    ['list all', /^unexpected argument "all" for list$/, 'ssox list --help'],
    ['env -- dev prod', /^unexpected argument "prod" for env$/, 'ssox env --help'],
    ['exec dev -l ls', /^unknown option "-l" for exec$/, 'ssox exec --help'],
    [
      'init fis',
      /^the shell of init cannot be "fis": one of bash, zsh, fish, powershell$/,
      'ssox init fish',
    ],
    ['init qqqqqqqqqqqq', /^the shell of init cannot be "qqqqqqqqqqqq"/, 'ssox init --help'],
  ]
  for (const [words, message, fix] of cases)
    test(words, () => {
      const error = mistake(words.split(' '))
      assert.match(error.message, message)
      if (typeof fix === 'string') assert.is(error.fix, fix)
      else assert.match(error.fix ?? '', fix)
    })

  test('no more than three suggestions', () => {
    for (const { name } of VERBS) {
      const { message } = mistake([`${name}x`])
      assert.ok((message.match(/ or /g) ?? []).length <= 2, message)
      assert.ok(message.includes(name), message)
    }
  })

  test('a corrected command has the quotes that it needs, if it can be read off a screen', () => {
    assert.is(mistake(['statu', 'a b; rm']).fix, "ssox status 'a b; rm'")
    assert.is(mistake(['env', '--shel', '$(id)']).fix, "ssox env --shell '$(id)'")
    assert.is(mistake(['statu', 'a\u001bb']).fix, 'ssox --help')
    assert.is(mistake(['statu', 'a\u202eb']).fix, 'ssox --help')
  })

  test('to who has typed awsuse, awsuse is what speaks', () => {
    const cases: [words: string, message: RegExp, fix: string][] = [
      [
        'env --shell zsh --refrehs dev',
        /^unknown option "--refrehs" for awsuse;/,
        'awsuse --refresh dev',
      ],
      ['env --shell fish -p dev', /^unknown option "-p" for awsuse$/, 'awsuse dev'],
      ['env --shell bash dev prod', /^unexpected argument "prod" for awsuse$/, 'awsuse --help'],
      ['env --shell bash dev --mode key', /^--mode cannot be "key"/, 'awsuse dev --mode keys'],
      ['env --bogus -h', /^$/, ''],
    ]
    for (const [words, message, fix] of cases) {
      const line = readWords(words.split(' '), 'awsuse')
      if (fix === '') {
        assert.equal(asked(line), { kind: 'help', verb: 'env', speaker: 'awsuse' })
        continue
      }
      const error = thrownBy(() => asked(line))
      assert.match(error.message, message)
      assert.is(error.fix, fix)
    }
  })

  test('an endless word is cut in the message', () => {
    assert.ok(mistake(['x'.repeat(100_000)]).message.length < 200)
  })

  test('the first mistake is the one that is told', () => {
    assert.match(
      mistake(['env', '--aaaaaaaaa', '--port', 'x', 'dev', 'prod']).message,
      /--aaaaaaaaa/,
    )
  })

  test('random words are understood or refused as wrong usage, never anything else', () => {
    const word = fc.oneof(
      fc.constantFrom(...VERBS.map(({ name }) => name), 'help', '--', '-', ...TREACHEROUS),
      fc.constantFrom('--region', '--no-login', '--browser', '--port', '-q', '--mode', '--json'),
      fc.string(),
      fc.string().map((text) => `-${text}`),
      fc.string().map((text) => `--${text}`),
      fc.string().map((text) => `--region=${text}`),
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        try {
          parse(words)
        } catch (error) {
          assert.instance(error, SsoxError)
          assert.is((error as SsoxError).exitCode, 2)
          assert.ok((error as SsoxError).fix)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('nothing is ever printed', () => {
    const printed: unknown[] = []
    const { info, log, error, warn } = console
    Object.assign(console, {
      info: (...words: unknown[]) => printed.push(words),
      log: (...words: unknown[]) => printed.push(words),
      error: (...words: unknown[]) => printed.push(words),
      warn: (...words: unknown[]) => printed.push(words),
    })
    try {
      for (const words of [['--help'], ['env', '-h'], ['--version'], []]) parse(words)
      for (const words of [['evn'], ['env', '--bogus'], ['list', 'x']]) mistake(words)
    } finally {
      Object.assign(console, { info, log, error, warn })
    }
    assert.equal(printed, [])
  })
})

suite('parse: the examples of the table', (test) => {
  for (const verb of DESCRIBED_VERBS)
    for (const { command } of verb.examples)
      test(command, () => {
        // The hook's own `-` is for no program.
        const line = command.replace(/^awsuse( -$)?/, 'ssox env')
        const [, typed = ''] = /ssox ([^|>)]*)/.exec(line) ?? []
        assert.is(run(...typed.trim().split(' ')).verb, verb.name)
      })
})

suite('parse: other names of choices', (test) => {
  test('pwsh is PowerShell, for --shell and for init', () => {
    assert.is(run('env', 'dev', '--shell', 'pwsh').flags.shell, 'pwsh')
    assert.equal(run('init', 'pwsh').args, ['pwsh'])
  })
  test('a choice that does not exist is still a mistake', () => {
    assert.throws(() => run('init', 'sh'), /cannot be "sh": one of bash, zsh, fish, powershell/)
  })
})

suite('flags beside a mistake', (test) => {
  for (const [words, flags] of [
    ['evn', {}],
    ['evn --no-color', { color: false }],
    ['evn --no-color --color --bogus', { color: true }],
    ['-q evn --debug', { quiet: true, debug: true }],
    ['env --port x -q', { quiet: true }],
    ['env -qh dev prod', { quiet: true, help: true }],
    ['exec dev -- x --debug --quiet', {}],
    ['exec dev x --debug --quiet', {}],
    ['exec -q --mode keys dev x --debug', { quiet: true, mode: 'keys' }],
    ['env -- --debug', {}],
  ] as const)
    test(words, () => assert.equal(readFlags(readWords(words.split(' '))).flags, flags))
})

function parse(words: readonly string[]): Invocation {
  return asked(words)
}

function run(...words: string[]): Run {
  const read = parse(words)
  if (read.kind !== 'run') throw new Error(`${words.join(' ')}: ${read.kind}`)
  return read
}

function mistake(words: readonly string[]): SsoxError {
  return thrownBy(() => parse(words))
}

function thrownBy(read: () => unknown): SsoxError {
  try {
    read()
  } catch (error) {
    assert.instance(error, SsoxError)
    assert.is((error as SsoxError).exitCode, 2)
    return error as SsoxError
  }
  throw new Error(`no mistake: ${read}`)
}
