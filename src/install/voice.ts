/** How the installer speaks: what it does on stdout, for reading, and problems on stderr. */
import { messageOf, SsoxError } from '../problem.ts'
import { askYesNo } from '../system/ask.ts'
import { writeAll } from '../system/files.ts'
import { type terminalFacts, writeStderr } from '../system/terminal.ts'
import { forTerminal } from '../text/terminal-text.ts'

export interface Voice {
  say(...lines: readonly string[]): void
  /** A row of the summary. */
  step(name: string, text: string): void
  complain(message: string, fix?: string): void
  problem(error: unknown): void
  /** Undefined when there is nobody to ask. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined
}

/** The installation goes on when nobody reads what it says. */
export function createVoice(facts: ReturnType<typeof terminalFacts>, signal: AbortSignal): Voice {
  const canAsk = facts.stdin && facts.stderr
  // Where a question is asked, what it is about has to be seen.
  const write = facts.stdout || !canAsk ? writeStdout : writeStderr
  const say = (...lines: readonly string[]) =>
    write(lines.map((line) => `${forTerminal(line)}\n`).join(''))
  const complain = (message: string, fix?: string) => {
    const cure = fix === undefined ? '' : `  ${forTerminal(fix)}\n`
    writeStderr(`install.sh: ${forTerminal(message)}\n${cure}`)
  }
  return {
    say,
    step: (name, text) => say(`  ${name.padEnd(9)} ${text}`),
    complain,
    problem: (error) =>
      complain(messageOf(error), error instanceof SsoxError ? error.fix : undefined),
    confirm: canAsk ? (question) => askYesNo(question, signal) : undefined,
  }
}

function writeStdout(text: string): void {
  try {
    writeAll(1, text)
  } catch {
    // There is nobody left to tell.
  }
}
