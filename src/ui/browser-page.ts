/**
 * The pages that ssox itself shows in the browser, on a loopback address: how a sign-in has ended, and
 * that a link is used up. Self-contained, no script, in the browser's own colour scheme.
 */

const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f5f4f1; --card: #fff; --line: #dcd9d2; --text: #1f1e1b; --muted: #5c5952;
  --good: #17653a; --good-tint: #e3f3e8; --bad: #a32018; --bad-tint: #fbe9e7;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #121217; --card: #1b1b22; --line: #34343f; --text: #ecebf2; --muted: #aeadba;
    --good: #7fd6a0; --good-tint: #17301f; --bad: #ffa79e; --bad-tint: #3a1d1b;
  }
}
*, ::before, ::after { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; place-content: center; gap: 1.25rem;
  grid-template-columns: minmax(0, 30rem); padding: 1.5rem 1rem; background: var(--page); color: var(--text);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
main {
  padding: clamp(1.75rem, 6vw, 2.75rem); border: 1px solid var(--line); border-radius: 1rem;
  background: var(--card); text-align: center; overflow-wrap: anywhere;
}
svg { display: block; width: 3.5rem; height: 3.5rem; margin: 0 auto 1.25rem; }
.good { color: var(--good); } .good circle { fill: var(--good-tint); }
.bad { color: var(--bad); } .bad circle { fill: var(--bad-tint); }
h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.3; letter-spacing: -.01em; text-wrap: balance; }
p { margin: 0; text-wrap: pretty; }
.reason { margin-bottom: 1rem; }
.next { color: var(--muted); }
.command {
  margin-top: 1rem; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--page);
  font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .9375rem;
}
dl { display: grid; gap: .5rem; margin: 1.5rem 0 0; padding-top: 1.25rem; border-top: 1px solid var(--line); }
dl div { display: flex; flex-wrap: wrap; justify-content: center; gap: 0 .5rem; }
dt { color: var(--muted); }
dd { margin: 0; font-weight: 600; }
footer { text-align: center; font-size: .875rem; color: var(--muted); }
`

/** SHA-256 of the style sheet above, so that the policy need not allow any other. */
const STYLE_HASH = 'fU04LRKOXCbB8OSnj2oXKg+iCBDtigqfPLqdWcEujvU='

/** To be sent with each of them. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

const TICK = 'm15 25 6 6 12-14'
const CROSS = 'm17 17 14 14m0-14-14 14'
/** Without it the browser would ask the listener for /favicon.ico. */
const ICON = icon('#17653a', TICK)
const FAILED_ICON = icon('#a32018', CROSS)

/** Control and bidirectional characters: they would change how the text around them reads. */
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

/** The page after a sign-in that worked. `session`: its name or start URL. */
export function signedInPage({ session, profile }: { session: string; profile?: string }): string {
  const rows = [
    row('Session', session),
    ...(profile === undefined ? [] : [row('Profile', profile)]),
  ]
  return page(
    'Signed in',
    ICON,
    `${mark('good', TICK)}
<h1>You are signed in</h1>
<p class="next">Close this tab and go back to your terminal: ssox goes on there by itself.</p>
<dl>${rows.join('')}</dl>`,
  )
}

/** The page after one that did not. `reason`: a sentence, possibly with words of the server. */
export function signInFailedPage({ reason }: { reason: string }): string {
  return page(
    'Sign-in failed',
    FAILED_ICON,
    `${mark('bad', CROSS)}
<h1>You are not signed in</h1>
<p class="reason">${shown(reason)}</p>
<p class="next">Close this tab and go back to your terminal: it says how to start again.</p>`,
  )
}

/** The page of a link that has led somebody on already. `command`: what makes another. */
export function usedLinkPage({ command }: { command: string }): string {
  return page(
    'Link used',
    FAILED_ICON,
    `${mark('bad', CROSS)}
<h1>This link works once</h1>
<p class="reason">It has led to the console already.</p>
<p class="next">For another one, run this in your terminal:</p>
<p class="command">${shown(command)}</p>`,
  )
}

function page(title: string, icon: string, main: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ssox</title>
<link rel="icon" href="${icon}">
<style>${STYLE}</style>
</head>
<body>
<main>
${main}
</main>
<footer>Shown by ssox on this computer</footer>
</body>
</html>
`
}

function row(name: string, value: string): string {
  return `<div><dt>${name}</dt><dd>${shown(value)}</dd></div>`
}

/** Text from anywhere as inert, isolated and visible HTML. */
function shown(text: string): string {
  const visible = text
    .slice(0, 300)
    .replace(
      INVISIBLE,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
  return `<bdi>${visible.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)}</bdi>`
}

function mark(tone: 'good' | 'bad', path: string): string {
  return `<svg class="${tone}" viewBox="0 0 48 48" aria-hidden="true" focusable="false"><circle cx="24" cy="24" r="24"/><path d="${path}" fill="none" stroke="currentColor" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/></svg>`
}

function icon(colour: string, path: string): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><circle cx="24" cy="24" r="24" fill="${colour}"/><path d="${path}" fill="none" stroke="#fff" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"/></svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}
