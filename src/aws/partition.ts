/**
 * AWS partitions: which DNS suffix a region has (partitions.json of the AWS endpoint rules, as
 * shipped with the AWS CLI 2.36.7).
 */

export interface Partition {
  readonly id: string
  readonly dnsSuffix: string
  readonly dualStackDnsSuffix: string
  /** Where the global services of the partition live. */
  readonly globalRegion: string
}

const AWS: Partition = {
  id: 'aws',
  dnsSuffix: 'amazonaws.com',
  dualStackDnsSuffix: 'api.aws',
  globalRegion: 'us-east-1',
}

/** Start of the region names, identifier, suffix, dual-stack suffix, global region. */
const OTHERS = [
  ['cn', 'aws-cn', 'amazonaws.com.cn', 'api.amazonwebservices.com.cn', 'cn-northwest-1'],
  ['us-gov', 'aws-us-gov', 'amazonaws.com', 'api.aws', 'us-gov-west-1'],
  ['eusc-de', 'aws-eusc', 'amazonaws.eu', 'api.amazonwebservices.eu', 'eusc-de-east-1'],
  ['us-iso', 'aws-iso', 'c2s.ic.gov', 'api.aws.ic.gov', 'us-iso-east-1'],
  ['us-isob', 'aws-iso-b', 'sc2s.sgov.gov', 'api.aws.scloud', 'us-isob-east-1'],
  ['eu-isoe', 'aws-iso-e', 'cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk', 'eu-isoe-west-1'],
  ['us-isof', 'aws-iso-f', 'csp.hci.ic.gov', 'api.aws.hci.ic.gov', 'us-isof-south-1'],
] as const

const PARTITIONS: readonly (Partition & { readonly prefix: string })[] = OTHERS.map(
  ([prefix, id, dnsSuffix, dualStackDnsSuffix, globalRegion]) => ({
    prefix,
    id,
    dnsSuffix,
    dualStackDnsSuffix,
    globalRegion,
  }),
)

/** The partition of a region, known or new; a name that fits no partition counts as `aws`. */
export function partitionOf(region: string): Partition {
  return (
    PARTITIONS.find(
      ({ prefix, id }) =>
        region === `${id}-global` ||
        (region.startsWith(`${prefix}-`) && /^\w+-\d+$/.test(region.slice(prefix.length + 1))),
    ) ?? AWS
  )
}

/** The region to call AWS STS in when none is configured: the role's partition decides. */
export function defaultRegion(roleArn: string | undefined): string {
  const id = roleArn?.split(':')[1]
  return (PARTITIONS.find((partition) => partition.id === id) ?? AWS).globalRegion
}

/** True for what may become part of a host name: nothing in it can point to another host. */
export function isRegionName(text: string): boolean {
  return /^[a-z0-9-]{1,63}$/.test(text)
}
