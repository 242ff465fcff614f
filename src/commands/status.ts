/** `ssox status`: sessions and profiles with the time left, and what this terminal acts as. */
import { loadProfile, profileNames } from '../aws/profile.ts'
import { chainRoot, ssoRoot } from '../aws/role-chain.ts'
import { type EpochMs, formatTime } from '../aws/time.ts'
import type { Call, Outcome } from '../cli/command.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../problem.ts'
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
  noteBrokenLines,
  noteNoProfiles,
  summaryForPrograms,
} from '../profiles/profile-state.ts'
import {
  isSignedIn,
  profileWithoutFile,
  type StatusReport,
  statusReport,
} from '../profiles/status-report.ts'
import { loadAwsFiles } from '../state/aws-files.ts'
import { readToken, tokenFileOf } from '../state/token-cache.ts'
import { canRedraw } from '../system/terminal.ts'
import { statusLook, statusText } from './status-text.ts'

/** @throws SsoxError `profile` for a profile that is unknown or invalid */
export async function run(typed: Call, ctx: Context): Promise<Outcome> {
  const { flags } = typed
  const files = loadAwsFiles(ctx.paths)
  const args = typed.args.map((name) => nameMeant(files, name, againWith(typed, name), ctx))
  const call = { ...typed, args }
  if (flags.check) return { exitCode: (await check(call, ctx)) ? 0 : EXIT['sign-in'] }
  if (flags.json) return { stdout: asJson(report(call, ctx)) }
  if (flags.watch && ctx.terminal.stdout && canRedraw(ctx.env)) return watch(call, ctx)
  const found = report(call, ctx)
  noteBrokenLines(files, ctx)
  if (found.sessions.length + found.profiles.length === 0) noteNoProfiles(ctx.paths.config, ctx)
  return { stdout: textOf(found, call, ctx) }
}

function report({ args: [name], ...call }: Call, ctx: Context): StatusReport {
  const files = loadAwsFiles(ctx.paths)
  if (name !== undefined && !profileWithoutFile(files, name, ctx))
    mendingTypo(() => loadProfile(files, name), files, { ...call, args: [name] })
  return statusReport(files, name, ctx)
}

function textOf(found: StatusReport, { args }: Call, ctx: Context): string {
  return statusText(found, statusLook(args.length > 0, ctx))
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
  const source = chainRoot(profile)
  const root = ssoRoot(profile)
  const end = expiryOf(profile, ctx) ?? (root ? undefined : expiryOf(source, ctx))
  if (end !== undefined) return end > ctx.now()
  if (!root) return source.kind !== 'login-session'
  return isSignedIn(
    await readToken(tokenFileOf(root.session, ctx.paths), ctx.now(), ctx.signal),
    ctx,
  )
}

/** Whether the keys of this shell, which ssox has put there, have not ended. */
function keysAreValid({ env, now }: Context): boolean {
  return Number(env['SSOX_EXPIRES'] ?? 0) * 1000 > now()
}

function asJson({ terminal, sessions, profiles }: StatusReport): string {
  const value = {
    version: 1,
    terminal: {
      profile: terminal.profile ?? null,
      keys: terminal.keys,
      expiresAt: time(terminal.expiresAt),
      ...(terminal.problem === undefined ? {} : { problem: terminal.problem }),
      ...(terminal.fix === undefined ? {} : { fix: terminal.fix }),
    },
    sessions: sessions.map(({ session, token, state, problem }) => ({
      name: session.kind === 'named' ? session.name : null,
      kind: session.kind,
      startUrl: session.startUrl,
      region: session.region,
      state,
      expiresAt: time(token?.expiresAt),
      refreshable: Boolean(token?.refreshToken),
      ...(problem === undefined ? {} : { problem }),
    })),
    profiles: profiles.map(({ summary, expiresAt, current, isProtected }) => ({
      ...summaryForPrograms(summary),
      current,
      protected: isProtected,
      expiresAt: time(expiresAt),
    })),
  }
  return `${JSON.stringify(value, null, 2)}\n`
}

function time(at: EpochMs | undefined): string | null {
  return at === undefined ? null : formatTime(at)
}

/** Redraws until a key or a signal ends it. */
async function watch(call: Call, ctx: Context): Promise<Outcome> {
  const { showLive } = await import('../system/live-screen.ts')
  await showLive(
    ({ columns }) => {
      const sized = { ...ctx, terminal: { ...ctx.terminal, columns } }
      return textOf(report(call, ctx), call, sized)
    },
    { hasKeys: ctx.terminal.stdin, signal: ctx.signal },
  )
  return {}
}
