/** `ssox doctor`: what is wrong, whom it breaks, and the command that mends it. */
import type { Call, Outcome } from '../cli/command.ts'
import type { Context } from '../context.ts'
import { examine, isHealthy } from '../doctor/checks.ts'
import { type GatherOptions, gather } from '../doctor/facts/gather.ts'
import { mend } from '../doctor/mend.ts'
import { asReport } from '../doctor/report.ts'
import { asJson, asText } from '../doctor/view.ts'
import { EXIT, SsoxError } from '../problem.ts'
import { parentNames } from '../system/surroundings.ts'
import { everyMs, writeStderr } from '../system/terminal.ts'
import { shownIn } from '../ui/charset.ts'
import { colours } from '../ui/colour.ts'
import { createSpinner } from '../ui/spinner.ts'

/** @throws SsoxError `usage` (two forms at once, nobody to ask), and what `mend` throws */
export async function run({ flags }: Call, ctx: Context): Promise<Outcome> {
  if (flags.json && flags.report)
    throw new SsoxError(
      'usage',
      '--json and --report are two forms of one answer',
      'ssox doctor --report',
    )
  const options: GatherOptions = {
    offline: flags.network === false ? '--no-network' : undefined,
    parents: parentNames(),
    folder: process.cwd(),
  }
  let facts = await look(options, ctx)
  let found = examine(facts)
  if (flags.fix && (await mend(found, flags, ctx))) {
    facts = await look(options, ctx)
    found = examine(facts)
  }
  const stdout = flags.json
    ? asJson(found, facts)
    : flags.report
      ? asReport(found, facts, ctx)
      : asText(found, facts, colours(ctx.terminal.colour))
  return { stdout, exitCode: isHealthy(found) ? 0 : EXIT.profile }
}

/** A host that does not answer takes seconds to say so. */
async function look(options: GatherOptions, ctx: Context) {
  const spinner = createSpinner({
    write: writeStderr,
    isTerminal: ctx.terminal.stderr,
    columns: ctx.terminal.columns,
    every: everyMs,
    shown: (sign) => shownIn(ctx.env, sign),
  })
  spinner.start('looking at the files, this shell and the sign-in hosts')
  try {
    return await gather(ctx, options)
  } finally {
    spinner.stop()
  }
}
