/**
 * AWS partitions: which DNS suffix a region has (partitions.json of the AWS endpoint rules, as
 * shipped with the AWS CLI 2.36.7).
 */

export interface Partition {
  readonly id: string
  readonly dnsSuffix: string
  readonly dualStackDnsSuffix: string
  /** Where the global services of the partition live, STS without a configured region among them. */
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

/** The partition that an ARN names; undefined for one that is none of AWS's. */
export function partitionOfArn(arn: string): Partition | undefined {
  const id = arn.split(':')[1]
  return [AWS, ...PARTITIONS].find((partition) => partition.id === id)
}

/**
 * True for what may become part of a host name: nothing in it can point to another host. Wider than
 * AWS's own names, as in botocore: other clouds that speak AWS's protocols have `RegionOne` or `GRA`.
 */
export function isRegionName(text: string): boolean {
  return /^[A-Za-z0-9-]{1,63}$/.test(text)
}
