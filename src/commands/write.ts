/** `ssox write`: keys in the credentials file, for tools that read only that. */
import { AT_ONCE, createPacer } from '../auth/pace.ts'
import type { Credentials } from '../aws/credentials.ts'
import { editDocument } from '../aws/document-edit.ts'
import { type AwsFiles, profileNames, type SsoSession } from '../aws/profile.ts'
import type { ProgramName } from '../aws/program-names.ts'
import { ssoRoot } from '../aws/role-chain.ts'
import { linesFor, readsAsJava1 } from '../aws/written-for.ts'
import type { SectionOrigin } from '../aws/written-marker.ts'
import {
  checkSection,
  isPortable,
  JAVA_1,
  refusedLines,
  type SectionKeys,
  usualSection,
  writeEdit,
} from '../aws/written-section.ts'
import type { Call, Outcome } from '../cli/command.ts'
import type { Context } from '../context.ts'
import type { EditResult } from '../install/edit.ts'
import { SsoxError } from '../problem.ts'
import {
  editCredentials,
  inBrackets,
  removeWritten,
  withoutWritten,
} from '../profiles/credentials-file.ts'
import { ifPossible } from '../profiles/if-possible.ts'
import { keepFresh, type Renewable } from '../profiles/keep-fresh.ts'
import { matchingProfiles } from '../profiles/matching-profiles.ts'
import { credentialsFor } from '../profiles/profile-change.ts'
import {
  againWith,
  type ChosenProfile,
  called,
  chooseOrPick,
  mendingTypo,
  nameMeant,
} from '../profiles/profile-choice.ts'
import { noteBrokenLines, profileOfEnvironment } from '../profiles/profile-state.ts'
import { loadAwsFiles } from '../state/aws-files.ts'
import { peekToken, tokenFileOf } from '../state/token-cache.ts'
import { rememberSections, sectionRecords } from '../state/written-sections.ts'
import { writeAll } from '../system/files.ts'
import { isOpenToOthers } from '../system/user-file.ts'
import { timeLeft } from '../ui/duration.ts'
import { typedCommand, typedWord } from '../ui/typed-command.ts'

/** boto3 asks for newer ones with less: keys for other programs have this much left, if AWS allows. */
const MIN_LEFT_MINUTES = 16
/** Profiles whose credentials are asked for at once. */
const TOGETHER = 4

/** A profile and the sections that it goes to. */
interface Job {
  readonly chosen: ChosenProfile
  readonly sections: readonly string[]
}

/** A job with what it is about. */
interface Got {
  readonly job: Job
  readonly credentials: Credentials
}

/** @throws SsoxError of any kind; with several profiles, what fails for one is said, and others go on */
export async function run(call: Call, ctx: Context): Promise<Outcome> {
  const { flags } = call
  if (flags.clean && !namesAny(call)) {
    await clean(call, ctx)
    return {}
  }
  const written = loadAwsFiles(ctx.paths)
  const files = withoutWritten(written, ctx)
  noteBrokenLines(files, ctx)
  const names = await namesOf(call, files, ctx)
  const failures = new Failures(names.length === 1, ctx)
  const jobs = planJobs(names, failures, { files, written }, call, ctx)
  const got = await getAll(jobs, failures, call, {
    ...ctx,
    paced: createPacer(ctx.signal, AT_ONCE),
  })
  if (got.length > 0) await write(got, call, ctx)
  const [only] = got
  const stdout = flags.for && only ? pasted(flags.for, only, call, ctx) : ''
  if (flags.keepFresh && !flags.dryRun && got.length > 0) {
    // Whoever shall paste it cannot wait until the end.
    if (stdout !== '') writeAll(1, stdout)
    await stay(got, call, ctx)
    return { exitCode: failures.exitCode }
  }
  if (flags.clean) await clean(call, ctx)
  return { stdout, exitCode: failures.exitCode }
}

/** Whether the call says which profile it is about: `--clean` alone is about none. */
function namesAny({ args, flags }: Call): boolean {
  const { startUrl, ssoRegion, accountId, roleName, keepFresh, as, default: isDefault } = flags
  const others = [startUrl, ssoRegion, accountId, roleName, keepFresh, as, isDefault, flags.for]
  return args.length > 0 || others.some((value) => value !== undefined)
}

