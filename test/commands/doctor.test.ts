/** `ssox doctor` as people and scripts run it. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { CONFIG, CREDENTIALS, type Patient, withPatient } from '../doctor/rig.ts'
import { type Finished, node, program } from '../support/home.ts'
import { startIdentityCenter } from '../support/identity-center/index.ts'
import { AS_NOBODY, IN_BASH, NOBODY, runIn, testWith } from '../support/machine.ts'
import { assertFailure, assertNoStack, told } from '../support/output.ts'
import { assert, suite } from '../support/suite.ts'
import { testInTerminal, withTerminal } from '../support/terminal.ts'

const doctor = ({ path, env }: Patient, ...words: string[]): Promise<Finished> =>
  runIn({ path, env } as Parameters<typeof runIn>[0], [
    ...IN_BASH,
    node,
    program,
    'doctor',
    ...words,
  ])

const BROKEN = CONFIG.replace('[profile old]', 'profile old]').replace(
  'region = eu-west-1',
  'region = eu-west-1 # home',
)

/** A home with faults that can be mended, and one that cannot. */
function hurt({ write, env }: Patient): void {
  write('.aws/config', `${BROKEN}\n[staging]\nsso_session = corp\nsso_account_id = 999999999999\n`)
  write('.aws/credentials', CREDENTIALS, 0o644)
  write('.aws/sso/cache/x.json', '{"accessToken":"secret-token-of-mine"}', 0o640)
  write(
    '.aws/sso/cache/botocore-client-id-us-east-1.json',
    '{"clientId":"c","clientSecret":"s","expiresAt":"2020-01-01T00:00:00Z"}',
  )
  env['AWS_VAULT'] = 'old'
}

