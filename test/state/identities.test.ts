import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { knownIdentities, knownIdentity, rememberIdentity } from '../../src/state/identities.ts'
import { assert, suite } from '../support/suite.ts'

const ANA = {
  startUrl: 'https://ana.awsapps.com/start',
  ssoRegion: 'eu-west-1',
  accountId: '012345678901',
  roleName: 'ReadOnly',
}

function withState(use: (paths: { state: string; file: string }) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'ssox-test-'))
  const state = join(folder, 'state', 'ssox')
  try {
    use({ state, file: join(state, 'identities') })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

suite('identities without a profile', (test) => {
  test('are known by the name that ssox makes, in a private file', () =>
    withState((paths) => {
      assert.is(knownIdentity(paths, 'ReadOnly@012345678901'), undefined)
      rememberIdentity(paths, ANA)
      assert.equal(knownIdentity(paths, 'ReadOnly@012345678901'), ANA)
      assert.is(knownIdentity(paths, 'readonly@012345678901'), undefined)
      assert.is(statSync(paths.file).mode & 0o777, 0o600)
    }))

  test('of one name there is one, the latest', () =>
    withState((paths) => {
      const moved = { ...ANA, startUrl: 'https://moved.awsapps.com/start' }
      for (const identity of [ANA, { ...ANA, roleName: 'Other' }, moved])
        rememberIdentity(paths, identity)
      assert.equal(knownIdentity(paths, 'ReadOnly@012345678901'), moved)
      assert.equal(knownIdentity(paths, 'Other@012345678901')?.startUrl, ANA.startUrl)
    }))

  test('are not written again when nothing has changed', () =>
    withState((paths) => {
      rememberIdentity(paths, ANA)
      const before = statSync(paths.file).ino
      rememberIdentity(paths, ANA)
      assert.is(statSync(paths.file).ino, before)
    }))

  test('are the last hundred', () =>
    withState((paths) => {
      for (let at = 0; at <= 100; at++) rememberIdentity(paths, { ...ANA, roleName: `r${at}` })
      assert.is(knownIdentity(paths, 'r0@012345678901'), undefined)
      assert.ok(knownIdentity(paths, 'r1@012345678901'))
    }))

  test('a damaged file counts as none, a damaged entry as no entry', () =>
    withState((paths) => {
      rememberIdentity(paths, ANA)
      for (const text of ['{', '[]', '{"identities":1}', '{"identities":[1,{"startUrl":"x"}]}']) {
        writeFileSync(paths.file, text)
        assert.is(knownIdentity(paths, 'ReadOnly@012345678901'), undefined, text)
      }
      const unusable = [null, { ...ANA, accountId: '1' }, { ...ANA, ssoRegion: 'x/y' }]
      writeFileSync(paths.file, JSON.stringify({ identities: [...unusable, ANA] }))
      assert.equal(knownIdentities(paths), [ANA])
      assert.equal(knownIdentity(paths, 'ReadOnly@012345678901'), ANA)
    }))
})
