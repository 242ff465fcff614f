/** Files that ssox and other AWS tools keep, and who may read them. */
import { MAX_BEGUN } from '../../state/failed-sign-in.ts'
import { typedWord } from '../../ui/typed-command.ts'
import { type Check, FIX_COMMAND, type Finding } from '../finding.ts'

export const CACHE_CHECKS: readonly Check[] = [
  {
    id: 'private',
    area: 'Caches',
    about: 'nobody else may read keys and tokens, and ssox may write them',
    run: ({ places }) =>
      places.map(({ path, what, problem, mode }): Finding => {
        const octal = mode.toString(8)
        if (problem === 'open')
          return {
            level: 'warning',
            what: `${what} ${path} is open to other users`,
            whom: 'whoever reads it acts as you',
            cure: FIX_COMMAND,
            fix: { kind: 'mode', path, mode },
          }
        return {
          level: 'broken',
          what: `${what} ${path} ${problem === 'foreign' ? 'belongs to another user' : 'cannot be written'}`,
          whom: 'ssox and the AWS CLI cannot keep a sign-in there',
          cure:
            problem === 'foreign'
              ? `sudo chown "$(id -u)" ${typedWord(path)}`
              : `chmod ${octal} ${typedWord(path)}`,
        }
      }),
  },
  {
    id: 'cache-files',
    area: 'Caches',
    about: 'cached tokens and credentials can be read',
    run: ({ caches }) =>
      caches.flatMap(({ path, state, why }): Finding[] => {
        if (state === 'refused')
          return [
            {
              level: 'broken',
              what: `${path} cannot be trusted: ${why}`,
              whom: 'ssox and the AWS CLI disagree about what it says',
              cure: `mv ${typedWord(path)} ${typedWord(`${path}.bad`)}`,
            },
          ]
        if (state !== 'broken') return []
        return [
          {
            level: 'warning',
            what: `${path} is not whole`,
            whom: 'the AWS CLI, boto3 and the SDK for JavaScript fail on it; ssox writes it anew',
            cure: FIX_COMMAND,
            fix: { kind: 'remove', path },
          },
        ]
      }),
  },
  {
    id: 'token-elsewhere',
    area: 'Caches',
    about: 'tokens are of the session that they are kept for',
    run: ({ caches }) =>
      caches.flatMap(({ path, session, signIn, mismatch }): Finding[] =>
        session === undefined || mismatch === undefined
          ? []
          : [
              {
                level: 'warning',
                what: `the token of ${session} (${path}) is for another ${mismatch} than the config file has now`,
                whom: 'the AWS CLI and the SDKs use it all the same: perhaps as somebody else',
                cure: signIn ?? 'ssox login',
              },
            ],
      ),
  },
  {
    id: 'registrations',
    area: 'Caches',
    about: 'no client registrations are left that have ended',
    run: ({ caches, now }) => {
      const ended = caches.filter(
        ({ kind, expiresAt }) =>
          kind === 'registration' && expiresAt !== undefined && expiresAt < now,
      )
      return ended.map(({ path }) => ({
        level: 'note',
        what: `the client registration ${path} has ended`,
        whom: 'nobody needs it any more',
        cure: FIX_COMMAND,
        fix: { kind: 'remove', path },
      }))
    },
  },
  {
    id: 'sign-in-given-up',
    area: 'Caches',
    about: 'programs may still open the sign-in page',
    run: ({ givenUp }) =>
      givenUp.map(({ session, signIn }) => ({
        level: 'warning',
        what: `${MAX_BEGUN} sign-in pages of ${session} were opened for programs, and nobody has answered`,
        whom: 'credential-process --interactive opens none for twelve hours',
        cure: signIn,
      })),
  },
]
