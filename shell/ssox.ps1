# ssox hook for PowerShell 7, and Windows PowerShell 5.1
# version: 0.1.0
#
#   . .../ssox.ps1              in $PROFILE, after whatever defines the prompt
#   awsuse <profile>            switch this terminal; awsuse -, awsuse --clear, awsuse --help
#   $env:SSOX_PROMPT = 'off'    no segment in the prompt
#   $env:SSOX_RENEW_MINUTES     renew in the background when fewer minutes are left (10); 0: never
#   $env:SSOX_BIN               in place of the ssox on PATH
#   __ssox_unload               takes all of it out of this session again
#
# src/state/switch-cache.ts describes the files that are read here. They are data: compared and
# assigned, never evaluated. A cmdlet costs a hundred times as much as a call into .NET, and $env:
# ten times, so the prompt and the switch use neither. -eq and StartsWith look past characters
# without a width, so names are compared by Equals. DebuggerHidden keeps secrets out of Set-PSDebug.

# Where application control has locked .NET away there is the switch alone, and it asks ssox.
if ($ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') {
  if (-not (Microsoft.PowerShell.Management\Test-Path variable:global:__ssox_previous)) {
    $global:__ssox_previous = $null
  }
  function global:awsuse {
    [CmdletBinding(PositionalBinding = $false)]
    param(
      [Parameter(ValueFromRemainingArguments = $true)][string[]] $Words,
      [switch] $q,
      [switch] $h,
      [switch] $V
    )
    # Where a double quote in a name would end the argument, it is not passed on.
    $standard = $env:OS -ne 'Windows_NT' -and
      (Microsoft.PowerShell.Management\Test-Path variable:PSNativeCommandArgumentPassing)
    $PSNativeCommandArgumentPassing = 'Standard'
    if (-not $standard -and "$Words" -match '"') { throw 'ssox: this PowerShell cannot pass on a double quote' }
    $program = if ($env:SSOX_BIN) { $env:SSOX_BIN } else { 'ssox' }
    $before = $env:SSOX_PROFILE
    $arguments = @(if ($q) { '-q' }; if ($h) { '-h' }; if ($V) { '-V' })
    $back = $null
    foreach ($word in $Words) {
      # A `-` as the first of them.
      if ($null -eq $back -and $word -ceq '-') { $back = $true; continue }
      if ($null -eq $back) { $back = $false }
      $arguments += $word
    }
    if ("$arguments" -cmatch '(^| )(-h|-V|--help|--version|--format)( |=|$)') {
      & $program env @arguments
      return
    }
    if ($back) {
      if ($null -eq $global:__ssox_previous) { throw 'ssox: this terminal has no previous profile' }
      $arguments += '--', $global:__ssox_previous
    }
    $hook = $env:SSOX_HOOK
    $env:SSOX_HOOK = 'powershell'
    try {
      $statement = & $program env --shell powershell @arguments | Microsoft.PowerShell.Utility\Out-String
    } finally {
      $env:SSOX_HOOK = $hook
    }
    if ($LASTEXITCODE -ne 0 -or $statement -cnotmatch '^& \{ .* \}\s*$') {
      # Nothing less makes `awsuse dev && deploy` stop here.
      throw "ssox has ended with exit code $LASTEXITCODE"
    }
    Microsoft.PowerShell.Utility\Invoke-Expression $statement
    if ($before -and $before -cne $env:SSOX_PROFILE) { $global:__ssox_previous = $before }
  }
  return
}

# Loaded again, it keeps what this terminal remembers.
if ($null -eq $ExecutionContext.SessionState.PSVariable.GetValue('global:__ssox_state', $null)) {
  $global:__ssox_state = @{}
}

