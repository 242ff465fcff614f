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
# src/switch/entry.ts describes the files that are read here. They are data: compared and assigned,
# never evaluated. A cmdlet costs a hundred times as much as a call into .NET, and $env: ten times, so
# the prompt and the switch use neither. -eq and StartsWith look past characters without a width, so
# names are compared by Equals. DebuggerHidden keeps secrets out of Set-PSDebug.

# Where application control has locked .NET away, nothing of this would work.
if ($ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') {
  function global:awsuse {
    $words = foreach ($word in $args) {
      if ($word -cmatch '^[A-Za-z_/-][A-Za-z0-9_./:@+-]+$') { $word }
      elseif ($word -cne '-') { "'" + ($word -replace "['\u2018-\u201b]", '$0$0') + "'" }
    }
    throw "ssox: this PowerShell is locked down; type: ssox env $words | Out-String | Invoke-Expression"
  }
  return
}

# Loaded again, it keeps what this terminal remembers.
if ($null -eq $ExecutionContext.SessionState.PSVariable.GetValue('global:__ssox_state', $null)) {
  $global:__ssox_state = @{}
}
$global:__ssox_state['table'] = "$PSScriptRoot/completion.tsv"
# Only root can enter the folders of others, and has to be told who owns a file; PowerShell knows, but
# offers it to cmdlets only. Without an answer no file is used.
$global:__ssox_state['root'] = [Environment]::UserName -eq 'root'
if ($global:__ssox_state['root']) {
  $global:__ssox_state['stat'] = [psobject].Assembly.GetType('System.Management.Automation.Platform+Unix') |
    Microsoft.PowerShell.Core\ForEach-Object { $_.GetMethod('GetLStat') }
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
      [Console]::Error.WriteLine('  awsuse')
      $code = 2
    }
    $null = $arguments.Remove('-')
    if ($arguments.Count -eq 0) { $name = $previous }
    $arguments.AddRange([string[]] @('--', $previous))
  } elseif ($arguments.Count -eq 1 -and -not [regex]::IsMatch($arguments[0], '^-')) {
    $name = $arguments[0]
  }
  if ($code -eq 0 -and ($null -eq $name -or -not (__ssox_apply_entry 'p' $name))) {
    # Unless it is answered: Ctrl-C ends all but `finally`, and kills ssox, whose code would be 137.
    $code = 130
    try {
      __ssox_ask $arguments
      $code = $global:__ssox_state['code']
    } finally {
      $global:LASTEXITCODE = $code
    }
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
    $hook = $env:SSOX_HOOK
    $env:SSOX_HOOK = 'powershell'
    try {
      & ([scriptblock]::Create('& $args[0] env' + $words)) $program
    } finally {
      $env:SSOX_HOOK = $hook
    }
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
    [Console]::Error.WriteLine('  awsuse --help')
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

# Applies the entry of a profile in the switch cache: `p` switches, `r` renews the keys. False: there
# is none that may be used.
function global:__ssox_apply_entry {
  [Diagnostics.DebuggerHidden()]
  param([string] $kind, [string] $name)
  $runtime = __ssox_runtime
  if (-not $runtime) { return $false }
  $entry = "$runtime/current/$kind-" + (__ssox_file_name $name)
  if (-not [IO.File]::Exists($entry) -or -not (__ssox_is_ours $entry)) { return $false }
  $lines = [IO.File]::ReadAllText($entry).Split("`n")
  if ($lines.Length -lt 13 -or $lines[-2] -cne '.' -or $lines[-1] -ne '') { return $false }
  $condition = "ssox-switch 4`t$name"
  foreach ($variable in 'HOME', 'XDG_CONFIG_HOME', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE') {
    $condition += "`t" + [Environment]::GetEnvironmentVariable($variable)
  }
  if (-not [string]::Equals($lines[0], $condition)) { return $false }
  $state = $lines[4]
  if (-not [IO.Directory]::Exists($state) -or -not (__ssox_is_ours $state)) { return $false }
  foreach ($path in $lines[5], $lines[6]) {
    if (-not [IO.File]::Exists($path) -and -not [IO.Directory]::Exists($path)) { return $false }
  }
  [long] $expires = 0
  if (-not [long]::TryParse($lines[7], [ref] $expires)) { return $false }
  if ($expires - [DateTimeOffset]::UtcNow.ToUnixTimeSeconds() -lt 300) { return $false }
  # Each file is neither newer nor older than its stamp; both may be absent.
  $files = $lines[1], "$state/config", $lines[2], "$state/credentials", $lines[3], "$state/settings"
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
  if ($kind -ceq 'r') {
    $identity = [Environment]::GetEnvironmentVariable('SSOX_ACCOUNT_ID') + ' ' +
      [Environment]::GetEnvironmentVariable('SSOX_ROLE')
    [long] $ends = 0
    if (-not [string]::Equals($lines[8], $identity) -or
      -not [long]::TryParse([Environment]::GetEnvironmentVariable('SSOX_EXPIRES'), [ref] $ends) -or
      $expires -le $ends) { return $false }
  }
  $gone = [Collections.Generic.List[string]] $lines[9].Split(' ')
  $owned = $lines[10].Split(' ')
  for ($at = 0; $at + 1 -lt $owned.Length; $at += 2) {
    $value = [Environment]::GetEnvironmentVariable($owned[$at + 1])
    if ($value -and [string]::Equals($value, [Environment]::GetEnvironmentVariable($owned[$at]))) {
      $gone.Add($owned[$at])
    }
  }
  # $null would become the empty string, which newer versions of .NET keep.
  $none = [NullString]::Value
  foreach ($variable in $gone) { [Environment]::SetEnvironmentVariable($variable, $none) }
  $equals = [char[]] '='
  for ($at = 11; $at -lt $lines.Length - 2; $at++) {
    $pair = $lines[$at].Split($equals, 2)
    [Environment]::SetEnvironmentVariable($pair[0], $pair[1])
  }
  return $true
}

# The folder of ssox (src/state/paths.ts); nothing where others can enter it.
function global:__ssox_runtime {
  $base = [Environment]::GetEnvironmentVariable('XDG_RUNTIME_DIR')
  if ($base -and [IO.Path]::IsPathRooted($base) -and [IO.Directory]::Exists("$base/ssox/current") -and
    (__ssox_is_ours "$base/ssox") -and (__ssox_is_private "$base/ssox")) { return "$base/ssox" }
  $base = [Environment]::GetEnvironmentVariable('XDG_CACHE_HOME')
  if (-not $base -or -not [IO.Path]::IsPathRooted($base)) {
    $base = [Environment]::GetEnvironmentVariable('HOME') + '/.cache'
  }
  if ([IO.Directory]::Exists("$base/ssox") -and (__ssox_is_private "$base/ssox")) { return "$base/ssox" }
}

function global:__ssox_is_private {
  param([string] $folder)
  if ([IO.Path]::DirectorySeparatorChar -eq '\') { return $true }
  return ([int] [IO.File]::GetUnixFileMode($folder) -band 63) -eq 0
}

# A profile as it is in file names.
function global:__ssox_file_name {
  param([string] $name)
  return $name.Replace('%', '%%').Replace('/', '%-')
}

function global:__ssox_home {
  $path = [Environment]::GetEnvironmentVariable('HOME')
  if ($path) { $path } else { [Environment]::GetEnvironmentVariable('USERPROFILE') }
}

# No link, and ours, in a folder that nobody else can enter. To root, who can, the owner must be told.
function global:__ssox_is_ours {
  param([string] $path)
  if ([IO.File]::GetAttributes($path) -band [IO.FileAttributes]::ReparsePoint) { return $false }
  if (-not $global:__ssox_state['root']) { return $true }
  $stat = $global:__ssox_state['stat']
  return $null -ne $stat -and $stat.Invoke($null, @($path)).UserId -eq 0
}

function global:__ssox_unload {
  $prompt = $global:__ssox_state['prompt']
  if ($null -ne $prompt -and "$function:prompt".Contains('__ssox_segment')) {
    $function:global:prompt = $prompt
  }
  foreach ($command in 'awsuse', 'ssox') {
    Microsoft.PowerShell.Core\Register-ArgumentCompleter -Native -CommandName $command -ScriptBlock { }
  }
  $ExecutionContext.SessionState.PSVariable.Remove('global:__ssox_state')
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
  $outer = $environment['SSOX_OUTER']
  $text = __ssox_harmless $(if ($outer) { "$outer > $name" } else { $name })
  if ($foreign) { $text += '!' }
  $colour = '32'
  if ($null -ne $left) {
    if ($left -le 1800) { $colour = '33' }
    if ($left -le 600) { $colour = '31' }
    $text += ' ' + (__ssox_segment_duration $left)
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
function global:__ssox_segment_duration {
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
  if (__ssox_apply_entry 'r' $env:SSOX_PROFILE) { return $true }
  $asked = $global:__ssox_state['asked']
  if ($null -ne $asked -and (__ssox_show_note)) { return $false }
  $now = [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
  if ($null -ne $asked -and $now -ge $asked -and $now -lt $asked + 60) { return $false }
  $global:__ssox_state['asked'] = $now
  __ssox_start_renewal $minutes
  return $false
}

function global:__ssox_start_renewal {
  param([long] $minutes)
  # There is no switch cache on Windows, so nothing would come of it.
  if ([IO.Path]::DirectorySeparatorChar -eq '\') { return }
  $program = if ($env:SSOX_BIN) { $env:SSOX_BIN } else { 'ssox' }
  $start = [Diagnostics.ProcessStartInfo]::new('sh')
  $words = '-c', 'exec "$@" </dev/null >/dev/null 2>&1 &', 'sh', $program, 'env', '--shell', 'powershell',
  '--no-login', '--min-left', "$minutes", '-q', '--', $env:SSOX_PROFILE
  foreach ($word in $words) { $start.ArgumentList.Add($word) }
  $start.EnvironmentVariables['SSOX_HOOK'] = 'renew'
  # Otherwise .NET would set up the terminal for the child.
  $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
  [Diagnostics.Process]::Start($start).Dispose()
}

# Says once per expiry why ssox could not renew, and what to type; true: it has.
function global:__ssox_show_note {
  if ([string]::Equals($global:__ssox_state['noted'], $env:SSOX_EXPIRES)) { return $false }
  $runtime = __ssox_runtime
  $note = "$runtime/n-" + (__ssox_file_name $env:SSOX_PROFILE)
  if (-not $runtime -or -not [IO.File]::Exists($note) -or -not (__ssox_is_ours $note)) { return $false }
  $global:__ssox_state['noted'] = $env:SSOX_EXPIRES
  [Console]::Error.Write([IO.File]::ReadAllText($note))
  return $true
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
  $words = @($words)
  $verb = 'env'
  $at = 0
  if ($command -eq 'ssox') {
    $verb = ''
    while ($at -lt $words.Count -and $verb -eq '') {
      if ($words[$at] -notmatch '^-') { $verb = $words[$at] }
      elseif (__ssox_takes_value $words[$at]) { $at++ }
      $at++
    }
    # The value of an option is due.
    if ($at -gt $words.Count) { return }
    if ($verb -eq '') {
      if ($current -match '^-') { __ssox_offer_rows 'flag' '-' $current }
      else { __ssox_offer_rows 'verb' '-' $current }
      return
    }
  }
  $given = 0
  $open = $false
  for (; $at -lt $words.Count; $at++) {
    $word = $words[$at]
    if ($open -or $word -notmatch '^-') { $given++ }
    elseif ($word -eq '--') { $open = $true }
    elseif (__ssox_takes_value $word) {
      $at++
      if ($at -lt $words.Count) { continue }
      __ssox_offer_rows 'value' $word $current
      return
    }
  }
  if ($open -and $verb -eq 'exec') { return }
  if ($current -match '^--.*=') {
    $flag = $current.Substring(0, $current.IndexOf([char] '='))
    foreach ($row in @(__ssox_rows 'value' $flag)) { __ssox_offer "$flag=$($row[2])" $flag $current }
  } elseif ($current -match '^-' -and -not $open) {
    __ssox_offer_rows 'flag' $verb $current
    if ($command -eq 'awsuse' -and $global:__ssox_state.ContainsKey('previous')) {
      __ssox_offer '-' 'the previous profile' $current
    }
  } elseif ($given -eq 0) { __ssox_offer_rows 'word' $verb $current }
}

# The rows of src/cli/completion.ts of a kind, for a verb or a flag.
function global:__ssox_rows {
  param([string] $kind, [string] $of)
  if (-not [IO.File]::Exists($global:__ssox_state['table'])) { return }
  foreach ($line in [IO.File]::ReadAllLines($global:__ssox_state['table'])) {
    $row = $line.Split("`t")
    if ($row[0] -ceq $kind -and ($row[1] -ceq $of -or -not $of)) { , $row }
  }
}

function global:__ssox_takes_value {
  param([string] $flag)
  foreach ($row in @(__ssox_rows 'flag')) { if ($row[2] -ceq "$flag=") { return $true } }
  return $false
}

function global:__ssox_offer_rows {
  param([string] $kind, [string] $of, [string] $current)
  foreach ($row in @(__ssox_rows $kind $of)) {
    switch -CaseSensitive ($row[2]) {
      ':profile' { foreach ($name in __ssox_profile_names 'profile') { __ssox_offer $name 'profile' $current } }
      ':session' { foreach ($name in __ssox_profile_names 'sso-session') { __ssox_offer $name 'session' $current } }
      default { __ssox_offer ($row[2].TrimEnd('=')) $row[3] $current }
    }
  }
}

function global:__ssox_offer {
  param([string] $word, [string] $description, [string] $current)
  if (-not $word.StartsWith($current, [StringComparison]::OrdinalIgnoreCase)) { return }
  $text = if ($word -match '^-') { $word } else { __ssox_quote $word }
  [Management.Automation.CompletionResult]::new($text, $word, 'ParameterValue', $description)
}

# Names from the section headers of the AWS files. None with control characters, or like options.
function global:__ssox_profile_names {
  param([string] $kind)
  $home_ = __ssox_home
  $config = __ssox_user_path $env:AWS_CONFIG_FILE "$home_/.aws/config"
  $credentials = __ssox_user_path $env:AWS_SHARED_CREDENTIALS_FILE "$home_/.aws/credentials"
  $type = if ($kind -ceq 'profile') { '(?:profile[ \t]+|(?=default$))' } else { "$kind[ \t]+" }
  $word = '((?:"[^"\\]*"|''[^'']*''|[^ \t"''\\])+)[ \t]*$'
  $names = @(
    foreach ($header in __ssox_headers $config) {
      $match = [regex]::Match($header, "^$type$word")
      if ($match.Success) { [regex]::Replace($match.Groups[1].Value, '"([^"]*)"|''([^'']*)''', '$1$2') }
    }
    if ($kind -ceq 'profile') {
      __ssox_headers $credentials | Microsoft.PowerShell.Core\Where-Object {
        -not [regex]::IsMatch($_, '^\s|\s$|^(?:profile|sso-session|services)[ \t]')
      }
    }
  )
  $seen = [Collections.Generic.HashSet[string]]::new()
  foreach ($name in $names) {
    if (-not [regex]::IsMatch($name, '^-|^$|\p{Cc}') -and $seen.Add($name)) { $name }
  }
}

# What is between the first bracket and the last one before a comment, in each line that has them.
function global:__ssox_headers {
  param([string] $file)
  if (-not [IO.File]::Exists($file)) { return }
  $header = '(?m)^[ \t]*\[([^\]\r\n]*(?:\][^\]#;\r\n]*(?=\]))*)\]'
  foreach ($match in [regex]::Matches([IO.File]::ReadAllText($file), $header)) { $match.Groups[1].Value }
}

function global:__ssox_user_path {
  param([string] $value, [string] $usual)
  if ($value -eq '') { return $usual }
  if ([regex]::IsMatch($value, '^~([/\\]|$)')) { return "$(__ssox_home)" + $value.Substring(1) }
  return $value
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
