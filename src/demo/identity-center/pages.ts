/**
 * The pages a person meets while signing in. Plain forms, no script: what can be clicked can be
 * reached with Tab and pressed with Enter. Every value goes through `shown` or `escaped`.
 */
import { escaped, pageReply, shown } from './html.ts'
import type { Reply } from './protocol.ts'
import type { Account, Person } from './types.ts'

const MAX_ACCOUNTS_SHOWN = 200

const YES = mark('good', 'm15 25 6 6 12-14')
const NO = mark('wrong', 'm17 17 14 14m0-14-14 14')

/** The portal: who is signed in, and the accounts and roles assigned to them. */
export function portalPage(person: Person, accounts: readonly Account[]): Reply {
  const items = accounts.slice(0, MAX_ACCOUNTS_SHOWN).map(accountItem).join('\n')
  const more = accounts.length - MAX_ACCOUNTS_SHOWN
  return pageReply({
    title: 'Your accounts',
    wide: true,
    main: `<h1>Your AWS accounts</h1>
<p class="lead">Signed in as ${shown(person.displayName)}.</p>
<ul class="accounts">
${items}
</ul>${more > 0 ? `\n<p class="muted">and ${more} more</p>` : ''}`,
  })
}

/** Asks for the code that the terminal shows. `refused`: a code that is not known any more. */
export function codeEntryPage(refused?: string): Reply {
  const problem =
    refused === undefined
      ? ''
      : `<p class="note bad" id="problem" role="alert">The code <strong>${shown(refused)}</strong> is unknown, used or expired. Check it, or start the sign-in again in your terminal.</p>`
  const state = refused === undefined ? '' : ' aria-invalid="true" aria-describedby="problem"'
  return pageReply({
    status: refused === undefined ? 200 : 400,
    title: 'Enter the code',
    main: `<h1>Enter the code from your terminal</h1>
<p class="lead">It has eight letters, such as <code>BCDF-GHJK</code>.</p>
${problem}
<form method="get" action="/device">
<label for="user_code">Code</label>
<input id="user_code" name="user_code" required maxlength="16" autocomplete="off" autocapitalize="characters" spellcheck="false" autofocus${state}>
<div class="buttons"><button class="primary" type="submit">Continue</button></div>
</form>`,
  })
}

/** Asks to compare the code and to allow or deny (RFC 8628, section 3.3.1 and 5.4). */
export function deviceConsentPage(ask: {
  person: Person
  clientName: string
  userCode: string
  ticket: string
}): Reply {
  return pageReply({
    title: 'Confirm the code',
    main: `<h1>Does your terminal show this code?</h1>
<p class="lead">Allow only if you started this sign-in yourself and both codes are the same.</p>
<p class="code">${escaped(ask.userCode)}</p>
<dl>
${row('Application', shown(ask.clientName))}
${row('Signed in as', personText(ask.person))}
</dl>
<p>If you allow it, the application can:</p>
${ABILITIES}
${consentForm('/device', ask.ticket, 'Yes, allow', 'No, deny')}`,
  })
}

/** Asks whether an application on this computer may act for the person. */
export function authorizePage(ask: {
  person: Person
  clientName: string
  redirectUri: string
  ticket: string
}): Reply {
  const { host, origin } = new URL(ask.redirectUri)
  return pageReply({
    title: 'Allow access',
    formTargets: [origin],
    main: `<h1>Allow access to your AWS accounts?</h1>
<p class="lead">An application on this computer asks to sign in for you.</p>
<dl>
${row('Application', shown(ask.clientName))}
${row('Signed in as', personText(ask.person))}
${row('Returns to', `${shown(host)}<small>this computer</small>`)}
</dl>
<p>If you allow it, the application can:</p>
${ABILITIES}
<p class="note">Allow only if you started this sign-in yourself, a moment ago.</p>
${consentForm('/authorize', ask.ticket, 'Allow access', 'Deny')}`,
  })
}

/** What comes after a device sign-in: the terminal goes on by itself. */
export function devicePage(allowed: boolean): Reply {
  return pageReply({
    title: allowed ? 'Access allowed' : 'Access denied',
    main: allowed
      ? `${YES}<h1>Access allowed</h1>
<p class="lead">Close this tab and go back to your terminal: it goes on by itself.</p>`
      : `${NO}<h1>Access denied</h1>
<p class="lead">Nothing was given to the application. If this sign-in was yours after all, start it again in your terminal.</p>`,
  })
}

/** The console as the keys' owner would enter it. */
export function consolePage(who: { arn: string; destination: string }): Reply {
  return pageReply({
    title: 'Console',
    wide: true,
    main: `${YES}<h1>Signed in to the console</h1>
<p class="lead">On AWS, the web console would open here.</p>
<dl>
${row('As', shown(who.arn))}
${row('Goes to', shown(who.destination))}
</dl>`,
  })
}

/** Something in the address or the form is wrong. */
export function problemPage(status: number, title: string, text: string): Reply {
  return pageReply({
    status,
    title,
    main: `${NO}<h1>${escaped(title)}</h1>\n<p class="lead">${escaped(text)}</p>`,
  })
}

const ABILITIES = `<ul class="plain checks">
<li>see the accounts and roles assigned to you</li>
<li>get temporary credentials for those roles</li>
</ul>`

function consentForm(action: string, ticket: string, allow: string, deny: string): string {
  return `<form method="post" action="${action}">
<input type="hidden" name="ticket" value="${escaped(ticket)}">
<div class="buttons">
<button class="primary" type="submit" name="decision" value="allow">${escaped(allow)}</button>
<button type="submit" name="decision" value="deny">${escaped(deny)}</button>
</div>
</form>`
}

function accountItem({ accountId, accountName, emailAddress, roles }: Account): string {
  const chips = roles.map((role) => `<li>${shown(role)}</li>`).join('')
  return `<li><div><h2>${shown(accountName)}</h2><p class="number">${shown(accountId)}</p></div><p>${shown(emailAddress)}</p><ul class="roles" aria-label="Roles">${chips}</ul></li>`
}

function personText({ displayName, userName }: Person): string {
  return `${shown(displayName)}<small>${shown(userName)}</small>`
}

/** `value` is HTML. */
function row(name: string, value: string): string {
  return `<div><dt>${escaped(name)}</dt><dd>${value}</dd></div>`
}

function mark(tone: 'good' | 'wrong', path: string): string {
  return `<svg class="mark ${tone}" viewBox="0 0 48 48" aria-hidden="true" focusable="false"><circle cx="24" cy="24" r="24"/><path d="${path}" fill="none" stroke="currentColor" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/></svg>`
}
