/** Lengths and points of time, for people and for variables. */
export { formatTime as isoSeconds } from '../aws/time.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * The time left, `ms` in milliseconds: `3d 04h`, `1h 05m`, `47m`, `59s`, `expired`. Rounded down,
 * so it never promises more than there is; the shell hooks print the same.
 */
export function timeLeft(ms: number): string {
  if (!(ms > 0)) return 'expired'
  if (ms >= DAY) return `${Math.floor(ms / DAY)}d ${twoDigits((ms % DAY) / HOUR)}h`
  if (ms >= HOUR) return `${Math.floor(ms / HOUR)}h ${twoDigits((ms % HOUR) / MINUTE)}m`
  if (ms >= MINUTE) return `${Math.floor(ms / MINUTE)}m`
  return `${Math.floor(ms / SECOND)}s`
}

function twoDigits(value: number): string {
  return String(Math.floor(value)).padStart(2, '0')
}
