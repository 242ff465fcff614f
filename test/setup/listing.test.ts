/** All accounts and roles, from a portal that refuses, fails, and repeats itself. */
import type { IdentityCenter, Page } from '../../src/auth/client.ts'
import { nextRate } from '../../src/auth/pace.ts'
import { ServiceError } from '../../src/auth/service-error.ts'
import { SsoxError } from '../../src/problem.ts'
import { completeListing, emptyListing, type Listing } from '../../src/setup/listing.ts'
import { assert, suite } from '../support/suite.ts'

const throttled = () =>
  new SsoxError('network', 'too many', undefined, {
    cause: Object.assign(new Error('x'), { $metadata: { httpStatusCode: 429 } }),
  })
const network = () => new SsoxError('network', 'cut')

interface Portal extends Pick<IdentityCenter, 'accountsPage' | 'rolesPage'> {
  readonly asked: string[]
}

/** Two pages of accounts, two pages of roles each; `answer` may throw in their place. */
function portal(
  answer: (what: string, token: string, times: number) => void = () => undefined,
): Portal {
  const asked: string[] = []
  const page = <T>(
    what: string,
    token: string,
    pages: T[][],
    next: string | undefined,
  ): Page<T> => {
    asked.push(what)
    answer(what, token, asked.filter((one) => one === what).length)
    const at = Number(next ?? 0)
    return { items: pages[at] ?? [], next: at + 1 < pages.length ? String(at + 1) : undefined }
  }
  const account = (id: string) => ({ id, name: `account ${id}` })
  const accounts = [
    [account('1'), account('2')],
    [account('2'), account('3')],
  ]
  const roles = [
    ['a', 'b'],
    ['b', 'c'],
  ]
  return {
    asked,
    accountsPage: async (token, next) => page(`accounts ${next ?? 0}`, token, accounts, next),
    rolesPage: async (token, id, next) => page(`${id} ${next ?? 0}`, token, roles, next),
  }
}

async function list(center: Portal, listing: Listing = emptyListing(), tokens = ['t']) {
  const token = async (rejected?: string) => {
    const now = tokens.find((one) => one !== rejected)
    if (now === undefined) throw new SsoxError('sign-in', 'ended')
    return now
  }
  const signal = new AbortController().signal
  await completeListing(listing, { center, token, signal, onProgress: () => undefined })
  return listing
}

function assertWhole({ accounts, roles }: Listing): void {
  assert.equal(
    accounts?.map(({ id }) => id),
    ['1', '2', '3'],
  )
  assert.equal(
    [...roles].sort(),
    ['1', '2', '3'].map((id) => [id, ['a', 'b', 'c']]),
  )
}

suite('a listing', (test) => {
  test('has every page, and nothing twice', async () => {
    const center = portal()
    assertWhole(await list(center))
    assert.is(center.asked.length, 8)
  })

  test('asks again where it is refused or the network fails', async () => {
    const center = portal((what, _, times) => {
      if (what === '1 1' && times <= 2) throw throttled()
      if (what === 'accounts 1' && times === 1) throw network()
    })
    assertWhole(await list(center))
    assert.is(center.asked.length, 11)
  })

  test('goes on with what there is', async () => {
    const center = portal()
    const roles = new Map([['2', ['a', 'b', 'c']]])
    const accounts = ['1', '2', '3'].map((id) => ({ id, name: id }))
    assertWhole(await list(center, { ...emptyListing(), accounts, roles }))
    assert.equal(center.asked.sort(), ['1 0', '1 1', '3 0', '3 1'])
  })

  test('leaves out an account that it may not see any more', async () => {
    const center = portal((what) => {
      if (what === '2 0') throw new ServiceError('ForbiddenException', 403, 'No access')
    })
    const { roles, refused } = await list(center)
    assert.equal([[...roles.keys()].sort(), [...refused]], [['1', '3'], ['2']])
  })

  test('takes another token for one that is refused in between', async () => {
    const center = portal((what, token) => {
      if (what !== 'accounts 0' && token === 'old')
        throw new ServiceError('UnauthorizedException', 401, 'expired')
    })
    assertWhole(await list(center, emptyListing(), ['old', 'new']))
  })

  test('ends when the network stays away, and keeps what there is', async () => {
    const center = portal((what) => {
      if (what === '3 0') throw network()
    })
    const listing = emptyListing()
    const failure = await list(center, listing).catch((error) => error)
    assert.is(failure.kind, 'network')
    assert.equal([...listing.roles.keys()].sort(), ['1', '2'])
    assert.is(center.asked.filter((what) => what === '3 0').length, 5)
  })

  test('ends when no token is to be had', async () => {
    const center = portal(() => {
      throw new ServiceError('UnauthorizedException', 401, 'expired')
    })
    const failure = await list(center).catch((error) => error)
    assert.is(failure.kind, 'sign-in')
  })
})

suite('the pace', (test) => {
  for (const [rate, refused, expected, sentence] of [
    [19, 0, 19, 'as fast as AWS allows'],
    [19, 0.2, 19, 'single refusals are no reason to slow down'],
    [20, 0.5, 14, 'many are'],
    [14, 0, 15, 'then it gets faster again'],
    [2.5, 1, 2, 'never slower than this'],
  ] as const)
    test(sentence, () => assert.is(nextRate(rate, refused), expected))
})