/** Takes out what has ended. */
async function clean(call: Call, ctx: Context): Promise<void> {
  const gone = await removeWritten(
    ({ endsAt }) => endsAt !== undefined && endsAt <= ctx.now(),
    shownAs(call, ctx),
    ctx,
  )
  if (gone.length === 0) ctx.say.note('nothing of ssox has ended')
  else if (!call.flags.dryRun) ctx.say.note(`taken out: ${inBrackets(gone)}`)
}

/** Renews the keys until ^C, and takes them out then if they shall go. */
async function stay(got: readonly Got[], call: Call, ctx: Context): Promise<void> {
  // No browser opens while nobody is looking.
  const quietly = {
    ...ctx,
    signIn: { ...ctx.signIn, allowed: false, why: 'it is renewed in the background' },
    mfaCode: undefined,
  }
  const items = got.flatMap(({ job, credentials: { expiresAt } }): Renewable[] => {
    const root = ssoRoot(job.chosen.profile)
    const name = `"${job.chosen.profile.name}" in ${inBrackets(job.sections)}`
    if (expiresAt === undefined) return []
    return [
      {
        name,
        expiresAt,
        renew: async (minLeftMs) => {
          const asked = {
            ...call,
            flags: { ...call.flags, minLeft: minLeftMs / 60_000, refresh: false },
          }
          const credentials = await credentialsFor(job.chosen, asked, quietly)
          await put([{ job, credentials }], { ...shownAs(call, ctx), quiet: true }, call, ctx, true)
          return credentials.expiresAt
        },
        signIn: () => root && tokenOf(root.session, ctx),
      },
    ]
  })
  ctx.say.note(items.length > 0 ? 'renewed before they end, until ^C' : 'these keys do not end')
  if (items.length === 0 && !call.flags.clean) return
  try {
    await keepFresh(items, ctx)
  } finally {
    if (call.flags.clean) {
      const sections = new Set(got.flatMap(({ job }) => job.sections))
      const gone = await removeWritten(({ section }) => sections.has(section), shownAs(call, ctx), {
        ...ctx,
        signal: new AbortController().signal,
      })
      ctx.say.note(`taken out: ${inBrackets(gone)}`)
    }
  }
}

/** undefined where there is none, or the file is not trusted. */
function tokenOf(session: SsoSession, { paths, now }: Context): string | undefined {
  try {
    return peekToken(tokenFileOf(session, paths), now())?.accessToken
  } catch {
    return undefined
  }
}

/** What to paste. @throws SsoxError `profile` where the program would read none of the file */
function pasted(program: ProgramName, { job }: Got, { flags }: Call, ctx: Context): string {
  const { credentials, credentialsPath } = loadAwsFiles(ctx.paths)
  const refused = refusedLines(credentials).find(({ by }) => by.includes(JAVA_1))
  if (refused && readsAsJava1(program))
    throw new SsoxError(
      'profile',
      `${program} may not read ${credentialsPath}: ${refused.what} in line ${refused.line}`,
      `correct line ${refused.line} of ${credentialsPath}`,
    )
  const [section = ''] = job.sections
  return linesFor(program, section, flags.region ?? job.chosen.profile.region)
}

function shownAs({ flags }: Call, { settings }: Context) {
  return { dryRun: flags.dryRun ?? false, quiet: flags.quiet ?? settings.quiet ?? false }
}

