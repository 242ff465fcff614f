/** PKCE or device code: the choice and its reason (contract, section 5). */
import type { SsoSession } from '../aws/profile.ts'
import type { Context } from '../context.ts'
import { isWsl, namesBrowser, wslOpener } from '../system/browser.ts'
import { isContainer } from '../system/surroundings.ts'

export interface FlowChoice extends Omit<BrowserPlace, 'away'> {
  readonly flow: 'pkce' | 'device'
  /** Completes "signing in with a code: …" / "signing in with the browser: …". */
  readonly reason: string
  /** The person may sit before another machine, even if a page can be opened. */
  readonly showQr: boolean
}

/** Where a page can be opened from here. */
export interface BrowserPlace {
  /** Why the browser is probably not on this machine; undefined when it is. */
  readonly away: string | undefined
  /** Whether something can be expected to open a page: a browser here, or a command that was set. */
  readonly canOpen: boolean
  /** Only the command that was set: the system's browser would open where nobody looks. */
  readonly onlyChosen: boolean
}

/** Whether the browser is on this machine. */
export function browserPlace(ctx: Context): BrowserPlace {
  const away = browserIsElsewhere(ctx)
  // In a remote container BROWSER is often a helper that opens the page where the person is.
  const canOpen = away === undefined || ctx.signIn.browser !== undefined || namesBrowser(ctx.env)
  return { away, canOpen, onlyChosen: away !== undefined }
}

/** Chooses the flow; a legacy profile can only use the device flow, as in the AWS CLI. */
export function chooseFlow(session: SsoSession, ctx: Context): FlowChoice {
  const { signIn, env } = ctx
  const { away, canOpen, onlyChosen } = browserPlace(ctx)
  const device = (reason: string): FlowChoice => ({
    flow: 'device',
    reason,
    canOpen,
    onlyChosen,
    showQr: !canOpen || isSsh(env),
  })
  const pkce = (reason: string): FlowChoice => ({
    flow: 'pkce',
    reason,
    canOpen: true,
    onlyChosen: false,
    showQr: false,
  })
  if (signIn.asked?.flow === 'device') return device(signIn.asked.by)
  if (session.kind === 'legacy') return device('the profile has no sso_session')
  if (signIn.asked) return pkce(signIn.asked.by)
  return away === undefined ? pkce('a browser is here') : device(away)
}

/** Why the browser is probably not on this machine; undefined when it is. */
function browserIsElsewhere({ env, signIn }: Context): string | undefined {
  if (isSsh(env)) return 'this is an SSH session'
  if (env['CODESPACES'] || env['REMOTE_CONTAINERS'] || env['CLOUD_SHELL'])
    return 'this is a remote development container'
  if (signIn.browser !== undefined) return undefined
  if (isContainer()) return 'this is a container'
  if (isWsl(env)) return wslOpener(env) || namesBrowser(env) ? undefined : 'WSL without a browser'
  if (process.platform !== 'linux' || namesBrowser(env)) return undefined
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? undefined : 'there is no display'
}

function isSsh(env: Context['env']): boolean {
  return Boolean(env['SSH_CONNECTION'] || env['SSH_TTY'] || env['SSH_CLIENT'])
}