function global:awsuse {
  [CmdletBinding(PositionalBinding = $false)]
  [Diagnostics.DebuggerHidden()]
  param(
    [Parameter(ValueFromRemainingArguments = $true)][string[]] $Words,
    # The short options of ssox, in any place.
    [switch] $q,
    [switch] $h,
    [switch] $V
  )
  $arguments = [Collections.Generic.List[string]]::new()
  if ($q) { $arguments.Add('-q') }
  if ($h) { $arguments.Add('-h') }
  if ($V) { $arguments.Add('-V') }
  # PowerShell takes the `--` away that makes a name of what follows.
  $open = [regex]::IsMatch($MyInvocation.Line, '\s--(\s|$)')
  foreach ($word in $Words) {
    if ($open -and [regex]::IsMatch($word, '^-[^-]')) {
      $arguments.Add('--')
      $open = $false
    }
    $arguments.Add($word)
  }
  $before = [Environment]::GetEnvironmentVariable('SSOX_PROFILE')
  $name = $null
  $code = 0
  if ($null -ne $Words -and [string]::Equals($Words[0], '-')) {
    $previous = $global:__ssox_state['previous']
    if ($null -eq $previous) {
      [Console]::Error.WriteLine('ssox: this terminal has no previous profile')
      [Console]::Error.WriteLine('  awsuse <profile>')
      $code = 2
    }
    $null = $arguments.Remove('-')
    if ($arguments.Count -eq 0) { $name = $previous }
    $arguments.AddRange([string[]] @('--', $previous))
  } elseif ($arguments.Count -eq 1 -and -not [regex]::IsMatch($arguments[0], '^-')) {
    $name = $arguments[0]
  }
  if ($code -eq 0 -and ($null -eq $name -or -not (__ssox_enter $name 0))) {
    __ssox_ask $arguments
    $code = $global:__ssox_state['code']
  }
  $after = [Environment]::GetEnvironmentVariable('SSOX_PROFILE')
  if ($code -eq 0 -and $before -and -not [string]::Equals($before, $after)) {
    $global:__ssox_state['previous'] = $before
  }
  if ($code -eq 0) { $global:__ssox_state['seen'] = $null }
  $global:LASTEXITCODE = $code
  if ($code -eq 0) { return }
  # ssox has said why. This makes $? false, and ends a script that is to end at errors.
  if ($ErrorActionPreference -ne 'Stop') { $ErrorActionPreference = 'SilentlyContinue' }
  $PSCmdlet.WriteError([Management.Automation.ErrorRecord]::new(
      [Exception]::new("ssox has ended with exit code $code"), 'ssox', 'NotSpecified', $null))
}

# Runs the statement that ssox prints, and leaves the exit code of ssox in the state.
function global:__ssox_ask {
  [Diagnostics.DebuggerHidden()]
  param($arguments)
  $PSNativeCommandUseErrorActionPreference = $false
  # Else a double quote would end an argument, and what follows it in a name be an option. Not to be
  # had before 7.3, nor for the scripts that start programs on Windows.
  $garbled = [IO.Path]::DirectorySeparatorChar -eq '\' -or
    $null -eq $ExecutionContext.SessionState.PSVariable.Get('PSNativeCommandArgumentPassing')
  $PSNativeCommandArgumentPassing = 'Standard'
  foreach ($word in $arguments) {
    if ($garbled -and [regex]::IsMatch($word, '^$|"|\s.*\\$')) {
      [Console]::Error.WriteLine("ssox: this PowerShell cannot pass on $(__ssox_literal (__ssox_harmless $word))")
      [Console]::Error.WriteLine('  ssox list')
      $global:__ssox_state['code'] = 2
      return
    }
  }
  $program = __ssox_program
  if ($null -eq $program) {
    [Console]::Error.WriteLine('ssox: there is no program ssox on PATH')
    [Console]::Error.WriteLine('  $env:SSOX_BIN = ''/path/to/ssox''')
    $global:__ssox_state['code'] = 127
    return
  }
  # Words in a variable would be expanded as file names; a literal is passed on as it is.
  $words = ''
  $shows = $false
  $open = $false
  foreach ($word in $arguments) {
    $words += ' ' + (__ssox_literal $word)
    if ($word -eq '--') { $open = $true }
    if (-not $open -and $word -cmatch '^(-h|--help|-V|--version|--format(=.*)?)$') { $shows = $true }
  }
  if ($shows) {
    # For people or for a file: there is nothing to run.
    & ([scriptblock]::Create('& $args[0] env' + $words)) $program
    $global:__ssox_state['code'] = $global:LASTEXITCODE
    return
  }
  # Unless the program can be started at all.
  $global:LASTEXITCODE = 126
  $statement = ''
  $call = [scriptblock]::Create('& $args[0] env --shell powershell' + $words)
  $hook = $env:SSOX_HOOK
  $env:SSOX_HOOK = 'powershell'
  try {
    $statement = & $call $program | Microsoft.PowerShell.Utility\Out-String
  } finally {
    $env:SSOX_HOOK = $hook
  }
  $global:__ssox_state['code'] = $global:LASTEXITCODE
  if ($global:LASTEXITCODE -ne 0) { return }
  # The block is unwrapped to hide it from the trace as well; one that was cut short is none.
  $block = [regex]::Match($statement, '^& \{ (.*) \}\s*$')
  if ($block.Success) {
    $hidden = '[Diagnostics.DebuggerHidden()] param() ' + $block.Groups[1].Value
    & ([scriptblock]::Create($hidden))
  } else {
    [Console]::Error.WriteLine('ssox: that was not for this shell, so nothing has changed')
    [Console]::Error.WriteLine('  awsuse <profile>')
    $global:__ssox_state['code'] = 1
  }
}