/** What one profile could not do keeps the others from nothing; the first one decides the exit code. */
class Failures {
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
async function namesOf(
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

interface Files {
  /** The AWS files without what ssox has written. */
  readonly files: AwsFiles
  /** As they are. */
  readonly written: AwsFiles
}

function planJobs(
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

/** The credentials of all jobs: those of the first alone, since it may have to sign in. */
async function getAll(
  jobs: readonly Job[],
  failures: Failures,
  call: Call,
  ctx: Context,
): Promise<Got[]> {
  const results: (Got | { readonly error: unknown })[] = []
  let next = 0
  const one = async () => {
    const at = next++
    const job = jobs[at]
    if (!job) return
    try {
      results[at] = { job, credentials: await credentialsOf(job, call, ctx) }
    } catch (error) {
      ctx.signal.throwIfAborted()
      results[at] = { error }
    }
  }
  await one()
  const worker = async () => {
    while (next < jobs.length) await one()
  }
  await Promise.all(Array.from({ length: TOGETHER }, worker))
  return results.flatMap((result) => {
    if (!('error' in result)) return [result]
    failures.add(result.error)
    return []
  })
}

/** What a dry run shows in place of credentials, for which AWS would have to be asked. */
const NOT_ASKED: Credentials = {
  accessKeyId: '[from AWS]',
  secretAccessKey: '[from AWS]',
  sessionToken: '[from AWS]',
}

async function credentialsOf({ chosen }: Job, call: Call, ctx: Context): Promise<Credentials> {
  const { flags } = call
  if (flags.dryRun) return chosen.profile.kind === 'static' ? chosen.profile.keys : NOT_ASKED
  const minLeft = Math.max(ctx.settings.min_left, MIN_LEFT_MINUTES)
  return credentialsFor(chosen, { ...call, flags: { ...flags, minLeft } }, ctx)
}

function keysFor({ job, credentials }: Got, { region }: Call['flags']): SectionKeys[] {
  const { profile } = job.chosen
  const origin: SectionOrigin = {
    profile: profile.name,
    session: ssoRoot(profile)?.session.cacheName,
  }
  return job.sections.map((section) => ({ section, origin, credentials, region }))
}

/** Writes what was got, and says where it is. */
async function write(got: readonly Got[], call: Call, ctx: Context): Promise<void> {
  const shown = shownAs(call, ctx)
  const result = await put(got, shown, call, ctx)
  if (result === 'unchanged') ctx.say.note(`${ctx.paths.credentials} is up to date`)
  if (!shown.dryRun) for (const one of got) tell(one, ctx)
  warnAbout(
    got.flatMap(({ job }) => job.sections),
    ctx,
  )
}

/** Puts keys into their sections. */
function put(
  got: readonly Got[],
  shown: ReturnType<typeof shownAs>,
  { flags }: Call,
  ctx: Context,
  isRenewal = false,
): Promise<EditResult> {
  const keys = got.flatMap((one) => keysFor(one, flags))
  const force = !isRenewal && (flags.force ?? false)
  return editCredentials(
    {
      edits: (document, records) => {
        const files = { ...loadAwsFiles(ctx.paths), credentials: document }
        for (const { section, origin } of keys)
          checkSection(files, records, { section, profile: origin.profile, force, isRenewal })
        return keys.map((one) => {
          const edit = writeEdit(document, one)
          if (one.credentials !== NOT_ASKED) return edit
          return { ...edit, values: new Map([...edit.values, ['expiration', '[from AWS]']]) }
        })
      },
      beforeChange: () => ifPossible(() => remember(keys, ctx), ctx),
      ...shown,
    },
    ctx,
  )
}

function remember(keys: readonly SectionKeys[], { paths }: Context): void {
  rememberSections(
    paths,
    keys.map(({ section, origin, credentials }) => ({
      ...origin,
      section,
      keyIds: [credentials.accessKeyId],
    })),
  )
}

function tell({ job, credentials: { expiresAt } }: Got, ctx: Context): void {
  const left = expiresAt === undefined ? '' : ` for ${timeLeft(expiresAt - ctx.now())}`
  ctx.say.note(`"${job.chosen.profile.name}" is in ${inBrackets(job.sections)}${left}`)
}

/** What keeps some programs from reading the file, or the sections in it. */
function warnAbout(sections: readonly string[], ctx: Context): void {
  const { credentials, credentialsPath } = loadAwsFiles(ctx.paths)
  if (isOpenToOthers(credentialsPath))
    ctx.say.warn(`others may read ${credentialsPath}: chmod 600 ${typedWord(credentialsPath)}`)
  for (const { line, what, by } of refusedLines(credentials))
    ctx.say.warn(`line ${line} of ${credentialsPath}: ${what}; not read by ${by.join(', ')}`)
  for (const section of sections) {
    if (!isPortable(section))
      ctx.say.warn(`only the AWS CLI reads a section called "${section}"; --as gives another name`)
    if (section === 'default')
      ctx.say.warn(
        'keys in [default] come before those of a credentials endpoint in every SDK, and before those of the environment in .NET 3',
      )
  }
}
