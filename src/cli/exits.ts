/** What the exit codes of ssox mean, in a word and in a sentence. */
import { EXIT, type ProblemKind } from '../problem.ts'
import type { Row } from './layout.ts'

const MEANINGS: Readonly<Record<ProblemKind, readonly [short: string, long: string]>> = {
  internal: ['internal error', 'a fault of ssox itself; --debug shows where'],
  usage: ['usage', 'the command line or a setting is wrong, or there is nobody to ask'],
  profile: ['profile', 'the profile is unknown, or the AWS files are not right'],
  'sign-in': ['sign-in needed', 'a sign-in is needed, was refused, or was not finished in time'],
  refused: ['AWS refused', 'AWS refuses the role or the request'],
  network: ['network', 'AWS cannot be reached, or is not available'],
  storage: ['storage', 'a file or a folder of this machine cannot be read or written'],
  busy: ['busy', 'gave up waiting for another ssox'],
  interrupted: ['cancelled', 'cancelled (^C, Escape)'],
  terminated: ['ended', 'ended from outside (SIGTERM)'],
}

/** Code and meaning in a word, for one line. */
export const EXITS_IN_WORDS: readonly Row[] = rows(0).filter(([code]) => code !== '143')

/** Code and meaning in a sentence. */
export const EXITS_EXPLAINED: readonly Row[] = [['0', 'ok'], ...rows(1)]

/** What only some commands answer with. */
export const OTHER_EXITS: readonly Row[] = [
  ['0 or 4', 'of status --check: usable, or a sign-in is needed'],
  ['n', 'of exec: the code of the command'],
  ['126 or 127', 'of exec: the command could not be started, or was not found'],
  ['128 + n', 'of exec: signal n has ended the command'],
  ['141', 'who was to read the output has left (a closed pipe)'],
]

function rows(at: 0 | 1): Row[] {
  const kinds = Object.entries(MEANINGS) as [ProblemKind, (typeof MEANINGS)[ProblemKind]][]
  return kinds.map(([kind, words]) => [String(EXIT[kind]), words[at]])
}
