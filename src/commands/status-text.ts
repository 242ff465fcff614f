/** `ssox status` as text: this terminal, then each session with its profiles. */
import type { Context } from '../context.ts'
import { leftStyle } from '../profiles/profile-state.ts'
import type { ProfileStatus, SessionStatus, StatusReport } from '../profiles/status-report.ts'
import type { ThisTerminal } from '../profiles/this-terminal.ts'
import { forTerminal } from '../text/terminal-text.ts'
import { width } from '../text/width.ts'
import { shownIn } from '../ui/charset.ts'
import { type Colours, colours } from '../ui/colour.ts'
import { type Cell, table } from '../ui/columns.ts'
import { clockTime, HOUR, timeLeft } from '../ui/duration.ts'
import { progressBar } from '../ui/progress.ts'

export interface StatusLook {
  readonly env: Context['env']
  readonly now: number
  readonly style: Colours
  /** Width of the terminal; undefined: nothing is cut, and there are no bars. */
  readonly columns: number | undefined
  /** Profiles without credentials too. */
  readonly everything: boolean
}

/** How the report is shown to a person on this stdout. */
export function statusLook(everything: boolean, ctx: Context): StatusLook {
  const { stdout, columns, colour } = ctx.terminal
  return {
    env: ctx.env,
    now: ctx.now(),
    style: colours(colour),
    columns: stdout ? columns : undefined,
    everything,
  }
}

/** Width of the bar of the time left. */
const BAR = 10
const HEADER = ['', 'PROFILE', 'ACCOUNT', 'ROLE', 'CREDENTIALS', 'UNTIL', '']
const FIT = [
  { rank: 0 },
  { rank: 0 },
  { rank: 3 },
  { rank: 4, isFlexible: true },
  { rank: 1 },
  { rank: 5 },
  { rank: 2 },
]

/** The text, each line ended by a line feed; names in it are harmless. */
export function statusText(report: StatusReport, look: StatusLook): string {
  const { terminal, sessions, profiles } = report
  const isNothing = sessions.length + profiles.length === 0
  if (isNothing && terminal.profile === undefined && terminal.keys === 'none') return ''
  const groups = groupsOf(report, look)
  const rows = groups.flatMap(({ shown }) => shown.map((one) => profileRow(one, look)))
  const size = look.columns === undefined ? {} : { columns: look.columns }
  const mark = shownIn(look.env, '…')
  const text = table(rows, { header: HEADER, headerStyle: look.style.dim, fit: FIT, ...size, mark })
  const [header = '', ...lines] = text.split('\n')
  const below = groups.flatMap((group) => [
    ...(group.title === undefined ? [] : ['', group.title]),
    ...lines.splice(0, group.shown.length),
    ...hiddenLine(group, /^ */.exec(header)?.[0] ?? '', look),
  ])
  const isHidden = groups.some(({ hidden }) => hidden > 0)
  return [
    ...terminalLines(terminal, look),
    ...(rows.length > 0 ? ['', header] : []),
    ...(rows.length > 0 || isNothing || below[0] === '' ? [] : ['']),
    ...below,
    ...(isHidden ? ['', look.style.dim('ssox list shows all profiles')] : []),
  ]
    .map((line) => `${line}\n`)
    .join('')
}

interface Group {
  /** Undefined for profiles without a session. */
  readonly title: string | undefined
  readonly shown: readonly ProfileStatus[]
  readonly hidden: number
}

function groupsOf({ sessions, profiles }: StatusReport, look: StatusLook): Group[] {
  const keys = sessions.map(({ session }) => session.cacheName)
  const isIn = (one: ProfileStatus, key: string | undefined) => {
    const own = one.summary.session
    return key === undefined ? own === undefined || !keys.includes(own) : own === key
  }
  const groupOf = (title: string | undefined, key: string | undefined): Group => {
    const all = profiles.filter((one) => isIn(one, key))
    const shown = all.filter((one) => look.everything || one.current || hasCredentials(one))
    return { title, shown, hidden: all.length - shown.length }
  }
  const others = groupOf(undefined, undefined)
  const title = sessions.length > 0 ? look.style.bold('without a sign-in') : undefined
  return [
    ...sessions.map((one) => groupOf(sessionLine(one, look), one.session.cacheName)),
    ...(others.shown.length + others.hidden > 0 ? [{ ...others, title }] : []),
  ]
}

/** Keys of a file need no asking for. */
function hasCredentials({ summary, expiresAt }: ProfileStatus): boolean {
  return expiresAt !== undefined || summary.kind === 'static'
}

