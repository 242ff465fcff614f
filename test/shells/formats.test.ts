/** `--format`: the same values for every program that reads them. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatNamed, formatted } from '../../src/shells/formats.ts'
import { environmentAfter, testIn } from '../support/in-shell.ts'
import { assert, suite } from '../support/suite.ts'
import { changeOf } from './change-of.ts'
import { hostileValues } from './hostile.ts'

const CHANGE = changeOf(
  ['AWS_VAULT'],
  [
    ['AWS_ACCESS_KEY_ID', 'ASIAEXAMPLE'],
    ['AWS_SECRET_ACCESS_KEY', 'a/b+c=#d'],
    ['AWS_PROFILE', "zoë's profile"],
  ],
)

suite('formatted', (test) => {
  test('json is one object of the variables that are set', () => {
    assert.is(
      formatted('json', CHANGE),
      '{\n  "AWS_ACCESS_KEY_ID": "ASIAEXAMPLE",\n  "AWS_SECRET_ACCESS_KEY": "a/b+c=#d",\n  "AWS_PROFILE": "zoë\'s profile"\n}\n',
    )
    assert.is(formatted('json', changeOf(['AWS_VAULT'], [])), '{}\n')
  })
  test('dotenv quotes, with the quotes that the value leaves free', () => {
    assert.is(
      formatted('dotenv', CHANGE),
      "AWS_ACCESS_KEY_ID='ASIAEXAMPLE'\nAWS_SECRET_ACCESS_KEY='a/b+c=#d'\nAWS_PROFILE=\"zoë's profile\"\n",
    )
  })
  test('docker is raw', () => {
    assert.is(
      formatted('docker', CHANGE),
      "AWS_ACCESS_KEY_ID=ASIAEXAMPLE\nAWS_SECRET_ACCESS_KEY=a/b+c=#d\nAWS_PROFILE=zoë's profile\n",
    )
  })
  for (const value of [`it's "it"`, `it's $5`, `it's \\`, '${HOME}', 'a\\\\b', 'end\\'])
    test(`dotenv: refuses ${value}, which readers read differently`, () => {
      assert.throws(() => formatted('dotenv', changeOf([], [['K', value]])), /dotenv readers/)
    })
  test('formatNamed knows its names only', () => {
    assert.is(formatNamed('docker'), 'docker')
    assert.throws(() => formatNamed('yaml'), /unknown format "yaml"/)
  })
})

suite('dotenv, read by those who read it', (test) => {
  const values = hostileValues(10_000).filter((value) => dotenv(value) !== undefined)
  const text = values.map((value, at) => dotenv(value)?.replace(/^K/, `V${at}`)).join('')

  test('most hostile values can be written', () => {
    assert.ok(values.length > 6000, `${values.length} of 10000`)
  })
  test('node --env-file', () => {
    const read = withFile(text, (file) =>
      execFileSync(
        process.execPath,
        [`--env-file=${file}`, '-e', 'process.stdout.write(JSON.stringify(process.env))'],
        { env: {}, maxBuffer: 1 << 26 },
      ),
    )
    equalValues(JSON.parse(read.toString()), values)
  })
  testIn(test, 'bash', 'set -a; . ./file', () => {
    const { environment, created } = environmentAfter('bash', 'set -a; . ./file', {
      files: { file: text },
    })
    equalValues(Object.fromEntries(environment), values)
    assert.equal(created, [])
  })
  const dotenvScript =
    'import sys, json, dotenv; print(json.dumps(dotenv.dotenv_values(sys.argv[1], encoding="utf-8")))'
  if (spawnSync('python3', ['-c', 'import dotenv']).status !== 0)
    test.skip('python-dotenv', 'python3 has no python-dotenv')
  else
    test('python-dotenv', () => {
      const read = withFile(text, (file) =>
        execFileSync('python3', ['-c', dotenvScript, file], { maxBuffer: 1 << 26 }),
      )
      equalValues(JSON.parse(read.toString()), values)
    })
})

function dotenv(value: string): string | undefined {
  try {
    return formatted('dotenv', changeOf([], [['K', value]]))
  } catch {
    return undefined
  }
}

function equalValues(read: Record<string, string>, values: readonly string[]): void {
  const wrong = values.flatMap((value, at) => {
    const got = read[`V${at}`]
    return got === value ? [] : [`${JSON.stringify(value)} became ${JSON.stringify(got)}`]
  })
  assert.equal(wrong.slice(0, 5), [], `${wrong.length} of ${values.length} values differ`)
}

function withFile<T>(text: string, use: (file: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'ssox-dotenv-'))
  try {
    writeFileSync(join(folder, 'file'), text)
    return use(join(folder, 'file'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
