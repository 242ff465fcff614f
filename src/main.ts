#!/usr/bin/env node
/**
 * The entry. A warm `env` (valid credentials in the cache) is answered here without loading
 * anything else; everything else is the full program.
 */
import { warm } from './warm.ts'

if (!warm(process.argv.slice(2), process.env)) {
  void import('./program.js').then(({ main }) => main(process.argv.slice(2), process.env))
}
