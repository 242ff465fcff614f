/** `ssox env`: statements that put a profile's credentials into the evaluating shell. */
import { clearingPatch } from '../aws/environment.ts'
import { type Profile, profileNames } from '../aws/profile.ts'
import type { Context } from '../context.ts'
import { EXIT, SsoxError } from '../problem.ts'
import { formatNamed, formatPatch } from '../shells/formats.ts'
import type { EnvPatch } from '../shells/patch.ts'
import { evalLine, shellNamed } from '../shells/shell.ts'
import { rememberUse } from '../state/recent.ts'
import { fingerprint } from '../state/switch-cache.ts'
import { HOOK_MIN_LEFT_MINUTES, keepForHooks } from '../state/switch-memory.ts'
import {
  clearSwitchCache,
  ensureState,
  forgetSignInNeeded,
  noteSignInNeeded,
} from '../state/switch-state.ts'
import { forTerminal } from '../ui/text.ts'
import { typedCommand } from '../ui/typed-command.ts'
import type { Call, Outcome } from './command.ts'
import { isGuarded, patchFor } from './credentials.ts'
import { detectedShell } from './detected-shell.ts'
import { keep } from './keep.ts'
import { type ChosenProfile, chooseOrPick } from './profile-choice.ts'

/**
 * @throws SsoxError of any kind; the caller then prints the shell's failing statement
 */
export async function run(call: Call, ctx: Context): Promise<Outcome> {
  const { flags } = call
  if (flags.clear) refuseProfile(call)
  if (ctx.terminal.stdout && !flags.print)
    return flags.format ? explainFormat(ctx) : explainEval(call, ctx)
  const format = flags.format === undefined ? undefined : formatNamed(flags.format)
  const shell = format === undefined ? detectedShell(flags.shell, ctx) : undefined
  const patch = flags.clear ? clearingPatch(ctx.env) : await switchPatch(call, ctx)
  noteVault(patch, ctx)
  return { stdout: format ? formatPatch(format, patch) : shellNamed(shell ?? 'sh').render(patch) }
}

/** Whoever names a profile beside `--clear` wants either to leave all, or to get that one. */
function refuseProfile({ args: [name] }: Call): void {
  if (name === undefined) return
  throw new SsoxError(
    'usage',
    `--clear leaves whatever profile the shell is in, so it takes none ("${name}")`,
    'ssox env --clear',
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

/** The patch of the chosen profile; for a hook it is also kept for the next switch. */
async function switchPatch(call: Call, ctx: Context): Promise<EnvPatch> {
  const hook = ctx.env['SSOX_HOOK']
  const before = hook ? fingerprint(ctx.paths) : undefined
  const chosen = await chooseOrPick(call, ctx)
  const state = () => before && ensureState(ctx.paths, before, profileNames(chosen.files), ctx.env)
  if (hook) await confirmGuarded(chosen, call, ctx)
  // What no hook could take is not asked for.
  if (hook === 'renew' && !isKept(ctx, chosen.profile)) return new Map()
  if (hook === 'renew') keep(() => forgetSignInNeeded(state(), chosen.profile.name), ctx)
  try {
    const patch = await patchFor(chosen, call, ctx)
    if (isPlain(call) && isCalledSo(chosen))
      keep(() => rememberPatch(state, chosen, patch, ctx), ctx)
    if (!chosen.identity && (chosen.isPicked || (hook && hook !== 'renew')))
      keep(() => rememberUse(ctx.paths, chosen.profile.name, ctx.now()), ctx)
    return patch
  } catch (error) {
    if (hook === 'renew' && error instanceof SsoxError && error.kind === 'sign-in')
      keep(() => noteSignInNeeded(state(), chosen.profile.name), ctx)
    throw error
  }
}

/** Only what `awsuse <profile>` alone gives may be given again without asking. */
function isPlain({ flags }: Call): boolean {
  return flags.mode === undefined && flags.region === undefined && !flags.format
}

/** Whether its name means it: a profile of the files comes before an account and role of that name. */
function isCalledSo({ identity, files, profile }: ChosenProfile): boolean {
  return identity === undefined || !profileNames(files).includes(profile.name)
}

/** Unless `cache` is off; and what depends on more than the hook looks at is asked for each time. */
function isKept({ settings }: Context, profile: Profile): boolean {
  const isOurs = profile.region === undefined && settings.region !== undefined
  const isWarm = settings.min_left <= HOOK_MIN_LEFT_MINUTES
  return settings.cache && !isOurs && isWarm
}

function rememberPatch(
  state: () => string | undefined,
  { profile }: ChosenProfile,
  patch: EnvPatch,
  ctx: Context,
): void {
  if (!ctx.settings.cache) clearSwitchCache(ctx.paths)
  const folder = isKept(ctx, profile) ? state() : undefined
  if (folder) keepForHooks(folder, profile, patch, ctx.env, ctx.paths)
}

/** The wrong-account guard asks once, on a terminal only; `--yes` answers it. */
async function confirmGuarded(chosen: ChosenProfile, call: Call, ctx: Context): Promise<void> {
  const { profile } = chosen
  if (!isGuarded(chosen, ctx) || !ctx.interactive || call.flags.yes) return
  const { ask } = await import('../system/ask.ts')
  ctx.say.ask(`profile "${profile.name}" is protected`)
  const answer = await ask('Switch to it? [y/N] ', ctx.signal)
  if (/^y(es)?$/i.test(answer.trim())) return
  throw new SsoxError('usage', `not switched to "${profile.name}"`, 'answer y, or add --yes')
}

function noteVault(patch: EnvPatch, ctx: Context): void {
  if (ctx.env['AWS_VAULT'] && patch.get('AWS_VAULT') === null)
    ctx.say.note('this shell was started by aws-vault; AWS_VAULT is unset')
}
