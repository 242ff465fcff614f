/**
 * Everything that can go wrong and is not a bug, with its exit code (contract, section 2).
 * A message says what failed and which name; `fix` is the one command (or step) that mends it.
 */

/** Exit code of each kind of failure. */
export const EXIT = {
  internal: 1,
  usage: 2,
  profile: 3,
  'sign-in': 4,
  refused: 5,
  network: 6,
  storage: 7,
  busy: 8,
  interrupted: 130,
  terminated: 143,
} as const

export type ProblemKind = keyof typeof EXIT

/** A failure the user can act on. `message` and `fix` hold no secret and no stack trace. */
export class SsoxError extends Error {
  readonly kind: ProblemKind
  /** One command or one short step; shown on its own line under the message. */
  readonly fix: string | undefined

  constructor(kind: ProblemKind, message: string, fix?: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SsoxError'
    this.kind = kind
    this.fix = fix
  }

  get exitCode(): number {
    return EXIT[this.kind]
  }
}

/** The person or a signal has ended the run: nothing is said, the exit code tells. */
export class Cancelled extends Error {
  readonly exitCode: number

  constructor(exitCode: number = EXIT.interrupted) {
    super('cancelled')
    this.name = 'Cancelled'
    this.exitCode = exitCode
  }
}

/** The message of anything thrown; never a stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
