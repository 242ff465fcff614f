import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endSignIn, signInMarker } from '../../src/state/sign-in-marker.ts'
import { assert, suite } from '../support/suite.ts'

const CORP = 'ee0bfd2548f3a28e04b6e83e1d1b2f5a3c1d9e77'
const OTHER = CORP.replace('e', 'd')

function withState(use: (state: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'ssox-marker-'))
  try {
    use(join(folder, 'state', 'ssox'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

suite('the marker of a sign-in', (test) => {
  test('is an empty file of ours alone, named after the token file, and stays the same', () =>
    withState((state) => {
      const marker = signInMarker({ state }, CORP) ?? 'no marker'
      assert.match(marker, new RegExp(`^${join(state, 'sign-ins')}/${CORP}-[0-9a-f]{32}$`))
      assert.is(statSync(marker).size, 0)
      assert.is(statSync(marker).mode & 0o777, 0o600)
      assert.is(statSync(join(state, 'sign-ins')).mode & 0o777, 0o700)
      assert.is(signInMarker({ state }, CORP), marker)
    }))

  test('goes with its sign-in; the next one has another name, other sessions keep theirs', () =>
    withState((state) => {
      const marker = signInMarker({ state }, CORP) ?? ''
      const other = signInMarker({ state }, OTHER) ?? ''
      endSignIn({ state }, CORP)
      assert.not.ok(existsSync(marker))
      assert.ok(existsSync(other))
      assert.not.equal(signInMarker({ state }, CORP), marker)
      assert.is(signInMarker({ state }, OTHER), other)
      endSignIn({ state })
      assert.equal(readdirSync(join(state, 'sign-ins')), [])
    }))

  test('of two that were made at once, all who ask choose the same, and both go', () =>
    withState((state) => {
      const made = signInMarker({ state }, CORP) ?? ''
      const first = join(state, 'sign-ins', `${CORP}-${'0'.repeat(32)}`)
      writeFileSync(first, '')
      for (const _ of [1, 2]) assert.is(signInMarker({ state }, CORP), first)
      endSignIn({ state }, CORP)
      assert.not.ok(existsSync(made) || existsSync(first))
    }))

  test('foreign names in the folder are neither taken nor removed', () =>
    withState((state) => {
      const marker = signInMarker({ state }, CORP) ?? ''
      const foreign = ['notes', `${CORP}-`, `${CORP}-xyz`, `${CORP}-${'0'.repeat(33)}`]
      for (const name of foreign) writeFileSync(join(state, 'sign-ins', name), '')
      assert.is(signInMarker({ state }, CORP), marker)
      endSignIn({ state })
      assert.equal(readdirSync(join(state, 'sign-ins')).sort(), [...foreign].sort())
    }))

  test('where none can be made there is none, and nothing to end', () =>
    withState((state) => {
      for (const path of ['/proc/ssox', '/dev/null/ssox']) {
        assert.is(signInMarker({ state: path }, CORP), undefined)
        endSignIn({ state: path }, CORP)
      }
      endSignIn({ state })
      assert.not.ok(existsSync(state))
    }))
})
