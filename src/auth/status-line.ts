/** The one line of a run that moves while something is waited for, on stderr. */
import type { Context } from '../context.ts'
import { canRedraw, everyMs, writeStderr } from '../system/terminal.ts'
import { shownIn } from '../ui/charset.ts'
import { createSpinner, type Spinner } from '../ui/spinner.ts'

/** What takes no longer needs no sign of life. */
const QUIET_MS = 1_000

interface StatusLine {
  readonly spinner: Spinner
  /** Hosts that are waited for. */
  readonly waits: Set<{ readonly host: string }>
  /** Whether the line shows one of them, and not what somebody else waits for. */
  isOurs: boolean
}

/** By the terminal of a run, which all copies of its context share. */
const lines = new WeakMap<Context['terminal'], StatusLine>()

/** The status line of this run. */
export function statusLine(ctx: Pick<Context, 'terminal' | 'env'>): Spinner {
  return lineOf(ctx).spinner
}

/**
 * Says that AWS keeps one waiting, if it does for more than a second and a person is there; the
 * returned function ends it.
 */
export function whileWaiting(url: string, ctx: Context): () => void {
  if (!ctx.interactive || !canRedraw(ctx.env)) return () => undefined
  const line = lineOf(ctx)
  const wait = { host: new URL(url).host }
  const timer = setTimeout(() => {
    line.waits.add(wait)
    show(line)
  }, QUIET_MS)
  timer.unref()
  return () => {
    clearTimeout(timer)
    if (line.waits.delete(wait)) show(line)
  }
}

function lineOf({ terminal, env }: Pick<Context, 'terminal' | 'env'>): StatusLine {
  const known = lines.get(terminal)
  if (known) return known
  const spinner = createSpinner({
    write: writeStderr,
    isTerminal: terminal.stderr && canRedraw(env),
    columns: terminal.columns,
    every: everyMs,
    shown: (sign) => shownIn(env, sign),
  })
  const line = { spinner, waits: new Set<{ host: string }>(), isOurs: false }
  // Whatever ends the run: the cursor must be there again.
  process.once('exit', () => spinner.stop())
  lines.set(terminal, line)
  return line
}

/** A sign-in has the line for itself. */
function show(line: StatusLine): void {
  const [first] = line.waits
  if (first && (line.isOurs || !line.spinner.isShown())) {
    line.isOurs = true
    line.spinner.start(`waiting for ${first.host}`)
  } else if (!first && line.isOurs) {
    line.isOurs = false
    line.spinner.stop()
  }
}
