/** What a person, a pipe or a program sees of the commands of `ssox exec --each`. */
import { accountOf } from '../aws/role-arn.ts'
import type { Context } from '../context.ts'
import { messageOf, type SsoxError } from '../problem.ts'
import type { ChosenProfile } from '../profiles/profile-choice.ts'
import { writeAll } from '../system/files.ts'
import { forTerminal } from '../text/terminal-text.ts'
import { width } from '../text/width.ts'
import { shownIn } from '../ui/charset.ts'

/** A profile of the list: chosen, or why it cannot be. */
export type Entry =
  | { readonly name: string; readonly chosen: ChosenProfile }
  | { readonly name: string; readonly problem: SsoxError }

export interface Result {
  readonly name: string
  readonly exitCode: number
  /** Why the command was not run. */
  readonly problem?: SsoxError | undefined
  readonly stdout: readonly Buffer[]
  readonly stderr: readonly Buffer[]
}

interface Sinks {
  readonly on: {
    readonly onStdout: ((bytes: Buffer) => void) | undefined
    readonly onStderr: ((bytes: Buffer) => void) | undefined
  }
  /** Writes what is left of a last line. */
  end(): void
}

export interface Printer {
  started(name: string): void
  sinks(name: string, stdout: Buffer[], stderr: Buffer[]): Sinks
  finished(at: number, result: Result | undefined): void
  /** Shows what has waited for one that has never finished. */
  close(): void
  /** Why nothing more can be written to stdout. */
  failure(): unknown
}

/**
 * Shows what the commands write. On a terminal each line has the name of its profile in front, per
 * stream; elsewhere the bytes are the commands' own, several at a time as whole blocks in the order
 * of the list; a heading on stderr says whose they are.
 */
export function createPrinter(
  entries: readonly Entry[],
  asJson: boolean,
  isParallel: boolean,
  ctx: Context,
  onFailure: () => void,
): Printer {
  const { terminal, say, env } = ctx
  const names = entries.map(({ name }) => forTerminal(name))
  const column = Math.max(...names.map(width))
  const bar = shownIn(env, '│')
  const waiting: (Result | undefined)[] = entries.map(() => undefined)
  let shown = 0
  let failed: unknown
  const write = (fd: 1 | 2, bytes: Buffer | string) => {
    if (failed) return
    try {
      writeAll(fd, bytes)
    } catch (error) {
      // The result is what stdout gets; nobody reads a stderr that is full or closed.
      if (fd === 2) return
      failed = error
      onFailure()
    }
  }
  const isPrefixed = { 1: terminal.stdout && !asJson, 2: terminal.stderr && !asJson }
  const isHeld = asJson || isParallel
  const heading = (name: string) => {
    if (!isPrefixed[2] && !asJson) write(2, `== ${forTerminal(name)} ==\n`)
  }
  const sink = (fd: 1 | 2, name: string, held: Buffer[]) => {
    if (isPrefixed[fd]) {
      const shownName = forTerminal(name)
      const front = `${shownName}${' '.repeat(column - width(shownName))} ${bar} `
      return inLines((line) => write(fd, Buffer.concat([Buffer.from(front), line])))
    }
    return isHeld
      ? { on: (bytes: Buffer) => void held.push(bytes), end: () => undefined }
      : undefined
  }
  const show = (result: Result) => {
    const { name, exitCode, problem, stdout, stderr } = result
    const entry = entries[shown++]
    if (asJson) {
      const who = entry && 'chosen' in entry ? accountOf(entry.chosen.profile) : {}
      const text = (bytes: readonly Buffer[]) => Buffer.concat(bytes).toString('utf8')
      const output = { stdout: text(stdout), stderr: text(stderr) }
      const why = problem && { problem: say.masked(messageOf(problem)), fix: problem.fix }
      write(1, `${JSON.stringify({ profile: name, ...who, code: exitCode, ...output, ...why })}\n`)
      return
    }
    if (isHeld) {
      heading(name)
      write(1, Buffer.concat(stdout))
      write(2, Buffer.concat(stderr))
    }
    if (problem) say.problem(problem)
  }
  return {
    started: (name) => {
      if (!isHeld) heading(name)
    },
    sinks: (name, stdout, stderr) => {
      const [out, err] = [sink(1, name, stdout), sink(2, name, stderr)]
      return {
        on: { onStdout: out?.on, onStderr: err?.on },
        end: () => {
          out?.end()
          err?.end()
        },
      }
    },
    finished: (at, result) => {
      waiting[at] = result
      for (let ready = waiting[shown]; ready; ready = waiting[shown]) {
        // What has been shown is not held any longer.
        waiting[shown] = undefined
        show(ready)
      }
    },
    close: () => {
      while (shown < waiting.length) {
        const ready = waiting[shown]
        if (ready) show(ready)
        else shown++
      }
    },
    failure: () => failed,
  }
}

/** Hands on whole lines; what has no end of a line when it ends gets one. */
function inLines(write: (line: Buffer) => void) {
  let rest = Buffer.alloc(0)
  return {
    on: (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes])
      for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10)) {
        write(rest.subarray(0, at + 1))
        rest = rest.subarray(at + 1)
      }
    },
    end: () => {
      if (rest.length > 0) write(Buffer.concat([rest, Buffer.from('\n')]))
    },
  }
}