# Any of five characters ends a quoted string; a pair of it stands for itself.
function global:__ssox_literal {
  param([string] $text)
  return "'" + [regex]::Replace($text, "['\u2018-\u201b]", '$0$0') + "'"
}

# Control and format characters (those of plane 14, too), which a terminal would obey or hide,
# become question marks.
function global:__ssox_harmless {
  param([string] $text)
  return [regex]::Replace($text, '[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\uDB40[\uDC00-\uDC7F]', '?')
}

function global:__ssox_program {
  if ($env:SSOX_BIN) { return $env:SSOX_BIN }
  # Not an alias or a function of that name.
  $found = Microsoft.PowerShell.Core\Get-Command -Name ssox -CommandType Application `
    -TotalCount 1 -ErrorAction Ignore
  if ($found) { $found.Path }
}

# Switches by the entry in the switch cache; false: ssox must be asked. With an expiry as second
# argument it renews: nothing but the keys, if they end later than that.
function global:__ssox_enter {
  [Diagnostics.DebuggerHidden()]
  param([string] $name, [long] $later)
  $state = __ssox_folder
  $entry = "$state/p-" + $name.Replace('%', '%25').Replace('/', '%2F')
  if (-not [IO.File]::Exists($entry) -or -not (__ssox_is_ours $state $entry)) { return $false }
  $lines = [IO.File]::ReadAllText($entry).Split("`n")
  if ($lines.Length -ne 14 -or $lines[12] -cne '.' -or $lines[13] -ne '') { return $false }
  $environment = [Environment]::GetEnvironmentVariables()
  $condition = $lines[0].Split("`t")
  $same = $condition.Length -eq 8 -and
    [string]::Equals($condition[0], 'ssox-switch 3') -and
    [string]::Equals($condition[1], $name) -and
    [string]::Equals($condition[2], [string] $environment['HOME']) -and
    [string]::Equals($condition[3], [string] $environment['AWS_CONFIG_FILE']) -and
    [string]::Equals($condition[4], [string] $environment['AWS_SHARED_CREDENTIALS_FILE'])
  if (-not $same) { return $false }
  # The settings of this terminal.
  $base = [string] $environment['XDG_CONFIG_HOME']
  if (-not [regex]::IsMatch($base, '^/')) { $base = ([string] $environment['HOME']).TrimEnd('/') + '/.config' }
  if (-not [string]::Equals($condition[7], $base.TrimEnd('/') + '/ssox/config')) { return $false }
  if (-not (__ssox_is_current $state $condition[5] $condition[6] $condition[7])) { return $false }
  if ($lines[1] -ne '' -and -not [IO.File]::Exists($lines[1])) { return $false }
  [long] $expires = 0
  if ($lines[2] -ne '') {
    if (-not [long]::TryParse($lines[2], [ref] $expires)) { return $false }
    if ($expires - [DateTimeOffset]::UtcNow.ToUnixTimeSeconds() -lt 300) { return $false }
  }
  $values = [ordered] @{
    AWS_ACCESS_KEY_ID = $lines[4]
    AWS_SECRET_ACCESS_KEY = $lines[5]
    AWS_SESSION_TOKEN = $lines[6]
    AWS_CREDENTIAL_EXPIRATION = $lines[9]
    AWS_SESSION_EXPIRATION = $lines[9]
    SSOX_EXPIRES = $lines[2]
  }
  if ($later -gt 0) {
    # For the same account and role; the rest may have been chosen otherwise in this terminal.
    if ($expires -le $later -or
      -not [string]::Equals($lines[10], [string] $environment['SSOX_ACCOUNT_ID']) -or
      -not [string]::Equals($lines[11], [string] $environment['SSOX_ROLE'])) { return $false }
  } else {
    # The guard has to ask.
    if ($lines[3] -ceq 'protected') { return $false }
    $values['AWS_PROFILE'] = $lines[7]
    foreach ($variable in 'AWS_REGION', 'AWS_DEFAULT_REGION') {
      # Without a region in the entry, that of the user stays.
      $ours = [string]::Equals([string] $environment[$variable], [string] $environment['SSOX_REGION'])
      if ($lines[8] -ne '' -or $ours) { $values[$variable] = $lines[8] }
    }
    $values['SSOX_REGION'] = $lines[8]
    $values['SSOX_PROFILE'] = $name
    $values['SSOX_ACCOUNT_ID'] = $lines[10]
    $values['SSOX_ROLE'] = $lines[11]
    foreach ($variable in $global:__ssox_rivals) { $values[$variable] = '' }
    # Newer versions of these tools may set more of their family.
    foreach ($variable in $environment.Keys) {
      if ([regex]::IsMatch($variable, '^(AWSUME_|GRANTED_SSO)')) { $values[$variable] = '' }
    }
  }
  foreach ($pair in $values.GetEnumerator()) {
    # $null would become the empty string, which newer versions of .NET keep.
    if ($pair.Value -eq '') { [Environment]::SetEnvironmentVariable($pair.Key, [NullString]::Value) }
    else { [Environment]::SetEnvironmentVariable($pair.Key, $pair.Value) }
  }
  return $true
}

