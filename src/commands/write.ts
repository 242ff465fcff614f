/** `ssox write`: keys in the credentials file, for tools that read only that. */
import { AT_ONCE, createPacer } from '../auth/pace.ts'
import { watchSignOut } from '../auth/sign-out-meanwhile.ts'
import type { Credentials } from '../aws/credentials.ts'
import type { SsoSession } from '../aws/profile.ts'
import type { ProgramName } from '../aws/program-names.ts'
import { ssoRoot } from '../aws/role-chain.ts'
import { linesFor, readsAsJava1 } from '../aws/written-for.ts'
import {
  checkSection,
  isPortable,
  JAVA_1,
  refusedLines,
  type SectionKeys,
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
import { credentialsFor } from '../profiles/profile-change.ts'
import { noteBrokenLines } from '../profiles/profile-state.ts'
import { loadAwsFiles } from '../state/aws-files.ts'
import { peekToken, tokenFileOf } from '../state/token-cache.ts'
import { rememberSections } from '../state/written-sections.ts'
import { writeAll } from '../system/files.ts'
import { isOpenToOthers } from '../system/user-file.ts'
import { timeLeft } from '../ui/duration.ts'
import { typedWord } from '../ui/typed-command.ts'
import {
  Failures,
  type Got,
  type Job,
  keysFor,
  NOT_ASKED,
  namesOf,
  planJobs,
} from './write-plan.ts'

/** boto3 asks for newer ones with less: keys for other programs have this much left, if AWS allows. */
const MIN_LEFT_MINUTES = 16
/** Profiles whose credentials are asked for at once. */
const TOGETHER = 4

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
          await put(
            [gotFor(job, credentials, ctx)],
            { ...shownAs(call, ctx), quiet: true },
            call,
            ctx,
            true,
          )
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
      results[at] = gotFor(job, await credentialsOf(job, call, ctx), ctx)
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

async function credentialsOf({ chosen }: Job, call: Call, ctx: Context): Promise<Credentials> {
  const { flags } = call
  if (flags.dryRun) return chosen.profile.kind === 'static' ? chosen.profile.keys : NOT_ASKED
  const minLeft = Math.max(ctx.settings.min_left, MIN_LEFT_MINUTES)
  return credentialsFor(chosen, { ...call, flags: { ...flags, minLeft } }, ctx)
}

function gotFor(job: Job, credentials: Credentials, ctx: Context): Got {
  return { job, credentials, refuseAfterSignOut: watchSignOut(job.chosen.profile, ctx) }
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
        for (const { refuseAfterSignOut } of got) refuseAfterSignOut()
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
