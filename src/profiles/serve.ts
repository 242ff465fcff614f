/**
 * `ssox exec --serve`: in place of keys the command gets an endpoint (the SDKs' container provider)
 * that always has valid ones, from memory, for as long as it runs.
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type EndingCredentials, keepValid, WINDOW_MS } from '../auth/lasting-credentials.ts'
import type { Credentials } from '../aws/credentials.ts'
import type { Profile } from '../aws/profile.ts'
import { ssoRoot } from '../aws/role-chain.ts'
import { formatTime } from '../aws/time.ts'
import type { Call } from '../cli/command.ts'
import type { Context } from '../context.ts'
import { messageOf, SsoxError } from '../problem.ts'
import { asTyped } from '../shells/speaker.ts'
import { removeLeftCopies } from '../state/private-copies.ts'
import { tokenFileOf } from '../state/token-cache.ts'
import { environmentWithEndpoint } from '../switch/endpoint-environment.ts'
import { type EndpointAnswer, listenPrivately } from '../system/private-endpoint.ts'
import { everyMs } from '../system/terminal.ts'
import { typedWord } from '../ui/typed-command.ts'
import { ifPossible } from './if-possible.ts'
import { cachedFor, credentialsFor, targetOf } from './profile-change.ts'
import type { ChosenProfile } from './profile-choice.ts'
import { noteBrokenLines } from './profile-state.ts'
import { raiseShield } from './shield.ts'

const LOOK_EVERY_MS = 1_000

export interface Served {
  /** The environment of the command. */
  readonly env: Record<string, string>
  /** Ends the endpoint, and removes what was made for it. */
  end(): void
}

/**
 * Gets credentials of the chosen profile and serves them until `end`.
 * @throws SsoxError as `credentialsFor`; `usage` for credentials that do not end; `storage`
 */
export async function serve(chosen: ChosenProfile, call: Call, ctx: Context): Promise<Served> {
  const { profile, files } = chosen
  noteBrokenLines(files, ctx)
  ifPossible(() => removeLeftCopies(ctx.paths), ctx)
  const first = ending(profile, await firstCredentials(chosen, call, ctx), call)
  const stop = new AbortController()
  const quiet = behindCommand(ctx, stop.signal)
  const lasting = keepValid(first, {
    now: ctx.now,
    signal: stop.signal,
    signInState: () => signInState(profile, ctx),
    onProblem: (problem) => ctx.say.problem(problem),
    renew: async (minLeftMs) =>
      ending(
        profile,
        await credentialsFor(chosen, call, quiet, { minLeftMs, refresh: false }),
        call,
      ),
  })
  const answer = () =>
    lasting.current().then(credentialsAnswer, (error) => problemAnswer(error, ctx))
  const target = targetOf(chosen, ctx)
  const endpoint = await listenPrivately(answer)
  try {
    ctx.say.mask(endpoint.token)
    const shield = raiseShield(chosen, target.region, ctx)
    const endLooks = everyMs(lasting.look, LOOK_EVERY_MS)
    return {
      env: environmentWithEndpoint(ctx.env, target, endpoint, shield.variables, cachedFor(chosen)),
      end: () => {
        endLooks()
        stop.abort()
        endpoint.close()
        ifPossible(shield.remove, ctx)
      },
    }
  } catch (error) {
    endpoint.close()
    throw error
  }
}

/** Twice as much as must be left: so no cached rest is taken for the length of the role's sessions. */
async function firstCredentials(
  chosen: ChosenProfile,
  call: Call,
  ctx: Context,
): Promise<Credentials> {
  try {
    return await credentialsFor(chosen, call, ctx, { minLeftMs: 2 * WINDOW_MS })
  } catch (error) {
    // What is cached may still do, until the network is there again.
    if (!(error instanceof SsoxError) || error.kind !== 'network' || call.flags.refresh) throw error
    return await credentialsFor(chosen, call, ctx).catch(() => {
      throw error
    })
  }
}

/** @throws SsoxError `usage`: to the SDKs, an endpoint gives only credentials that end */
function ending(
  { name, kind }: Profile,
  credentials: Credentials,
  { line }: Pick<Call, 'line'>,
): EndingCredentials {
  const { sessionToken, expiresAt } = credentials
  if (sessionToken !== undefined && expiresAt !== undefined)
    return { ...credentials, sessionToken, expiresAt }
  throw new SsoxError(
    'usage',
    kind === 'static' && sessionToken !== undefined
      ? `the keys of "${name}" are in a file, where nothing renews them, so --serve cannot`
      : `the credentials of "${name}" do not end, so there is nothing to renew with --serve`,
    withoutServe(line),
  )
}

/** The same command with keys in place of the endpoint. */
function withoutServe({ argv, rest, speaker }: Call['line']): string {
  const head = argv.slice(0, argv.length - rest.length).filter((word) => word !== '--serve')
  return asTyped([...head, ...rest], speaker)
    .map((word) => typedWord(word))
    .join(' ')
}

/** While the command has the terminal nothing is asked, opened or told; it ends with the command. */
function behindCommand(ctx: Context, signal: AbortSignal): Context {
  return {
    ...ctx,
    signal,
    interactive: false,
    cannotAsk: 'a command has the terminal',
    // It was good for the first keys.
    mfaCode: undefined,
    signIn: { ...ctx.signIn, allowed: false, why: 'a command is running' },
    say: { ...ctx.say, note: ctx.say.debug, warn: ctx.say.debug },
  }
}

/** A sign-in changes the token file. */
function signInState(profile: Profile, ctx: Context): bigint | undefined {
  const root = ssoRoot(profile)
  if (!root) return undefined
  const { folder, key } = tokenFileOf(root.session, ctx.paths)
  try {
    return statSync(join(folder, `${key}.json`), { bigint: true, throwIfNoEntry: false })?.mtimeNs
  } catch {
    return undefined
  }
}

/**
 * What the SDKs' container provider expects (AWS SDKs and Tools Reference, "Container credential
 * provider"): these names, and a time without fractions that ends in Z.
 */
function credentialsAnswer(credentials: EndingCredentials): EndpointAnswer {
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt, accountId } = credentials
  const body = JSON.stringify({
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: sessionToken,
    Expiration: formatTime(expiresAt),
    ...(accountId === undefined ? {} : { AccountId: accountId }),
  })
  return { status: 200, body }
}

/** The AWS CLI, boto3, Go and Terraform show the message. */
function problemAnswer(error: unknown, { say }: Context): EndpointAnswer {
  const fix = error instanceof SsoxError && error.fix ? `: ${error.fix}` : ''
  const message = say.masked(`${messageOf(error)}${fix}`)
  return { status: 400, body: JSON.stringify({ code: 'CredentialsEnded', message }) }
}
