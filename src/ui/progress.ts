/** A bar for something whose end is known. */

const WIDTH = 20

/** `████████────────────`, as wide as always; its signs as `shown` has them. */
export function progressBar(
  done: number,
  all: number,
  shown = (own: string) => own,
  columns = WIDTH,
): string {
  const full = all > 0 ? Math.floor((Math.min(done, all) / all) * columns) : 0
  return shown('█').repeat(full) + shown('─').repeat(columns - full)
}
