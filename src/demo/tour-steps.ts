/** What the tour of `ssox demo --script` shows, step by step; one entry for each. */
import { pickerPicture } from './picker-picture.ts'

interface Base {
  readonly title: string
  /** What the output must have in it. */
  readonly expect: RegExp
}

/** A line that is run by `sh`. */
export interface ScriptStep extends Base {
  readonly command: string
  /** The exit code; 0 unless given. */
  readonly status?: number
}

/** Lines that are typed into a bash with the shell hook, which shows its prompt. */
export interface TypedStep extends Base {
  readonly typed: readonly string[]
}

/** What only a terminal can show, drawn as it would be there. */
export interface PictureStep extends Base {
  readonly picture: () => string
}

export type Step = ScriptStep | TypedStep | PictureStep

export const STEPS: readonly Step[] = [
  {
    title: 'Sign in once: one browser page, for every profile and every terminal',
    command: 'ssox login unicorn',
    expect: /signed in to "demo"/,
  },
  {
    title: 'A profile for every account and role, with the sign-in that is there',
    command: "ssox setup demo --filter '*/ReadOnly' --yes && ssox list",
    expect: /profiles added[\s\S]*\nbilling\.read-only /,
  },
  {
    title: 'This shell acts as unicorn; AWS says who it is',
    command: 'eval "$(ssox env unicorn)" && ssox whoami',
    expect: /arn:aws:sts::012345678901:assumed-role\/\S*AdministratorAccess/,
  },
  {
    title: 'With the shell hook: awsuse switches, the prompt shows who you are and for how long',
    typed: ['awsuse unicorn', 'awsuse marketing', 'awsuse -', 'ssox whoami | grep account'],
    expect: /^unicorn [\dhm ]+ demo . ssox whoami.*\naccount +012345678901$/m,
  },
  {
    title: 'awsuse alone: type a part of a name, of an account or of a role, then Enter',
    picture: pickerPicture,
    expect: /marketing/,
  },
  {
    title: 'Keys that end soon are renewed in the background, and taken at the next prompt',
    typed: [
      // Of the same second, new keys would not last longer than the old ones.
      'awsuse awesome; before=$AWS_ACCESS_KEY_ID; sleep 1.1',
      'SSOX_RENEW_MINUTES=90',
      'for prompt in {1..1200}; do [ "$AWS_ACCESS_KEY_ID" = "$before" ] && sleep 0.1 && eval "${PROMPT_COMMAND[*]}"; done',
      '[ "$AWS_ACCESS_KEY_ID" = "$before" ] || echo "other keys, until $AWS_CREDENTIAL_EXPIRATION"',
    ],
    expect: /^other keys, until \d{4}-/m,
  },
  {
    title: 'The variables that old SDKs, JDBC drivers and scripts read',
    command: 'eval "$(ssox env awesome)" && env | grep -E "^(AWS|SSOX)_" | grep -v ENDPOINT | sort',
    expect: /AWS_PROFILE=awesome/,
  },
  {
    title: 'Another account: no browser, the sign-in is shared',
    command: 'ssox exec marketing -- sh -c \'echo "in account $SSOX_ACCOUNT_ID as $SSOX_ROLE"\'',
    expect: /in account 210987654321 as Developer/,
  },
  {
    title: 'One command in several accounts',
    command: "ssox exec --each 'awesome,market*ing' -- sh -c 'echo \"account $SSOX_ACCOUNT_ID\"'",
    expect: /awesome[^=]*==\naccount 123456789012\n[^=]*== marketing ==\naccount 210987654321/,
  },
  {
    title:
      "For what outlasts a role's session: no keys, but an endpoint that always has valid ones",
    command:
      'ssox exec awesome --serve -- sh -c \'echo "keys: ${AWS_ACCESS_KEY_ID:-none}, endpoint: ${AWS_CONTAINER_CREDENTIALS_FULL_URI%/*}"\'',
    expect: /keys: none, endpoint: http:\/\/127\.0\.0\.1:\d+/,
  },
  {
    title: 'Tools that read only ~/.aws/credentials: keys with their expiry',
    command: 'ssox write marketing && grep -E "^(\\[|expiration)" ~/.aws/credentials',
    expect: /\[marketing-keys\]\nexpiration = \d{4}-/,
  },
  {
    title: 'Programs that run a command for their keys: the line for ~/.aws/config',
    command: 'ssox credential-process --install awesome --yes',
    expect: /\[profile awesome-process\]/,
  },
  {
    title: 'A mistyped name never leaves you on the old account',
    command: 'eval "$(ssox env unicron)" && echo deployed || echo "not deployed"',
    expect: /ssox env unicorn[\s\S]*not deployed/,
  },
  {
    title: 'A guard for accounts that matter: asked before each switch, marked everywhere',
    command:
      "mkdir -p ~/.config/ssox && printf '[ssox]\\nprotect = unicorn\\n' >~/.config/ssox/config && ssox list",
    expect: /unicorn.*protected/,
  },
  {
    title: 'What is wrong, whom it breaks, and what mends it',
    command: 'ssox doctor --no-network',
    expect: /of \d+ checks/,
  },
  {
    title: 'The web console at the page of S3; no secret is in an argument or in what is printed',
    command: 'ssox console marketing --service s3',
    expect: /the console of "marketing" is open/,
  },
  { title: 'What is signed in, and until when', command: 'ssox status', expect: /unicorn/ },
  {
    title: 'Out again: revoked at the server, removed from this home',
    command: 'ssox logout && ssox status unicorn --check',
    expect: /signed out/,
    status: 4,
  },
]
