/** What ssox says to people, on stderr: lines that begin with `ssox:` (contract, section 2). */
import { messageOf, SsoxError } from '../problem.ts'
import { forTerminal } from '../text/terminal-text.ts'
import { type Colours, colours } from './colour.ts'

export interface SayOptions {
  /** Writes to stderr; called once per message, with its line feeds. */
  readonly write: (text: string) => void
  readonly colour: boolean
  /** `-q`: no notes and no warnings. */
  readonly quiet: boolean
  readonly debug: boolean
  /** Width of the terminal; 80 when it is unknown. */
  readonly columns?: number | undefined
}

/**
 * Speaks to people. Every text is masked and made harmless, so it may hold strings from anywhere;
 * only `lines` takes text that was composed from parts that are harmless already.
 */
export interface Say {
  readonly colours: Colours
  readonly columns: number
  /** Progress; silent with `-q`. */
  note(text: string): void
  /** Something to look at; silent with `-q`. */
  warn(text: string): void
  /** What the user has to act on (a code, a URL); shown even with `-q`. */
  ask(text: string): void
  /** Harmless, perhaps styled lines (a table, a QR code); shown even with `-q`, only masked. */
  lines(text: string): void
  /** A failure with the command that mends it; the stack only with `--debug`. */
  problem(error: unknown): void
  /** Only with `--debug`. */
  debug(text: string): void
  /** From now on `secret`, of 16 characters or more, is shown as `[secret]` wherever it turns up. */
  mask(secret: string): void
  /** The text as it may be shown: without the secrets. */
  masked(text: string): string
}

/** Creates the voice of one run; nothing is written before the first call. */
export function createSay({ write, colour, quiet, debug, columns = 80 }: SayOptions): Say {
  const style = colours(colour)
  const masker = createMasker()
  const harmless = (text: string) => forTerminal(masker.apply(text))
  const line = (text: string) => write(`ssox: ${harmless(text)}\n`)

  const problem = (error: unknown) => {
    const [headline, fix] = explain(error)
    let text = `${style.red('ssox:')} ${harmless(headline)}\n`
    if (fix !== undefined) text += `  ${style.bold(harmless(fix))}\n`
    if (debug)
      text += stackLines(error)
        .map((entry) => `${style.dim(harmless(entry))}\n`)
        .join('')
    write(text)
  }

  return {
    colours: style,
    columns,
    note(text) {
      if (!quiet) line(text)
    },
    warn(text) {
      if (!quiet) write(`ssox: ${style.yellow('warning:')} ${harmless(text)}\n`)
    },
    ask: line,
    lines: (text) => write(masker.apply(text)),
    problem,
    debug(text) {
      if (debug) write(`${style.dim(`ssox: debug: ${harmless(text)}`)}\n`)
    },
    mask: masker.add,
    masked: masker.apply,
  }
}

function explain(error: unknown): [headline: string, fix: string | undefined] {
  if (error instanceof SsoxError) return [error.message, error.fix]
  return [
    `internal error: ${messageOf(error)}`,
    'run the same command with --debug, and report what it prints, and ssox doctor --report',
  ]
}

/** The stack of an error and of what caused it, line by line. */
function stackLines(error: unknown): string[] {
  const lines: string[] = []
  const seen = new Set<unknown>()
  for (let cause = error; cause instanceof Error && !seen.has(cause); cause = cause.cause) {
    seen.add(cause)
    const stack = cause.stack ?? `${cause.name}: ${cause.message}`
    lines.push(...`${seen.size > 1 ? 'caused by: ' : ''}${stack}`.split('\n'))
  }
  return lines
}

/**
 * A shorter one is none that AWS gives: a secret key has 40 characters, the code of a sign-in and
 * all tokens more. The keys of a stand-in (`test`) are words, which messages need.
 */
const SHORTEST_SECRET = 16

/**
 * Replaces registered secrets, also as they look inside a URL or a JSON string. Each by itself: a
 * token may be longer than a regular expression can be.
 */
function createMasker() {
  let longestFirst: readonly string[] = []
  return {
    add(secret: string): void {
      if (secret.length < SHORTEST_SECRET) return
      const inUrl = encodeURIComponent(secret.replace(/\p{Cs}/gu, '\uFFFD'))
      const inJson = JSON.stringify(secret).slice(1, -1)
      // The longest first, or the tail of a longer secret would stay behind a shorter one.
      longestFirst = [...new Set([...longestFirst, secret, inUrl, inJson])].sort(
        (a, b) => b.length - a.length,
      )
    },
    apply: (text: string): string =>
      longestFirst.reduce((shown, secret) => shown.replaceAll(secret, '[secret]'), text),
  }
}
