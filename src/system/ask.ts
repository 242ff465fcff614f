/** One question on the terminal: asked on stderr, answered on stdin. */
import { createInterface } from 'node:readline/promises'

/** @throws the signal's reason when aborted */
export async function ask(question: string, signal: AbortSignal): Promise<string> {
  const reader = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await reader.question(question, { signal })
  } finally {
    reader.close()
  }
}
