/** What a problem of an AWS file is. */
import type { SectionType } from './document.ts'

export interface DocumentProblem {
  /** Counted from 1. */
  readonly line: number
  readonly code: ProblemCode
  readonly message: string
  /** The AWS CLI v2 refuses the whole file for it. */
  readonly fatal: boolean
  /**
   * The sections that the line may belong to, so that nobody knows what they say: the one above it,
   * and the one that a broken header names.
   */
  readonly breaks: readonly SectionRef[]
  /** What mends it, for a sentence that goes on with ` in line 3 of the file`. */
  readonly fix?: string | undefined
  /** Text between the brackets of a header that no tool reads as a section of ours. */
  readonly header?: string | undefined
  /** The section that the line stands in. */
  readonly within?: SectionRef | undefined
}

export interface SectionRef {
  readonly type: SectionType
  readonly name: string
}

export type ProblemCode =
  | 'after-header'
  | 'bad-key'
  | 'broken-header'
  | 'byte-order-mark'
  | 'colon'
  | 'continuation'
  | 'default-section'
  | 'default-twice'
  | 'duplicate-key'
  | 'duplicate-section'
  | 'empty-section'
  | 'header-blanks'
  | 'indented-after-empty'
  | 'indented-comment'
  | 'indented-header'
  | 'indented-key'
  | 'inline-comment'
  | 'key-before-section'
  | 'lone-carriage-return'
  | 'nested-without-equals'
  | 'no-equals'
  | 'not-a-name'
  | 'not-utf-8'
  | 'profile-in-credentials'
  | 'proto'
  | 'quoted-value'
  | 'unclosed-header'
  | 'unknown-section'
  | 'unportable-name'
  | 'upper-case-key'

export type Details = Partial<Pick<DocumentProblem, 'fatal' | 'breaks' | 'fix' | 'header'>>
export type Report = (code: ProblemCode, message: string, details?: Details) => void

/** Keys that decide as whom AWS is called. */
export const IDENTITY_KEY =
  /^(?:aws_\w+|(?:granted_)?sso_(?:session|start_url|region|account_id|role_name)|role_arn|source_profile|credential_(?:source|process)|web_identity_token_file|login_session|external_id|mfa_serial|role_session_name)$/
