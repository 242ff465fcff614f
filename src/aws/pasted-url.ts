/**
 * The address of an access portal in whatever form somebody has copied it: from a mail, the address
 * bar of the browser, the settings of IAM Identity Center, or from memory. Forms: IAM Identity Center
 * User Guide, "Using the AWS access portal"; AWS GovCloud User Guide; AWS China "IAM Identity Center".
 */
import { isRegionName, partitionOf } from './partition.ts'
import { isAwsHost, plainStartUrl, regionOfPortal } from './start-url.ts'

export interface PastedUrl {
  readonly startUrl: string
  /** As far as the address tells it. */
  readonly region: string | undefined
}

const DIRECTORY = /^(?:d-[0-9a-z]{10}|t-[0-9a-z]{10})$/
const INSTANCE = /^ssoins-[0-9a-z]{16}$/
const WORD = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
/** `start.us-gov-east-1.us-gov-home.awsapps.com`, `start.home.awsapps.cn`: the region may be missing. */
const DIRECTORY_HOST = /^start\.(?:([a-z0-9-]+)\.)?(?:us-gov-home\.awsapps\.com|home\.awsapps\.cn)$/
/** Where a sign-in page is, which people copy in place of the portal: the directory is in its path. */
const SIGN_IN_HOST = /^([a-z0-9-]+)\.signin\.aws$/
/** Of AWS, but never an access portal. */
const OTHER_AWS = /(?:^|\.)(?:aws\.amazon\.com|amazonaws-us-gov\.com|amazonaws\.cn|signin\.aws)$/

/**
 * The start URL that a text stands for: without fragment, query and slash at the end.
 * @param region of Identity Center, which the address of a bare `ssoins-…` needs
 * @returns undefined for what cannot be one
 */
export function readPastedUrl(pasted: string, region?: string): PastedUrl | undefined {
  const text = pasted.trim().replace(/^["'<]+|["'>]+$/g, '')
  const word = text.toLowerCase()
  if (INSTANCE.test(word)) return ofInstance(word, region)
  if (DIRECTORY.test(word) || (WORD.test(word) && word !== 'localhost')) return ofDirectory(word)
  const url = urlOf(text)
  if (!url) return undefined
  const host = url.hostname.replace(/\.$/, '')
  const signIn = SIGN_IN_HOST.exec(host)
  if (signIn) return ofSignInPage(url, signIn[1])
  if (OTHER_AWS.test(host)) return undefined
  if (!isAwsHost(host)) return { startUrl: plainStartUrl(url), region: undefined }
  const directory = DIRECTORY_HOST.exec(host)
  if (directory) {
    const [, , name] = /^\/(directory)\/([^/]+)/.exec(url.pathname) ?? []
    return name === undefined
      ? undefined
      : { startUrl: `${url.origin}/directory/${name}`, region: directory[1] }
  }
  // Whatever page of the portal it is, its start is `/start`.
  if (/^[^.]+\.awsapps\.com$/.test(host))
    return { startUrl: `${url.origin}/start`, region: undefined }
  return { startUrl: plainStartUrl(url), region: regionOfPortal(host) }
}

/** What a new session is called: the company's word in the address, else `sso`. */
export function suggestedSession(startUrl: string): string {
  const { hostname, pathname } = new URL(startUrl)
  const [first = '', second = ''] = hostname.split('.')
  const last = pathname.split('/').pop() ?? ''
  const word = DIRECTORY_HOST.test(hostname)
    ? last
    : isAwsHost(hostname) || /^\d+$/.test(first) || !hostname.includes('.')
      ? first
      : /^(?:sso|aws|login|portal|start|www)$/.test(first)
        ? second
        : first
  return !WORD.test(word) || DIRECTORY.test(word) || /^(?:ssoins-|\d|identitycenter$)/.test(word)
    ? 'sso'
    : word
}

function ofDirectory(word: string): PastedUrl {
  return { startUrl: `https://${word}.awsapps.com/start`, region: undefined }
}

/** The dual-stack portal of an instance, whose name has the region in it. */
function ofInstance(instance: string, region: string | undefined): PastedUrl | undefined {
  if (region === undefined || !isRegionName(region)) return undefined
  const suffix = {
    'aws-cn': 'app.amazonwebservices.com.cn',
    'aws-eusc': 'api.amazonwebservices.eu',
  }[partitionOf(region).id]
  return { startUrl: `https://${instance}.portal.${region}.${suffix ?? 'app.aws'}`, region }
}

function ofSignInPage({ pathname }: URL, region: string | undefined): PastedUrl | undefined {
  const directory = pathname.split('/').find((part) => DIRECTORY.test(part))
  return directory === undefined ? undefined : { ...ofDirectory(directory), region }
}

/** http is for this machine alone: a token goes over https everywhere else. */
function urlOf(text: string): URL | undefined {
  const hasScheme = /^https?:\/\//i.test(text)
  const whole = hasScheme ? text : `https://${text}`
  if (!URL.canParse(whole) || /\s/.test(text)) return undefined
  const url = new URL(whole)
  const isHere = /^(?:127\.\d+\.\d+\.\d+|localhost|.*\.localhost)$/.test(url.hostname)
  if (!(isHere && hasScheme) && !url.hostname.includes('.')) return undefined
  return url.protocol === 'https:' || isHere ? url : undefined
}

/** True for a bare `ssoins-…`, whose address cannot be made without the region. */
export function isInstance(pasted: string): boolean {
  return INSTANCE.test(pasted.trim().toLowerCase())
}
