/** Programs that act with AWS keys, and how each of them says as whom. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { has } from '../support/machine.ts'
import { programFile, type Recipe } from './made.ts'
import type { Way } from './ways.ts'

export interface Consumer {
  /** As the table calls it. */
  readonly name: string
  /** As `SSOX_REQUIRE_TOOLS` and the installer call it. */
  readonly tool: string
  readonly recipe?: Recipe
  /** What it cannot be made or run without, if the machine has that not. */
  lacks(): string | undefined
  version(folder: string): string
  /** A command that prints the ARN of whom it acts as. */
  words(folder: string): readonly [string, ...string[]]
  /** True where the command goes on until the file UNTIL is there. */
  readonly stays?: true
  /** What it wants beside the keys, tried when they alone do not do. */
  readonly wants?: readonly string[]
  readonly project?: Project
  /** Why it is nobody with a way. */
  readonly why?: Partial<Record<Way, string>>
}

/** The file in a project's folder of a program that sets variables there, and the AWS CLI in it. */
export interface Project {
  readonly file: string
  /** Words before a command that is to have what the file says. */
  around(folder: string): readonly string[]
  /** The text for another account. */
  readonly other: string
  /** The text that brings the keys, where the shell has not to. */
  readonly brings: Partial<Record<Way, string>>
}

/** True when the command runs here. */
const works = (command: string, ...args: string[]) => {
  try {
    execFileSync(command, args, { stdio: 'ignore', timeout: 30_000 })
    return true
  } catch {
    return false
  }
}

const firstLine = (command: string, ...args: string[]) =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split(
    '\n',
  )[0] ?? ''

/** The first number with dots in a text. */
const numberIn = (text: string) => /\d+(?:\.\d+)+/.exec(text)?.[0] ?? text

const debianVersion = (name: string) =>
  numberIn(firstLine('dpkg-query', '--show', '--showformat', '${Version}\n', name))

