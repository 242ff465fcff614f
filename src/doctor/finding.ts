/** What `ssox doctor` finds, and the row of one check. */
import type { AwsDocument, DocumentKind } from '../aws/document.ts'
import type { HookShell } from '../install/shell-lines.ts'
import type { Facts } from './facts.ts'

/** `broken`: something does not work, or may act as somebody else; `note`: worth knowing. */
export type Level = 'broken' | 'warning' | 'note'

/** Headings of the report, in its order. */
export const AREAS = [
  'Settings',
  'AWS files',
  'Environment',
  'Caches',
  'Network',
  'Browser',
  'Shell',
  'Tools',
] as const
export type Area = (typeof AREAS)[number]

export interface Finding {
  readonly level: Level
  /** What is wrong, with the name. */
  readonly what: string
  /** Whom it breaks, and how; undefined where `what` says it. */
  readonly whom?: string | undefined
  /** The one command, or step, that mends it. */
  readonly cure: string
  /** How `--fix` mends it. */
  readonly fix?: Fix | undefined
}

/** What `--fix` may do: nothing that loses what somebody has written, or changes who one is. */
export type Fix =
  | { readonly kind: 'file'; readonly file: DocumentKind; change(document: AwsDocument): string }
  | { readonly kind: 'mode'; readonly path: string; readonly mode: number }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'hook'; readonly shell: HookShell }

/** One row: looks at what was gathered, and touches nothing. */
export interface Check {
  readonly id: string
  readonly area: Area
  /** What it looks at, in one line. */
  readonly about: string
  run(facts: Facts): readonly Finding[]
}

/** A finding with the check that it is of. */
export type Found = Finding & { readonly check: Check }

/** The command that shows and makes all changes that are safe. */
export const FIX_COMMAND = 'ssox doctor --fix'
