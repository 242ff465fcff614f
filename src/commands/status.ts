/** `ssox status`: sessions and profiles with the time left. */

import { setTimeout as delay } from 'node:timers/promises'
import { allSessions } from '../auth/known-sessions.ts'
import {
  type AwsFiles,
  adHocProfile,
  describeProfile,
  loadProfile,
  type ProfileSummary,
  profileNames,
  type SsoSession,
  summaryOf,
} from '../aws/profile.ts'
import { chainRoot, ssoRoot } from '../aws/role-chain.ts'
import { type EpochMs, formatTime } from '../aws/time.ts'
import type { SsoToken } from '../aws/token.ts'
import type { Call, Outcome } from '../cli/command.ts'
import type { Context } from '../context.ts'
import { EXIT, SsoxError } from '../problem.ts'
import {
  againWith,
  called,
  chooseProfile,
  mendingTypo,
  nameMeant,
} from '../profiles/profile-choice.ts'
import {
  currentProfile,
  expiryOf,
  leftStyle,
  noteBrokenLines,
  noteNoProfiles,
} from '../profiles/profile-state.ts'
import { loadAwsFiles } from '../state/aws-files.ts'
import { knownIdentity } from '../state/identities.ts'
import { peekToken, readToken, tokenFileOf } from '../state/token-cache.ts'
import { writeAll } from '../system/files.ts'
import { forTerminal } from '../text/terminal-text.ts'
import { shownIn } from '../ui/charset.ts'
import { type Colours, colours } from '../ui/colour.ts'
import { type Cell, table } from '../ui/columns.ts'
import { timeLeft } from '../ui/duration.ts'

const WATCH_EVERY_MS = 1_000

/** A session and what is left of its sign-in. */
interface SessionStatus {
  readonly session: SsoSession
  readonly token: SsoToken | undefined
  readonly problem: string | undefined
}

/** A profile and what is left of its cached role credentials. */
interface ProfileStatus {
  readonly summary: ProfileSummary
  readonly expiresAt: EpochMs | undefined
  readonly current: boolean
}

/** @throws SsoxError `profile` for a profile that is unknown or invalid */
export async function run(typed: Call, ctx: Context): Promise<Outcome> {
  const { flags } = typed
  const files = loadAwsFiles(ctx.paths)
  const call = {
    ...typed,
    args: typed.args.map((name) => nameMeant(files, name, againWith(typed, name), ctx)),
  }
  if (flags.check) return { exitCode: (await check(call, ctx)) ? 0 : EXIT['sign-in'] }
  if (flags.json) return { stdout: asJson(gather(call, ctx), ctx) }
  if (flags.watch) return watch(call, ctx)
  const status = gather(call, ctx)
  noteBrokenLines(files, ctx)
  if (status.sessions.length > 0 || status.profiles.length > 0)
    return { stdout: asText(status, ctx) }
  noteNoProfiles(ctx.paths.config, ctx)
  return { stdout: mismatchNote(ctx) }
}

/** Whether the profile can be used without a sign-in. */
async function check(call: Call, ctx: Context): Promise<boolean> {
  const [name] = call.args
  const files = loadAwsFiles(ctx.paths)
  const current = currentProfile(ctx)
  // An account and role given by flags are in no file, but this shell has their keys.
  if (name === undefined && current && !profileNames(files).includes(current))
    if (current === ctx.env['SSOX_PROFILE']) return keysAreValid(ctx)
  const asked = name ?? current
  const isNamed = name !== undefined || asked === undefined
  const { profile } = isNamed ? chooseProfile(call, ctx) : called(files, asked, ctx)
  if (expiryOf(profile, ctx) !== undefined) return true
  const root = ssoRoot(profile)
  const source = chainRoot(profile)
  if (!root) return source.kind !== 'login-session' || expiryOf(source, ctx) !== undefined
  return signedIn(await readToken(tokenFileOf(root.session, ctx.paths), ctx.now(), ctx.signal), ctx)
}

/** Whether the keys of this shell, which ssox has put there, have not ended. */
function keysAreValid({ env, now }: Context): boolean {
  return Number(env['SSOX_EXPIRES'] ?? 0) * 1000 > now()
}

