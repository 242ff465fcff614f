/** Keys in the credentials file, and lines that run a program for them. */
import { profileNames } from '../../aws/profile.ts'
import { openProfile } from '../../aws/profile-view.ts'
import { type EpochMs, parseTime } from '../../aws/time.ts'
import { typedWord } from '../../ui/typed-command.ts'
import type { Facts, ProcessLine } from '../facts.ts'
import type { Check, Finding } from '../finding.ts'
import { shadows } from './profiles.ts'

/** When keys end, by the tools that write them there. */
const EXPIRY_KEYS = [
  'expiration',
  'x_security_token_expires',
  'aws_session_expiration',
  'aws_expiration',
  'expires',
]

export const KEY_CHECKS: readonly Check[] = [
  {
    id: 'shadowed',
    area: 'AWS files',
    about: 'no keys stand under the name of an SSO profile',
    run: (facts) =>
      sections(facts).flatMap(({ name, view, hasEnded }): Finding[] => {
        if (!shadows(view)) return []
        return [
          {
            level: hasEnded ? 'broken' : 'warning',
            what: `[${name}] in ${facts.files.credentialsPath} has keys${hasEnded ? ' that have ended' : ''}, and "${name}" is an SSO profile`,
            whom: 'the SDKs for JavaScript and Go, Terraform and VS Code take the keys; .NET refuses the profile',
            cure: facts.written.has(name)
              ? 'ssox write --clean'
              : `remove [${name}] from ${facts.files.credentialsPath}`,
          },
        ]
      }),
  },
  {
    id: 'ended-keys',
    area: 'AWS files',
    about: 'no section of the credentials file has keys that have ended',
    run: (facts) =>
      sections(facts).flatMap(({ name, view, hasEnded }): Finding[] => {
        if (!hasEnded || shadows(view)) return []
        const isOurs = facts.written.has(name)
        return [
          {
            level: 'warning',
            what: `the keys of [${name}] in ${facts.files.credentialsPath} have ended`,
            whom: 'programs that read only that file get ExpiredToken',
            cure: isOurs
              ? 'ssox write --clean'
              : `remove [${name}], or write new keys with the tool that made it`,
          },
        ]
      }),
  },
  {
    id: 'default-keys',
    area: 'AWS files',
    about: '[default] has no keys that come before those of the environment',
    run: ({ files, settings }) => {
      const view = openProfile(files, 'default')
      if (!view?.get('aws_access_key_id')) return []
      return [
        {
          level: settings.mode === 'keys' ? 'warning' : 'note',
          what: `[default] has keys: ${view.place('aws_access_key_id')}`,
          whom: '.NET 3 takes them before AWS_ACCESS_KEY_ID, and whatever names no profile acts with them',
          cure: 'give the profile another name',
        },
      ]
    },
  },
  {
    id: 'process-line',
    area: 'AWS files',
    about: 'credential_process lines run, even where there is no PATH',
    run: ({ processes }) => processes.flatMap(processFinding),
  },
]

function sections({ files, now }: Pick<Facts, 'files' | 'now'>) {
  return profileNames(files).flatMap((name) => {
    const section = files.credentials.section('profile', name)
    const view = openProfile(files, name)
    if (!section || !view || !section.values.get('aws_access_key_id')) return []
    const endsAt = endOf(section.values)
    return [{ name, view, hasEnded: endsAt !== undefined && endsAt < now }]
  })
}

function endOf(values: ReadonlyMap<string, string>): EpochMs | undefined {
  return EXPIRY_KEYS.map((key) => parseTime(values.get(key))).find((time) => time !== undefined)
}

function processFinding(line: ProcessLine): Finding[] {
  const { profile, place, program } = line
  const subject = `credential_process of profile "${profile}"`
  const finding = (
    level: Finding['level'],
    what: string,
    whom: string,
    cure: string,
  ): Finding[] => [{ level, what: `${subject} ${what}`, whom, cure }]
  const rewrite = `correct credential_process in ${place}`
  if (line.foreign)
    return finding(
      'broken',
      `is not safe to run: ${line.foreign.who}`,
      'ssox does not run it; other tools run whatever somebody else has put there',
      line.foreign.fix.map((word) => typedWord(word)).join(' '),
    )
  if (program === undefined)
    return finding('broken', 'has a quote that stays open', 'every AWS tool', rewrite)
  if (line.isCircle)
    return finding('broken', 'asks for its own profile', 'every AWS tool: it never ends', rewrite)
  if (/^(?:~|\$)/.test(program))
    return finding(
      'broken',
      `begins with ${program}`,
      'the AWS CLI and the SDKs start it without a shell, which would know what that is',
      `write the whole path in ${place}`,
    )
  if (line.found === undefined && line.bare === undefined)
    return finding('broken', `names ${program}, which is not there`, 'every AWS tool', rewrite)
  if (line.bare === undefined)
    return finding(
      'warning',
      `names ${program} without its path`,
      'IDEs, cron and other programs that are started without the PATH of this terminal',
      `write ${line.found} in ${place}`,
    )
  if (line.interpreter !== undefined)
    return finding(
      'warning',
      `starts ${program}, which looks for ${line.interpreter} on PATH`,
      'IDEs, cron and other programs that are started without the PATH of this terminal',
      /(?:^|\/)ssox$/.test(program)
        ? './install.sh'
        : `write ${line.interpreter} with its path, too, in ${place}`,
    )
  return []
}
