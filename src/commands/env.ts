/** `ssox env`: statements that put a profile's credentials into the evaluating shell. */
import { profileNames } from '../aws/profile.ts'
import type { Call, Outcome } from '../cli/command.ts'
import type { Context } from '../context.ts'
import { EXIT, SsoxError } from '../problem.ts'
import { detectedShell } from '../profiles/detected-shell.ts'
import { ifPossible } from '../profiles/if-possible.ts'
import { changeFor } from '../profiles/profile-change.ts'
import { type ChosenProfile, chooseOrPick, isInFiles, isOnTop } from '../profiles/profile-choice.ts'
import { confirmProtected } from '../profiles/protected-profile.ts'
import { type EnvChange, settled } from '../shells/change.ts'
import { formatNamed, formatted } from '../shells/formats.ts'
import { evalLine, type ShellName, shellNamed } from '../shells/shell.ts'
import { type AssumedRole, assumedRoles } from '../state/assumed-roles.ts'
import { loadAwsFiles } from '../state/aws-files.ts'
import { rememberUse } from '../state/recent.ts'
import { dataForHook, ENTRY_MIN_LEFT_MINUTES } from '../switch/entry.ts'
import {
  clearSwitchCache,
  ensureStateFolder,
  type Fingerprint,
  fingerprint,
  noteForHooks,
  whyChangesAreMissed,
} from '../switch/state-folder.ts'
import { changeToNone } from '../switch/variables.ts'
import { cacheSwitch, mayBeCached } from '../switch/write-entries.ts'
import { forTerminal } from '../text/terminal-text.ts'
import { switchCommand, typedCommand, typedWord } from '../ui/typed-command.ts'

/**
 * @throws SsoxError of any kind; the caller then prints the shell's failing statement
 */
export async function run(call: Call, ctx: Context): Promise<Outcome> {
  const { flags } = call
  if (flags.clear) refuseProfile(call, ctx)
  if (ctx.terminal.stdout && !flags.print)
    return flags.format ? explainFormat(ctx) : explainEval(call, ctx)
  if (flags.format !== undefined) {
    const format = formatNamed(flags.format)
    const change = flags.clear
      ? changeToNone()
      : await changeFor(await choose(call, ctx), call, ctx)
    return { stdout: formatted(format, change) }
  }
  const shell = detectedShell(flags.shell, ctx)
  const change = flags.clear ? changeToNone() : await switchTo(shell, call, ctx)
  if (shell === 'powershell' && ctx.env['SSOX_HOOK'] === shell)
    return { stdout: dataForHook(change) }
  const dialect = shellNamed(shell)
  return { stdout: dialect.render(dialect.asks ? change : settled(change, ctx.env)) }
}

/** Whoever names a profile beside `--clear` wants either to leave all, or to get that one. */
function refuseProfile({ args: [name] }: Call, { env }: Context): void {
  if (name === undefined) return
  throw new SsoxError(
    'usage',
    `--clear leaves whatever profile the shell is in, so it takes none ("${name}")`,
    switchCommand(env, undefined, ['--clear']),
  )
}

/** Secrets do not belong on a screen: what to type instead. */
function explainEval(call: Call, ctx: Context): Outcome {
  const shell = detectedShell(call.flags.shell, ctx)
  const command = typedCommand('env', call.args[0], flagWords(call), shell)
  ctx.say.ask('this is for the shell to read, not for the screen (--print shows it); type:')
  ctx.say.lines(`  ${forTerminal(evalLine(shell, command))}\n`)
  return { exitCode: EXIT.usage }
}

/** The flags of the call as words; the line to type names the shell itself where it must. */
function flagWords({ flags: { shell: _, ...flags } }: Call): string[] {
  return Object.entries(flags).map(([key, value]) => {
    const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    if (typeof value === 'boolean') return `--${value ? '' : 'no-'}${name}`
    return `--${name}=${value}`
  })
}

function explainFormat(ctx: Context): Outcome {
  ctx.say.problem(
    new SsoxError(
      'usage',
      'these are secrets for a program to read, not for the screen',
      'send them to a file or a program; --print shows them',
    ),
  )
  return { exitCode: EXIT.usage }
}

async function choose(call: Call, ctx: Context): Promise<ChosenProfile & { isPicked: boolean }> {
  const chosen = await chooseOrPick(call, ctx)
  await confirmProtected(chosen, call, ctx)
  return chosen
}