/** Valid now, or renewable without a browser. */
function signedIn(token: SsoToken | undefined, ctx: Context): token is SsoToken {
  if (!token) return false
  const renewable = token.refreshToken && (token.registrationExpiresAt ?? 0) > ctx.now()
  return token.expiresAt > ctx.now() || Boolean(renewable)
}

interface Status {
  readonly sessions: readonly SessionStatus[]
  readonly profiles: readonly ProfileStatus[]
  /** Profiles without credentials are left out of the table, unless one was asked for. */
  readonly everything: boolean
}

function gather(call: Call, ctx: Context): Status {
  const [name] = call.args
  const files = loadAwsFiles(ctx.paths)
  const current = currentProfile(ctx)
  const extra = profileWithoutFile(files, name ?? current, ctx)
  if (name !== undefined && !extra) mendingTypo(() => loadProfile(files, name), files, call)
  const all = profileNames(files)
    .filter((candidate) => name === undefined || candidate === name)
    .map((candidate) => profileStatus(files, candidate, candidate === current, ctx))
  if (extra)
    all.push({
      summary: summaryOf(extra),
      expiresAt: expiryOf(extra, ctx),
      current: extra.name === current,
    })
  const session = name === undefined ? undefined : all[0]?.summary.session
  const found = allSessions(files).map((chosen) => chosen.session)
  if (extra && !found.some(({ cacheName }) => cacheName === extra.session.cacheName))
    found.push(extra.session)
  const sessions = found
    .filter(({ cacheName }) => name === undefined || cacheName === session)
    .map((one) => sessionStatus(one, ctx))
  return { sessions, profiles: all, everything: name !== undefined }
}

/** The account and role that the name stands for, unless the files have a profile of that name. */
function profileWithoutFile(files: AwsFiles, name: string | undefined, { paths }: Context) {
  if (name === undefined || profileNames(files).includes(name)) return undefined
  const identity = knownIdentity(paths, name)
  return identity && adHocProfile(identity)
}

function sessionStatus(session: SsoSession, ctx: Context): SessionStatus {
  try {
    const token = peekToken(tokenFileOf(session, ctx.paths), ctx.now())
    return { session, token, problem: undefined }
  } catch (error) {
    if (!(error instanceof SsoxError)) throw error
    return { session, token: undefined, problem: error.message }
  }
}

function profileStatus(
  files: AwsFiles,
  name: string,
  current: boolean,
  ctx: Context,
): ProfileStatus {
  const summary = describeProfile(files, name)
  const expiresAt =
    summary.problem !== undefined ? undefined : expiryOf(loadProfile(files, name), ctx)
  return { summary, expiresAt, current }
}

function asJson({ sessions, profiles }: Status, ctx: Context): string {
  const time = (at: EpochMs | undefined) => (at === undefined ? null : formatTime(at))
  const value = {
    version: 1,
    sessions: sessions.map(({ session, token, problem }) => ({
      name: session.kind === 'named' ? session.name : null,
      kind: session.kind,
      startUrl: session.startUrl,
      region: session.region,
      state: stateOf(token, ctx),
      expiresAt: time(token?.expiresAt),
      refreshable: Boolean(token?.refreshToken),
      ...(problem ? { problem } : {}),
    })),
    profiles: profiles.map(({ summary, expiresAt, current }) => ({
      ...summary,
      current,
      expiresAt: time(expiresAt),
    })),
  }
  return `${JSON.stringify(value, null, 2)}\n`
}

function stateOf(
  token: SsoToken | undefined,
  ctx: Context,
): 'signed-in' | 'expired' | 'signed-out' {
  if (!token) return 'signed-out'
  return signedIn(token, ctx) ? 'signed-in' : 'expired'
}

const SESSION_TABLE = {
  header: ['SESSION', 'REGION', 'SIGN-IN', 'START URL'],
  fit: [{ rank: 0 }, { rank: 2 }, { rank: 1, isFlexible: true }, { rank: 3, isFlexible: true }],
}

