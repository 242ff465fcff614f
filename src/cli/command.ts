/** What a verb is: values in, a value out; it never writes to stdout itself. */

import type { Context } from '../context.ts'
import type { Invocation } from './parse.ts'

/** The arguments and flags that a verb was called with. */
export type Call = Extract<Invocation, { kind: 'run' }>

export interface Outcome {
  /** The result, written once at the end with a checked write. */
  readonly stdout?: string
  /** 0 unless given. */
  readonly exitCode?: number
}

export type Command = (call: Call, ctx: Context) => Promise<Outcome>
