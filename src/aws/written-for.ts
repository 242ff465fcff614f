/** What to paste into programs that read a section of the credentials file. Pure. */
import type { ProgramName } from './program-names.ts'

/** Those that may read the file with the Java SDK 1, which fails on more than others. */
const JAVA_1: ReadonlySet<ProgramName> = new Set(['dbeaver', 'athena-jdbc', 'java1'])

/** True for a program that reads the file as Java 1 does. */
export function readsAsJava1(program: ProgramName): boolean {
  return JAVA_1.has(program)
}

const SIMBA = 'com.simba.athena.amazonaws.auth.profile.ProfileCredentialsProvider'

/**
 * The lines to paste, each with its line feed; `#` begins what is said about them.
 * @param region undefined where the profile has none
 */
export function linesFor(
  program: ProgramName,
  section: string,
  region: string | undefined,
): string {
  return LINES[program](section, region)
    .map((line) => `${line}\n`)
    .join('')
}

const LINES: Readonly<
  Record<ProgramName, (section: string, region: string | undefined) => readonly string[]>
> = {
  dbeaver: (section) => [
    '# DBeaver 25.3 and newer (Athena JDBC 3): Driver properties of the connection',
    'CredentialsProvider=ProfileCredentials',
    `ProfileName=${section}`,
    '# DBeaver 25.2 and older (Athena JDBC 2)',
    `AwsCredentialsProviderClass=${SIMBA}`,
    `AwsCredentialsProviderArguments=${section}`,
  ],
  'athena-jdbc': (section, region = '<region>') => [
    '# Athena JDBC 3',
    `jdbc:athena://Region=${region};CredentialsProvider=ProfileCredentials;ProfileName=${section};`,
    '# Athena JDBC 2 (Simba)',
    `jdbc:awsathena://AwsRegion=${region};AwsCredentialsProviderClass=${SIMBA};AwsCredentialsProviderArguments=${section};`,
  ],
  r: (section, region) => [
    '# before library(aws.s3) or library(paws); again in a running session when the keys are renewed',
    `Sys.setenv(AWS_PROFILE = ${JSON.stringify(section)}${region === undefined ? '' : `, AWS_DEFAULT_REGION = ${JSON.stringify(region)}`})`,
    `# aws.signature and what is built on it: aws.signature::use_credentials(profile = ${JSON.stringify(section)})`,
  ],
  java1: (section) => [
    '# in the program',
    `new com.amazonaws.auth.profile.ProfileCredentialsProvider(${JSON.stringify(section)})`,
    '# or, for the default chain, to the command that starts it',
    `-Daws.profile=${section}`,
  ],
  serverless: (section, region) => [
    '# serverless.yml; or: serverless deploy --aws-profile <section>',
    'provider:',
    `  profile: ${JSON.stringify(section)}`,
    ...(region === undefined ? [] : [`  region: ${JSON.stringify(region)}`]),
  ],
}
