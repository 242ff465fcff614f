import { chooseFlow } from '../../src/auth/flow.ts'
import type { SsoSession } from '../../src/aws/profile.ts'
import type { Context, SignInPolicy } from '../../src/context.ts'
import { isContainer } from '../../src/system/surroundings.ts'
import { assert, suite } from '../support/suite.ts'

const named: SsoSession = {
  kind: 'named',
  name: 'corp',
  startUrl: 'https://corp.awsapps.com/start',
  region: 'eu-west-1',
  scopes: [],
  cacheName: 'corp',
}
const { name: _, ...rest } = named
const legacy: SsoSession = { ...rest, kind: 'legacy', cacheName: named.startUrl }

const policy: SignInPolicy = {
  allowed: true,
  why: '',
  openBrowser: true,
  asked: undefined,
  browser: undefined,
  isBrowserAsked: false,
  port: undefined,
  words: [],
}

function choose(session: SsoSession, signIn: Partial<SignInPolicy>, env: Record<string, string>) {
  // Nothing else of the context decides.
  const ctx = { env, signIn: { ...policy, ...signIn } } as unknown as Context
  const { flow, reason, canOpen, onlyChosen, showQr } = chooseFlow(session, ctx)
  const opens = canOpen ? `opens${onlyChosen ? ' what was chosen' : ''}` : 'cannot open'
  return `${flow}, ${opens}${showQr ? ', QR code' : ''}: ${reason}`
}

/** What is expected on a machine that is a container, and on any other Linux machine. */
type Expected = string | { container: string; machine: string }

const display = { DISPLAY: ':0' }
const container = 'device, cannot open, QR code: this is a container'
const containerWithHelper = 'device, opens what was chosen: this is a container'
const browserIsHere = 'pkce, opens: a browser is here'

const CASES: [
  title: string,
  session: SsoSession,
  signIn: Partial<SignInPolicy>,
  env: Record<string, string>,
  expected: Expected,
][] = [
  ['a display means a browser', named, {}, display, { container, machine: browserIsHere }],
  [
    'a Wayland display means a browser',
    named,
    {},
    { WAYLAND_DISPLAY: 'wayland-0' },
    { container, machine: browserIsHere },
  ],
  [
    'without a display there is no browser',
    named,
    {},
    {},
    { container, machine: 'device, cannot open, QR code: there is no display' },
  ],
  [
    'BROWSER means a browser even without a display',
    named,
    {},
    { BROWSER: 'firefox' },
    { container: containerWithHelper, machine: browserIsHere },
  ],
  [
    'a text browser is none: it cannot show the page',
    named,
    {},
    { BROWSER: 'w3m:lynx %s' },
    { container, machine: 'device, cannot open, QR code: there is no display' },
  ],
  ['a browser command says that one is here', named, { browser: 'firefox' }, {}, browserIsHere],
  [
    'WSL with neither wslview nor powershell.exe has no browser',
    named,
    {},
    { ...display, WSL_DISTRO_NAME: 'Debian', PATH: '/nowhere' },
    { container, machine: 'device, cannot open, QR code: WSL without a browser' },
  ],
  [
    'WSL with BROWSER has one',
    named,
    {},
    { WSL_DISTRO_NAME: 'Debian', PATH: '/nowhere', BROWSER: 'wslview' },
    { container: containerWithHelper, machine: browserIsHere },
  ],
  [
    'over SSH the browser is elsewhere',
    named,
    {},
    { ...display, SSH_CONNECTION: '10.0.0.1 50000 10.0.0.2 22' },
    'device, cannot open, QR code: this is an SSH session',
  ],
  [
    'SSH_TTY alone says SSH as well',
    named,
    {},
    { ...display, SSH_TTY: '/dev/pts/0' },
    'device, cannot open, QR code: this is an SSH session',
  ],
  [
    'over SSH a browser command opens the page of the device flow, maybe where nobody sits',
    named,
    { browser: 'open-at-home' },
    { SSH_CONNECTION: '10.0.0.1 50000 10.0.0.2 22' },
    'device, opens what was chosen, QR code: this is an SSH session',
  ],
  [
    'in Codespaces BROWSER opens the page at home, but the callback would not arrive',
    named,
    {},
    { CODESPACES: 'true', BROWSER: '/vscode/bin/helpers/browser.sh' },
    'device, opens what was chosen: this is a remote development container',
  ],
  [
    'Dev Containers are remote too',
    named,
    {},
    { REMOTE_CONTAINERS: 'true' },
    'device, cannot open, QR code: this is a remote development container',
  ],
  [
    'AWS CloudShell is remote too',
    named,
    {},
    { CLOUD_SHELL: '1' },
    'device, cannot open, QR code: this is a remote development container',
  ],
  [
    'a legacy profile has no PKCE, whatever the setting says',
    legacy,
    { asked: { flow: 'pkce', by: 'login_flow = pkce' }, browser: 'firefox' },
    display,
    'device, opens: the profile has no sso_session',
  ],
  [
    'a legacy profile has no PKCE, whatever the port says',
    legacy,
    { asked: { flow: 'pkce', by: 'callback on port 8400' }, port: 8400, browser: 'firefox' },
    display,
    'device, opens: the profile has no sso_session',
  ],
  [
    'a code that was asked for holds where a browser is; whatever asked for it is named',
    named,
    { asked: { flow: 'device', by: 'device_code = true in the settings' }, browser: 'firefox' },
    display,
    'device, opens: device_code = true in the settings',
  ],
  [
    'a callback that was asked for holds over SSH (the port is forwarded)',
    named,
    { asked: { flow: 'pkce', by: 'callback on port 8400' }, port: 8400 },
    { SSH_CONNECTION: '10.0.0.1 50000 10.0.0.2 22' },
    'pkce, opens: callback on port 8400',
  ],
  [
    'a port alone asks for nothing',
    named,
    { port: 8400 },
    { SSH_CONNECTION: '10.0.0.1 50000 10.0.0.2 22' },
    'device, cannot open, QR code: this is an SSH session',
  ],
]

suite('choice of the sign-in flow', (test) => {
  for (const [title, session, signIn, env, expected] of CASES)
    test(title, () => {
      const place = isContainer() ? 'container' : 'machine'
      const wanted = typeof expected === 'string' ? expected : expected[place]
      assert.is(choose(session, signIn, env), wanted)
    })
})
