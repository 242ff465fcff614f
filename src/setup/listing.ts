/**
 * All accounts and roles of a person, from the access portal: paced, in parallel, each request
 * repeated until it is answered; what is there already (of a run that was killed) is not asked again.
 */
import type { Account, IdentityCenter, Page } from '../auth/client.ts'
import { createPacer, pause } from '../auth/pace.ts'
import { isService } from '../auth/service-error.ts'
import { SsoxError } from '../problem.ts'

export interface Listing {
  /** In the order of the portal; undefined while they are not all known. */
  accounts: readonly Account[] | undefined
  /** By account id. */
  readonly roles: Map<string, readonly string[]>
  /** Accounts that the portal names, but whose roles it refuses to tell. */
  readonly refused: Set<string>
}

/** A request for a token: again with the one that AWS has refused. */
export type TokenSource = (rejected?: string) => Promise<string>

export interface ListingOptions {
  readonly center: Pick<IdentityCenter, 'accountsPage' | 'rolesPage'>
  readonly token: TokenSource
  readonly signal: AbortSignal
  /** Called after each account. */
  onProgress(listing: Listing): void
}

const AT_ONCE = 16
/** A network that is away for longer ends it; what was fetched until then is kept. */
const MAX_REPETITIONS = 4
const NETWORK_PAUSE_MS = 250

export function emptyListing(): Listing {
  return { accounts: undefined, roles: new Map(), refused: new Set() }
}

/**
 * Completes a listing.
 * @throws SsoxError `network`, `sign-in`, the signal's reason; the listing keeps what it has by then
 */
export async function completeListing(listing: Listing, options: ListingOptions): Promise<void> {
  const request = requester(options)
  const { center, onProgress } = options
  listing.accounts ??= withoutRepeats(
    await allPages((next) => request((token) => center.accountsPage(token, next))),
  )
  const left = listing.accounts.filter(
    ({ id }) => !listing.roles.has(id) && !listing.refused.has(id),
  )
  onProgress(listing)
  let at = 0
  let failure: { readonly error: unknown } | undefined
  const work = async () => {
    while (at < left.length && failure === undefined) {
      const { id } = left[at++] as Account
      try {
        const roles = await allPages((next) =>
          request((token) => center.rolesPage(token, id, next)),
        )
        listing.roles.set(id, [...new Set(roles)])
      } catch (error) {
        // The last role of the account was taken away while we were asking.
        if (isService(error, 'ForbiddenException', 'ResourceNotFoundException'))
          listing.refused.add(id)
        else failure ??= { error }
      }
      onProgress(listing)
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, left.length) }, work))
  if (failure) throw failure.error
}

/** An account that was added meanwhile moves others to the next page. */
function withoutRepeats(accounts: readonly Account[]): Account[] {
  return [...new Map(accounts.map((account) => [account.id, account])).values()]
}

async function allPages<Item>(
  page: (next: string | undefined) => Promise<Page<Item>>,
): Promise<Item[]> {
  const items: Item[] = []
  const seen = new Set<string>()
  for (let next: string | undefined; ; ) {
    const answer = await page(next)
    items.push(...answer.items)
    next = answer.next
    if (next === undefined || seen.has(next)) return items
    seen.add(next)
  }
}

/** Makes requests at the right pace, and again where the answer is one that passes. */
function requester({ token, signal }: ListingOptions) {
  const paced = createPacer(signal)
  let current: Promise<string> | undefined
  const renewed = (rejected: string) => {
    // One of many that were refused at once asks for another.
    current = (current ?? token()).then((now) => (now === rejected ? token(rejected) : now))
    return current
  }
  return async <T>(make: (token: string) => Promise<T>): Promise<T> => {
    let [failures, hasRenewed] = [0, false]
    for (;;) {
      current ??= token()
      const used = await current
      try {
        return await paced(() => make(used))
      } catch (error) {
        signal.throwIfAborted()
        if (isService(error, 'UnauthorizedException') && !hasRenewed) {
          hasRenewed = true
          await renewed(used)
        } else if (isPassing(error) && failures < MAX_REPETITIONS) {
          await pause(NETWORK_PAUSE_MS * 2 ** failures++, signal)
        } else throw error
      }
    }
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof SsoxError && error.kind === 'network'
}
