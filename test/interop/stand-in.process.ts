/**
 * The stand-in as a process of its own, for a network namespace of its own: https on port 443, under
 * the name of the real service. Started by `aws-world.ts`, which it answers over IPC.
 */
import { readFileSync } from 'node:fs'
import { startIdentityCenter } from '../support/identity-center/index.ts'

const [key = '', cert = '', hostname = ''] = process.argv.slice(2)

const center = await startIdentityCenter({
  approve: 'auto',
  port: 443,
  lifetimes: { interval: 0 },
  hostname,
  tls: { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') },
})

process.on('message', (message) => {
  if (message === 'counts') process.send?.({ counts: center.counts })
  if (message === 'expire') {
    center.expireTokens()
    process.send?.({ counts: center.counts })
  }
})
process.on('disconnect', () => process.exit())
// Nothing is fetched from there; the address of a portal is what tells that AWS knows it.
process.send?.({ startUrl: 'https://d-1234567890.awsapps.com/start' })
