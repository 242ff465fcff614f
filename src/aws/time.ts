/** Points in time as AWS tools write them. */

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number

const TIME =
  /^(\d{4})([-/]?)(\d\d)\2(\d\d)[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?$/i

/**
 * Reads a time stamp of any AWS tool, as the AWS CLI does: `…Z`, fractions, offsets, the `UTC` suffix
 * of early CLI v2, no seconds, no separators (`20990101T000000Z`), and no zone at all (taken as UTC).
 * undefined when it is not a time.
 */
export function parseTime(text: unknown): EpochMs | undefined {
  if (typeof text !== 'string') return undefined
  const match = TIME.exec(text.trim())
  if (!match) return undefined
  const [, year, , month, day, hour, minute, second = '00', fraction = '0', zone = 'Z'] = match
  const [, hours, minutes = '00'] = /^([+-]\d\d):?(\d\d)?$/.exec(zone) ?? []
  const offset = hours === undefined ? 'Z' : `${hours}:${minutes}`
  const clock = `${hour}:${minute}:${second}.${fraction.slice(0, 3)}`
  const time = Date.parse(`${year}-${month}-${day}T${clock}${offset}`)
  return Number.isNaN(time) ? undefined : time
}

/** `YYYY-MM-DDTHH:MM:SSZ`, the only form that every AWS tool reads (fractions are cut). */
export function formatTime(time: EpochMs): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`
}
