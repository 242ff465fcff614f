/** Opens a page in the browser that the person has chosen for it. */
import type { SsoSession } from '../aws/profile.ts'
import type { Context } from '../context.ts'
import { scopedSetting } from '../settings/table.ts'
import { browserEntries, leadingProgram, openBrowser } from '../system/browser.ts'
import { splitWords } from '../text/shell-words.ts'

/**
 * Opens a page in the background: with `--browser`, SSOX_BROWSER or what a setting says alone; else
 * with the entries of BROWSER, then with the system's browser.
 * @returns undefined when it is open, or `ctx.signal` has ended the watch; else why it is not
 */
export function openPage(
  url: string,
  { onlyChosen, profile }: { readonly onlyChosen: boolean; readonly profile?: string },
  { env, signIn, signal }: Pick<Context, 'env' | 'signIn' | 'signal'>,
): Promise<string | undefined> {
  const lines = signIn.browser ? [signIn.browser.trim()] : browserEntries(env)
  const commands = lines.map(commandOf).filter((words) => words.length > 0)
  const only = signIn.browser !== undefined || onlyChosen
  return openBrowser(url, { env, commands, only, profile, signal })
}

/** A path may hold blanks: `/mnt/c/Program Files/…` is one program, quoted or not. */
function commandOf(line: string): string[] {
  const program = leadingProgram(line)
  if (program === undefined) return splitWords(line) ?? []
  return [program, ...(splitWords(line.slice(program.length)) ?? [])]
}

/** The same with the browser that a section of the settings gives the SSO session. */
export function withBrowserOf(session: SsoSession, ctx: Context): Context {
  return withBrowser(scopedSetting('browser', ctx.scopes, session.cacheName), ctx)
}

/** The same with this browser, unless the person has asked for one in this run. */
export function withBrowser(browser: string | undefined, ctx: Context): Context {
  if (browser === undefined || ctx.signIn.isBrowserAsked) return ctx
  return { ...ctx, signIn: { ...ctx.signIn, browser } }
}
