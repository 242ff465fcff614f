/** A real Chromium for page tests. */
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'
import {
  PAGE_HEADERS,
  signedInPage,
  signInFailedPage,
  usedLinkPage,
} from '../../src/ui/browser-page.ts'
import { isPromised, unlessMissing } from '../support/promised.ts'
import { atEnd, type Declare } from '../support/suite.ts'

const EXECUTABLE = '/usr/bin/chromium'
const SWITCHES =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'

/** Declares a test that needs Chromium. */
export function browserTest(test: Declare, title: string, run: () => Promise<void>): void {
  const missing = existsSync(EXECUTABLE) ? undefined : `${EXECUTABLE} is not installed`
  unlessMissing(test, missing, isPromised('chromium'))(title, run)
}

/** What a page did that it must not do. */
export interface Watch {
  page: Page
  context: BrowserContext
  /** Requests to any other host than 127.0.0.1. */
  foreign: string[]
  /** Console errors (a refused style or script is one) and uncaught exceptions. */
  complaints: string[]
}

let shared: Promise<Browser> | undefined

/** The one browser of this file: its start costs as much as all pages that a test opens. */
function browserOfAll(): Promise<Browser> {
  if (!shared) {
    // The limits of time are those of the tests.
    const options = { executablePath: EXECUTABLE, args: SWITCHES.split(' '), timeout: 0 }
    shared = chromium.launch(options)
    atEnd(async () => (await shared)?.close())
  }
  return shared
}

/** Opens a context of its own for one test: no cookie, no cache of another one. */
export async function withBrowser(
  options: BrowserContextOptions,
  use: (watch: Watch) => Promise<void>,
): Promise<void> {
  const context = await (await browserOfAll()).newContext(options)
  context.setDefaultTimeout(0)
  try {
    const watch: Watch = { context, page: await context.newPage(), foreign: [], complaints: [] }
    context.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url())
      if (protocol !== 'data:' && hostname !== '127.0.0.1') watch.foreign.push(request.url())
    })
    context.on('console', (message) => {
      if (message.type() === 'error') watch.complaints.push(message.text())
    })
    context.on('weberror', (error) => watch.complaints.push(String(error.error())))
    await use(watch)
  } finally {
    await context.close()
  }
}

/** A listener as ssox opens one for the browser's return; it shows ssox's own pages. */
export async function withCallback(
  use: (redirectUri: string, arrived: URLSearchParams[]) => Promise<void>,
): Promise<void> {
  const arrived: URLSearchParams[] = []
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
    if (pathname !== '/oauth/callback') {
      response.writeHead(404).end()
      return
    }
    arrived.push(searchParams)
    response.writeHead(200, PAGE_HEADERS)
    if (searchParams.has('used')) {
      response.end(usedLinkPage({ command: 'ssox console NameWithoutAnyPlaceToBreakIt'.repeat(3) }))
      return
    }
    response.end(
      searchParams.has('code')
        ? signedInPage({ session: 'corp', profile: 'dev' })
        : signInFailedPage({ reason: searchParams.get('error') ?? 'unknown' }),
    )
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  try {
    await use(`http://127.0.0.1:${port}/oauth/callback`, arrived)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/**
 * In the page: text whose contrast with what is behind it is below 4.5 (WCAG 2, 1.4.3 AA).
 * Colours may be translucent only where nothing is written.
 */
export const LOW_CONTRAST = `(() => {
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number)
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    return 0.2126 * x + 0.7152 * y + 0.0722 * z
  }
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor)
      if (colour.length === 3 || colour[3] === 1) return colour
    }
    return [255, 255, 255]
  }
  const low = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  let seen = 0
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue
    seen++
    const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(behind(element))]
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    if (ratio < 4.5) low.push(walker.currentNode.data.trim() + ' ' + ratio.toFixed(2))
  }
  return seen > 2 ? low : ['no text found']
})()`

/** In the page: what a screen reader user would trip over. */
export const FLAWS = `(() => {
  const flaws = []
  const wants = (ok, flaw) => { if (!ok) flaws.push(flaw) }
  wants(document.documentElement.lang === 'en', 'no language')
  wants(document.title.trim() !== '', 'no title')
  wants(document.querySelector('meta[name=viewport]'), 'no viewport')
  wants(document.querySelectorAll('h1').length === 1, 'not one h1')
  wants(document.querySelectorAll('main').length === 1, 'not one main')
  wants(document.querySelectorAll('script, link[rel=stylesheet], iframe, object').length === 0, 'active content')
  for (const input of document.querySelectorAll('input:not([type=hidden])')) {
    wants(input.labels.length === 1 && input.labels[0].textContent.trim(), 'input without label')
    const help = input.getAttribute('aria-describedby')
    wants(!help || document.getElementById(help), 'description that is not there')
  }
  for (const button of document.querySelectorAll('button')) {
    const { width, height } = button.getBoundingClientRect()
    wants(button.textContent.trim(), 'button without text')
    wants(width >= 44 && height >= 44, 'button too small to hit')
  }
  for (const svg of document.querySelectorAll('svg')) wants(svg.getAttribute('aria-hidden') === 'true', 'svg that is read out')
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id)
  wants(new Set(ids).size === ids.length, 'an id twice')
  wants(document.documentElement.scrollWidth <= innerWidth, 'scrolls sideways')
  return flaws
})()`
