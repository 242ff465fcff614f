import { detectShell, type ShellHints } from '../../src/shells/detect.ts'
import { SHELL_NAMES, shellNamed } from '../../src/shells/shell.ts'
import { hosted } from '../../src/system/proc.ts'
import { assert, suite } from '../support/suite.ts'

const hints = (some: Partial<ShellHints>): ShellHints => ({
  flag: undefined,
  parentNames: [],
  shellEnv: undefined,
  onWindows: false,
  ...some,
})

const isUsage = (error: unknown) =>
  error instanceof Error && 'kind' in error && error.kind === 'usage'

suite('shellNamed', (test) => {
  for (const [given, name] of [
    ...SHELL_NAMES.map((known): [string, string] => [known, known]),
    ['pwsh', 'powershell'],
    ['pwsh-preview', 'powershell'],
    ['pwsh.exe', 'powershell'],
    ['C:\\Program Files\\PowerShell\\7\\pwsh.exe', 'powershell'],
    ['C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\PowerShell.EXE', 'powershell'],
    ['C:/Windows/System32/cmd.exe', 'cmd'],
    ['nushell', 'nu'],
    ['csh', 'tcsh'],
    ['dash', 'sh'],
    ['ash', 'sh'],
    ['busybox', 'sh'],
    ['ksh', 'sh'],
    ['ksh93', 'sh'],
    ['mksh', 'sh'],
    ['/bin/zsh', 'zsh'],
    ['-zsh', 'zsh'],
    ['-/bin/zsh', 'zsh'],
    ['/opt/homebrew/bin/bash', 'bash'],
    ['bash-5.2', 'bash'],
    ['zsh-5.9', 'zsh'],
    ['BASH', 'bash'],
  ])
    test(`${given} is ${name}`, () => assert.is(shellNamed(given ?? '').name, name))

  for (const given of ['', 'bosh', 'toString', '__proto__', '/usr/sbin/nologin', 'bash/'])
    test(`${JSON.stringify(given)} is no shell`, () => {
      assert.throws(() => shellNamed(given), isUsage)
    })
})

suite('hosted', (test) => {
  for (const [commandLine, name] of [
    [
      'dotnet\0/home/me/.dotnet/tools/.store/powershell/7.6.9/any/unix/pwsh.dll\0-NoProfile\0',
      'pwsh',
    ],
    ['dotnet /Users/a b/pwsh.dll -NoLogo\n', 'pwsh'],
    ['dotnet\0C:\\tools\\pwsh.dll\0', 'pwsh'],
    ['dotnet\0run\0', 'dotnet'],
    ['', 'dotnet'],
  ] as const)
    test(`${JSON.stringify(commandLine)} runs ${name}`, () => assert.is(hosted(commandLine), name))
})

suite('detectShell', (test) => {
  test('the flag beats the parent and $SHELL', () => {
    const found = detectShell(hints({ flag: 'pwsh', parentNames: ['zsh'], shellEnv: '/bin/fish' }))
    assert.equal(found, { shell: 'powershell' })
  })
  test('an unknown flag is an error that lists the shells, whatever the parent is', () => {
    assert.throws(
      () => detectShell(hints({ flag: 'bosh', parentNames: ['zsh'] })),
      (error: Error & { fix: string }) =>
        isUsage(error) && error.message.includes('"bosh"') && /--shell.*fish/.test(error.fix),
    )
  })
  test('the parent beats $SHELL, which is only the login shell', () => {
    const found = detectShell(hints({ parentNames: ['bash'], shellEnv: '/bin/zsh' }))
    assert.equal(found, { shell: 'bash' })
  })
  for (const [sentence, parentNames, shell] of [
    ['a login shell', ['-zsh', 'login'], 'zsh'],
    ['npx under fish', ['node', 'npm exec ssox env dev', 'fish', 'bash'], 'fish'],
    ['npx with a scope', ['npm exec @acme/ssox', '/usr/bin/fish'], 'fish'],
    ['sudo and env under bash', ['/usr/bin/env', 'sudo', '/usr/bin/bash', 'sshd'], 'bash'],
    ['a program for .NET under zsh', ['dotnet', 'zsh'], 'zsh'],
    ['timeout under dash', ['timeout', 'dash'], 'sh'],
    [
      'Windows paths',
      ['C:\\nodejs\\node.exe', 'C:\\Tools\\7\\pwsh.exe', 'explorer.exe'],
      'powershell',
    ],
    ['the nearest of two shells', ['nu', 'zsh'], 'nu'],
  ] as const)
    test(`${sentence}: ${shell}`, () => {
      assert.equal(detectShell(hints({ parentNames, shellEnv: '/bin/tcsh' })), { shell })
    })
  for (const [sentence, parentNames] of [
    ['an editor runs ssox itself', ['code', 'bash']],
    ['only wrappers are known', ['node', 'npm']],
    ['nothing is known', []],
  ] as const)
    test(`${sentence}: $SHELL, and it says that it is a guess`, () => {
      const found = detectShell(hints({ parentNames, shellEnv: '/usr/bin/fish' }))
      assert.equal(found, { shell: 'fish', guessedFrom: '$SHELL' })
    })
  for (const shellEnv of [undefined, '', '/usr/sbin/nologin'])
    for (const [system, onWindows, shell] of [
      ['Unix', false, 'sh'],
      ['Windows', true, 'powershell'],
    ] as const)
      test(`no shell above and $SHELL ${shellEnv} on ${system}: ${shell}, as a guess`, () => {
        const found = detectShell(hints({ parentNames: ['code'], shellEnv, onWindows }))
        assert.equal(found, { shell, guessedFrom: 'the system' })
      })
})