const PROFILE_TABLE = {
  header: ['', 'PROFILE', 'ACCOUNT', 'ROLE', 'CREDENTIALS'],
  fit: [{ rank: 0 }, { rank: 0 }, { rank: 2 }, { rank: 3, isFlexible: true }, { rank: 1 }],
}

function asText(status: Status, ctx: Context): string {
  const style = colours(ctx.terminal.colour)
  const mark = shownIn(ctx.env, '…')
  const width = ctx.terminal.stdout ? { columns: ctx.terminal.columns, mark } : {}
  const sessions = table(
    status.sessions.map((row) => sessionRow(row, style, ctx)),
    { ...SESSION_TABLE, headerStyle: style.dim, ...width },
  )
  const shown = status.profiles.filter(
    (one) => status.everything || one.current || hasCredentials(one),
  )
  const profiles = table(
    shown.map((row) => profileRow(row, style, ctx)),
    { ...PROFILE_TABLE, headerStyle: style.dim, ...width },
  )
  const hidden = status.profiles.length - shown.length
  const more = hidden > 0 ? `${hidden} more without credentials: ssox list\n` : ''
  const mismatch = mismatchNote(ctx)
  const tables = [
    ...(status.sessions.length > 0 ? [sessions] : []),
    `${shown.length > 0 ? profiles : ''}${more}${mismatch}`,
  ]
  return tables.join('\n')
}

/** Keys of a file need no asking for, and do not end. */
function hasCredentials({ summary, expiresAt }: ProfileStatus): boolean {
  return expiresAt !== undefined || summary.kind === 'static'
}

function sessionRow(
  { session, token, problem }: SessionStatus,
  style: Colours,
  ctx: Context,
): Cell[] {
  const label = session.kind === 'named' ? session.name : '(legacy)'
  return [label, session.region, signInCell(token, problem, style, ctx), session.startUrl]
}

function signInCell(
  token: SsoToken | undefined,
  problem: string | undefined,
  style: Colours,
  ctx: Context,
): Cell {
  if (problem) return { text: problem, style: style.red }
  if (!token) return { text: 'signed out', style: style.dim }
  const left = token.expiresAt - ctx.now()
  if (token.refreshToken && signedIn(token, ctx))
    return { text: left > 0 ? `${timeLeft(left)}, renewable` : 'renewable', style: style.green }
  return timeCell(token.expiresAt, style, ctx)
}

function profileRow({ summary, expiresAt, current }: ProfileStatus, style: Colours, ctx: Context) {
  const mark: Cell = current ? { text: '*', style: style.bold } : ''
  const time: Cell = summary.settingsOnly
    ? { text: 'no credentials', style: style.dim }
    : summary.problem !== undefined
      ? { text: 'invalid', style: style.red }
      : expiresAt === undefined
        ? { text: summary.kind === 'static' ? 'no expiry' : 'none', style: style.dim }
        : timeCell(expiresAt, style, ctx)
  return [mark, summary.name, summary.accountId ?? '', summary.roleName ?? '', time]
}

function timeCell(at: EpochMs, style: Colours, ctx: Context): Cell {
  const left = at - ctx.now()
  return { text: timeLeft(left), style: leftStyle(left, style) }
}

/** Keys of one profile and the name of another are how people act on the wrong account. */
function mismatchNote({ env }: Context): string {
  const [keys, name] = [env['SSOX_PROFILE'], env['AWS_PROFILE']]
  if (!env['AWS_ACCESS_KEY_ID'] || !keys || !name || keys === name) return ''
  return `${forTerminal(`warning: the keys of this shell are of "${keys}", but AWS_PROFILE is "${name}"`)}\n`
}

/** Redraws until it is cancelled; without a terminal it prints once. */
async function watch(call: Call, ctx: Context): Promise<Outcome> {
  if (!ctx.terminal.stdout) return { stdout: asText(gather(call, ctx), ctx) }
  for (;;) {
    const lines = asText(gather(call, ctx), ctx)
    writeAll(1, `\x1b[H\x1b[2J${lines}\n(^C ends)\n`)
    await delay(WATCH_EVERY_MS, undefined, { signal: ctx.signal }).catch(() => {
      throw ctx.signal.reason
    })
  }
}
