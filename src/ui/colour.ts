/** Whether a stream gets colour, and the styles themselves (contract, section 1). */
import { bgRed, bold, cyan, dim, green, $ as kleur, red, white, yellow } from 'kleur/colors'

/** What decides about colour on one stream. */
export interface ColourFacts {
  /** `--color` is true, `--no-color` false, neither undefined. */
  readonly flag: boolean | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether that very stream is a terminal; not stdout's answer for stderr. */
  readonly isTerminal: boolean
}

/**
 * Decides for one stream: `--color/--no-color` > NO_COLOR > FORCE_COLOR > CLICOLOR_FORCE >
 * CLICOLOR=0 > TERM=dumb > is it a terminal. An empty variable counts as unset
 * (https://no-color.org, https://force-color.org, https://bixense.com/clicolors/).
 */
export function decideColour({ flag, env, isTerminal }: ColourFacts): boolean {
  if (flag !== undefined) return flag
  if (env['NO_COLOR']) return false
  const force = env['FORCE_COLOR']
  if (force) return force !== '0' && force !== 'false'
  const cliForce = env['CLICOLOR_FORCE']
  if (cliForce && cliForce !== '0') return true
  if (env['CLICOLOR'] === '0') return false
  if (env['TERM'] === 'dumb') return false
  return isTerminal
}

/** Puts a style around text; the text itself must be harmless already. */
export type Style = (text: string) => string

export interface Colours {
  readonly bold: Style
  readonly dim: Style
  readonly red: Style
  readonly yellow: Style
  readonly green: Style
  readonly cyan: Style
  /** White on red: a protected account. */
  readonly danger: Style
}

/** Styles for a stream with or without colour. */
export function colours(enabled: boolean): Colours {
  const style = (...styles: readonly KleurStyle[]): Style => {
    return (text) => (enabled && text !== '' ? styles.reduce(applyStyle, text) : text)
  }
  return {
    bold: style(bold),
    dim: style(dim),
    red: style(red),
    yellow: style(yellow),
    green: style(green),
    cyan: style(cyan),
    danger: style(bold, white, bgRed),
  }
}

type KleurStyle = (text: string) => string

/** kleur has one global switch, preset from stdout; it is ours only while kleur runs. */
function applyStyle(text: string, apply: KleurStyle): string {
  const before = kleur.enabled
  kleur.enabled = true
  try {
    return apply(text)
  } finally {
    kleur.enabled = before
  }
}