/** The version of an npm package from its folder. */
const npmVersion = (folder: string) =>
  (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version

const npmRecipe = (sources: readonly string[], ...packages: string[]): Recipe => ({
  sources,
  command: [
    ...(['npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts'] as const),
    ...['--no-package-lock', '--loglevel=error', '--prefix', '.', ...packages],
  ],
})

const AWS_CLI = [
  ...(['sh', '-c'] as const),
  'exec /usr/bin/aws sts get-caller-identity --endpoint-url "$AWS_ENDPOINT_URL_STS" --query Arn --output text',
] as const

/** Where Debian puts the sources of Go packages. */
const GOPATH = '/usr/share/gocode'

const go = (
  tool: string,
  name: string,
  debian: string,
  imported: string,
  wants: readonly string[] = [],
): Consumer => ({
  name,
  tool,
  recipe: {
    sources: [`${tool}/whoami.go`],
    command: ['go', 'build', '-o', 'whoami', 'whoami.go'],
    env: { GO111MODULE: 'off', GOPATH, GOFLAGS: '', CGO_ENABLED: '0' },
  },
  lacks: () =>
    !works('go', 'version')
      ? 'Go'
      : existsSync(join(GOPATH, 'src', imported))
        ? undefined
        : `Debian's ${debian}`,
  version: () => debianVersion(debian),
  words: (folder) => [join(folder, 'whoami')],
  stays: true,
  wants,
})

const dotnet = (tool: string, name: string, core: string, sts: string): Consumer => ({
  name,
  tool,
  recipe: {
    sources: ['whoami.cs', 'whoami.csproj'],
    command: [
      ...(['dotnet', 'build', '--configuration', 'Release', '--output', 'out'] as const),
      ...['--nologo', '--verbosity', 'quiet', `-p:CoreVersion=${core}`, `-p:StsVersion=${sts}`],
    ],
    env: { DOTNET_NOLOGO: '1', DOTNET_CLI_TELEMETRY_OPTOUT: '1' },
  },
  lacks: () => (works('dotnet', '--version') ? undefined : 'the .NET SDK'),
  version: () => core,
  words: (folder) => ['dotnet', join(folder, 'out', 'whoami.dll')],
  stays: true,
})

/** `SSOX_TERRAFORM_MIRROR`, or a folder in /opt, with the provider, as `terraform providers mirror` makes it. */
function providerMirror(): string | undefined {
  const given = process.env['SSOX_TERRAFORM_MIRROR']
  const usual = existsSync('/opt') ? readdirSync('/opt').map((name) => join('/opt', name)) : []
  return [...(given ? [given] : usual)].find((folder) =>
    existsSync(join(folder, 'registry.terraform.io/hashicorp/aws')),
  )
}

const mirror = providerMirror()
const toolsPage = readFileSync(new URL('../../docs/tools.md', import.meta.url), 'utf8')
const MISE = `node_modules/@jdxcode/mise-linux-${process.arch}`

/** What docs/tools.md says for `mise.toml`, with another profile. */
function miseEnvironment(profile: string): string {
  const block = /^```toml\n(\[env\]\nAWS_PROFILE = )"dev"(\n.*?)\n\[/ms.exec(toolsPage)
  if (!block) throw new Error('docs/tools.md has no [env] for mise')
  return `${block[1]}"${profile}"${block[2]}`
}

const unsetKeys = 'unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN'

export const CONSUMERS: readonly Consumer[] = [
  {
    name: 'AWS CLI v2',
    tool: 'aws',
    lacks: () => (has('aws') ? undefined : 'the AWS CLI v2'),
    version: () => numberIn(firstLine('/usr/bin/aws', '--version')),
    words: () => AWS_CLI,
  },
  {
    name: 'boto3',
    tool: 'boto3',
    lacks: () => (has('boto3') ? undefined : 'boto3'),
    version: () => firstLine('/usr/bin/python3', '-c', 'import boto3; print(boto3.__version__)'),
    words: () => ['/usr/bin/python3', programFile('whoami.py')],
    stays: true,
  },
  {
    name: 'AWS SDK for JavaScript v3',
    tool: 'js3',
    lacks: () => undefined,
    version: () => npmVersion(join(programFile('../../../node_modules/@aws-sdk/client-sts'))),
    words: () => [process.execPath, programFile('whoami.mjs')],
    stays: true,
  },
  {
    name: 'AWS SDK for JavaScript v2',
    tool: 'js2',
    recipe: npmRecipe(['whoami.cjs'], 'aws-sdk@2.1693.0'),
    lacks: () => undefined,
    version: (folder) => npmVersion(join(folder, 'node_modules/aws-sdk')),
    words: (folder) => [process.execPath, join(folder, 'whoami.cjs')],
    stays: true,
    wants: ['AWS_REGION=eu-west-1', 'AWS_SDK_LOAD_CONFIG=1'],
  },
  dotnet('net3', 'AWS SDK for .NET v3', '3.7.501.1', '3.7.202'),
  dotnet('net4', 'AWS SDK for .NET v4', '4.1.0', '4.0.101.10'),
  go(
    'go1',
    'AWS SDK for Go v1',
    'golang-github-aws-aws-sdk-go-dev',
    'github.com/aws/aws-sdk-go/service/sts',
    ['AWS_REGION=eu-west-1', 'AWS_SDK_LOAD_CONFIG=1'],
  ),
  go(
    'go2',
    'AWS SDK for Go v2',
    'golang-github-aws-aws-sdk-go-v2-dev',
    'github.com/aws/aws-sdk-go-v2/service/sts',
  ),
  {
    name: 'AWS SDK for Ruby v3',
    tool: 'ruby',
    lacks: () =>
      works('/usr/bin/ruby', '-e', 'require "aws-sdk-core"') ? undefined : 'the AWS SDK for Ruby',
    version: () => debianVersion('ruby-aws-sdk-core'),
    words: () => ['/usr/bin/ruby', programFile('whoami.rb')],
    why: { serve: 'it knows no `AWS_CONTAINER_CREDENTIALS_FULL_URI`' },
  },
  {
    name: 'Terraform, provider `aws`',
    tool: 'terraform',
    recipe: {
      sources: ['main.tf'],
      command: ['terraform', 'init', '-input=false', '-no-color', `-plugin-dir=${mirror}`],
      env: { TF_CLI_CONFIG_FILE: '/dev/null' },
    },
    lacks: () =>
      !works('terraform', '-version')
        ? 'Terraform'
        : mirror
          ? undefined
          : 'a mirror of the provider',
    version: (folder) => {
      const provider = /version\s*=\s*"(.*)"/.exec(
        readFileSync(join(folder, '.terraform.lock.hcl'), 'utf8'),
      )?.[1]
      return `${numberIn(firstLine('terraform', '-version'))}, ${provider}`
    },
    words: (folder) => [
      ...(['terraform', `-chdir=${folder}`, 'plan'] as const),
      ...['-input=false', '-lock=false', '-no-color'],
    ],
  },
  {
    name: 'direnv, and the AWS CLI in it',
    tool: 'direnv',
    lacks: () => (has('direnv') && has('aws') ? undefined : 'direnv or the AWS CLI v2'),
    version: () => firstLine('direnv', 'version'),
    words: () => AWS_CLI,
    project: {
      file: '.envrc',
      around: () => ['sh', '-c', 'direnv allow && exec direnv exec . "$@"', 'direnv'],
      other: 'use ssox prod\n',
      brings: {
        env: 'use ssox dev\n',
        write: `${unsetKeys}\nexport AWS_PROFILE=dev-keys\n`,
        process: `${unsetKeys}\nexport AWS_PROFILE=dev-process\n`,
      },
    },
  },
  {
    name: 'mise, and the AWS CLI in it',
    tool: 'mise',
    recipe: npmRecipe([], `${MISE.replace('node_modules/', '')}@2026.9.15`),
    lacks: () => (has('aws') ? undefined : 'the AWS CLI v2'),
    version: (folder) => npmVersion(join(folder, MISE)),
    words: () => AWS_CLI,
    project: {
      file: 'mise.toml',
      around: (folder) => [join(folder, MISE, 'bin/mise'), 'exec', '--'],
      other: miseEnvironment('prod'),
      brings: {
        write: miseEnvironment('dev-keys'),
        process: miseEnvironment('dev-process'),
      },
    },
  },
]
