/** One question on the terminal: asked on stderr, answered on stdin. */
import { createInterface } from 'node:readline/promises'
import { Cancelled } from '../problem.ts'
import { writeStderr } from './terminal.ts'

/** @throws the signal's reason when aborted; Cancelled for Ctrl-C and Ctrl-D */
export async function ask(question: string, signal: AbortSignal): Promise<string> {
  const reader = createInterface({ input: process.stdin, output: process.stderr })
  let isAnswered = false
  try {
    // Node's own rejection says only that it was aborted; some versions never settle at Ctrl-D.
    return await new Promise<string>((resolve, reject) => {
      reader.once('close', () => reject(new Cancelled()))
      reader.question(question, { signal }).then(
        (answer) => {
          isAnswered = true
          resolve(answer)
        },
        () => reject(signal.aborted ? signal.reason : new Cancelled()),
      )
    })
  } finally {
    reader.close()
    if (!isAnswered) writeStderr('\n')
  }
}

/** True for yes; Enter alone means `usual`. @throws as `ask` */
export async function askYesNo(
  question: string,
  signal: AbortSignal,
  usual = true,
): Promise<boolean> {
  const answer = (await ask(`${question} ${usual ? '[Y/n]' : '[y/N]'} `, signal)).trim()
  return answer === '' ? usual : /^y(es)?$/i.test(answer)
}
