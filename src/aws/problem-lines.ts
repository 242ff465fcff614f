/** What is wrong with a line, given the lines above it. */
import type { DocumentKind } from './document.ts'
import { formatName, type Header, readBrokenHeader, readGluedHeader } from './document-header.ts'
import { type Line, splitProperty } from './document-lines.ts'
import { checkHeader } from './problem-headers.ts'
import {
  type Details,
  type DocumentProblem,
  IDENTITY_KEY,
  type Report,
  type SectionRef,
} from './problem-types.ts'

/** Walks through the lines of a file and remembers what the section above said. */
export class SectionState {
  readonly #kind: DocumentKind
  readonly #headers = new Map<string, { content: string; line: number }>()
  readonly #defaults = new Map<boolean, number>()
  #section: { label: string; keys: Map<string, number>; ref: SectionRef | undefined } | undefined
  /** The property above; `empty` is all of it but a comment. */
  #above: { key: string; empty: boolean; commented: boolean } | undefined
  #line = 0
  #empty: { line: number; label: string } | undefined
  readonly #late: DocumentProblem[] = []

  constructor(kind: DocumentKind) {
    this.#kind = kind
  }

  /** The section of the line that was read last. */
  get section(): SectionRef | undefined {
    return this.#section?.ref
  }

  open(header: Header, { content: line }: Line, report: Report): void {
    this.#line++
    this.#endSection()
    const { section, content = '' } = header
    const label = `[${content}]`
    const above = this.section
    this.#section = { label, keys: new Map(), ref: section }
    this.#above = undefined
    if (section?.type === 'profile') this.#empty = { line: this.#line, label }
    if (header.content === undefined) {
      // To some SDKs it is no header, so that the section above goes on.
      const meant = readBrokenHeader(line, this.#kind)
      report('unclosed-header', 'the section header has no closing bracket', {
        fatal: true,
        ...this.#broken(meant, above),
      })
      return
    }
    checkHeader(header, this.#kind, report)
    if (section?.name === 'default' && section.type === 'profile' && this.#kind === 'config')
      this.#checkDefaults(header.bare, section, report)
    this.#checkTwice(header, report)
  }

  #checkTwice({ section, bare, content = '' }: Header, report: Report): void {
    const id = section ? `${section.type} ${section.name} ${bare}` : content
    const earlier = this.#headers.get(id)
    this.#headers.set(id, { content, line: this.#line })
    if (!earlier || content === 'DEFAULT') return
    const isSame = earlier.content === content
    report(
      'duplicate-section',
      isSame
        ? `[${content}] is there twice (line ${earlier.line}, too); the SDKs merge the two`
        : `[${content}] is there twice in two spellings (line ${earlier.line}, too): the AWS CLI takes the last, the SDKs merge`,
      {
        fatal: isSame,
        breaks: section ? [section] : [],
        fix: `join [${earlier.content}] of line ${earlier.line} with the one`,
      },
    )
  }

  /** The AWS CLI takes the last of the two, the SDKs the prefixed one. */
  #checkDefaults(bare: boolean, section: SectionRef, report: Report): void {
    const other = this.#defaults.get(!bare)
    this.#defaults.set(bare, this.#line)
    if (other === undefined) return
    const isAgreed = !bare
    report(
      'default-twice',
      `[default] and [profile default] are both there (line ${other}, too): the AWS CLI takes the last, the SDKs take [profile default]`,
      isAgreed
        ? {}
        : { breaks: [section], fix: `join [profile default] of line ${other} with the one` },
    )
  }

  /** What a header without its bracket may belong to, and what it should be. */
  #broken(meant: SectionRef | undefined, above: SectionRef | undefined): Details {
    const breaks = [above, meant].filter((one) => one !== undefined)
    const right = meant && formatName(meant.type, meant.name, this.#kind)
    return { breaks, fix: right === undefined ? 'close the brackets' : `write [${right}]` }
  }

  read(line: Line, report: Report): void {
    this.#line++
    if (line.kind === 'comment') this.#checkComment(line, report)
    else if (line.kind === 'continuation') this.#checkContinuation(line, report)
    else if (line.kind === 'odd') this.#checkOdd(line, report)
    else if (line.kind === 'property') this.#checkProperty(line, report)
  }

  #checkComment(line: Line, report: Report): void {
    if (line.indent > 0 && this.#above)
      report(
        'indented-comment',
        `the comment is indented: some SDKs read it as part of ${this.#above.key}`,
      )
  }

  #checkContinuation({ content }: Line, report: Report): void {
    if (!this.#above) return
    const { key, empty, commented } = this.#above
    const breaks = this.#ref()
    const meant = /^\[|\]$/.test(content) ? readBrokenHeader(content, this.#kind) : undefined
    const indented = splitProperty(content)?.key.toLowerCase() ?? ''
    if (meant)
      report(
        'indented-header',
        `the section header is indented, so that it is part of ${key} to the AWS CLI`,
        { ...this.#broken(meant, this.section), fix: 'remove the blanks in front of the header' },
      )
    else if (IDENTITY_KEY.test(indented))
      report(
        'indented-key',
        `${indented} is indented, so that it is part of ${key} to the AWS CLI, but not to all SDKs`,
        { breaks, fix: `remove the blanks in front of ${indented}` },
      )
    else if (!empty)
      report('continuation', `the line continues ${key}: the JavaScript SDK leaves it out`, {
        // A command may be as long as it likes.
        breaks: IDENTITY_KEY.test(key) && key !== 'credential_process' ? breaks : [],
        fix: `write ${key} on one line; it goes on`,
      })
    else if (!content.includes('='))
      report('nested-without-equals', `the line under ${key} has no "="`, {
        fatal: !commented,
        breaks,
        fix: `write the value right behind "${key} ="; it stands`,
      })
  }

  #checkOdd({ content }: Line, report: Report): void {
    this.#above = undefined
    const colon = /^([\w\-./%@+]+)\s*:/.exec(content)
    const key = /^[^=:]*/.exec(content)?.[0].trim().toLowerCase() ?? ''
    const meant = readBrokenHeader(content, this.#kind)
    const breaks = this.#ref()
    if (meant)
      report('broken-header', 'the section header has lost a bracket', {
        fatal: !content.includes(':'),
        ...this.#broken(meant, this.section),
      })
    else if (!this.#section)
      report('key-before-section', 'the line is in front of the first section', { fatal: true })
    else if (this.#section.keys.has(key))
      report('duplicate-key', `a key is there twice in ${this.#section.label}`, {
        fatal: true,
        breaks,
        fix: 'remove the second one',
      })
    if (meant || !this.#section) return
    this.#section.keys.set(key, this.#line)
    if (colon)
      report('colon', `${colon[1]} is set with ":", which only the AWS CLI reads`, {
        breaks,
        fix: `write "${colon[1]} =" in place of "${colon[1]}:"`,
      })
    else if (!/[=:]/.test(content))
      report('no-equals', 'the line has no "="', {
        fatal: true,
        breaks,
        fix: IDENTITY_KEY.test(content.split(/\s/)[0] ?? '')
          ? `put "=" behind ${content.split(/\s/)[0]}`
          : 'write key = value, or a "#" for a comment,',
      })
    else if (/^[=:]/.test(content))
      report('bad-key', 'the line has no key', {
        fatal: true,
        breaks,
        fix: 'write key = value, or a "#" for a comment,',
      })
    else report('bad-key', 'the key has a character that AWS does not allow in keys')
  }

  #checkProperty({ content, indent }: Line, report: Report): void {
    const parts = splitProperty(content)
    if (!parts) return
    const key = parts.key.toLowerCase()
    if (!this.#section) {
      report('key-before-section', `${parts.key} is in front of the first section`, { fatal: true })
      return
    }
    const glued = readGluedHeader(parts.value, this.#kind)
    if (glued)
      report('broken-header', `a section header stands behind the value of ${key}`, {
        ...this.#broken(glued, this.section),
        fix: 'begin a new line in front of the header',
      })
    const earlier = this.#section.keys.get(key)
    if (earlier !== undefined)
      report(
        'duplicate-key',
        `${key} is there twice in ${this.#section.label} (line ${earlier}, too)`,
        {
          fatal: true,
          breaks: IDENTITY_KEY.test(key) ? this.#ref() : [],
          fix: `remove ${key} in line ${earlier}, or`,
        },
      )
    if (this.#above?.empty && indent > 0)
      report(
        'indented-after-empty',
        `${key} is indented under the empty ${this.#above.key}: the JavaScript SDK reads ${this.#above.key}.${key}`,
      )
    if (key !== parts.key)
      report('upper-case-key', `${parts.key} has capitals: the JavaScript SDK does not see it`)
    if (key === '__proto__') report('proto', 'the JavaScript SDK loses a key of this name')
    if (parts.valueEnd < content.length)
      report('inline-comment', `${key} has a comment behind it: the AWS CLI reads it as the value`)
    if (key !== 'credential_process' && /^(["']).*\1$/.test(parts.value))
      report('quoted-value', `${key} is in quotes, which are part of the value`)
    this.#section.keys.set(key, this.#line)
    this.#empty = undefined
    this.#above = { key, empty: parts.value === '', commented: parts.valueEnd < content.length }
  }

  #ref(): readonly SectionRef[] {
    return this.section ? [this.section] : []
  }

  #endSection(): void {
    if (this.#empty)
      this.#late.push({
        line: this.#empty.line,
        code: 'empty-section',
        message: `${this.#empty.label} is empty: the JavaScript SDK does not find it`,
        fatal: false,
        breaks: [],
      })
    this.#empty = undefined
  }

  close(): DocumentProblem[] {
    this.#endSection()
    return this.#late
  }
}