/** The change to the chosen profile, which is kept for the next switch. */
async function switchTo(shell: ShellName, call: Call, ctx: Context): Promise<EnvChange> {
  const before = fingerprint(ctx.paths)
  const hook = ctx.env['SSOX_HOOK']
  const role = hook === 'renew' ? roleCalled(call.args[0], ctx) : undefined
  if (role) {
    ifPossible(() => noteForHooks(ctx.paths, role.name, roleNotRenewed(role, shell)), ctx)
    return changeToNone()
  }
  const chosen = await choose(call, ctx)
  const { profile } = chosen
  const obstacle = whyNotKept(chosen, before, ctx)
  if (hook === 'renew') {
    ifPossible(
      () =>
        noteForHooks(
          ctx.paths,
          profile.name,
          obstacle && notRenewed(profile.name, obstacle, shell),
        ),
      ctx,
    )
    // What no hook could take is not asked for.
    if (obstacle !== undefined) return changeToNone()
  }
  try {
    const change = await changeFor(chosen, call, ctx)
    if (!ctx.settings.cache) ifPossible(() => clearSwitchCache(ctx.paths), ctx)
    if (obstacle === undefined && isPlain(call) && isCalledSo(chosen, ctx))
      ifPossible(() => {
        const folder = ensureStateFolder(ctx.paths, before, ctx.env)
        if (folder) cacheSwitch(folder, { profile, change, shell }, ctx.env, ctx.paths)
      }, ctx)
    if (isInFiles(chosen) && (chosen.isPicked || (hook && hook !== 'renew')))
      ifPossible(() => rememberUse(ctx.paths, profile.name, ctx.now()), ctx)
    return change
  } catch (error) {
    if (hook === 'renew' && error instanceof SsoxError && error.kind === 'sign-in')
      ifPossible(
        () => noteForHooks(ctx.paths, profile.name, signInNeeded(profile.name, shell)),
        ctx,
      )
    throw error
  }
}

/** Only what `awsuse <profile>` alone gives may be given again without asking. */
function isPlain({ flags }: Call): boolean {
  return flags.mode === undefined && flags.region === undefined
}

/** Whether its name means it: a profile of the files comes before an account and role of that name. */
function isCalledSo(
  { identity, isFromEnvironment, files, profile }: ChosenProfile,
  { paths }: Pick<Context, 'paths'>,
): boolean {
  if (isFromEnvironment || isOnTop(profile)) return false
  if (identity === undefined) return true
  // The terminal of such a role would take these keys for newer ones of its own.
  const isRole = assumedRoles(paths).some(({ name }) => name === profile.name)
  return !isRole && !profileNames(files).includes(profile.name)
}

/** A hook knows a role of `--role-arn` by its name alone, which is not enough to get it again. */
function roleCalled(name: string | undefined, { paths }: Context): AssumedRole | undefined {
  const role = assumedRoles(paths).find((one) => one.name === name)
  return role && !profileNames(loadAwsFiles(paths)).includes(role.name) ? role : undefined
}

/** Why no result for this profile may be kept, in words; undefined: it may be. */
function whyNotKept(
  { profile }: ChosenProfile,
  before: Fingerprint,
  { settings, paths, env }: Context,
): string | undefined {
  if (!settings.cache) return 'the setting cache is off'
  if (settings.min_left > ENTRY_MIN_LEFT_MINUTES)
    return `the setting min_left is above ${ENTRY_MIN_LEFT_MINUTES}`
  if (profile.region === undefined && settings.region !== undefined)
    return 'the setting region counts only where the shell has none'
  if (!mayBeCached(profile, env)) return 'ssox keeps no copy of such keys'
  return whyChangesAreMissed(paths, before)
}

function roleNotRenewed({ name, roleArn, source }: AssumedRole, shell: ShellName): string {
  const words = [source, `--role-arn=${roleArn}`].map((word) => forTerminal(typedWord(word, shell)))
  return `ssox: ${forTerminal(name)} is not renewed in the background (a role of --role-arn): awsuse ${words.join(' ')}`
}

function notRenewed(name: string, obstacle: string, shell: ShellName): string {
  const shown = forTerminal(name)
  return `ssox: ${shown} is not renewed in the background (${forTerminal(obstacle)}): awsuse ${forTerminal(typedWord(name, shell))}`
}

function signInNeeded(name: string, shell: ShellName): string {
  return `ssox: the sign-in for ${forTerminal(name)} has ended: awsuse --refresh ${forTerminal(typedWord(name, shell))}`
}
