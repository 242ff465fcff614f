/** Points in time as AWS tools write them. */

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number

/**
 * Reads a time stamp of any AWS tool: `…Z`, fractions, offsets, the `UTC` suffix of early CLI v2,
 * and no zone at all (taken as UTC). undefined when it is not a time.
 */
export function parseTime(text: unknown): EpochMs | undefined {
  if (typeof text !== 'string') return undefined
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/.exec(
    text.trim(),
  )
  if (!match) return undefined
  const [, day, clock, fraction = '', zone = 'Z'] = match
  const offset = zone === 'UTC' || zone === 'Z' ? 'Z' : zone.replace(/^(...)(\d\d)$/, '$1:$2')
  const time = Date.parse(`${day}T${clock}${fraction.slice(0, 4)}${offset}`)
  return Number.isNaN(time) ? undefined : time
}

/** `YYYY-MM-DDTHH:MM:SSZ`, the only form that every AWS tool reads (fractions are cut). */
export function formatTime(time: EpochMs): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`
}
