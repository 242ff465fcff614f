/** An organisation to try things on: made-up accounts, roles and person. */
import type { Account, IamRole, Lifetimes, Person, Settings } from './types.ts'

const DAY = 86_400

/** Six accounts; the same values at every call, a fresh copy each time. */
export function sampleAccounts(): Account[] {
  return [
    account('012345678901', 'Unicorn Production', ['AdministratorAccess', 'ReadOnly']),
    account('123456789012', 'Awesome Staging', ['AdministratorAccess', 'Developer', 'ReadOnly']),
    account('210987654321', 'Marketing Website', ['Developer', 'ReadOnly']),
    account('345678901234', 'Data Lake', ['Developer', 'ReadOnly']),
    account('456789012345', 'Shared Services', ['AdministratorAccess', 'ReadOnly']),
    account('567890123456', 'Billing', ['Billing', 'ReadOnly']),
  ]
}

/** Roles that credentials of the sample accounts can assume. */
function sampleRoles(): IamRole[] {
  return [
    { roleArn: 'arn:aws:iam::210987654321:role/Deploy' },
    { roleArn: 'arn:aws:iam::345678901234:role/Auditor', externalId: 'unicorn-audit' },
  ]
}

export function samplePerson(): Person {
  return { displayName: 'Ana Carolina Silva', userName: 'ana.silva' }
}

/** The organisation with a service that behaves as usual, but for what is given. */
export function usualSettings(
  given: Partial<Omit<Settings, 'lifetimes'>> & { lifetimes?: Partial<Lifetimes> } = {},
): Settings {
  return {
    accounts: sampleAccounts(),
    iamRoles: sampleRoles(),
    approve: 'person',
    singleUseRefreshTokens: true,
    ...given,
    lifetimes: { ...usualLifetimes(), ...given.lifetimes },
  }
}

/** What IAM Identity Center does by default, but with a poll every second. */
function usualLifetimes(): Lifetimes {
  return {
    registration: 90 * DAY,
    deviceCode: 600,
    interval: 1,
    authorizationCode: 60,
    accessToken: 3600,
    session: 7 * DAY,
    roleCredentials: 3600,
  }
}

function account(accountId: string, accountName: string, roles: string[]): Account {
  const mailbox = accountName.toLowerCase().replaceAll(' ', '-')
  return { accountId, accountName, emailAddress: `aws+${mailbox}@example.com`, roles }
}
