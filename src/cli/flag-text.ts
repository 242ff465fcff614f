/** What the help, the completion and the manual page say about the flags. */
import { SETTINGS } from '../settings/table.ts'
import type { FlagName, FlagSpec, FlagTable } from './spec.ts'
import type { VerbText } from './verb-text.ts'

/** What `--<name>` does, and what `--no-<name>`; undefined for one that does not exist. */
export interface FlagText {
  readonly does: string | undefined
  readonly undoes: string | undefined
}

const TEXTS: { readonly [Name in FlagName]: TextFor<FlagTable[Name]> } = {
  shell: { does: 'statements for this shell (else the one that runs ssox, or $SHELL)' },
  format: { does: 'data in place of statements; docker is raw KEY=VALUE for --env-file' },
  mode: { does: SETTINGS.mode.description },
  clear: { does: 'undo: unset what ssox and other tools of its kind have set' },
  refresh: { does: 'new role credentials even if the old ones are valid' },
  'min-left': { does: SETTINGS.min_left.description },
  'role-arn': { does: 'assume this role with the profile: an ARN, or account:role' },
  'mfa-code': { does: 'the code for a role with mfa_serial, in place of the question' },
  print: { does: 'show the secrets on a terminal too' },
  yes: { does: 'do not ask first' },
  each: { does: 'once for every profile that matches, with one sign-in' },
  parallel: { does: 'with --each: so many at a time (1 unless given)' },
  serve: { does: 'no keys, but an endpoint on loopback that renews them for the command' },
  force: { does: 'sign in again even if the session is valid' },
  all: { does: 'sign out of every session' },
  json: { does: 'print JSON' },
  check: { does: 'print nothing; exit 0 if usable, 4 if not' },
  watch: { does: 'keep the table up to date until ^C' },
  names: { does: 'print the names alone, one per line' },
  install: { does: 'add them to the start-up file' },
  remove: { does: 'take them out again' },
  'dry-run': { does: 'only show the change' },
  as: { does: 'the section to write to' },
  default: { does: 'also as [default]' },
  clean: { does: 'take out what ssox wrote and what has ended' },
  'keep-fresh': { does: 'stay, and renew the keys before they end, until ^C' },
  for: { does: 'print what to paste into this program' },
  fix: { does: 'show the changes that are safe, ask, and make them' },
  report: { does: 'print a text for a bug report, names masked' },
  network: { undoes: 'do not ask the sign-in hosts' },
  session: { does: 'call the [sso-session] so (else by the start URL)' },
  filter: { does: "only these accounts and roles: 'prod-*/ReadOnly,dev-*'" },
  template: { does: 'names of the profiles, such as {account:keep}/{role:trim=Access$}' },
  output: { does: 'output format of the AWS CLI in the profiles' },
  choose: { does: 'choose again, also from what was left out' },
  prune: { does: 'take out profiles that setup made for what you have no more' },
  legacy: { does: 'the start URL in each profile, without a session' },
  convert: { does: 'legacy profiles of one start URL become one session' },
  protect: { does: 'ask before each switch to these: the setting protect' },
  hook: { does: 'have the shell load the hook, with --yes too', undoes: 'do not offer that' },
  service: { does: 'its page, by a common name such as s3, lambda or logs' },
  destination: { does: 'a page by its path or address, as the browser shows it' },
  portal: { does: SETTINGS.portal.description, undoes: 'sign in with the keys of the profile' },
  duration: { does: SETTINGS.duration.description },
  script: { does: 'play the tour by itself, check each step' },
  profile: { does: 'the profile, as an argument names it' },
  interactive: { does: 'sign in if needed' },
  noninteractive: { does: 'never sign in (default)' },
  login: { does: SETTINGS.login.description, undoes: 'never sign in; exit 4 if it is needed' },
  browser: { does: SETTINGS.browser.description, undoes: SETTINGS.no_browser.description },
  'device-code': { does: SETTINGS.device_code.description },
  port: { does: SETTINGS.port.description },
  'start-url': { does: 'start URL of the AWS access portal' },
  'sso-region': { does: 'region of Identity Center' },
  'account-id': { does: 'account, 12 digits' },
  'role-name': { does: 'role (permission set)' },
  region: { does: 'AWS region, in place of the one of the profile' },
  quiet: { does: SETTINGS.quiet.description },
  debug: { does: 'say what happens, secrets masked' },
  input: { undoes: SETTINGS.no_input.description },
  color: { does: SETTINGS.color.description, undoes: 'no colour' },
  help: { does: 'show this help' },
  version: { does: 'print the version' },
}

type TextFor<Spec> = (Spec extends { negation: 'alone' } ? object : { readonly does: string }) &
  (Spec extends { negation: string } ? { readonly undoes: string } : object)

const BY_NAME: ReadonlyMap<string, Partial<FlagText>> = new Map(Object.entries(TEXTS))

/** The text of a flag, as `verb` gives it a meaning. */
export function flagText(
  { name }: FlagSpec,
  verb: Pick<VerbText, 'meanings'> | undefined,
): FlagText {
  const { does, undoes } = BY_NAME.get(name) ?? {}
  const meanings: Readonly<Record<string, string>> = verb?.meanings ?? {}
  return { does: does && (meanings[name] ?? does), undoes }
}
