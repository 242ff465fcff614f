import type { Page } from 'playwright-core'
import { type IdentityCenter, sampleAccounts } from '../support/identity-center/index.ts'
import {
  authorizeUrl,
  errorType,
  exchangeCode,
  PKCE_CLIENT,
  pollDevice,
  portal,
  register,
  request,
  signIn,
  startDevice,
  withCenter,
} from '../support/identity-center/wire.ts'
import { assert, suite } from '../support/suite.ts'
import { browserTest, FLAWS, LOW_CONTRAST, withBrowser, withCallback } from './browser.ts'

const SCHEMES = ['light', 'dark'] as const
const HOSTILE = [
  '<img src=x onerror="document.title=1">',
  '</title></bdi><script>document.body.remove()</script>',
  '"><svg/onload=alert(1)>',
  "' onfocus='alert(1)' autofocus='",
  '&lt;b&gt; &#60;i>',
  'right\u202eleft\u0007bell',
]

/** Presses Tab until the element with this text has the focus; how many presses it took. */
async function tabTo(page: Page, text: string): Promise<number> {
  for (let presses = 1; presses <= 10; presses++) {
    await page.keyboard.press('Tab')
    if ((await page.locator(':focus').textContent()) === text) return presses
  }
  throw new Error(`Tab never reached ${text}`)
}

