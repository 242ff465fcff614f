import { suggest } from '../../src/text/suggest.ts'
import { assert, suite } from '../support/suite.ts'

const VERBS = ['env', 'exec', 'login', 'logout', 'status', 'list', 'whoami', 'console', 'doctor']
const PROFILES = ['prod-admin', 'prod-read', 'prod', 'staging', 'dev', 'my-prod', 'Sandbox']

suite('suggestions', (test) => {
  const cases: [string, word: string, candidates: string[], expected: string[]][] = [
    ['two letters swapped', 'evn', VERBS, ['env']],
    ['one letter too many', 'statuss', VERBS, ['status']],
    ['the nearest first', 'logon', VERBS, ['login', 'logout']],
    ['the start of a word', 'lo', VERBS, ['login', 'logout']],
    [
      'the same start comes before a part',
      'prod',
      PROFILES.slice(0, 6),
      ['prod', 'prod-admin', 'prod-read'],
    ],
    ['a part of a name', 'admin', PROFILES, ['prod-admin']],
    ['a name that is part of the word', 'staging-readonly', PROFILES, ['staging']],
    ['case does not matter', 'SANDBOX', PROFILES, ['Sandbox']],
    [
      'no more than three',
      'prod-',
      [...PROFILES, 'prod-x', 'prod-y'],
      ['prod-admin', 'prod-read', 'prod-x'],
    ],
    ['nothing alike', 'xyzzy', VERBS, []],
    ['short words that share nothing', 'ab', ['cd', 'dev'], []],
    ['nothing to go by', '', VERBS, []],
    ['no candidates', 'env', [], []],
    ['each candidate once', 'dev', ['dev2', 'dev2'], ['dev2']],
    ['Unicode', 'dév', ['dev', 'prod'], ['dev']],
  ]
  for (const [title, word, candidates, expected] of cases)
    test(title, () => {
      assert.equal(suggest(word, candidates), expected)
    })
})
