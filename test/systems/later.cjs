// Moves the clock of a program of Node by LATER_MS; loaded with NODE_OPTIONS.
const later = Number(process.env.LATER_MS)
const RealDate = Date

globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + later)
    else super(...given)
  }

  static now() {
    return RealDate.now() + later
  }
}
