/** The manual page: everything of the tables is in it, and roff reads it as it is meant. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { flagsOf } from '../../src/cli/spec.ts'
import { DESCRIBED_VERBS } from '../../src/cli/verb-text.ts'
import { manPage } from '../../src/help/man.ts'
import { MAN_MARK } from '../../src/help/mark.ts'
import { SETTING_NAMES } from '../../src/settings/table.ts'
import { needing } from '../support/machine.ts'
import { assert, suite } from '../support/suite.ts'

const page = manPage('1.2.3')
const lines = page.split('\n')

suite('the manual page', (test) => {
  test('begins with the mark of an installation, and has the sections of a manual', () => {
    assert.is(lines[0], MAN_MARK)
    assert.match(lines[1] ?? '', /^\.TH SSOX 1 .*ssox 1\.2\.3/)
    const titles = lines.flatMap((line) => /^\.SH "?([A-Z ]+)"?$/.exec(line)?.[1] ?? [])
    assert.equal(titles, [
      'NAME',
      'SYNOPSIS',
      'DESCRIPTION',
      'EXAMPLES',
      'COMMANDS',
      'AWSUSE',
      'SHARED OPTIONS',
      'MODES',
      'SHELLS',
      'SETTINGS',
      'EXIT STATUS',
      'ENVIRONMENT',
      'FILES',
      'SEE ALSO',
    ])
  })

  test('has every command, option, setting and example', () => {
    const read = plain(page)
    for (const verb of DESCRIBED_VERBS) {
      assert.ok(read.includes(`.SS "ssox ${verb.name}`), verb.name)
      for (const { command } of verb.examples)
        assert.ok(lines.map(plain).includes(`\\fB${command.replace('…', '...')}\\fR`), command)
      const implied: readonly string[] = verb.implied ?? []
      for (const { name, negation } of flagsOf(verb))
        if (negation !== 'alone' && !implied.includes(name))
          assert.ok(read.includes(`--${name}`), name)
    }
    for (const name of SETTING_NAMES) assert.ok(read.includes(`\n\\fB${name} = `), name)
  })

  test('no line is taken for a request that is none, and none is long', () => {
    for (const line of lines) {
      assert.not.match(line, /^[.'](?!(?:TH|SH|SS|TP|PP|br|BR|\\")(?: |$))/)
      assert.ok(line.length <= 80 || line.startsWith('\\fB') || line.startsWith('.SS'), line)
      assert.not.match(line, /[^ -~]/)
    }
  })

  needing(test, ['mandoc'])('mandoc has nothing to say but that it has no date', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ssox-man-'))
    try {
      const file = join(folder, 'ssox.1')
      writeFileSync(file, page)
      const { stdout } = spawnSync('mandoc', ['-Tlint', file], { encoding: 'utf8' })
      const complaints = stdout.split('\n').filter((line) => line !== '')
      assert.is(complaints.length, 1, stdout)
      assert.match(complaints[0] ?? '', /missing date/)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

/** What roff shows for the signs that are escaped in the page. */
function plain(text: string): string {
  return text
    .replaceAll('\\-', '-')
    .replaceAll('\\(aq', "'")
    .replaceAll('\\(dq', '"')
    .replaceAll('\\(ga', '`')
    .replaceAll('\\(ha', '^')
    .replaceAll('\\(ti', '~')
}