# What else chooses an account goes at a switch, with the families AWSUME_ and GRANTED_SSO.
# BEGIN rivals
$global:__ssox_rivals = (
  'AWS_SECURITY_TOKEN', 'AWS_ACCESS_KEY', 'AWS_SECRET_KEY', 'AWS_CREDENTIAL_SCOPE',
  'AWS_DEFAULT_PROFILE', 'AWS_EB_PROFILE', 'AWS_PROFILE_REGION', 'AWS_VAULT', 'AWSU_PROFILE',
  'AWS_SSO', 'AWS_SSO_PROFILE', 'AWS_SSO_ACCOUNT_ID', 'AWS_SSO_ROLE_NAME', 'AWS_SSO_ROLE_ARN',
  'AWS_SSO_SESSION_EXPIRATION', 'AWS_SSO_DEFAULT_REGION', 'SSOX_PROTECTED'
)
# END rivals

# The folder of the present state (src/state/paths.ts).
function global:__ssox_folder {
  $runtime = [Environment]::GetEnvironmentVariable('XDG_RUNTIME_DIR')
  # ssox leaves the first alone when others can enter it.
  if ($runtime -and [IO.Path]::IsPathRooted($runtime) -and [IO.Directory]::Exists("$runtime/ssox/current")) {
    return "$runtime/ssox/current"
  }
  $cache = [Environment]::GetEnvironmentVariable('XDG_CACHE_HOME')
  if ($cache -and [IO.Path]::IsPathRooted($cache)) { return "$cache/ssox/current" }
  return [Environment]::GetEnvironmentVariable('HOME') + '/.cache/ssox/current'
}

function global:__ssox_home {
  $path = [Environment]::GetEnvironmentVariable('HOME')
  if ($path) { $path } else { [Environment]::GetEnvironmentVariable('USERPROFILE') }
}

