/** What a person can do while the browser is waited for. */
import { Cancelled } from '../problem.ts'
import { never, type SignInKey, type SignInView } from './sign-in-attempt.ts'

/** The person wants a code in place of the callback. */
export class CodeWanted extends Error {}

interface Ways {
  /** Opens the page again. */
  readonly open?: () => Promise<void>
  /** Whether there is a code to change over to. */
  readonly hasCode?: boolean
}

/** The keys, and a promise that only rejects: with Cancelled, or with CodeWanted. */
export function keysWhileWaiting(
  url: string,
  view: SignInView,
  { open, hasCode = false }: Ways,
): { readonly list: readonly SignInKey[]; readonly pressed: Promise<never> } {
  let end: (error: Error) => void = () => undefined
  const pressed = new Promise<never>((_, reject) => {
    end = reject
  })
  pressed.catch(never)
  const list: SignInKey[] = [
    ...(open ? [{ key: 'o', does: 'open again', run: () => void open() }] : []),
    { key: 'c', does: 'copy the address', run: () => view.copy(url) },
    ...(hasCode ? [{ key: 'd', does: 'use a code', run: () => end(new CodeWanted()) }] : []),
    { key: 'q', does: 'cancel', run: () => end(new Cancelled()) },
  ]
  return { list, pressed }
}
