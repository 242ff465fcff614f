import fc from 'fast-check'

const names = fc.constantFrom(
  ...['a', 'dev', 'a.b', 'my profile', 'dév', "it's", 'q"r', 'b\\c', 'a]', 'p#q', 'default', ''],
)
const blanks = fc.constantFrom('', '', '', ' ', '  ', '\t')
const quoted = fc
  .tuple(names, fc.constantFrom('', '', '"', "'"))
  .map(([name, quote]) => quote + name + quote)
const header = fc
  .tuple(
    blanks,
    fc.constantFrom('profile ', 'profile\t', 'sso-session ', 'services ', ' profile ', 'x', ''),
    quoted,
    fc.constantFrom(']', ']', ']', ' ]', '] # c', ']; c]', ']]', '] x', ''),
  )
  .map(([indent, type, name, end]) => `${indent}[${type}${name}${end}`)
const property = fc
  .tuple(
    blanks,
    fc.constantFrom('region', 'Region', 'sso', 'k', '__proto__', 'k[]', ''),
    fc.constantFrom(' = ', '=', ' =', ': '),
    fc.constantFrom('v', 'w==', '', 'a # c', 'a#c', '[profile dev]', '"q"'),
    blanks,
  )
  .map((parts) => parts.join(''))
const other = fc.constantFrom('', '  ', '# c', '  ; [profile a]', 'junk', '  [half', '[', ']')

/** Text of the lines that AWS files are made of, good and bad, with any line endings. */
export const awkwardFile = fc
  .tuple(
    fc.constantFrom('', '', '', '\uFEFF'),
    fc.array(
      fc.oneof(
        { weight: 4, arbitrary: header },
        { weight: 5, arbitrary: property },
        { weight: 2, arbitrary: other },
        { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
      ),
      { maxLength: 12 },
    ),
    fc.constantFrom('\n', '\n', '\r\n', '\r'),
    fc.boolean(),
  )
  .map(([mark, lines, eol, ends]) => mark + lines.join(eol) + (ends ? eol : ''))
