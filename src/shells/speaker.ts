/** By which name a person has called: `ssox`, or `awsuse`, which the shell hooks make of `ssox env`. */
export type Speaker = 'ssox' | 'awsuse'

/** The hooks say so in SSOX_HOOK: the name of their shell; `renew` is a call that nobody has typed. */
export function speakerOf(env: Readonly<Record<string, string | undefined>>): Speaker {
  const hook = env['SSOX_HOOK'] || 'renew'
  return hook === 'renew' ? 'ssox' : 'awsuse'
}

/** The words behind `ssox` as the person has typed them, with the name in front. */
export function asTyped(words: readonly string[], speaker: Speaker): readonly string[] {
  if (speaker === 'ssox' || words[0] !== 'env') return ['ssox', ...words]
  const [, flag, , ...rest] = words
  return ['awsuse', ...(flag === '--shell' ? rest : words.slice(1))]
}