function hiddenLine({ shown, hidden }: Group, margin: string, { style }: StatusLook): string[] {
  if (hidden === 0) return []
  return [style.dim(`${margin}${hidden}${shown.length > 0 ? ' more' : ''} without credentials`)]
}

/** Name and sign-in; region and start URL where they fit. */
function sessionLine(status: SessionStatus, look: StatusLook): string {
  const { session, token, state, problem } = status
  const { style, columns = Number.POSITIVE_INFINITY } = look
  const isNamed = session.kind === 'named'
  const name = forTerminal(isNamed ? session.name : session.startUrl)
  const said = forTerminal(problem ?? signInWords(status, look))
  const more = [session.region, ...(isNamed ? [session.startUrl] : [])].map(forTerminal)
  const rest = [2, 1, 0]
    .map((count) =>
      more
        .slice(0, count)
        .map((part) => shownIn(look.env, ' · ') + part)
        .join(''),
    )
    .find((text) => width(`${name}: ${said}${text}`) <= columns)
  const left = (token?.expiresAt ?? 0) - look.now
  const tint = {
    'signed-in': token?.refreshToken ? style.green : leftStyle(left, style),
    expired: style.red,
    'signed-out': problem === undefined ? style.dim : style.red,
  }[state]
  return `${style.bold(`${name}:`)} ${tint(said)}${style.dim(rest ?? '')}`
}

function signInWords({ token, state }: SessionStatus, look: StatusLook): string {
  if (!token || state === 'signed-out') return 'signed out'
  if (state === 'expired') return 'expired'
  const ends = token.expiresAt > look.now ? `, ${untilWords(token.expiresAt, look)}` : ''
  return `signed in${ends}${token.refreshToken ? ', renewable' : ''}`
}

function untilWords(at: number, { now }: StatusLook): string {
  return `${timeLeft(at - now)} left until ${clockTime(at, now)}`
}

function profileRow(
  { summary, expiresAt, current, isProtected }: ProfileStatus,
  look: StatusLook,
): Cell[] {
  const { style, now } = look
  const mark: Cell = current ? { text: '*', style: style.bold } : ''
  const until = expiresAt === undefined ? '' : clockTime(expiresAt, now)
  const name: Cell = { text: summary.name, style: isProtected ? style.danger : undefined }
  return [
    mark,
    name,
    summary.accountId ?? '',
    summary.roleName ?? '',
    leftCell(summary, expiresAt, look),
    until,
    isProtected ? { text: 'protected', style: style.red } : '',
  ]
}

function leftCell(
  { settingsOnly, problem, kind }: ProfileStatus['summary'],
  expiresAt: number | undefined,
  { style, now, columns, env }: StatusLook,
): Cell {
  if (settingsOnly) return { text: 'no credentials', style: style.dim }
  if (problem !== undefined) return { text: 'invalid', style: style.red }
  if (expiresAt === undefined)
    return { text: kind === 'static' ? 'no expiry' : 'none', style: style.dim }
  const left = expiresAt - now
  // An hour or more is all of it.
  const shown = (own: string) => shownIn(env, own)
  const bar = columns === undefined ? '' : `${progressBar(left, HOUR, shown, BAR)} `
  return { text: bar + timeLeft(left), style: leftStyle(left, style) }
}

/** What this terminal acts as; empty where ssox has nothing to say about it. */
function terminalLines(
  { profile, keys, expiresAt, problem, fix }: ThisTerminal,
  look: StatusLook,
): string[] {
  const { style } = look
  const ends =
    expiresAt !== undefined && expiresAt > look.now ? `, ${untilWords(expiresAt, look)}` : ''
  const about: Record<ThisTerminal['keys'], string> = {
    none: problem === undefined ? 'by its name: tools get the keys themselves' : '',
    match: `with its keys${ends}`,
    older: `with its keys${ends}; newer ones are there`,
    other: '',
    foreign: '',
    ended: '',
  }
  const said = about[keys]
  const line =
    profile === undefined ? 'no profile' : `${forTerminal(profile)}${said && `, ${said}`}`
  const warning =
    problem === undefined
      ? []
      : [
          `${style.yellow('warning:')} ${forTerminal(problem)}`,
          ...(fix === undefined ? [] : [`  ${style.bold(forTerminal(fix))}`]),
        ]
  return [`${style.bold('this terminal:')} ${line}`, ...warning]
}
