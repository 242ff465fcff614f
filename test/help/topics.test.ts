/** The topics of the help, compared with what they are about. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TOPIC_NAMES, TOPICS } from '../../src/cli/topic-names.ts'
import { topicText } from '../../src/help/topics.ts'
import { EXIT } from '../../src/problem.ts'
import { SETTING_NAMES } from '../../src/settings/table.ts'
import { SHELL_NAMES } from '../../src/shells/shell.ts'
import { width } from '../../src/text/width.ts'
import { colours } from '../../src/ui/colour.ts'
import { withHome } from '../support/home.ts'
import { told } from '../support/output.ts'
import { assert, suite } from '../support/suite.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const plain = colours(false)
const you = { HOME: '/home/you' }

/** Variables that are about the machine or about ssox's own parts, and not for people to set. */
const NOT_FOR_PEOPLE = [
  ...['HOME', 'PATH', 'SHELL', 'TERM', 'USERPROFILE', 'HOMEDRIVE', 'HOMEPATH', 'ZDOTDIR'],
  ...['DISPLAY', 'WAYLAND_DISPLAY', 'WSL_DISTRO_NAME', 'SSH_TTY', 'SSH_CONNECTION', 'SSH_CLIENT'],
  ...['CODESPACES', 'REMOTE_CONTAINERS', 'CLOUD_SHELL', 'SUDO_USER', 'RES_OPTIONS'],
  // Of fzf and of old SDKs: passed on.
  ...['FZF_DEFAULT_OPTS', 'BOTO_CONFIG'],
  // Refused.
  'NODE_TLS_REJECT_UNAUTHORIZED',
  // Between parts of ssox.
  ...['SSOX_HOOK', 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'],
]

suite('topics of the help', (test) => {
  test('fit into 100 columns, begin with what they are about, have no trailing blanks', () => {
    for (const name of TOPIC_NAMES) {
      const text = topicText(name, you, plain)
      assert.ok(text.startsWith(`ssox help ${name}\n  ${TOPICS[name]}\n\n`), text)
      for (const line of text.split('\n')) assert.ok(width(line) <= 100, line)
      assert.not.match(text, / $/m)
      assert.match(text, /[^\n]\n$/)
      assert.not.match(text, /undefined|\/~/)
    }
  })

  test('environment: every variable that the source reads, but for what doctor looks at', () => {
    const text = topicText('environment', you, plain)
    const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    const read = files
      .filter((name) => name.endsWith('.ts') && !/^(demo|doctor|install)\//.test(name))
      .flatMap((name) => [
        ...readFileSync(join(root, 'src', name), 'utf8').matchAll(/\benv\['([A-Z_]+)'\]/g),
      ])
      .map(([, name = '']) => name)
    assert.ok(read.length > 50, `${read.length} places`)
    const missing = new Set(read.filter((name) => !new RegExp(`\\b${name}\\b`).test(text)))
    assert.equal(
      [...missing].filter((name) => !NOT_FOR_PEOPLE.includes(name)),
      [],
    )
  })

  test('environment: every variable that the hooks read for people', () => {
    const text = topicText('environment', you, plain)
    const hook = readFileSync(join(root, 'shell/ssox.bash'), 'utf8')
    const heading = hook.split('\n\n')[0] ?? ''
    const named = [...heading.matchAll(/SSOX_[A-Z_]+/g)].map(([name]) => name)
    assert.ok(named.length >= 3, heading)
    for (const name of named) assert.ok(text.includes(`  ${name} `), name)
  })

  test('exit-codes: every code of the program', () => {
    const text = topicText('exit-codes', you, plain)
    for (const code of Object.values(EXIT)) assert.match(text, new RegExp(`^ {2}${code} {2,}`, 'm'))
  })

  test('settings and shells: every setting, every shell', () => {
    const settings = topicText('settings', you, plain)
    for (const name of SETTING_NAMES)
      assert.match(settings, new RegExp(`^ {2}${name} = <\\S+> `, 'm'))
    const words = settings.replace(/\s+/g, ' ')
    assert.match(words, /min_left = <minutes> [^=]{1,90}\(default: 5; before it: --min-left\)/)
    assert.match(settings, /login_flow = <pkce\|device> /)
    const shells = topicText('shells', you, plain)
    for (const name of SHELL_NAMES) assert.match(shells, new RegExp(`^ {2}${name} {2,}`, 'm'))
  })

  test('files: the places of this person, and those of anybody without a home', () => {
    const moved = topicText('files', { ...you, AWS_CONFIG_FILE: '/etc/aws/config' }, plain)
    assert.match(moved, /^ {2}\/etc\/aws\/config {2,}/m)
    assert.match(moved, /^ {2}~\/\.config\/ssox\/config {2,}/m)
    const nobody = topicText('files', { HOME: 'relative' }, plain)
    assert.match(nobody, /^ {2}~\/\.aws\/config {2,}/m)
  })

  test('are what ssox prints, without a home too', () =>
    withHome(async (home) => {
      const run = await home.ssox(['help', 'files'], { env: { ...home.env, HOME: 'relative' } })
      assert.is(run.stdout, topicText('files', { HOME: 'relative' }, plain))
      assert.is(run.stderr, '')
      assert.is(run.status, 0, told(run))
    }))
})
