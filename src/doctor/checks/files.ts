/** The AWS files line by line, and the settings of ssox. */
import type { AwsDocument, DocumentKind } from '../../aws/document.ts'
import { findProblems } from '../../aws/document-problems.ts'
import {
  commentedHeaders,
  isAftermath,
  isMendable,
  mendLines,
  moveHeaderComments,
} from '../../aws/mend-lines.ts'
import type { DocumentProblem, ProblemCode } from '../../aws/problem-types.ts'
import { describeProfile, profileNames } from '../../aws/profile.ts'
import { idleWords } from '../../aws/protection.ts'
import type { SsoxError } from '../../problem.ts'
import { type Check, FIX_COMMAND, type Finding } from '../finding.ts'

const KINDS = ['config', 'credentials'] as const
/** So many lines of one kind are shown; the rest is counted. */
const MAX_SHOWN = 3

/** Who trips over each kind of line, where its message does not say it. */
const WHOM: Partial<Record<ProblemCode, string>> = {
  'broken-header': 'its keys end up in the section above: ssox uses neither of the two',
  'byte-order-mark': 'the AWS CLI and boto3 refuse the whole file',
  'duplicate-key': 'the AWS CLI and boto3 refuse the whole file, the SDKs take the last',
  'duplicate-section': 'the AWS CLI and boto3 refuse the whole file',
  'empty-section': 'the SDK for JavaScript',
  'indented-header': 'its keys end up in the section above: ssox uses neither of the two',
  'key-before-section': 'the AWS CLI and boto3 refuse the whole file',
  'lone-carriage-return': 'the SDKs read two lines as one',
  'nested-without-equals': 'the AWS CLI and boto3 refuse the whole file',
  'no-equals': 'the AWS CLI, boto3 and .NET refuse the whole file, other SDKs skip the line',
  'not-a-name': 'no AWS tool finds the profile',
  'not-utf-8': 'the AWS CLI and boto3 refuse the whole file',
  'profile-in-credentials': 'no AWS tool finds the profile',
  'quoted-value': 'the AWS CLI and the SDKs take the quotes for a part of the value',
  'unclosed-header': 'the AWS CLI and boto3 refuse the whole file',
  'unknown-section': 'no AWS tool finds the profile',
  'unportable-name': 'the SDKs for JavaScript, Go and others do not find the profile',
}

export const FILE_CHECKS: readonly Check[] = [
  {
    id: 'settings',
    area: 'Settings',
    about: 'the settings file is understood',
    run: ({ settingsProblem }) =>
      settingsProblem
        ? [broken(settingsProblem, 'every other command of ssox ends with this error')]
        : [],
  },
  {
    id: 'settings-protect',
    area: 'Settings',
    about: 'each word of protect matches a profile, account or role',
    run: ({ settings, files, paths }) =>
      idleWords(
        settings.protect,
        profileNames(files).map((name) => describeProfile(files, name)),
        files,
      ).map((word) => ({
        level: 'note',
        what: `protect: "${word}" matches no profile, account or role of the AWS files`,
        whom: 'nothing is asked about because of it',
        cure: `ssox list shows the names; correct it in ${paths.settings}`,
      })),
  },
  {
    id: 'files-readable',
    area: 'AWS files',
    about: '~/.aws/config and ~/.aws/credentials can be read as text',
    run: ({ filesProblem }) => (filesProblem ? [broken(filesProblem, 'every AWS tool')] : []),
  },
  {
    id: 'lines',
    area: 'AWS files',
    about: 'each line is read alike by the AWS CLI and the SDKs',
    run: ({ files }) =>
      KINDS.flatMap((kind) => {
        const path = kind === 'config' ? files.configPath : files.credentialsPath
        return linesIn(files[kind], kind, path)
      }),
  },
  {
    id: 'header-comment',
    area: 'AWS files',
    about: 'no header has a comment behind it',
    run: ({ files }) =>
      KINDS.flatMap((kind) => {
        const path = kind === 'config' ? files.configPath : files.credentialsPath
        return commentedHeaders(files[kind])
          .slice(0, MAX_SHOWN)
          .map(
            (line): Finding => ({
              level: 'warning',
              what: `line ${line} of ${path}: a comment stands behind the header`,
              whom: '.NET and the SDK for Java 1 (Athena JDBC 2) refuse the whole file',
              cure: FIX_COMMAND,
              fix: { kind: 'file', file: kind, change: moveHeaderComments },
            }),
          )
      }),
  },
]

function broken({ message, fix }: SsoxError, whom: string): Finding {
  return { level: 'broken', what: message, whom, cure: fix ?? 'ssox --help' }
}

function linesIn(document: AwsDocument, kind: DocumentKind, path: string): Finding[] {
  const all = problemsOf(document)
  return [...new Set(all.map(({ code }) => code))].flatMap((code) => {
    const problems = all.filter((problem) => problem.code === code)
    const more = problems.length - MAX_SHOWN
    return problems.slice(0, MAX_SHOWN).map((problem, at): Finding => {
      const rest = at === MAX_SHOWN - 1 && more > 0 ? ` (and ${more} more like it)` : ''
      return {
        level: problem.fatal || problem.breaks.length > 0 ? 'broken' : 'warning',
        what: `line ${problem.line} of ${path}: ${problem.message}${rest}`,
        whom: WHOM[code],
        ...mendOf(document, kind, path, problem),
      }
    })
  })
}

/** Without those that another one has brought about: of its line, or of the header above. */
function problemsOf(document: AwsDocument): DocumentProblem[] {
  const seen = new Set<number>()
  return findProblems(document).filter(
    (problem) =>
      !seen.has(problem.line) && seen.add(problem.line) && !isAftermath(document, problem),
  )
}

function mendOf(
  document: AwsDocument,
  kind: DocumentKind,
  path: string,
  problem: DocumentProblem,
): Pick<Finding, 'cure' | 'fix'> {
  if (isMendable(document, problem))
    return { cure: FIX_COMMAND, fix: { kind: 'file', file: kind, change: mendLines } }
  return { cure: `${problem.fix ?? byHand(problem.code)} in line ${problem.line} of ${path}` }
}

function byHand(code: ProblemCode): string {
  if (code === 'unportable-name') return 'use letters, digits and - _ . @ : + % / in the name'
  if (code === 'empty-section') return 'add its keys, or remove the header'
  if (code === 'default-section') return 'write [default], or another name,'
  if (code === 'unknown-section') return 'write [profile <name>] or [sso-session <name>]'
  if (code === 'after-header') return 'remove what is behind the header'
  if (code === 'key-before-section') return 'put a header above it, or remove it'
  return 'correct it'
}