suite('doctor', (test) => {
  test('all is well: one line, and the hosts are asked', () =>
    withPatient(async (patient) => {
      const center = await startIdentityCenter()
      try {
        Object.assign(patient.env, {
          AWS_ENDPOINT_URL_SSO: center.url,
          AWS_ENDPOINT_URL_SSO_OIDC: center.url,
        })
        const run = await doctor(patient)
        assert.is(run.status, 0, told(run))
        assert.match(run.stdout, /^nothing is wrong: \d+ checks \(Settings, AWS files, .*\)\n$/)
        assert.is(run.stderr, '')
        assert.ok(center.requests.length > 0, 'nobody was asked')
      } finally {
        await center.close()
      }
    }))

  const taken: [title: string, take: string, says: RegExp, cure: RegExp][] = [
    [
      'the folder of tokens belongs to another user',
      'mkdir -p .aws/sso/cache && chown 0 .aws/sso/cache',
      /broken: the folder of tokens \S+\/\.aws\/sso\/cache belongs to another user/,
      /^ +sudo chown "\$\(id -u\)" \S+\/\.aws\/sso\/cache$/m,
    ],
    [
      'sudo has made ~/.aws, in which there is no folder for tokens yet',
      'chown 0 .aws',
      /broken: the folder \S+\/\.aws belongs to another user/,
      /^ +sudo chown "\$\(id -u\)" \S+\/\.aws$/m,
    ],
    [
      'the folder of role credentials cannot be written',
      'mkdir -p .aws/cli/cache && chown -R 65534 .aws/cli && chmod 500 .aws/cli/cache',
      /broken: the folder of role credentials \S+\/cli\/cache cannot be written/,
      /^ +chmod 700 \S+\/\.aws\/cli\/cache$/m,
    ],
  ]
  for (const [title, take, says, cure] of taken)
    testWith(test, ['setpriv'], `${title}: what mends it can be typed`, () =>
      withPatient(async (patient) => {
        const home = patient as unknown as Parameters<typeof runIn>[0]
        const sudo = patient.write('bin/sudo', '#!/bin/sh\nexec "$@"\n', 0o755)
        const script = `chmod 755 . .aws && chown -R ${NOBODY} . && ${take}`
        const before = await runIn(home, ['sh', '-c', script])
        assert.is(before.status, 0, told(before))
        const look = () => runIn(home, [...AS_NOBODY, node, program, 'doctor', '--no-network'])
        const run = await look()
        assert.is(run.status, 3, told(run))
        assert.match(run.stdout, says)
        const [line = ''] = cure.exec(run.stdout) ?? []
        assert.ok(line, told(run))
        // Its owner may type chmod; sudo, which asks nobody here, is for root, and keeps the caller's id.
        const typed = line.trim().replace('$(id -u)', `${NOBODY}`).replace('sudo', sudo)
        const mended = await runIn(home, ['sh', '-c', typed])
        assert.is(mended.status, 0, told(mended))
        const after = await look()
        assert.is(after.status, 0, told(after))
      }),
    )

  test('what is broken: by area, whom it breaks, what mends it; exit 3', () =>
    withPatient(async (patient) => {
      hurt(patient)
      const run = await doctor(patient, '--no-network')
      assert.is(run.status, 3, told(run))
      assert.is(run.stderr, '')
      assert.match(
        run.stdout,
        /^AWS files\n {2}broken: line 7 of ~\/\.aws\/config: the section header has lost a bracket\n {4}\S.*\n {4}ssox doctor --fix\n/,
      )
      assert.match(
        run.stdout,
        /\nEnvironment\n {2}warning: left by another tool: AWS_VAULT\n {4}\S.*\n {4}unset AWS_VAULT\n/,
      )
      assert.match(
        run.stdout,
        /\nNetwork\n {2}note: the sign-in hosts were not asked: --no-network\n/,
      )
      assert.match(
        run.stdout,
        /\n\d broken, \d warnings, \d notes, of \d+ checks; ssox doctor --fix shows and mends \d of them\n$/,
      )
    }))

  test('--json: every check, and what was found', () =>
    withPatient(async (patient) => {
      hurt(patient)
      const run = await doctor(patient, '--no-network', '--json')
      assert.is(run.status, 3, told(run))
      const { version, healthy, checks, findings } = JSON.parse(run.stdout)
      assert.is(version, 1)
      assert.is(healthy, false)
      assert.ok(checks.length > 40)
      const { what, ...rest } = findings[0]
      assert.match(what, /^line 7 of /)
      assert.equal(rest, {
        id: 'lines',
        area: 'AWS files',
        level: 'broken',
        whom: 'its keys end up in the section above: ssox uses neither of the two',
        cure: 'ssox doctor --fix',
        fixable: true,
      })
    }))

  test('--fix: shown, secrets hidden, a copy kept; a second run has nothing left to mend', () =>
    withPatient(async (patient) => {
      const { path, write, env } = patient
      hurt(patient)
      write(
        '.aws/config',
        `${BROKEN}[spare]\naws_access_key_id = A\naws_secret_access_key: geheim\n`,
      )
      env['AWS_VAULT'] = ''
      delete env['AWS_VAULT']
      const before = readFileSync(join(path, '.aws/config'), 'utf8')
      const refused = await doctor(patient, '--no-network', '--fix')
      assertFailure(refusedLines(refused), 2, /nobody can be asked: there is no terminal/)
      assert.is(readFileSync(join(path, '.aws/config'), 'utf8'), before)

      const dry = await doctor(patient, '--no-network', '--fix', '--dry-run')
      assert.match(dry.stderr, /\n {2}- profile old\]\n {2}\+ \[profile old\]\n/)
      assert.match(dry.stderr, /\n {2}chmod 600 \S+\/\.aws\/credentials\n/)
      assert.match(dry.stderr, /\n {2}rm \S+\/botocore-client-id-us-east-1\.json\n/)
      assert.is(readFileSync(join(path, '.aws/config'), 'utf8'), before)

      const run = await doctor(patient, '--no-network', '--fix', '--yes')
      assertNoStack(run)
      assert.is(run.status, 0, told(run))
      assert.not.match(run.stderr, /geheim|secret-token/)
      assert.match(run.stderr, /aws_secret_access_key: …/)
      const after = readFileSync(join(path, '.aws/config'), 'utf8')
      assert.match(after, /\n\[profile old\]\n/)
      assert.match(after, /\n# home\nregion = eu-west-1\n/)
      assert.match(
        after,
        /\n\[profile spare\]\naws_access_key_id = A\naws_secret_access_key = geheim\n/,
      )
      assert.is(statSync(join(path, '.aws/credentials')).mode & 0o777, 0o600)
      const kept = join(path, '.local/state/ssox/backups')
      const [copy = ''] = readdirSync(kept)
      assert.is(readFileSync(join(kept, copy), 'utf8'), before)
      assert.is(statSync(join(kept, copy)).mode & 0o777, 0o600)

      const again = await doctor(patient, '--no-network', '--json')
      const { findings } = JSON.parse(again.stdout) as {
        findings: { fixable: boolean; id: string }[]
      }
      assert.equal(
        findings.filter(({ id }) => id !== 'network'),
        [],
      )
    }))

  testInTerminal(test, 'bash', '--fix asks on a terminal, for each change by itself', () =>
    withPatient(async (patient) => {
      const { path, env, write } = patient
      write('.aws/config', BROKEN)
      write('.aws/credentials', CREDENTIALS, 0o644)
      const words = [node, program, 'doctor', '--no-network', '--fix']
      await withTerminal(words, { env, cwd: path }, async (terminal) => {
        await terminal.until(/Change ~\/\.aws\/config like this\? \[Y\/n\] $/)
        await terminal.run('n')
        await terminal.until(/chmod 600 \S+credentials\n\n+ssox: Do this\? \[Y\/n\] $/)
        await terminal.run('y')
        const screen = await terminal.until(
          /of \d+ checks; ssox doctor --fix shows and mends 2 of them/,
        )
        assert.match(screen, /broken: line 7 of/)
        assert.not.match(screen, /is open to other users/)
      })
      assert.is(readFileSync(join(path, '.aws/config'), 'utf8'), BROKEN)
      assert.is(statSync(join(path, '.aws/credentials')).mode & 0o777, 0o600)
    }),
  )

  test('--fix loads the hook, too, where nothing does', () =>
    withPatient(async (patient) => {
      patient.write('.bashrc', '# mine\n')
      const run = await doctor(patient, '--no-network', '--fix', '--yes')
      assert.is(run.status, 0, told(run))
      assert.match(readFileSync(join(patient.path, '.bashrc'), 'utf8'), /^# mine\n# >>> ssox >>>\n/)
      assert.not.match(run.stdout, /\nShell\n/)
    }))

  test('settings that are not understood are a finding, not the end', () =>
    withPatient(async (patient) => {
      patient.write('.config/ssox/config', '[ssox]\nprotct = *prod*\n')
      const run = await doctor(patient, '--no-network')
      assert.is(run.status, 3, told(run))
      assert.match(
        run.stdout,
        /^Settings\n {2}broken: line 2 of ~\/\.config\/ssox\/config: there is no setting "protct"; did you mean protect\?\n/,
      )
    }))

  test('--report: what there is, and nobody by name', () =>
    withPatient(async (patient) => {
      hurt(patient)
      Object.assign(patient.env, {
        AWS_PROFILE: 'nobodys-profile',
        AWS_ACCOUNT_ID: '888888888888',
        AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      })
      const run = await doctor(patient, '--no-network', '--report')
      assert.is(run.status, 3, told(run))
      for (const secret of [
        patient.path,
        /\b(?:corp|staging|Developer|nobodys-profile)\b/,
        /\d{12}/,
        'd-1234567890',
        'wJalr',
        'secret-token',
      ])
        assert.not.match(run.stdout, secret)
      assert.match(run.stdout, /^### ssox doctor\n\n- ssox: \d/)
      assert.match(run.stdout, /\n- tools: aws 2\.36\.7, botocore 1\.43\.11\n/)
      assert.match(run.stdout, /\n- variables that are set: AWS_ACCOUNT_ID, .*AWS_VAULT, BROWSER\n/)
      assert.match(run.stdout, /\n- broken \(env-profile\): AWS_PROFILE is "<profile-\d+>", which/)
      assert.match(run.stdout, /AWS_ACCOUNT_ID is <account-\d+>, which ssox has not set/)
    }))

  test('two forms of one answer are not to be had', () =>
    withPatient(async (patient) => {
      assertFailure(await doctor(patient, '--json', '--report'), 2, /two forms of one answer/)
    }))
})

/** The failure alone, without the changes that were shown above it. */
function refusedLines(run: Finished): Finished {
  return { ...run, stderr: `${run.stderr.trimEnd().split('\n').slice(-2).join('\n')}\n` }
}
