/** Which profiles `ssox write` is about, and the sections of the credentials file that their keys go to. */
import type { Credentials } from '../aws/credentials.ts'
import { editDocument } from '../aws/document-edit.ts'
import { type AwsFiles, profileNames } from '../aws/profile.ts'
import { ssoRoot } from '../aws/role-chain.ts'
import type { SectionOrigin } from '../aws/written-marker.ts'
import { checkSection, type SectionKeys, usualSection, writeEdit } from '../aws/written-section.ts'
import type { Call } from '../cli/command.ts'
import type { Context } from '../context.ts'
import { SsoxError } from '../problem.ts'
import { matchingProfiles } from '../profiles/matching-profiles.ts'
import {
  againWith,
  type ChosenProfile,
  called,
  chooseOrPick,
  mendingTypo,
  nameMeant,
} from '../profiles/profile-choice.ts'
import { profileOfEnvironment } from '../profiles/profile-state.ts'
import { sectionRecords } from '../state/written-sections.ts'
import { typedCommand } from '../ui/typed-command.ts'

/** A profile and the sections that it goes to. */
export interface Job {
  readonly chosen: ChosenProfile
  readonly sections: readonly string[]
}

/** A job with what it is about. */
export interface Got {
  readonly job: Job
  readonly credentials: Credentials
  /** Throws when the sign-in that they were got with is over. */
  readonly refuseAfterSignOut: () => void
}

/** What a dry run shows in place of credentials, for which AWS would have to be asked. */
export const NOT_ASKED: Credentials = {
  accessKeyId: '[from AWS]',
  secretAccessKey: '[from AWS]',
  sessionToken: '[from AWS]',
}

/** What one profile could not do keeps the others from nothing; the first one decides the exit code. */
export class Failures {
  readonly #isAlone: boolean
  readonly #ctx: Context
  exitCode = 0

  constructor(isAlone: boolean, ctx: Context) {
    this.#isAlone = isAlone
    this.#ctx = ctx
  }

  /** @throws the error itself where there is one profile only, or it is no problem of a profile */
  add(error: unknown): void {
    this.#ctx.signal.throwIfAborted()
    if (this.#isAlone || !(error instanceof SsoxError)) throw error
    this.#ctx.say.problem(error)
    this.exitCode ||= error.exitCode
  }
}

/** Profiles by name, or the one that the call means without a name. */
export async function namesOf(
  call: Call,
  files: AwsFiles,
  ctx: Context,
): Promise<readonly (string | ChosenProfile)[]> {
  const { args, flags } = call
  const names =
    args.length > 0
      ? matchingProfiles(args, files, ({ kind }) => kind !== 'static')
      : [
          await chooseOrPick(call, ctx, files).catch((error) => {
            throw ownSection(profileOfEnvironment(ctx), files, ctx) ?? error
          }),
        ]
  const isOnlyOne = names.length === 1
  for (const flag of ['as', 'default', 'for'] as const)
    if (flags[flag] && !isOnlyOne)
      throw new SsoxError(
        'usage',
        `--${flag} is for one profile, not for ${names.length}`,
        `leave out --${flag}, or name one profile`,
      )
  return names
}

/** What a name of a section that ssox has written says to somebody who takes it for a profile. */
function ownSection(name: string | undefined, files: AwsFiles, { paths }: Context) {
  const own = sectionRecords(paths).find(({ section }) => section === name)
  if (!own || profileNames(files).includes(own.section)) return undefined
  return new SsoxError(
    'profile',
    `"${own.section}" is a section that ssox wrote for profile "${own.profile}"`,
    typedCommand('write', own.profile),
  )
}

/** The AWS files, twice. */
interface Files {
  /** The AWS files without what ssox has written. */
  readonly files: AwsFiles
  /** As they are. */
  readonly written: AwsFiles
}

/** The jobs of the profiles for which there is one; why there is none for another is a failure. */
export function planJobs(
  names: readonly (string | ChosenProfile)[],
  failures: Failures,
  { files, written }: Files,
  call: Call,
  ctx: Context,
): Job[] {
  const jobs: Job[] = []
  for (const name of names) {
    try {
      const chosen = typeof name === 'string' ? choose(name, names.length, files, call, ctx) : name
      const job = planJob(chosen, jobs, { files, written }, call, ctx)
      if (job) jobs.push(job)
    } catch (error) {
      failures.add(error)
    }
  }
  return jobs
}

function choose(
  name: string,
  count: number,
  files: AwsFiles,
  call: Call,
  ctx: Context,
): ChosenProfile {
  const own = ownSection(name, files, ctx)
  if (own) throw own
  const meant = nameMeant(files, name, againWith(call, name), ctx)
  const find = () => called(files, meant, ctx)
  return count > 1 ? find() : mendingTypo(find, files, call)
}

/** undefined where the keys are in the file already, written by the user. */
function planJob(
  chosen: ChosenProfile,
  others: readonly Job[],
  { files, written }: Files,
  { flags }: Call,
  ctx: Context,
): Job | undefined {
  const { profile } = chosen
  const usual = flags.as ?? usualSection(files, profile.name)
  if (
    profile.kind === 'static' &&
    usual === profile.name &&
    files.credentials.section('profile', usual)?.values.has('aws_access_key_id')
  ) {
    ctx.say.note(`the keys of "${profile.name}" are in ${files.credentialsPath} already`)
    if (!flags.default) return undefined
  }
  const sections = [...new Set([usual, ...(flags.default ? ['default'] : [])])]
  for (const section of sections) {
    const other = others.find((job) => job.sections.includes(section))
    if (other)
      throw new SsoxError(
        'profile',
        `profile "${profile.name}" and profile "${other.chosen.profile.name}" are both for section "${section}"`,
        typedCommand('write', profile.name, ['--as', `${section}-2`]),
      )
    checkSection(written, sectionRecords(ctx.paths), {
      section,
      profile: profile.name,
      force: flags.force ?? false,
    })
  }
  const job = { chosen, sections }
  // What the file cannot hold is told before anybody has to sign in.
  const wanted = keysFor({ job, credentials: NOT_ASKED }, flags)
  editDocument(
    written.credentials,
    wanted.map((keys) => writeEdit(written.credentials, keys)),
  )
  return job
}

/** What goes into the sections of a job. @param region of the call */
export function keysFor(
  { job, credentials }: Pick<Got, 'job' | 'credentials'>,
  { region }: Call['flags'],
): SectionKeys[] {
  const { profile } = job.chosen
  const origin: SectionOrigin = {
    profile: profile.name,
    session: ssoRoot(profile)?.session.cacheName,
  }
  return job.sections.map((section) => ({ section, origin, credentials, region }))
}
