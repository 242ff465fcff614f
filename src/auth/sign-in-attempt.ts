/** What the parts of a sign-in share: who is asked, who watches, and how it ends. */
import type { SsoProfile, SsoSession } from '../aws/profile.ts'
import type { EpochMs } from '../aws/time.ts'
import type { Registration } from '../aws/token.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import type { ShownCode } from '../ui/sign-in-text.ts'
import type { IdentityCenter } from './client.ts'
import type { FlowChoice } from './flow.ts'
import { signInCommand } from './sign-in-command.ts'

/** A key that does something while the browser is waited for. */
export interface SignInKey {
  readonly key: string
  /** In two or three words. */
  readonly does: string
  run(): void
}

/** What a person sees during a sign-in; all of it on stderr. */
export interface SignInView {
  /** Which flow was chosen and why, in one line. */
  flow(label: string, flow: Registration['flow'], reason: string): void
  /** Always before a browser opens, if one will. */
  url(url: string, willOpen: boolean): void
  deviceCode(shown: ShownCode): void
  /** No browser could be started, or the last one has failed; `qrUrl` is then shown as a QR code. */
  browserFailed(why: string, qrUrl?: string): void
  /** Nothing has come back for a while; the commands start again, and with a code. */
  stillWaiting(again: string, withCode: string): void
  /** Waiting until `deadline`, with keys where a person can press them; the returned function ends it. */
  waiting(deadline: EpochMs, keys: readonly SignInKey[]): () => void
  /** Puts an address into the clipboard. */
  copy(url: string): void
}

/** Whose sign-in it is. */
export interface SignInRequest {
  readonly session: SsoSession
  /** For the command that mends a failure. */
  readonly profile?: SsoProfile | undefined
}

/** What all steps of a sign-in share. */
export interface SignIn extends SignInRequest {
  readonly view: SignInView
  readonly center: IdentityCenter
  readonly choice: FlowChoice
  readonly ctx: Context
}

/** The part of a sign-in that ends with `signal`, if not before. */
export function until(signal: AbortSignal, attempt: SignIn): SignIn {
  const { ctx } = attempt
  return { ...attempt, ctx: { ...ctx, signal: AbortSignal.any([ctx.signal, signal]) } }
}

export function never(): Promise<never> {
  return new Promise(() => undefined)
}

/** The command that starts such a sign-in again, asked for in the same way. */
export function again(
  { session, profile }: Pick<SignInRequest, 'session' | 'profile'>,
  { signIn }: Context,
  ...options: string[]
): string {
  return signInCommand(session, profile, [...new Set([...signIn.words, ...options])])
}

export function timedOut(): SsoxError {
  return new SsoxError('sign-in', 'the sign-in was not finished in time', 'start again')
}

export function denied(): SsoxError {
  return new SsoxError(
    'sign-in',
    'the sign-in was denied in the browser',
    'start again and allow the access',
  )
}
