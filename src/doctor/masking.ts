/** Takes out of a text who somebody is: the same name always becomes the same word. */
import { hostname, userInfo } from 'node:os'
import { profileNames, sessionNames } from '../aws/profile.ts'
import { openProfile } from '../aws/profile-view.ts'
import type { Context } from '../context.ts'
import type { Facts } from './facts.ts'

/** Hosts that everybody uses. */
const PUBLIC_HOST =
  /^(?:[\w.-]+\.)?(?:amazonaws\.(?:com|com\.cn|eu)|aws|awsapps\.com|amazonaws-us-gov\.com)$/
const URL_IN_TEXT = /\bhttps?:\/\/[^\s"'`,;)\]]+/g
/** Not a part of a path. */
const HOST_IN_TEXT =
  /(?<![\w/.~-])(?:(?:[a-z0-9-]+\.)+[a-z]{2,}|\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?(?![\w/])/gi
const ACCOUNT = /(?<!\d)\d{12}(?!\d)/g
const KEY_ID = /\b(?:AKIA|ASIA)[A-Z0-9]{8,}\b/g
const PORTAL = /\b(?:d-[0-9a-f]{10}|ssoins-[0-9a-f]{16})\b/g
/** Words that say nothing about anybody, whatever has them for a name. */
const ORDINARY = new Set(['default', 'DEFAULT', 'profile'])

/** What masks the lines of one report. */
export function masking(facts: Facts, ctx: Context): (text: string) => string {
  const words = new Map<string, string>()
  const counts = new Map<string, number>()
  const wordFor = (kind: string, name: string) => {
    const known = words.get(name)
    if (known) return known
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    const word = `<${kind}-${count}>`
    words.set(name, word)
    return word
  }
  for (const [kind, name] of namesIn(facts)) wordFor(kind, name)
  const names = namesIn(facts).sort(([, one], [, other]) => other.length - one.length)
  const patterns = names.map(
    ([kind, name]) =>
      [new RegExp(`(?<![\\w<])${escaped(name)}(?![\\w>])`, 'g'), wordFor(kind, name)] as const,
  )
  const { home } = facts.paths
  return (text) => {
    let masked = ctx.say.masked(text).replaceAll(home, '~')
    for (const secret of secretsIn(facts)) masked = masked.replaceAll(secret, '<secret>')
    masked = masked
      .replace(URL_IN_TEXT, (url) => wordFor('url', url.replace(/\.$/, '')))
      .replace(HOST_IN_TEXT, (host) => (PUBLIC_HOST.test(host) ? host : wordFor('host', host)))
    for (const [pattern, word] of patterns) masked = masked.replace(pattern, word)
    return masked
      .replace(ACCOUNT, (account) => wordFor('account', account))
      .replace(KEY_ID, (id) => wordFor('key', id))
      .replace(PORTAL, (id) => wordFor('portal', id))
  }
}

/** Keys whose values are names that somebody has given. */
const NAMING = [
  ['session', 'sso_session'],
  ['profile', 'source_profile'],
  ['services', 'services'],
  ['role', 'sso_role_name'],
  ['role', 'role_arn'],
  ['name', 'role_session_name'],
  ['name', 'sso_account_name'],
  ['name', 'mfa_serial'],
] as const

function namesIn({ files, env }: Facts): [kind: string, name: string][] {
  const profiles = profileNames(files)
  const values = profiles.flatMap((profile) =>
    NAMING.map(([kind, key]): [string, string] => {
      const value = openProfile(files, profile)?.get(key) ?? ''
      return [kind, key === 'role_arn' ? value.replace(/^.*[:/]/, '') : value]
    }),
  )
  const inEnvironment = [env['AWS_PROFILE'], env['SSOX_PROFILE'], env['AWS_DEFAULT_PROFILE']]
  const all: [string, string][] = [
    ...[...profiles, ...inEnvironment].map((name): [string, string] => ['profile', name ?? '']),
    ...sessionNames(files).map((name): [string, string] => ['session', name]),
    ...values,
    ...[files.config, files.credentials]
      .flatMap(({ text }) => headersIn(text))
      .map((name): [string, string] => ['section', name]),
    ['user', userName()],
    ['machine', hostname()],
  ]
  const seen = new Set<string>()
  return all.filter(
    ([, name]) => name !== '' && !ORDINARY.has(name) && !seen.has(name) && seen.add(name),
  )
}

/** What stands in headers, those that no tool reads included. */
function headersIn(text: string): string[] {
  return text.split(/\r\n|\n|\r/).flatMap((line) => {
    const [, inner = ''] = /^\s*\[?\s*([^=[\]]*?)\s*\]/.exec(line) ?? /^\s*\[(.*)$/.exec(line) ?? []
    const name = inner
      .replace(/^(?:profile|sso-session|services)\s+/, '')
      .replace(/^(["'])(.*)\1$/, '$2')
    return name === '' ? [] : [name]
  })
}

/** Of the environment; findings name no values, so that this finds nothing. */
function secretsIn({ env }: Facts): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    /SECRET|TOKEN|PASSWORD|KEY/i.test(name) && value && value.length >= 16 ? [value] : [],
  )
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return ''
  }
}

/** For a pattern that means the text letter by letter. */
function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