# A regular file of ours: one in a folder that nobody else can enter. Only root can enter the
# folders of others, and has to be told who owns the file; PowerShell knows, but offers it to
# cmdlets only. Without an answer the file is not used.
function global:__ssox_is_ours {
  param([string] $state, [string] $file)
  if ([IO.File]::GetAttributes($file) -band [IO.FileAttributes]::ReparsePoint) { return $false }
  if ([IO.Path]::DirectorySeparatorChar -eq '\') { return $true }
  if ([Environment]::UserName -eq 'root') {
    $unix = [psobject].Assembly.GetType('System.Management.Automation.Platform+Unix')
    $stat = if ($null -ne $unix) { $unix.GetMethod('GetLStat') }
    if ($null -eq $stat -or $stat.Invoke($null, @($file)).UserId -ne 0) { return $false }
  }
  return ([int] [IO.File]::GetUnixFileMode("$state/..") -band 63) -eq 0
}

# True when each file is neither newer nor older than its stamp; both may be absent.
function global:__ssox_is_current {
  param([string] $state, [string] $config, [string] $credentials, [string] $settings)
  $files = $config, "$state/config", $credentials, "$state/credentials", $settings, "$state/settings"
  for ($at = 0; $at -lt 6; $at++) {
    $file = [IO.FileInfo]::new($files[$at])
    # .NET does not follow symbolic links by itself.
    if ($file.Exists -and $file.Attributes -band [IO.FileAttributes]::ReparsePoint) {
      try { $file = $file.ResolveLinkTarget($true) } catch { return $false }
    }
    $time = 0
    if ($file.Exists) { $time = $file.LastWriteTimeUtc.Ticks }
    if ($at % 2 -eq 0) { $expected = $time }
    elseif ($time -ne $expected) { return $false }
  }
  return $true
}

function global:__ssox_unload {
  $prompt = $global:__ssox_state['prompt']
  if ($null -ne $prompt -and "$function:prompt".Contains('__ssox_segment')) {
    $function:global:prompt = $prompt
  }
  foreach ($command in 'awsuse', 'ssox') {
    Microsoft.PowerShell.Core\Register-ArgumentCompleter -Native -CommandName $command -ScriptBlock { }
  }
  foreach ($variable in '__ssox_state', '__ssox_rivals') {
    $ExecutionContext.SessionState.PSVariable.Remove("global:$variable")
  }
  Microsoft.PowerShell.Management\Remove-Item -Path 'function:awsuse', 'function:__ssox_*'
}

# A profile is also read for scripts; only a session at a terminal gets a prompt and completion.
if ([Console]::IsInputRedirected -or -not ('Microsoft.PowerShell.PSConsoleReadLine' -as [type])) { return }

function global:__ssox_segment {
  [Diagnostics.DebuggerHidden()]
  param()
  $environment = [Environment]::GetEnvironmentVariables()
  $name = $environment['SSOX_PROFILE']
  if (-not $name) { return '' }
  $left = __ssox_time_left $environment['SSOX_EXPIRES']
  # The keys that are there when an expiry is seen first are those that ssox has put there.
  $key = [string] $environment['AWS_ACCESS_KEY_ID']
  $seen = "$($environment['SSOX_EXPIRES']) $name"
  if (-not [string]::Equals($global:__ssox_state['seen'], $seen)) {
    $global:__ssox_state['seen'] = $seen
    $global:__ssox_state['ours'] = $key
  }
  $other = $environment['AWS_PROFILE']
  $foreign = ($other -and -not [string]::Equals($other, $name)) -or
    ($null -ne $left -and $key -and -not [string]::Equals($global:__ssox_state['ours'], $key))
  if ($null -ne $left -and $key -and -not $foreign -and (__ssox_renew $left)) {
    $expires = [Environment]::GetEnvironmentVariable('SSOX_EXPIRES')
    $left = __ssox_time_left $expires
    $global:__ssox_state['seen'] = "$expires $name"
    $global:__ssox_state['ours'] = [Environment]::GetEnvironmentVariable('AWS_ACCESS_KEY_ID')
  }
  if ([regex]::IsMatch([string] $environment['SSOX_PROMPT'], '^(?i:off|0)$')) { return '' }
  $text = __ssox_harmless $name
  if ($foreign) { $text += '!' }
  $colour = '32'
  if ($null -ne $left) {
    if ($left -le 1800) { $colour = '33' }
    if ($left -le 600) { $colour = '31' }
    $text += ' ' + (__ssox_duration $left)
  }
  if ($environment['SSOX_PROTECTED'] -eq '1') { $colour = '37;41' }
  $plain = $environment['NO_COLOR'] -or $environment['TERM'] -eq 'dumb'
  if ($plain -or -not $Host.UI.SupportsVirtualTerminal) { return "$text " }
  $escape = [char] 27
  return "$escape[${colour}m$text$escape[0m "
}

# Seconds; nothing for keys without an end.
function global:__ssox_time_left {
  param([string] $expires)
  if (-not [regex]::IsMatch($expires, '^[0-9]{1,12}$')) { return }
  return [long]::Parse($expires) - [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
}

# In the words of src/ui/duration.ts.
function global:__ssox_duration {
  param([long] $left)
  if ($left -le 0) { return 'expired' }
  if ($left -lt 60) { return "${left}s" }
  $minutes = [Math]::Floor($left / 60)
  if ($minutes -lt 60) { return "${minutes}m" }
  $hours = [Math]::Floor($left / 3600)
  if ($hours -lt 24) { return '{0}h {1:00}m' -f $hours, ($minutes % 60) }
  return '{0}d {1:00}h' -f [Math]::Floor($hours / 24), ($hours % 24)
}

# When few minutes are left (or none, for a day): takes the keys that another terminal or our own
# ssox has fetched. False: none yet, and then has them fetched, once a minute.
function global:__ssox_renew {
  param([long] $left)
  [long] $minutes = 10
  $wanted = [Environment]::GetEnvironmentVariable('SSOX_RENEW_MINUTES')
  if ($wanted) {
    # Its leading digits, 0 without any, and at most what --min-left takes.
    $digits = '0' + [regex]::Match($wanted, '^[0-9]*').Value
    if (-not [long]::TryParse($digits, [ref] $minutes) -or $minutes -gt 720) { $minutes = 720 }
  }
  if ($minutes -eq 0 -or $left -ge $minutes * 60 -or $left -lt -86400) { return $false }
  if (__ssox_enter $env:SSOX_PROFILE ([long] $env:SSOX_EXPIRES)) { return $true }
  __ssox_tell
  $now = [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
  $asked = $global:__ssox_state['asked']
  if ($null -ne $asked -and $now -ge $asked -and $now -lt $asked + 60) { return $false }
  $global:__ssox_state['asked'] = $now
  # There is no switch cache on Windows, so nothing would come of it.
  if ([IO.Path]::DirectorySeparatorChar -eq '\') { return $false }
  $program = if ($env:SSOX_BIN) { $env:SSOX_BIN } else { 'ssox' }
  $start = [Diagnostics.ProcessStartInfo]::new('sh')
  $words = '-c', 'exec "$@" </dev/null >/dev/null 2>&1 &', 'sh', $program, 'env', '--shell', 'powershell',
  '--no-login', '--min-left', "$minutes", '-q', '--', $env:SSOX_PROFILE
  foreach ($word in $words) { $start.ArgumentList.Add($word) }
  $start.EnvironmentVariables['SSOX_HOOK'] = 'renew'
  # Otherwise .NET would set up the terminal for the child.
  $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
  [Diagnostics.Process]::Start($start).Dispose()
  return $false
}

# Says once per expiry that nothing but a sign-in will help.
function global:__ssox_tell {
  if ([string]::Equals($global:__ssox_state['told'], $env:SSOX_EXPIRES)) { return }
  $file = $env:SSOX_PROFILE.Replace('%', '%25').Replace('/', '%2F')
  if (-not [IO.File]::Exists("$(__ssox_folder)/e-$file")) { return }
  $global:__ssox_state['told'] = $env:SSOX_EXPIRES
  $name = __ssox_harmless $env:SSOX_PROFILE
  [Console]::Error.WriteLine("ssox: the sign-in for $name has ended: awsuse --refresh $(__ssox_quote $name)")
}

# A word as it is where that will do and is no number, else in quotes.
function global:__ssox_quote {
  param([string] $text)
  if ([regex]::IsMatch($text, '^[A-Za-z_/][A-Za-z0-9_./:@+-]*$')) { return $text }
  return __ssox_literal $text
}

# What fits at the cursor. $words are those before it, without the command.
function global:__ssox_complete {
  param([string] $command, [string[]] $words, [string] $current)
  $table = __ssox_table
  $words = @($words)
  $verb = 'env'
  $at = 0
  if ($command -eq 'ssox') {
    $verb = ''
    while ($at -lt $words.Count -and $verb -eq '') {
      if ($words[$at] -notmatch '^-') { $verb = $words[$at] }
      elseif ($table.Choices.ContainsKey($words[$at])) { $at++ }
      $at++
    }
    # The value of an option is due.
    if ($at -gt $words.Count) { return }
    if ($verb -eq '') {
      if ($current -match '^-') { __ssox_offer_flags $table 'global' $current }
      else {
        foreach ($pair in $table.Verbs.GetEnumerator()) { __ssox_offer $pair.Key $pair.Value $current }
      }
      return
    }
  }
  $given = 0
  $open = $false
  for (; $at -lt $words.Count; $at++) {
    $word = $words[$at]
    if ($open -or $word -notmatch '^-') { $given++ }
    elseif ($word -eq '--') { $open = $true }
    elseif ($table.Choices.ContainsKey($word)) {
      $at++
      if ($at -lt $words.Count) { continue }
      foreach ($choice in $table.Choices[$word]) { __ssox_offer $choice $word $current }
      return
    }
  }
  if ($open -and $verb -eq 'exec') { return }
  if ($current -match '^--.*=') {
    $flag = $current.Substring(0, $current.IndexOf([char] '='))
    foreach ($choice in $table.Choices[$flag]) { __ssox_offer "$flag=$choice" $flag $current }
  } elseif ($current -match '^-' -and -not $open) {
    __ssox_offer_flags $table $verb $current
    if ($command -eq 'awsuse' -and $global:__ssox_state.ContainsKey('previous')) {
      __ssox_offer '-' 'the previous profile' $current
    }
  } elseif ($given -eq 0) {
    foreach ($kind in $table.Arguments[$verb]) {
      if ($kind -eq 'choice') {
        foreach ($choice in $table.Choices[$verb]) { __ssox_offer $choice $verb $current }
      } else {
        foreach ($name in __ssox_names $kind) { __ssox_offer $name $kind $current }
      }
    }
  }
}

function global:__ssox_offer {
  param([string] $word, [string] $description, [string] $current)
  if (-not $word.StartsWith($current, [StringComparison]::OrdinalIgnoreCase)) { return }
  $text = if ($word -match '^-') { $word } else { __ssox_quote $word }
  [Management.Automation.CompletionResult]::new($text, $word, 'ParameterValue', $description)
}

function global:__ssox_offer_flags {
  param($table, [string] $group, [string] $current)
  $flags = @($table.Flags[$group])
  for ($at = 0; $at + 1 -lt $flags.Count; $at += 2) { __ssox_offer $flags[$at] $flags[$at + 1] $current }
  foreach ($shared in $table.Groups[$group]) { __ssox_offer_flags $table $shared $current }
}

# Profile or session names: those that ssox has left for the present state of the AWS files, else
# those in the section headers. No names with control characters, or like options.
function global:__ssox_names {
  param([string] $kind)
  $home_ = __ssox_home
  $config = __ssox_user_path $env:AWS_CONFIG_FILE "$home_/.aws/config"
  $credentials = __ssox_user_path $env:AWS_SHARED_CREDENTIALS_FILE "$home_/.aws/credentials"
  $settings = "$home_/.config/ssox/config"
  if ($env:XDG_CONFIG_HOME -and [IO.Path]::IsPathRooted($env:XDG_CONFIG_HOME)) {
    $settings = "$env:XDG_CONFIG_HOME/ssox/config"
  }
  $state = __ssox_folder
  $found = [Collections.Generic.List[string]]::new()
  if ($kind -eq 'profile' -and [IO.File]::Exists("$state/names") -and
    (__ssox_is_ours $state "$state/names") -and (__ssox_is_current $state $config $credentials $settings)) {
    $found.AddRange([IO.File]::ReadAllLines("$state/names"))
  } else {
    if ([IO.File]::Exists($config)) {
      $type = if ($kind -eq 'session') { 'sso-session' } else { $kind }
      $header = '(?m)^[ \t]*\[[ \t]*(?:' + $type + '[ \t]+((?:"[^"\\\r\n]*"|''[^''\r\n]*''|[^\s\]"''\\])+)'
      if ($kind -eq 'profile') { $header += '|(default)' }
      foreach ($match in [regex]::Matches([IO.File]::ReadAllText($config), "$header)[ \t]*\]")) {
        $name = [regex]::Replace($match.Groups[1].Value, '"([^"]*)"|''([^'']*)''', '$1$2')
        $found.Add($name + $match.Groups[2].Value)
      }
    }
    if ($kind -eq 'profile' -and [IO.File]::Exists($credentials)) {
      $header = '(?m)^[ \t]*\[[ \t]*([^\]\r\n]+?)[ \t]*\]'
      foreach ($match in [regex]::Matches([IO.File]::ReadAllText($credentials), $header)) {
        $found.Add($match.Groups[1].Value)
      }
    }
  }
  $seen = [Collections.Generic.HashSet[string]]::new()
  foreach ($name in $found) {
    if (-not [regex]::IsMatch($name, '^-|^$|\p{Cc}') -and $seen.Add($name)) { $name }
  }
}

function global:__ssox_user_path {
  param([string] $value, [string] $usual)
  if ($value -eq '') { return $usual }
  if ([regex]::IsMatch($value, '^~([/\\]|$)')) { return "$(__ssox_home)" + $value.Substring(1) }
  return $value
}

function global:__ssox_table {
  # BEGIN command table
  @{
    Verbs     = [ordered] @{
      'env' = 'print statements that put a profile''s credentials into the shell'
      'exec' = 'run one command with the credentials of a profile'
      'login' = 'sign in, if needed'
      'logout' = 'sign out, and remove what the sign-in left on this machine'
      'status' = 'sessions and profiles with the time left'
      'list' = 'profiles with account, role and region'
      'init' = 'print the lines that load the shell hook'
      'demo' = 'try everything on an Identity Center that ssox runs itself; no AWS account needed'
      'whoami' = 'ask AWS whose credentials these are'
    }
    # What a verb takes besides flags.
    Arguments = @{
      'env' = @('profile')
      'exec' = @('profile')
      'login' = @('profile', 'session')
      'logout' = @('session')
      'status' = @('profile')
      'init' = @('choice')
      'whoami' = @('profile')
    }
    # The values of a flag or of an argument, as far as there is a list.
    Choices   = @{
      '--shell' = @('bash', 'zsh', 'sh', 'fish', 'powershell', 'nu', 'elvish', 'xonsh', 'tcsh', 'cmd')
      '--format' = @('json', 'dotenv', 'docker')
      '--mode' = @('both', 'keys', 'profile')
      'init' = @('bash', 'zsh', 'fish', 'powershell')
      '--min-left' = @()
      '--browser' = @()
      '--port' = @()
      '--start-url' = @()
      '--sso-region' = @()
      '--account-id' = @()
      '--role-name' = @()
      '--region' = @()
    }
    Flags     = @{
      'env' = @(
        '--shell', 'statements for this shell (else the one that runs ssox, or $SHELL)',
        '--format', 'data in place of statements; docker is raw KEY=VALUE for --env-file',
        '--mode', 'set the keys, AWS_PROFILE, or both (the default)',
        '--clear', 'undo: unset everything that ssox or its rivals set',
        '--refresh', 'new role credentials even if the old ones are valid',
        '--min-left', 'role credentials with less time left than this are renewed (default: 5)',
        '--print', 'show the secrets on a terminal too',
        '--yes', 'do not ask first'
      )
      'exec' = @(
        '--mode', 'set the keys, AWS_PROFILE, or both (the default)',
        '--refresh', 'new role credentials even if the old ones are valid',
        '--min-left', 'role credentials with less time left than this are renewed (default: 5)'
      )
      'login' = @(
        '--force', 'sign in again even if the session is valid'
      )
      'logout' = @(
        '--all', 'sign out of every session'
      )
      'status' = @(
        '--json', 'print JSON',
        '--check', 'print nothing; exit 0 if usable, 4 if not',
        '--watch', 'keep the table up to date until ^C'
      )
      'list' = @(
        '--names', 'print the names alone, one per line',
        '--json', 'print JSON'
      )
      'init' = @(
        '--install', 'add them to the start-up file',
        '--remove', 'take them out again',
        '--yes', 'do not ask first',
        '--dry-run', 'only show the change'
      )
      'demo' = @(
        '--script', 'play the tour by itself, check each step'
      )
      'whoami' = @(
      )
      'sign-in' = @(
        '--login', 'sign in if needed, even without a terminal',
        '--no-login', 'never sign in; exit 4 if it is needed',
        '--browser', 'open the sign-in page with this command',
        '--no-browser', 'print the URL and open nothing',
        '--device-code', 'sign in with a code, on any device',
        '--port', 'fixed port for the callback of the browser'
      )
      'identity' = @(
        '--start-url', 'start URL of the AWS access portal',
        '--sso-region', 'region of Identity Center',
        '--account-id', 'account, 12 digits',
        '--role-name', 'role (permission set)'
      )
      'global' = @(
        '--region', 'AWS region, in place of the one of the profile',
        '--quiet', 'only problems and what needs an answer',
        '-q', 'only problems and what needs an answer',
        '--debug', 'say what happens, secrets masked',
        '--no-input', 'never ask anything',
        '--color', 'colour always',
        '--no-color', 'no colour',
        '--help', 'show this help',
        '-h', 'show this help',
        '--version', 'print the version',
        '-V', 'print the version'
      )
    }
    Groups    = @{
      'env' = @('sign-in', 'identity', 'global')
      'exec' = @('sign-in', 'identity', 'global')
      'login' = @('sign-in', 'identity', 'global')
      'logout' = @('global')
      'status' = @('global')
      'list' = @('global')
      'init' = @('global')
      'demo' = @('global')
      'whoami' = @('sign-in', 'identity', 'global')
    }
  }
  # END command table
}

Microsoft.PowerShell.Core\Register-ArgumentCompleter -Native -CommandName 'ssox', 'awsuse' -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = [Collections.Generic.List[string]]::new()
  foreach ($element in $commandAst.CommandElements) {
    if ($element.Extent.EndOffset -ge $cursorPosition) { break }
    $text = $element.Extent.Text
    if ($element.PSObject.Properties['Value']) { $text = [string] $element.Value }
    $words.Add($text)
  }
  $command = [IO.Path]::GetFileNameWithoutExtension($words[0])
  $words.RemoveAt(0)
  # It comes with its quotes.
  $current = [regex]::Replace("$wordToComplete", "^['\u2018-\u201b`"]|['\u2018-\u201b`"]$", '')
  __ssox_complete $command $words $current
}

# starship and oh-my-posh draw all of the prompt themselves.
if ($env:STARSHIP_SHELL -in 'powershell', 'pwsh' -or $env:POSH_SHELL -in 'powershell', 'pwsh') { return }
if ("$function:prompt".Contains('__ssox_segment')) { return }

# A prompt with the segment before that of $inner. It keeps that itself, and still works when
# somebody has wrapped it (as a Python venv does) and this file is read or unloaded then.
function global:__ssox_wrap {
  param($inner)
  {
    # Theirs first of all, so that it sees $? of the last command.
    $theirs = (& $inner) -join ''
    if ($null -eq $ExecutionContext.SessionState.PSVariable.GetValue('global:__ssox_state', $null)) {
      return $theirs
    }
    $segment = __ssox_segment
    # Another of these is inside, and has drawn it.
    if ($theirs.Contains($segment)) { return $theirs }
    $segment + $theirs
  }.GetNewClosure()
}

# Without a function, PowerShell's prompt is this.
$global:__ssox_state['prompt'] = if ($function:prompt) { $function:prompt } else { { 'PS>' } }
$function:global:prompt = __ssox_wrap $global:__ssox_state['prompt']
