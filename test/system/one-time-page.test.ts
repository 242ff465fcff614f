/** The address that leads a browser on to a secret one, once. */
import { request } from 'node:http'
import { execa } from 'execa'
import { type OneTimePage, serveOnce } from '../../src/system/one-time-page.ts'
import { AS_NOBODY, NOBODY, testWith } from '../support/machine.ts'
import { assert, suite } from '../support/suite.ts'

const TARGET = 'https://signin.aws.amazon.com/federation?SigninToken=secret'

interface Asked {
  readonly page: OneTimePage
  readonly strangers: number[]
  readonly isOpened: () => boolean
}

async function withPage(use: (asked: Asked) => Promise<void>): Promise<void> {
  const strangers: number[] = []
  const page = await serveOnce({
    target: TARGET,
    port: 0,
    usedPage: 'used',
    headers: { 'content-type': 'text/plain' },
    onStranger: (uid) => strangers.push(uid),
  })
  let isOpened = false
  page.opened.then(() => {
    isOpened = true
  })
  try {
    await use({ page, strangers, isOpened: () => isOpened })
  } finally {
    page.close()
  }
}

function ask(url: string, options: { method?: string; host?: string } = {}) {
  return new Promise<{ status: number; location: string | undefined; text: string }>(
    (resolve, reject) => {
      const { method = 'GET', host } = options
      const headers = host === undefined ? {} : { host }
      const asked = request(url, { method, headers, agent: false }, (response) => {
        let text = ''
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, location: response.headers.location, text }),
        )
      })
      asked.on('error', reject)
      asked.end()
    },
  )
}

suite('an address that works once', (test) => {
  test('leads the first request on, and no other; only the right one counts', () =>
    withPage(async ({ page, isOpened }) => {
      const { origin, port, pathname } = new URL(page.url)
      assert.match(pathname, /^\/[\w-]{32}$/)
      for (const [url, options, status] of [
        [`${origin}/`, {}, 404],
        [`${page.url}x`, {}, 404],
        [`${page.url}?a`, {}, 404],
        [page.url, { host: `evil.example:${port}` }, 404],
        [page.url, { host: `localhost:${port}` }, 404],
        [page.url, { method: 'HEAD' }, 405],
        [page.url, { method: 'POST' }, 405],
      ] as const) {
        const answer = await ask(url, options)
        assert.equal([answer.status, answer.location], [status, undefined], JSON.stringify(options))
      }
      assert.is(isOpened(), false)
      const first = await ask(page.url)
      assert.equal([first.status, first.location, first.text], [303, TARGET, ''])
      await page.opened
      const again = await ask(page.url)
      assert.equal([again.status, again.location, again.text], [410, undefined, 'used'])
    }))

  test('of several at once, one is led on', () =>
    withPage(async ({ page }) => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => ask(page.url)))
      assert.is(answers.filter(({ location }) => location === TARGET).length, 1)
    }))

  testWith(test, ['setpriv'], 'another user of the machine gets nothing, and is told of', () =>
    withPage(async ({ page, strangers, isOpened }) => {
      const show = ['curl', '-s', '--noproxy', '*', '-o', '/dev/null', '-w', '%{http_code}']
      const [command, ...args] = [...AS_NOBODY, ...show, page.url]
      assert.is((await execa(command, args)).stdout, '403')
      assert.equal(strangers, [NOBODY])
      assert.is(isOpened(), false)
      assert.is((await ask(page.url)).location, TARGET)
    }),
  )

  test('a port that is taken is said, with what mends it', () =>
    withPage(async ({ page }) => {
      const port = Number(new URL(page.url).port)
      const usedPage = ''
      const taken = { target: TARGET, port, usedPage, headers: {}, onStranger: () => undefined }
      try {
        await serveOnce(taken)
        assert.unreachable()
      } catch (error) {
        assert.match(
          String(error),
          /cannot listen on 127\.0\.0\.1:\d+ for the browser: it is in use/,
        )
      }
    }))
})
