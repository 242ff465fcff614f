/** The findings as text for people, and as JSON. */
import { forTerminal } from '../text/terminal-text.ts'
import type { Colours } from '../ui/colour.ts'
import { CHECKS, isHealthy } from './checks.ts'
import type { Facts } from './facts.ts'
import { AREAS, FIX_COMMAND, type Found, type Level } from './finding.ts'

/** By area, each with whom it breaks and the command that mends it; one line where all is well. */
export function asText(found: readonly Found[], { paths }: Facts, style: Colours): string {
  if (found.length === 0)
    return `${style.green('nothing is wrong')}: ${CHECKS.length} checks (${AREAS.join(', ')})\n`
  const groups = AREAS.flatMap((area) => {
    const here = found.filter(({ check }) => check.area === area)
    return here.length > 0
      ? [`${style.bold(area)}\n${here.map((one) => paragraph(one, paths.home, style)).join('')}`]
      : []
  })
  return `${groups.join('\n')}\n${summary(found, style)}`
}

function paragraph({ level, what, whom, cure }: Found, home: string, style: Colours): string {
  const mark = { broken: style.red, warning: style.yellow, note: style.dim }[level](level)
  const text = (words: string) => forTerminal(words.replaceAll(`${home}/`, '~/'))
  return [
    `  ${mark}: ${text(what)}\n`,
    ...(whom === undefined ? [] : [`    ${style.dim(text(whom))}\n`]),
    `    ${style.bold(forTerminal(cure))}\n`,
  ].join('')
}

function summary(found: readonly Found[], style: Colours): string {
  const count = (level: Level, word: string) => {
    const number = found.filter((one) => one.level === level).length
    return number === 0 ? [] : `${number} ${word}${number > 1 && word !== 'broken' ? 's' : ''}`
  }
  const parts = [count('broken', 'broken'), count('warning', 'warning'), count('note', 'note')]
  const mendable = found.filter(({ fix }) => fix !== undefined).length
  const fix = mendable > 0 ? `; ${FIX_COMMAND} shows and mends ${mendable} of them` : ''
  const words = `${parts.flat().join(', ')}, of ${CHECKS.length} checks${fix}`
  return `${isHealthy(found) ? words : style.red(words)}\n`
}

/** `version` counts the changes of this form. */
export function asJson(found: readonly Found[], { version }: Facts): string {
  const value = {
    version: 1,
    ssox: version,
    healthy: isHealthy(found),
    checks: CHECKS.map(({ id, area, about }) => ({ id, area, about })),
    findings: found.map(({ check, level, what, whom, cure, fix }) => ({
      id: check.id,
      area: check.area,
      level,
      what,
      whom: whom ?? null,
      cure,
      fixable: fix !== undefined,
    })),
  }
  return `${JSON.stringify(value, null, 2)}\n`
}
