/** An account and role in place of a profile, by flags or by the variables that stand for them. */
import type { Identity } from '../aws/profile.ts'
import type { Call } from '../cli/command.ts'
import { findFlag } from '../cli/spec.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import type { Env } from '../state/paths.ts'

const IDENTITY = {
  startUrl: ['--start-url', 'AWS_SSO_START_URL'],
  ssoRegion: ['--sso-region', 'AWS_SSO_REGION'],
  accountId: ['--account-id', 'AWS_SSO_ACCOUNT_ID'],
  roleName: ['--role-name', 'AWS_SSO_ROLE_NAME'],
} as const satisfies Record<keyof Identity, readonly [flag: string, variable: string]>

type Part = keyof Identity

type SignInIdentity = Pick<Identity, (typeof SIGN_IN)[number]>

const ALL = Object.keys(IDENTITY) as Part[]
/** The parts that a sign-in needs. */
const SIGN_IN = ['startUrl', 'ssoRegion'] as const satisfies Part[]

/** The variables that stand for the identity flags. */
export const IDENTITY_VARIABLES: readonly string[] = ALL.map((part) => IDENTITY[part][1])

/**
 * The account and role given by flags; the environment fills what the flags leave out.
 * @throws SsoxError `usage` when something is missing
 */
export function identityOf(call: Call, ctx: Context): Identity | undefined {
  return givenParts(call, ctx, ALL)
}

/** What the flags say, and what the environment says of the rest. */
export function givenIdentity({ flags }: Pick<Call, 'flags'>, { env }: Context): Partial<Identity> {
  const typed = ALL.flatMap((part) => (flags[part] === undefined ? [] : [[part, flags[part]]]))
  return { ...variableParts(env, ALL), ...Object.fromEntries(typed) }
}

/** The first of the identity flags that was given, as typed. */
export function givenIdentityFlag({ flags }: Pick<Call, 'flags'>): string | undefined {
  const part = ALL.find((one) => flags[one] !== undefined)
  return part && IDENTITY[part][0]
}

/** As `identityOf`, for a sign-in, which asks for no account and role. */
export function signInIdentityOf(call: Call, ctx: Context): SignInIdentity | undefined {
  return givenParts(call, ctx, SIGN_IN)
}

/** The account and role of the variables: all of them, since other tools set some. */
export function environmentIdentity({ env }: Pick<Context, 'env'>): Identity | undefined {
  return whole(variableParts(env, ALL), ALL)
}

/** What the variables say of a sign-in. */
export function environmentSignIn({ env }: Pick<Context, 'env'>): SignInIdentity | undefined {
  return whole(variableParts(env, SIGN_IN), SIGN_IN)
}

function whole<Needed extends Part>(found: Partial<Identity>, needed: readonly Needed[]) {
  return needed.every((part) => found[part]) ? (found as Pick<Identity, Needed>) : undefined
}

function variableParts(env: Env, parts: readonly Part[]): Partial<Identity> {
  return Object.fromEntries(
    parts.flatMap((part) => {
      const value = env[IDENTITY[part][1]]
      return value ? [[part, value]] : []
    }),
  )
}

function givenParts<Needed extends Part>(
  { flags }: Call,
  { env }: Context,
  needed: readonly Needed[],
): Pick<Identity, Needed> | undefined {
  if (!ALL.some((part) => flags[part] !== undefined)) return undefined
  const found = variableParts(env, needed)
  for (const part of needed) if (flags[part] !== undefined) found[part] = flags[part]
  const missing = needed.filter((part) => !found[part]).map((part) => IDENTITY[part][0])
  if (missing.length > 0)
    throw new SsoxError(
      'usage',
      `without a profile ${missing.join(', ')} must be given, too`,
      `add ${missing.map((flag) => `${flag} <${findFlag(flag.slice(2))?.value}>`).join(' ')}`,
    )
  return found as Pick<Identity, Needed>
}

/** A profile has an account and a role of its own, which would win without a word. */
export function refuseIdentityBeside({ args: [name], flags }: Call): void {
  const flag = givenIdentityFlag({ flags })
  if (name === undefined || flag === undefined) return
  throw new SsoxError(
    'usage',
    `${flag} is for an account and role without a profile, not for use beside "${name}"`,
    `leave out ${flag}, or "${name}"`,
  )
}
