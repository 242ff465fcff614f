/** Putting text into HTML, and HTML into an answer that a browser can trust. */
import { createHash } from 'node:crypto'
import type { Reply } from './protocol.ts'
import { STYLE } from './style.ts'

/** Controls and bidirectional overrides: they would change how the text around them reads. */
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g
const MAX_TEXT = 200

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

const LOGO = `<svg viewBox="0 0 36 36" aria-hidden="true" focusable="false"><rect width="36" height="36" rx="10" fill="#4339b8"/><circle cx="14" cy="18" r="5" fill="none" stroke="#fff" stroke-width="3"/><path d="M19 18h9v4.5M24 18v3.5" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>`
const ICON = `data:image/svg+xml,${encodeURIComponent(LOGO.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" '))}`

/** Text from anywhere as inert, isolated and visible HTML. */
export function shown(text: string): string {
  const visible = text.replace(
    INVISIBLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  const characters = [...visible]
  const short =
    characters.length > MAX_TEXT ? `${characters.slice(0, MAX_TEXT).join('')}…` : visible
  return `<bdi>${escaped(short)}</bdi>`
}

/** For text nodes and quoted attributes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/**
 * A whole page as an answer.
 * @param page.main HTML of the main part.
 * @param page.formTargets origins besides this server that a form of the page may end up at;
 * browsers check redirects after a form against the policy too.
 */
export function pageReply(page: {
  status?: number
  title: string
  main: string
  wide?: boolean
  formTargets?: string[]
}): Reply {
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    'img-src data:',
    ["form-action 'self'", ...(page.formTargets ?? [])].join(' '),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    status: page.status ?? 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': policy.join('; '),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
    body: document(page.title, page.main, page.wide === true),
  }
}

function document(title: string, main: string, wide: boolean): string {
  return `<!doctype html>
<html lang="en"${wide ? ' class="wide"' : ''}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)} · ssox demo</title>
<link rel="icon" href="${ICON}">
<style>${STYLE}</style>
</head>
<body>
<header>${LOGO}<div class="name">Unicorn Rentals<small>AWS access portal</small></div><span class="badge">Demo</span></header>
<main>
${main}
</main>
<footer><p>A stand-in that ssox runs on this computer. Nothing here reaches AWS.</p></footer>
</body>
</html>
`
}
