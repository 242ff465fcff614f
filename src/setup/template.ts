/**
 * Names of profiles from a template: `{account}.{role}`, with modifiers such as `{account:keep}` and
 * `{role:trim=Access$}`. Pure. What comes out has only characters that every AWS tool reads.
 */
import { SsoxError } from '../problem.ts'

export const USUAL_TEMPLATE = '{account}.{role}'

/** What a name can be made of. */
export interface NameParts {
  readonly account: string
  readonly id: string
  readonly role: string
  readonly region: string
  readonly session: string
}

interface Field {
  readonly name: keyof NameParts | 'short-region'
  readonly modifiers: readonly Modifier[]
}

type Modifier = (text: string) => string

export type Template = readonly (string | Field)[]

const FIELDS: readonly string[] = ['account', 'id', 'role', 'region', 'short-region', 'session']
const TOKEN = /\{([a-z-]+)((?::[^{}]*)?)\}|[^{}]+|./gs
/** Java v2 knows no `:` and `+` in names; `%` and others are read by some tools only. */
const LITERAL = /^[\w./@-]+$/
/** What is no letter of a name to every AWS tool. */
const FOREIGN = /[^A-Za-z0-9._-]+/g
/** Letters without a form that Unicode takes apart. */
const SPELT: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  Ø: 'O',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  þ: 'th',
  ı: 'i',
}

/** @throws SsoxError `usage` for a field or a character that no name can have */
export function parseTemplate(text: string): Template {
  const parts: (string | Field)[] = []
  for (const [token, name, modifiers] of text.matchAll(TOKEN)) {
    if (name !== undefined) parts.push(fieldOf(name, modifiers?.slice(1) ?? ''))
    else if (LITERAL.test(token)) parts.push(token)
    else
      throw refused(
        `the template ${JSON.stringify(text)} has ${JSON.stringify(token)}, which not every AWS tool reads in a name`,
        'use letters, digits and . _ - @ / around fields such as {account} and {role}',
      )
  }
  if (parts.some((part) => typeof part !== 'string')) return parts
  throw refused(
    `the template ${JSON.stringify(text)} has no field, so every profile would have the same name`,
    `use fields, for example ${USUAL_TEMPLATE}`,
  )
}

/** True when profiles of several regions get different names. */
export function namesRegion(template: Template): boolean {
  return template.some((part) => typeof part !== 'string' && part.name.endsWith('region'))
}

/** The name by a template; never empty, and never one that looks like an option. */
export function renderName(template: Template, parts: NameParts): string {
  const name = template
    .map((part) => (typeof part === 'string' ? part : rendered(part, parts)))
    .join('')
    .replace(/^[-.]+|[-.]+$/g, '')
  return name === '' ? parts.id : name
}

/** `use1` for `us-east-1`, as aws-sso-util shortens it. */
export function shortRegion(region: string): string {
  const words: Readonly<Record<string, string>> = {
    north: 'n',
    south: 's',
    east: 'e',
    west: 'w',
    central: 'c',
    northeast: 'ne',
    southeast: 'se',
    northwest: 'nw',
    southwest: 'sw',
    gov: 'g',
  }
  return region
    .split('-')
    .map((word) => words[word] ?? word)
    .join('')
}

function rendered({ name, modifiers }: Field, parts: NameParts): string {
  if (name === 'short-region') return shortRegion(parts.region)
  if (name === 'id' || name === 'region') return parts[name]
  const given = plain(modifiers.reduce((text, modify) => modify(text), parts[name]))
  return given === '' && name === 'account' ? parts.id : given
}

function fieldOf(name: string, text: string): Field {
  if (!FIELDS.includes(name))
    throw refused(
      `there is no field {${name}} for names`,
      `use ${FIELDS.map((one) => `{${one}}`).join(', ')}`,
    )
  const words = text === '' ? [] : text.split(':')
  const trims = words.flatMap((word) => trimOf(word) ?? [])
  const cases = words.filter((word) => !word.startsWith('trim=')).map(caseOf)
  return {
    name: name as Field['name'],
    // By the name as AWS has it, so before anything else.
    modifiers: [...trims, ...(cases.length > 0 ? cases : [kebab])],
  }
}

function trimOf(word: string): Modifier | undefined {
  if (!word.startsWith('trim=')) return undefined
  try {
    const pattern = new RegExp(word.slice('trim='.length), 'gu')
    return (text) => text.replace(pattern, '')
  } catch {
    throw refused(
      `${JSON.stringify(word)} in the template is not a regular expression`,
      'escape its signs with a backslash, or leave trim= out',
    )
  }
}

function caseOf(word: string): Modifier {
  switch (word) {
    case 'keep':
      return (text) => text
    case 'lower':
      return (text) => text.toLowerCase()
    case 'upper':
      return (text) => text.toUpperCase()
    case 'kebab':
      return kebab
    default:
      throw refused(
        `there is no ${JSON.stringify(word)} for a field of a template`,
        'use keep, lower, upper, kebab or trim=<regular expression>, as in {account:lower}',
      )
  }
}

/** `AWSReadOnlyAccess` as people type it: `aws-read-only-access`. */
function kebab(text: string): string {
  return text.replace(/(?<=[\p{Ll}\d])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu, '-').toLowerCase()
}

/** Letters without their accents, anything else as one `-`. */
function plain(text: string): string {
  return text
    .replace(/[^ -~]/g, (letter) => SPELT[letter] ?? letter)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(FOREIGN, '-')
    .replace(/-{2,}/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
}

function refused(message: string, fix: string): SsoxError {
  return new SsoxError('usage', message, fix)
}
