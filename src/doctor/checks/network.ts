/** The sign-in hosts, and the browser that opens their page. */
import { leadWords, TOLERATED_MS } from '../../auth/clock.ts'
import { LOOK } from '../../auth/service-error.ts'
import type { SsoxError } from '../../problem.ts'
import { unset } from '../cures.ts'
import type { Check, Finding } from '../finding.ts'

export const NETWORK_CHECKS: readonly Check[] = [
  {
    id: 'network',
    area: 'Network',
    about: 'the sign-in hosts answer: DNS, proxy, TLS and CA',
    run: ({ network: { answers, skipped } }) => [
      ...(skipped === undefined
        ? []
        : [
            {
              level: 'note' as const,
              what: `the sign-in hosts were not asked: ${skipped}`,
              cure: 'ssox doctor',
            },
          ]),
      ...answers.flatMap(({ problem }): Finding[] =>
        problem
          ? [
              {
                level: 'broken',
                what: problem.message,
                whom: 'nobody can sign in, or get role credentials',
                cure: cureOf(problem),
              },
            ]
          : [],
      ),
    ],
  },
  {
    id: 'clock',
    area: 'Network',
    about: "the clock of this machine is AWS's",
    run: ({ network: { answers } }) => {
      const leads = answers.flatMap(({ leadMs }) => leadMs ?? [])
      const lead = leads.find((ms) => Math.abs(ms) > TOLERATED_MS)
      if (lead === undefined) return []
      return [
        {
          level: 'broken',
          what: leadWords(lead),
          whom: `AWS refuses what is signed with it, and what ${lead > 0 ? 'is valid seems to have ended' : 'has ended seems to be valid'}`,
          cure: process.platform === 'linux' ? 'sudo timedatectl set-ntp true' : 'set the clock',
        },
      ]
    },
  },
  {
    id: 'browser',
    area: 'Browser',
    about: 'the command that opens the sign-in page is there',
    run: ({ browsers, shell }) =>
      browsers.flatMap(({ origin, program, isThere, isText }): Finding[] => {
        const cure = /^[A-Z_]+$/.test(origin)
          ? unset(shell.name, [origin])
          : `correct browser in ${origin}`
        if (isText)
          return [
            {
              level: 'warning',
              what: `${program} (${origin}) is a text browser`,
              whom: 'the sign-in page needs JavaScript: ssox shows a code in its place',
              cure,
            },
          ]
        if (isThere) return []
        return [
          {
            level: 'broken',
            what: `there is no browser ${program} (${origin})`,
            whom: 'the sign-in: ssox tries what the system has, then shows a code',
            cure,
          },
        ]
      }),
  },
]

/** Where an error would have sent to the doctor. */
function cureOf({ message, fix }: SsoxError): string {
  if (fix !== undefined && fix !== LOOK) return fix
  return /DNS|looked up/.test(message)
    ? 'check the network, VPN and sso_region'
    : 'check the network, VPN and HTTPS_PROXY'
}
