import { createHash } from 'node:crypto'
import {
  PAGE_HEADERS,
  signedInPage,
  signInFailedPage,
  usedLinkPage,
} from '../../src/ui/browser-page.ts'
import { assert, suite } from '../support/suite.ts'

const PAGES: [title: string, html: string][] = [
  ['signed in', signedInPage({ session: 'corp', profile: 'dev' })],
  ['failed', signInFailedPage({ reason: 'The request was denied.' })],
  ['a link that was used', usedLinkPage({ command: 'ssox console dev' })],
]

suite('callback page', (test) => {
  for (const [title, html] of PAGES) {
    test(`${title}: its style sheet is the one the policy allows`, () => {
      const style = /<style>([^<]*)<\/style>/.exec(html)?.[1] ?? ''
      const hash = createHash('sha256').update(style).digest('base64')
      assert.match(PAGE_HEADERS['content-security-policy'] ?? '', `'sha256-${hash}'`)
    })

    test(`${title}: nothing is loaded from anywhere and nothing runs`, () => {
      assert.not.match(html, /<script|<iframe|<form|\son\w+=|@import|url\(/i)
      assert.equal(
        [...html.matchAll(/(?:href|src)="(\w+:)/g)].map(([, scheme]) => scheme),
        ['data:'],
      )
    })

    test(`${title}: says to go on in the terminal`, () => {
      assert.match(html, /go back to your terminal|in your terminal:/)
      assert.match(html, '<html lang="en">')
      assert.match(html, /<title>[^<]+<\/title>/)
    })
  }

  test('it names the session, and the profile only when there is one', () => {
    assert.match(signedInPage({ session: 'corp' }), '<bdi>corp</bdi>')
    assert.not.match(signedInPage({ session: 'corp' }), 'Profile')
    assert.match(signedInPage({ session: 'corp', profile: 'dev' }), '<bdi>dev</bdi>')
  })

  const hostile: [text: string, shown: string][] = [
    ['<script>alert(1)</script>', '&#60;script&#62;alert(1)&#60;/script&#62;'],
    ['"><img src=x onerror=alert(1)>', '&#34;&#62;&#60;img src=x onerror=alert(1)&#62;'],
    ["' & &lt;", '&#39; &#38; &#38;lt;'],
    ['a\u202eb\u0000c\u200bd\u2066', 'a\\u202eb\\u0000c\\u200bd\\u2066'],
    ['x'.repeat(1000), 'x'.repeat(300)],
  ]
  for (const [text, shown] of hostile)
    test(`${JSON.stringify(text.slice(0, 30))} is shown as text`, () => {
      for (const html of [
        signedInPage({ session: text }),
        signedInPage({ session: 'corp', profile: text }),
        signInFailedPage({ reason: text }),
        usedLinkPage({ command: text }),
      ])
        assert.ok(html.includes(`<bdi>${shown}</bdi>`), html)
    })

  test('answers are not stored, sniffed, framed or referred to', () => {
    assert.is(PAGE_HEADERS['content-type'], 'text/html; charset=utf-8')
    assert.is(PAGE_HEADERS['cache-control'], 'no-store')
    assert.is(PAGE_HEADERS['x-content-type-options'], 'nosniff')
    assert.is(PAGE_HEADERS['referrer-policy'], 'no-referrer')
    assert.match(
      PAGE_HEADERS['content-security-policy'] ?? '',
      /^default-src 'none'; .*form-action 'none'; frame-ancestors 'none'$/,
    )
  })
})
