/** A profile without credentials, by which an SDK finds the endpoint that it was given. */
import { readLines, readProperties } from './document-lines.ts'
import { credentialKey } from './profile-kinds.ts'
import type { AwsFiles } from './profile-types.ts'
import { openProfile, profileNames } from './profile-view.ts'
import { servedStem } from './served-name.ts'

/** Says who to be, or where to; the region is told anew. */
const IDENTITY =
  /^((?:granted_)?sso_.*|aws_.*|role_.*|credential_.*|source_profile|external_id|mfa_serial|duration_seconds|web_identity_token_file|login_session|expiration|x_security_token_expires|region)$/

/**
 * The lines of a profile's section that are settings (`ca_bundle`, `services`, `s3`, `retry_mode` …)
 * and say neither who to be nor in which region.
 */
export function settingLines({ config }: AwsFiles, name: string): string {
  const section = config.section('profile', name)
  const lines = (section?.ranges ?? []).flatMap(({ body, end }) =>
    readProperties(readLines(config.text, body, end))
      .filter(({ key }) => !IDENTITY.test(key))
      .flatMap(({ lines }) => lines.map(({ start, end }) => config.text.slice(start, end))),
  )
  return lines.map((line) => `${line.replace(/\r?\n$/, '')}\n`).join('')
}

/** Where `[default]` has credentials, which every SDK puts before an endpoint. */
export function defaultCredentials(files: AwsFiles): string | undefined {
  const view = openProfile(files, 'default')
  const key = view && credentialKey(view)
  return view && key && view.place(key)
}

/** The text of the config file with a profile at its end, in whose place no other is. */
export function withServedProfile(
  files: AwsFiles,
  name: string,
  region: string | undefined,
): { readonly profile: string; readonly text: string } {
  const { config } = files
  const stem = servedStem(name)
  const taken = new Set(profileNames(files))
  let profile = stem
  for (let n = 2; taken.has(profile); n++) profile = `${stem}-${n}`
  const ours = `[profile ${profile}]\n${region ? `region = ${region}\n` : ''}${settingLines(files, name)}`
  const gap = config.text === '' || config.text.endsWith('\n') ? '' : '\n'
  return { profile, text: `${config.text}${gap}${ours}` }
}
