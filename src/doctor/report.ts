/** `--report`: what somebody who mends a fault of ssox wants to know, without who it is. */
import { release } from 'node:os'
import { describeProfile, profileNames } from '../aws/profile.ts'
import type { Context } from '../context.ts'
import { SETTING_NAMES, SETTINGS, type SettingName, type SettingSpec } from '../settings/table.ts'
import type { Facts } from './facts.ts'
import type { Found } from './finding.ts'
import { masking } from './masking.ts'

/** Markdown, to be pasted into an issue. */
export function asReport(found: readonly Found[], facts: Facts, ctx: Context): string {
  const mask = masking(facts, ctx)
  const rows = [...machine(facts), ...accounts(facts), ...surroundings(facts)]
  const findings = found.map(
    ({ check, level, what, cure }) => `- ${level} (${check.id}): ${what} → \`${cure}\``,
  )
  const text = [
    '### ssox doctor',
    '',
    ...rows.map(([name, value]) => `- ${name}: ${value}`),
    '',
    findings.length > 0 ? '#### Findings' : 'No findings.',
    ...(findings.length > 0 ? ['', ...findings] : []),
    '',
    '<!-- names, accounts, addresses and paths are masked; the same name has the same mask -->',
    '',
  ]
  return text.map(mask).join('\n')
}

type Row = readonly [name: string, value: string]

function machine({ version, shell, network }: Facts): Row[] {
  const { probe } = shell
  const hook =
    typeof probe === 'string'
      ? `unknown (${probe})`
      : `${probe.isLoaded ? `loaded, ${probe.version ?? 'no version'}` : 'not loaded'}${probe.isCalled ? ', called' : ''}${probe.isShown ? ', in the prompt' : ''}${probe.frame ? `, prompt by ${probe.frame}` : ''}`
  const hosts = network.answers.map(
    ({ host, problem }) => `${host} ${problem ? 'does not answer' : 'answers'}`,
  )
  return [
    ['ssox', version],
    ['system', `${process.platform} ${process.arch}, ${release()}`],
    ['Node', process.version],
    ['shell', shell.name],
    ['hook in a new terminal', hook],
    ['sign-in hosts', network.skipped ?? (hosts.join(', ') || 'none')],
  ]
}

function accounts({ files, sessions, settings, settingsProblem }: Facts): Row[] {
  const kinds = new Map<string, number>()
  for (const name of profileNames(files)) {
    const { kind } = describeProfile(files, name)
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  }
  const profiles = [...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ')
  const named = sessions.filter(({ session }) => session.kind === 'named').length
  return [
    ['profiles', profiles || 'none'],
    ['sessions', `${named} named, ${sessions.length - named} legacy`],
    ['settings', settingsProblem ? 'not understood' : settingsOf(settings)],
  ]
}

/** Values that are one of a few; of the others, that they are there. */
function settingsOf(settings: Facts['settings']): string {
  const shown = SETTING_NAMES.flatMap((name: SettingName) => {
    const spec: SettingSpec = SETTINGS[name]
    const value = settings[name]
    if (value === undefined || value === spec.default) return []
    const isPlain = spec.type !== 'string' || spec.choices !== undefined
    return [isPlain ? `${name} = ${value}` : `${name} is set`]
  })
  return shown.join(', ') || 'none'
}

function surroundings({ env, tools }: Facts): Row[] {
  const names = Object.keys(env).filter((name) =>
    /^(?:AWS\w*|SSOX_\w+|GRANTED_\w+|BROWSER|(?:https?|all|no)_proxy|NODE_\w+|SSL_CERT_\w+|REQUESTS_CA_BUNDLE|SSH_\w+|WSL_DISTRO_NAME|CODESPACES)$/i.test(
      name,
    ),
  )
  return [
    ['variables that are set', names.sort().join(', ') || 'none'],
    ['tools', tools.map(({ name, version }) => `${name} ${version}`).join(', ') || 'none'],
  ]
}
