/**
 * The shapes of the stand-in for IAM Identity Center: what it is started with and what it answers.
 * Lifetimes are in seconds, points in time in epoch milliseconds.
 */

/** An AWS account as the portal lists it, with the roles the signed-in person has there. */
export interface Account {
  accountId: string
  accountName: string
  emailAddress: string
  roles: string[]
}

/** A role that can be assumed at the stand-in's STS; any other role ARN is refused. */
export interface IamRole {
  roleArn: string
  /** When set, AssumeRole must send exactly this ExternalId. */
  externalId?: string
  /** When set, AssumeRole must send this device and this code. */
  mfa?: { serialNumber: string; tokenCode: string }
}

/** Seconds. Read at every request, so a change counts from then on. */
export interface Lifetimes {
  registration: number
  deviceCode: number
  /** Shortest time between two polls with the same device code. */
  interval: number
  authorizationCode: number
  accessToken: number
  /** From sign-in until refreshing is refused. */
  session: number
  roleCredentials: number
}

/** The person the sign-in pages show and the credentials name. */
export interface Person {
  displayName: string
  /** Becomes the role session name. */
  userName: string
}

/** What may be changed while the stand-in runs. */
export interface Settings {
  accounts: Account[]
  iamRoles: IamRole[]
  lifetimes: Lifetimes
  /**
   * `person`: the pages ask and wait. `auto`: opening the page approves at once, as for somebody
   * with a live browser session who approved this application before.
   */
  approve: 'person' | 'auto'
  /** Refuse a refresh token that was used before, as OAuth 2.1 asks for public clients. */
  singleUseRefreshTokens: boolean
}
