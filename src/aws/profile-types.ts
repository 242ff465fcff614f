/** What a profile is once it has been read and checked. */
import type { Credentials } from './credentials.ts'
import type { AwsDocument } from './document.ts'
import type { EpochMs } from './time.ts'

/** Services whose address may be set. */
export const SERVICES = ['sso', 'sso_oidc', 'sts', 'signin'] as const
export type AnyService = (typeof SERVICES)[number]

/** What a profile says about endpoints. */
export interface EndpointSettings {
  /** From the `services` section of the profile. */
  readonly endpointUrls: Readonly<Partial<Record<AnyService, string>>>
  /** `endpoint_url` of the profile itself. */
  readonly endpointUrl: string | undefined
  readonly ignoreConfiguredEndpointUrls: boolean | undefined
  readonly useFipsEndpoint: boolean | undefined
  readonly useDualstackEndpoint: boolean | undefined
}

/** The two files of the AWS tools; the paths are for messages. */
export interface AwsFiles {
  readonly config: AwsDocument
  readonly credentials: AwsDocument
  readonly configPath: string
  readonly credentialsPath: string
}

export type Profile =
  | SsoProfile
  | StaticProfile
  | AssumeRoleProfile
  | WebIdentityProfile
  | ProcessProfile
  | LoginSessionProfile

interface AnyProfile {
  readonly name: string
  readonly region: string | undefined
  readonly settings: ProfileSettings
}

/** A role in an account, through IAM Identity Center. */
export interface SsoProfile extends AnyProfile {
  readonly kind: 'sso'
  readonly session: SsoSession
  /** Twelve digits; zeros in front count. */
  readonly accountId: string
  readonly roleName: string
}

/** Keys in a file. */
export interface StaticProfile extends AnyProfile {
  readonly kind: 'static'
  readonly keys: Credentials
  /** What the tool that has put them there says of their end (`expiration`); no AWS tool looks at it. */
  readonly endsAt?: EpochMs
  /** The section they are in, for messages. */
  readonly place: string
}

/** A role that is assumed with other credentials. */
export interface AssumeRoleProfile extends AnyProfile {
  readonly kind: 'assume-role'
  readonly roleArn: string
  readonly source: RoleSource
  readonly roleSessionName?: string
  readonly externalId?: string
  readonly mfaSerial?: string
  readonly durationSeconds?: number
  /** Of `--role-arn`, which is in no file: the name of the profile that it was given with. */
  readonly onTopOf?: string
}

/** Where the credentials come from that assume a role: `source_profile` or `credential_source`. */
export type RoleSource =
  | { readonly kind: 'profile'; readonly profile: Profile }
  | { readonly kind: 'environment' | 'ec2' | 'ecs' }

/** A role that is assumed with a token of another identity provider. */
export interface WebIdentityProfile extends AnyProfile {
  readonly kind: 'web-identity'
  readonly roleArn: string
  readonly tokenFile: string
  readonly roleSessionName?: string
}

/** A program that prints credentials. */
export interface ProcessProfile extends AnyProfile {
  readonly kind: 'process'
  readonly command: string
  /** The AWS file that the command is in. */
  readonly file: string
}

/** `aws login`: its keys are used while they are valid; ssox cannot renew them. */
export interface LoginSessionProfile extends AnyProfile {
  readonly kind: 'login-session'
  readonly loginSession: string
}

export type SsoSession = NamedSession | LegacySession

/** An `[sso-session …]` section. */
export interface NamedSession {
  readonly kind: 'named'
  readonly name: string
  readonly startUrl: string
  /** Empty where only the portal behind a start URL on the company's own domain tells it. */
  readonly region: string
  readonly scopes: readonly string[]
  /** What the AWS tools hash for the token file: the name. */
  readonly cacheName: string
  /** Of `ssox setup`: the section is not in the file yet. */
  readonly isDraft?: true
}

/** A start URL in the profile itself. */
export interface LegacySession {
  readonly kind: 'legacy'
  readonly startUrl: string
  /** As for a named session. */
  readonly region: string
  /** Of granted's `granted_sso_registration_scopes`; the AWS tools know none without a session. */
  readonly scopes?: readonly string[]
  /** What the AWS tools hash for the token file: the start URL exactly as it is configured. */
  readonly cacheName: string
}

/** An account and role through IAM Identity Center that need no profile. */
export interface Identity {
  readonly startUrl: string
  readonly ssoRegion: string
  readonly accountId: string
  readonly roleName: string
}

/** What a profile says about how to reach AWS. */
export interface ProfileSettings extends EndpointSettings {
  /** Path of a PEM file; AWS_CA_BUNDLE wins. */
  readonly caBundle: string | undefined
  /** `max_attempts` and `retry_mode` as they are written: checked where a request is made. */
  readonly maxAttempts: string | undefined
  readonly retryMode: string | undefined
  /** `sso_interactive_auth`: whether `credential-process` may sign in. */
  readonly interactiveAuth: boolean | undefined
}

/** The settings of what is in no file. */
export const NO_SETTINGS: ProfileSettings = {
  endpointUrls: {},
  endpointUrl: undefined,
  ignoreConfiguredEndpointUrls: undefined,
  useFipsEndpoint: undefined,
  useDualstackEndpoint: undefined,
  caBundle: undefined,
  maxAttempts: undefined,
  retryMode: undefined,
  interactiveAuth: undefined,
}
