/** Lengths and points of time, for people and for variables. */
export { formatTime as isoSeconds } from '../aws/time.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
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

/**
 * A point of time on the clock of this machine: `20:26`, within a week `Tue 20:26`, else
 * `2026-12-31 20:26`.
 */
export function clockTime(at: number, now: number): string {
  const [time, today] = [new Date(at), new Date(now)]
  const clock = `${twoDigits(time.getHours())}:${twoDigits(time.getMinutes())}`
  if (time.toDateString() === today.toDateString()) return clock
  if (Math.abs(at - now) < 6 * DAY) return `${WEEKDAYS[time.getDay()]} ${clock}`
  const date = [time.getFullYear(), time.getMonth() + 1, time.getDate()].map(twoDigits).join('-')
  return `${date} ${clock}`
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

function twoDigits(value: number): string {
  return String(Math.floor(value)).padStart(2, '0')
}
