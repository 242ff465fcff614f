/** `awsuse` as its help shows it: the shell hooks make it of `ssox env`. */
import type { FlagName } from './spec.ts'
import type { VerbText } from './verb-text.ts'

/** What is different from `ssox env`. */
export const AWSUSE = {
  usage: 'awsuse [profile]',
  summary: 'switch this terminal to a profile; without a name, choose one from a list',
  examples: [
    { command: 'awsuse dev', does: 'this terminal acts as dev' },
    { command: 'awsuse', does: 'choose from a list: type a part of the name, then Enter' },
    { command: 'awsuse -', does: 'back to the profile before' },
    { command: 'awsuse --clear', does: 'leave the profile: no keys, no AWS_PROFILE' },
    { command: 'awsuse dev --refresh', does: 'new keys, even if the old ones are valid' },
    {
      command: 'awsuse dev --role-arn 210987654321:Deploy',
      does: 'a role that dev may assume',
    },
    { command: 'ssox init --remove', does: 'take awsuse out of your shell again' },
  ],
  exits: [['2', 'wrong usage, or not confirmed']],
} as const satisfies Pick<VerbText, 'summary' | 'examples' | 'exits'> & { usage: string }

/** Flags of `env` that mean nothing to a person who types `awsuse`. */
export const NOT_FOR_AWSUSE: readonly FlagName[] = ['shell', 'format', 'print']
