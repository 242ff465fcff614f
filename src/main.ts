#!/usr/bin/env node
/**
 * The entry. `ssox env <profile>` with an entry in the switch cache is answered here, with nothing
 * loaded but the file system; everything else, every problem included, is the full program's.
 */
import { printCached } from './switch/print.ts'

if (!printCached(process.argv.slice(2), process.env)) {
  void import('./program.js').then(({ main }) => main(process.argv.slice(2), process.env))
}