/** The address that signs in to the console with the keys of a role. */
async function consoleUrl(center: IdentityCenter): Promise<string> {
  const { accessToken } = await signIn(center)
  const path = '/federation/credentials?role_name=Developer&account_id=123456789012'
  const { json: keys } = await portal(center, path, accessToken)
  const { accessKeyId, secretAccessKey, sessionToken } = keys['roleCredentials'] as Record<
    string,
    string
  >
  const session = { sessionId: accessKeyId, sessionKey: secretAccessKey, sessionToken }
  const form = { Action: 'getSigninToken', Session: JSON.stringify(session) }
  const { json } = await request(`${center.url}/federation`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  const Destination = 'https://eu-central-1.console.aws.amazon.com/s3/home?region=eu-central-1'
  const login = { Action: 'login', Destination, SigninToken: String(json['SigninToken']) }
  return `${center.url}/federation?${new URLSearchParams(login)}`
}

async function background(page: Page): Promise<string> {
  return page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
}

suite('sign-in pages in Chromium', (test) => {
  for (const colorScheme of SCHEMES) {
    browserTest(test, `${colorScheme}: Allow on the authorize page ends at ssox, signed in`, () =>
      withCenter({}, (center) =>
        withCallback((redirect_uri, arrived) =>
          withBrowser({ colorScheme }, async ({ page, foreign, complaints }) => {
            const client = await register(center, PKCE_CLIENT)
            const { url, verifier } = authorizeUrl(center, client, { redirect_uri })
            await page.goto(url)
            assert.is(
              await background(page),
              colorScheme === 'light' ? 'rgb(245, 244, 241)' : 'rgb(18, 18, 23)',
            )
            assert.match(
              (await page.locator('dl').textContent()) ?? '',
              /ssox-client-corp.*Ana Carolina Silva.*127\.0\.0\.1:\d+/s,
            )
            await page.getByRole('button', { name: 'Allow access' }).click()
            await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
            assert.is(
              await background(page),
              colorScheme === 'light' ? 'rgb(245, 244, 241)' : 'rgb(18, 18, 23)',
            )
            assert.is(arrived.length, 1)
            assert.is(arrived[0]?.get('state'), 'c4b7a3f2-7d0e-4a53-9a5b-2f6c1f0e8d11')
            const code = arrived[0]?.get('code') ?? ''
            const answer = await exchangeCode(center, client, code, verifier, redirect_uri)
            assert.is(answer.status, 200)
            assert.equal([foreign, complaints], [[], []])
          }),
        ),
      ),
    )

    browserTest(test, `${colorScheme}: Allow on the device page lets the terminal go on`, () =>
      withCenter({ lifetimes: { interval: 0 } }, (center) =>
        withBrowser({ colorScheme }, async ({ page, foreign, complaints }) => {
          const client = await register(center)
          const { deviceCode, userCode, pageUrl } = await startDevice(center, client)
          await page.goto(pageUrl)
          assert.is(await page.locator('.code').textContent(), userCode)
          const waiting = await pollDevice(center, client, deviceCode)
          assert.is(errorType(waiting), 'AuthorizationPendingException')
          await page.getByRole('button', { name: 'Yes, allow' }).click()
          await page.getByRole('heading', { name: 'Access allowed' }).waitFor()
          assert.is((await pollDevice(center, client, deviceCode)).status, 200)
          assert.equal([foreign, complaints], [[], []])
        }),
      ),
    )
  }

  browserTest(test, 'the keyboard is enough, and no script is needed', () =>
    withCenter({ lifetimes: { interval: 0 } }, (center) =>
      withCallback((redirect_uri, arrived) =>
        withBrowser({ javaScriptEnabled: false }, async ({ page, foreign }) => {
          const client = await register(center)
          const { deviceCode, userCode } = await startDevice(center, client)
          await page.goto(`${center.url}/device`)
          await page.locator('input:focus').waitFor()
          await page.keyboard.type('bcdf')
          await page.keyboard.press('Enter')
          const alert = page.getByRole('alert')
          await alert.waitFor()
          assert.match((await alert.textContent()) ?? '', 'The code bcdf is unknown')
          assert.is(await page.getByLabel('Code').getAttribute('aria-invalid'), 'true')
          await page.locator('input:focus').waitFor()
          await page.keyboard.type(userCode.toLowerCase().replace('-', ' '))
          await page.keyboard.press('Enter')
          await page.getByText(userCode).waitFor()
          assert.is(await tabTo(page, 'Yes, allow'), 1)
          await page.keyboard.press('Enter')
          await page.getByRole('heading', { name: 'Access allowed' }).waitFor()
          assert.is((await pollDevice(center, client, deviceCode)).status, 200)

          const other = await register(center, PKCE_CLIENT)
          await page.goto(authorizeUrl(center, other, { redirect_uri }).url)
          assert.is(await tabTo(page, 'Deny'), 2)
          await page.keyboard.press('Shift+Tab')
          assert.is(await page.locator(':focus').textContent(), 'Allow access')
          await page.keyboard.press('Enter')
          await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
          assert.ok(arrived[0]?.get('code'))
          assert.equal(foreign, [])
        }),
      ),
    ),
  )

  browserTest(test, 'Deny gives nothing away, on either page', () =>
    withCenter({ lifetimes: { interval: 0 } }, (center) =>
      withCallback((redirect_uri, arrived) =>
        withBrowser({}, async ({ page }) => {
          const client = await register(center, PKCE_CLIENT)
          await page.goto(authorizeUrl(center, client, { redirect_uri }).url)
          await page.getByRole('button', { name: 'Deny' }).click()
          await page.getByRole('heading', { name: 'You are not signed in' }).waitFor()
          assert.is(arrived[0]?.get('error'), 'access_denied')
          assert.equal([...(arrived[0]?.keys() ?? [])].sort(), ['error', 'state'])

          const other = await register(center)
          const { deviceCode, pageUrl } = await startDevice(center, other)
          await page.goto(pageUrl)
          await page.getByRole('button', { name: 'No, deny' }).click()
          await page.getByRole('heading', { name: 'Access denied' }).waitFor()
          const answer = await pollDevice(center, other, deviceCode)
          assert.is(errorType(answer), 'AccessDeniedException')
          assert.is(
            center.secrets().some((secret) => secret.startsWith('aoa')),
            false,
          )
        }),
      ),
    ),
  )

  browserTest(test, 'a page answered before, or by another site, is out of date', () =>
    withCenter({}, (center) =>
      withBrowser({}, async ({ page }) => {
        const client = await register(center)
        const { pageUrl } = await startDevice(center, client)
        await page.goto(pageUrl)
        await page.getByRole('button', { name: 'Yes, allow' }).click()
        await page.getByRole('heading', { name: 'Access allowed' }).waitFor()
        await page.waitForLoadState()
        await page.goBack()
        assert.match((await page.locator('main').textContent()) ?? '', 'unknown, used or expired')
        for (const path of ['/device', '/authorize']) {
          const answer = await page.request.post(center.url + path, {
            form: { ticket: '', decision: 'allow' },
          })
          assert.is(answer.status(), 400)
          assert.match(await answer.text(), 'This page is out of date')
        }
      }),
    ),
  )

  browserTest(test, 'hostile names are text: nothing runs, nothing is hidden', () =>
    withCenter({}, (center) =>
      withBrowser({}, async ({ page, foreign, complaints }) => {
        const account = sampleAccounts()[0]!
        center.accounts = HOSTILE.map((text) => ({
          ...account,
          accountName: text,
          emailAddress: text,
          roles: [text],
        }))
        const visible = HOSTILE.map((text) =>
          text.replace('\u202e', '\\u202e').replace('\u0007', '\\u0007'),
        )
        await page.goto(center.startUrl)
        assert.equal(await page.locator('h2').allInnerTexts(), visible)
        assert.equal(await page.locator('.roles li').allInnerTexts(), visible)
        for (const [index, clientName] of HOSTILE.entries()) {
          const device = await startDevice(center, await register(center, { clientName }))
          const pkce = await register(center, { ...PKCE_CLIENT, clientName })
          for (const url of [device.pageUrl, authorizeUrl(center, pkce).url]) {
            await page.goto(url)
            assert.is((await page.locator('dd').allInnerTexts())[0], visible[index])
            assert.is(await page.locator('button').count(), 2)
          }
        }
        const typed = encodeURIComponent(HOSTILE[0]!)
        await page.goto(`${center.url}/device?user_code=${typed}`)
        assert.match((await page.getByRole('alert').allInnerTexts())[0] ?? '', HOSTILE[0]!)
        const unanswered = complaints.filter((text) => !text.includes('status of 400'))
        assert.equal([foreign, unanswered], [[], []])
      }),
    ),
  )

  for (const colorScheme of SCHEMES)
    browserTest(test, `${colorScheme}: readable, labelled and narrow enough for a phone`, () =>
      withCenter({}, (center) =>
        withCallback((callback) =>
          withBrowser(
            { colorScheme, viewport: { width: 320, height: 640 } },
            async ({ page, foreign }) => {
              const client = await register(center, {
                scopes: ['sso:account:access'],
                clientName: 'NameWithoutAnyPlaceToBreakIt'.repeat(5),
              })
              const pkce = await register(center, PKCE_CLIENT)
              const { pageUrl } = await startDevice(center, client)
              const urls = [
                center.startUrl,
                `${center.url}/device`,
                `${center.url}/device?user_code=none`,
                pageUrl,
                authorizeUrl(center, pkce).url,
                `${center.url}/authorize`,
                `${center.url}/nowhere`,
                `${callback}?code=1`,
                `${callback}?error=access_denied`,
                `${callback}?used`,
                await consoleUrl(center),
              ]
              for (const url of urls) {
                await page.goto(url)
                assert.equal(await page.evaluate(FLAWS), [], url)
                assert.equal(await page.evaluate(LOW_CONTRAST), [], url)
              }
              await page.goto(pageUrl)
              await page.keyboard.press('Tab')
              const outline = await page.evaluate<string>(
                'getComputedStyle(document.activeElement).outlineWidth',
              )
              assert.is(outline, '3px')
              await page.getByRole('button', { name: 'Yes, allow' }).click()
              await page.getByRole('heading', { name: 'Access allowed' }).waitFor()
              assert.equal(await page.evaluate(FLAWS), [])
              assert.equal(await page.evaluate(LOW_CONTRAST), [])
              assert.equal(foreign, [])
            },
          ),
        ),
      ),
    )
})
