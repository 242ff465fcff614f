/** Config files with lines that may belong to more than one profile, or to none. */

export const SESSION = `[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
`
/** The keys of an SSO profile. */
export const keys = (account: string) => `sso_session = corp
sso_account_id = ${account.repeat(12)}
sso_role_name = Admin
`
/** Lines 1–4; the session follows at the end. */
export const DEV = `[profile dev]\n${keys('1')}`
/** Another profile, and one whose name begins alike. */
export const OTHERS = `[profile other]\n${keys('3')}[profile dev2]\n${keys('4')}${SESSION}`

/** A file in which something is broken. */
export interface BrokenFile {
  readonly title: string
  readonly config: string
  /** What `dev` and `prod` are refused for: line, message and fix; `undefined` is not refused. */
  readonly dev?: readonly [line: number, message: string, fix: string]
  readonly prod?: readonly [line: number, message: string, fix: string] | 'same'
}

const LOST = 'the section header has lost a bracket'
const WRITE = 'write [profile prod]'
const INDENTED =
  'the section header is indented, so that it is part of sso_role_name to the AWS CLI'
const BLANKS = 'remove the blanks in front of the header'

export const BROKEN: readonly BrokenFile[] = [
  {
    title: 'a header without its first bracket',
    config: `${DEV}profile prod]\n${keys('2')}${OTHERS}`,
    dev: [5, LOST, WRITE],
    prod: 'same',
  },
  {
    title: 'a header without its last bracket: to the JavaScript SDK the section above goes on',
    config: `${DEV}[profile prod\n${keys('2')}${OTHERS}`,
    dev: [5, 'the section header has no closing bracket', WRITE],
    prod: 'same',
  },
  {
    title: 'a header without brackets',
    config: `${DEV}profile prod\n${keys('2')}${OTHERS}`,
    dev: [5, LOST, WRITE],
    prod: 'same',
  },
  {
    title: 'a header in other brackets',
    config: `${DEV}(profile prod)\n${keys('2')}${OTHERS}`,
    dev: [5, LOST, WRITE],
    prod: 'same',
  },
  {
    title: 'a header that ends in another bracket',
    config: `${DEV}[profile prod}\n${keys('2')}${OTHERS}`,
    dev: [5, 'the section header has no closing bracket', WRITE],
    prod: 'same',
  },
  {
    title: 'a header that is indented, under keys that are not',
    config: `${DEV}  [profile prod]\n${keys('2')}${OTHERS}`,
    dev: [5, INDENTED, BLANKS],
    prod: 'same',
  },
  {
    title: 'the same behind a blank line, with a tab',
    config: `${DEV}\n\t[profile prod]\n${keys('2')}${OTHERS}`,
    dev: [6, INDENTED, BLANKS],
    prod: 'same',
  },
  {
    title: 'an indented header without its first bracket',
    config: `${DEV}  profile prod]\n${keys('2')}${OTHERS}`,
    dev: [5, INDENTED, BLANKS],
    prod: 'same',
  },
  {
    title: 'a header behind a value, where a line break is lost',
    config: `[profile dev]\naws_access_key_id = A\naws_secret_access_key = S\nregion = eu-west-1[profile prod]\n${keys('2')}${OTHERS}`,
    dev: [
      4,
      'a section header stands behind the value of region',
      'begin a new line in front of the header',
    ],
    prod: 'same',
  },
  {
    title: 'a quoted header without its first bracket, with a comment',
    config: `${DEV}profile "prod"] # main\n${keys('2')}${OTHERS}`,
    dev: [5, LOST, WRITE],
    prod: 'same',
  },
  {
    title: 'a broken header of a profile that is there once more',
    config: `${DEV}profile prod]\n${keys('2')}[profile prod]\n${keys('5')}${OTHERS}`,
    dev: [5, LOST, WRITE],
    prod: 'same',
  },
  {
    title: 'a broken header in front of everything',
    config: `profile prod]\n${keys('2')}${DEV}${OTHERS}`,
    prod: [1, LOST, WRITE],
  },
  {
    title: 'a broken header of a session',
    config: `${DEV}sso-session main]\nsso_region = us-east-1\n${OTHERS}`,
    dev: [5, LOST, 'write [sso-session main]'],
  },
  {
    title: 'a line without "="',
    config: `[profile dev]\nsso_session corp\nsso_account_id = 111111111111\nsso_role_name = R\n${OTHERS}`,
    dev: [2, 'the line has no "="', 'put "=" behind sso_session'],
  },
  {
    title: 'a line that says nothing',
    config: `${DEV}TODO\n${OTHERS}`,
    dev: [5, 'the line has no "="', 'write key = value, or a "#" for a comment,'],
  },
  {
    title: 'a key with a colon',
    config: `[profile dev]\nsso_account_id: 222222222222\n${keys('1')}${OTHERS}`,
    dev: [
      2,
      'sso_account_id is set with ":", which only the AWS CLI reads',
      'write "sso_account_id =" in place of "sso_account_id:"',
    ],
  },
  {
    title: 'an account twice',
    config: `${DEV}sso_account_id = 222222222222\n${OTHERS}`,
    dev: [
      5,
      'sso_account_id is there twice in [profile dev] (line 3, too)',
      'remove sso_account_id in line 3, or',
    ],
  },
  {
    title: 'an account twice, once with capitals',
    config: `${DEV}SSO_Account_ID = 222222222222\n${OTHERS}`,
    dev: [
      5,
      'sso_account_id is there twice in [profile dev] (line 3, too)',
      'remove sso_account_id in line 3, or',
    ],
  },
  {
    title: 'a section twice',
    config: `${DEV}${OTHERS}[profile dev]\nregion = eu-west-1\n`,
    dev: [
      16,
      '[profile dev] is there twice (line 1, too); the SDKs merge the two',
      'join [profile dev] of line 1 with the one',
    ],
  },
  {
    title: 'a section twice in two spellings',
    config: `${DEV}${OTHERS}[profile "dev"]\nsso_account_id = 222222222222\n`,
    dev: [
      16,
      '[profile "dev"] is there twice in two spellings (line 1, too): the AWS CLI takes the last, the SDKs merge',
      'join [profile dev] of line 1 with the one',
    ],
  },
  {
    title: 'an account that is indented under another key: the readers differ',
    config: `[profile dev]\noutput = json\n  sso_account_id = 222222222222\n${keys('1')}${OTHERS}`,
    dev: [
      3,
      'sso_account_id is indented, so that it is part of output to the AWS CLI, but not to all SDKs',
      'remove the blanks in front of sso_account_id',
    ],
  },
  {
    title: 'an account on two lines',
    config: `[profile dev]\nsso_session = corp\nsso_role_name = R\nsso_account_id = 111111\n  111111\n${OTHERS}`,
    dev: [
      5,
      'the line continues sso_account_id: the JavaScript SDK leaves it out',
      'write sso_account_id on one line; it goes on',
    ],
  },
  {
    title: 'a value on the line below its key',
    config: `[profile dev]\nsso_session = corp\nsso_role_name = R\nsso_account_id =\n  111111111111\n${OTHERS}`,
    dev: [
      5,
      'the line under sso_account_id has no "="',
      'write the value right behind "sso_account_id ="; it stands',
    ],
  },
  {
    title: 'bytes that are not UTF-8 in a value',
    config: `${DEV}role_session_name = \uFFFD\n${OTHERS}`,
    dev: [5, 'the line holds bytes that are not UTF-8', 'write UTF-8'],
  },
]

/** What looks alike, and is refused by nobody. */
export const SOUND: readonly (readonly [title: string, config: string])[] = [
  ['a whole file that is indented', DEV.replace(/^/gm, '  ').trimEnd()],
  ['a key that is not about the identity, twice', `${DEV}output = json\noutput = text\n`],
  ['a comment behind a header, and a header in a comment', `${DEV}# [profile prod\n`],
  ['[dev] beside [profile dev]', `[dev]\nregion = x\n${DEV}`],
  ['a command on several lines', '[profile dev]\ncredential_process = a\n  b [c]\n'],
  ['brackets in a command', "[profile dev]\ncredential_process = sh -c '[ -f x ] && a[1]'\n"],
  ['a key with a blank, which all tools leave out', `${DEV}x y = 1\n`],
  ['a block of another service', `${DEV}s3 =\n  max_concurrent_requests = 20\n`],
]
