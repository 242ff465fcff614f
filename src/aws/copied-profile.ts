/** Profiles that ssox itself has made of another one: the same account and role, by another name. Pure. */
import { processCall } from './process-command.ts'
import type { AwsFiles, Profile } from './profile-types.ts'
import { openProfile } from './profile-view.ts'
import { readMarker } from './written-marker.ts'

/**
 * The profile whose credentials this one has by a line of `credential-process --install`, and by
 * nothing else, or in a section of `ssox write`; undefined: they are its own.
 */
export function copiedProfile(
  { name, kind }: { readonly name: string; readonly kind: Profile['kind'] | 'invalid' },
  files: AwsFiles,
): string | undefined {
  const find = kind === 'process' ? behindLine : kind === 'static' ? behindSection : undefined
  const original = find?.(name, files)
  return original === name ? undefined : original
}

function behindLine(name: string, files: AwsFiles): string | undefined {
  const command = openProfile(files, name)?.get('credential_process')
  const call = command === undefined ? undefined : processCall(command)
  return call?.program === 'ssox' && call.isPlain ? call.profile : undefined
}

function behindSection(name: string, { credentials }: AwsFiles): string | undefined {
  const section = credentials.section('profile', name)
  return section && readMarker(section)?.profile
}
