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
# src/switch/entry.ts describes what is read here. It is data: compared and assigned, never evaluated,
# since PowerShell may log whatever it evaluates. A cmdlet costs a hundred times as much as a call into
# .NET, and $env: ten times, so the prompt and the switch use neither. -eq and StartsWith look past
# characters without a width, so names are compared by Equals. DebuggerHidden keeps secrets out of
# Set-PSDebug.

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
  $state = $global:__ssox_state
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
  # The one name, which may be in the switch cache.
  $name = $null
  # Of a Ctrl-C, which ends all but `finally`, and kills ssox, whose code would be 137.
  $code = 130
  if ($null -ne $Words -and [string]::Equals($Words[0], '-')) {
    $previous = $state['previous']
    if ($null -eq $previous) {
      [Console]::Error.WriteLine("ssox: this terminal has no previous profile`n  awsuse")
      $code = 2
    }
    $null = $arguments.Remove('-')
    if ($arguments.Count -eq 0) { $name = $previous }
    $arguments.AddRange([string[]] @('--', $previous))
  } elseif ($arguments.Count -eq 1 -and -not [regex]::IsMatch($arguments[0], '^-')) {
    $name = $arguments[0]
  }
  try {
    if ($null -ne $name -and (__ssox_apply_entry 'p' $name)) {
      $code = 0
    } elseif ($code -ne 2) {
      __ssox_ask $arguments
      $code = $global:LASTEXITCODE
    }
  } finally {
    $global:LASTEXITCODE = $code
  }
  if ($code -eq 0) {
    $state['seen'] = $null
    if ($before -and -not [string]::Equals($before, [Environment]::GetEnvironmentVariable('SSOX_PROFILE'))) {
      $state['previous'] = $before
    }
    return
  }
  # ssox has said why. This makes $? false, and ends a script that is to end at errors.
  if ($ErrorActionPreference -ne 'Stop') { $ErrorActionPreference = 'SilentlyContinue' }
  $PSCmdlet.WriteError([Management.Automation.ErrorRecord]::new(
      [Exception]::new("ssox has ended with exit code $code"), 'ssox', 'NotSpecified', $null))
}

# Applies what ssox prints for this hook; $LASTEXITCODE is that of ssox.
function global:__ssox_ask {
  [Diagnostics.DebuggerHidden()]
  param($arguments)
  $PSNativeCommandUseErrorActionPreference = $false
  # Else a double quote would end an argument, and what follows it in a name be an option. Not to be
  # had before 7.3, nor for the scripts that start programs on Windows.
  $garbled = [IO.Path]::DirectorySeparatorChar -eq '\' -or
    $null -eq $ExecutionContext.SessionState.PSVariable.Get('PSNativeCommandArgumentPassing')
  $PSNativeCommandArgumentPassing = 'Standard'
  # Words in a variable would be expanded as file names; a literal is passed on as it is.
  $words = ''
  $shows = $open = $false
  foreach ($word in $arguments) {
    $literal = __ssox_literal $word
    if ($garbled -and [regex]::IsMatch($word, '^$|"|\s.*\\$')) {
      [Console]::Error.WriteLine("ssox: this PowerShell cannot pass on $(__ssox_harmless $literal)`n  ssox list")
      $global:LASTEXITCODE = 2
      return
    }
    $words += " $literal"
    if ($word -eq '--') { $open = $true }
    if (-not $open -and $word -cmatch '^(-h|--help|-V|--version|--format(=.*)?)$') { $shows = $true }
  }
  $program = __ssox_program
  if ($null -eq $program) {
    [Console]::Error.WriteLine("ssox: there is no program ssox on PATH`n  `$env:SSOX_BIN = '/path/to/ssox'")
    $global:LASTEXITCODE = 127
    return
  }
  # Unless the program can be started at all.
  $global:LASTEXITCODE = 126
  $hook = $env:SSOX_HOOK
  $env:SSOX_HOOK = 'powershell'
  try {
    # For people or for a file: there is nothing to apply.
    if ($shows) { return & ([scriptblock]::Create('& $args[0] env' + $words)) $program }
    $lines = @(& ([scriptblock]::Create('& $args[0] env --shell powershell' + $words)) $program)
  } finally {
    $env:SSOX_HOOK = $hook
  }
  if ($global:LASTEXITCODE -ne 0) { return }
  if ($lines.Count -lt 3 -or $lines[-1] -cne '.') {
    [Console]::Error.WriteLine("ssox: that was not for this shell, so nothing has changed`n  awsuse --help")
    $global:LASTEXITCODE = 1
    return
  }
  __ssox_apply @(foreach ($line in $lines) { [regex]::Unescape($line) }) 0
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
  $entry = __ssox_find_file "current/$kind" $name
  if (-not $entry) { return $false }
  $lines = [IO.File]::ReadAllText($entry).Split("`n")
  if ($lines.Length -lt 13 -or $lines[-2] -cne '.') { return $false }
  $condition = "ssox-switch 4`t$name"
  foreach ($variable in 'HOME', 'XDG_CONFIG_HOME', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE') {
    $condition += "`t" + [Environment]::GetEnvironmentVariable($variable)
  }
  $state = $lines[4]
  if (-not [string]::Equals($lines[0], $condition) -or -not (__ssox_are_ours $state)) { return $false }
  foreach ($path in $lines[5], $lines[6]) {
    if (-not [IO.File]::Exists($path) -and -not [IO.Directory]::Exists($path)) { return $false }
  }
  $expires = [long] $lines[7]
  if ($expires - [DateTimeOffset]::UtcNow.ToUnixTimeSeconds() -lt 300) { return $false }
  # Each file is neither newer nor older than its stamp; those that are not there have one time, too.
  $at = 1
  foreach ($stamp in 'config', 'credentials', 'settings') {
    $file = [IO.FileInfo]::new($lines[$at++])
    # .NET does not follow symbolic links by itself.
    if ($file.LinkTarget) {
      try { $file = $file.ResolveLinkTarget($true) } catch { return $false }
    }
    if ($file.LastWriteTimeUtc -ne [IO.File]::GetLastWriteTimeUtc("$state/$stamp")) { return $false }
  }
  if ($kind -ceq 'r') {
    # For the same account and role, and for longer than what is there.
    $identity = [Environment]::GetEnvironmentVariable('SSOX_ACCOUNT_ID') + ' ' +
      [Environment]::GetEnvironmentVariable('SSOX_ROLE')
    if (-not [string]::Equals($lines[8], $identity) -or
      $expires -le [long] [Environment]::GetEnvironmentVariable('SSOX_EXPIRES')) { return $false }
  }
  __ssox_apply $lines 9
  return $true
}

# Applies the change from this line on: names to unset, pairs of a name and its owner, NAME=value ... `.`
function global:__ssox_apply {
  [Diagnostics.DebuggerHidden()]
  param($lines, $at)
  $gone = [Collections.Generic.List[string]] $lines[$at++].Split(' ')
  foreach ($pair in [regex]::Matches($lines[$at++], '\S+ \S+')) {
    $name, $owner = $pair.Value.Split(' ')
    $value = [Environment]::GetEnvironmentVariable($owner)
    if ($value -and [string]::Equals($value, [Environment]::GetEnvironmentVariable($name))) { $gone.Add($name) }
  }
  # $null would become the empty string, which newer versions of .NET keep.
  $none = [NullString]::Value
  foreach ($variable in $gone) { [Environment]::SetEnvironmentVariable($variable, $none) }
  $equals = [char[]] '='
  for (; $lines[$at] -cne '.'; $at++) {
    $name, $value = $lines[$at].Split($equals, 2)
    [Environment]::SetEnvironmentVariable($name, $value)
  }
}

# A file about a profile in the folder of ssox (src/state/paths.ts); nothing unless both are ours.
function global:__ssox_find_file {
  param([string] $kind, [string] $name)
  # There is no switch cache on Windows.
  if ([IO.Path]::DirectorySeparatorChar -eq '\') { return }
  $base = [Environment]::GetEnvironmentVariable('XDG_RUNTIME_DIR')
  if (-not [IO.Path]::IsPathRooted($base) -or -not [IO.Directory]::Exists("$base/ssox/current") -or
    -not (__ssox_are_ours "$base/ssox")) {
    $base = [Environment]::GetEnvironmentVariable('XDG_CACHE_HOME')
    if (-not [IO.Path]::IsPathRooted($base)) { $base = [Environment]::GetEnvironmentVariable('HOME') + '/.cache' }
  }
  $file = "$base/ssox/$kind-" + $name.Replace('%', '%%').Replace('/', '%-')
  if ([IO.File]::Exists($file) -and (__ssox_are_ours "$base/ssox" $file)) { $file }
}

# No links, and closed to everybody else. To root, to whom nothing is closed, the owner must be told.
function global:__ssox_are_ours {
  $state = $global:__ssox_state
  foreach ($path in $args) {
    # Of what is not there, all the attributes are set.
    $file = [IO.FileInfo]::new($path)
    if ($file.Attributes -band [IO.FileAttributes]::ReparsePoint) { return $false }
    if ([int] $file.UnixFileMode -band 63) { return $false }
    if ($state['root'] -and ($null -eq $state['stat'] -or
        $state['stat'].Invoke($null, @($path)).UserId -ne 0)) { return $false }
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
  $state = $global:__ssox_state
  $expires = [string] $environment['SSOX_EXPIRES']
  $key = [string] $environment['AWS_ACCESS_KEY_ID']
  # The keys that are there when an expiry is seen first are those that ssox has put there.
  if (-not [string]::Equals($state['seen'], "$expires $name")) {
    $state['seen'] = "$expires $name"
    $state['ours'] = $key
  }
  $outer = $environment['SSOX_OUTER']
  $text = __ssox_harmless $(if ($outer) { "$outer > $name" } else { $name })
  # Somebody else has put other keys or another profile there; exec --serve may name one without keys.
  $other = [string] $environment['AWS_PROFILE']
  $foreign = [array]::IndexOf(@('', $name, "$name-served", 'ssox-served'), $other) -lt 0 -or
    ($expires -and $key -and -not [string]::Equals($state['ours'], $key))
  if ($foreign) { $text += '!' }
  $colour = '32'
  if ([regex]::IsMatch($expires, '^[0-9]{1,12}$')) {
    $left = [long] $expires - [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
    if ($key -and -not $foreign -and (__ssox_renew $left)) { return __ssox_segment }
    if ($left -le 1800) { $colour = '33' }
    if ($left -le 600) { $colour = '31' }
    $text += ' ' + (__ssox_time_left $left)
  }
  if ([regex]::IsMatch([string] $environment['SSOX_PROMPT'], '^(?i:off|0)$')) { return '' }
  if ($environment['SSOX_PROTECTED'] -eq '1') { $colour = '37;41' }
  $plain = $environment['NO_COLOR'] -or $environment['TERM'] -eq 'dumb'
  if ($plain -or -not $Host.UI.SupportsVirtualTerminal) { return "$text " }
  $escape = [char] 27
  return "$escape[${colour}m$text$escape[0m "
}

# In the words of src/ui/duration.ts.
function global:__ssox_time_left {
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
  $minutes = 10
  $wanted = [Environment]::GetEnvironmentVariable('SSOX_RENEW_MINUTES')
  if ($wanted) {
    # Its leading digits, 0 without any, and at most what --min-left takes.
    $minutes = [Math]::Min(720, [double] ('0' + [regex]::Match($wanted, '^[0-9]*').Value))
  }
  if ($minutes -eq 0 -or $left -ge $minutes * 60 -or $left -lt -86400) { return $false }
  if (__ssox_apply_entry 'r' $env:SSOX_PROFILE) { return $true }
  $state = $global:__ssox_state
  $asked = $state['asked']
  $now = [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
  if ($null -ne $asked) {
    # Says once per expiry why ssox could not renew, and what to type.
    $note = __ssox_find_file 'n' $env:SSOX_PROFILE
    if ($note -and -not [string]::Equals($state['noted'], $env:SSOX_EXPIRES)) {
      $state['noted'] = $env:SSOX_EXPIRES
      [Console]::Error.Write([IO.File]::ReadAllText($note))
    }
    if ($now -ge $asked -and $now -lt $asked + 60) { return $false }
  }
  $state['asked'] = $now
  $program = __ssox_program
  # There is no switch cache on Windows, so nothing would come of it.
  if ($null -eq $program -or [IO.Path]::DirectorySeparatorChar -eq '\') { return $false }
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

# What fits at the cursor. $words are those before it, without the command.
function global:__ssox_complete {
  param([string] $command, [string[]] $words, [string] $current)
  $verb = if ($command -eq 'ssox') { '-' } else { 'awsuse' }
  $option = ''
  $next = 'word'
  $open = $false
  foreach ($word in $words) {
    if ($option) { $option = '' }
    elseif ($open) { $next = 'more' }
    elseif ($word -eq '--') { $open = $true }
    elseif ($word -match '^-') {
      if (@(__ssox_rows 'flag' $verb) -cmatch ('^' + [regex]::Escape("$word=`t"))) { $option = $word }
    } elseif ($verb -eq '-') { $verb = $word }
    else { $next = 'more' }
  }
  $offers = @(
    if ($option) { __ssox_rows 'value' $option }
    elseif ($open) { if ($verb -ne 'exec') { __ssox_words $next $verb } }
    elseif ($current -match '^--.*=') {
      $flag = $current.Substring(0, $current.IndexOf([char] '='))
      foreach ($row in __ssox_rows 'value' $flag) { "$flag=$row" }
    } elseif ($current -match '^-') {
      @(__ssox_rows 'flag' $verb) -replace '=\t', "`t"
      if ($command -eq 'awsuse' -and $global:__ssox_state.ContainsKey('previous')) { "-`tthe previous profile" }
    } elseif ($verb -eq '-') { __ssox_rows 'verb' '-' }
    else { __ssox_words $next $verb }
  )
  foreach ($offer in $offers) {
    $word, $description = $offer.Split("`t")
    if (-not $word.StartsWith($current, [StringComparison]::OrdinalIgnoreCase)) { continue }
    # As it is where that will do and is no number, else in quotes.
    $text = if ([regex]::IsMatch($word, '^-|^[A-Za-z_/][A-Za-z0-9_./:@+-]*$')) { $word } else { __ssox_literal $word }
    [Management.Automation.CompletionResult]::new($text, $word, 'ParameterValue', $description)
  }
}

# Words of src/cli/completion.ts of a kind, for a verb or a flag: each with a description behind a tab.
function global:__ssox_rows {
  param([string] $kind, [string] $of)
  if (-not [IO.File]::Exists($global:__ssox_state['table'])) { return }
  foreach ($line in [IO.File]::ReadAllLines($global:__ssox_state['table'])) {
    if ($line.StartsWith("$kind`t$of`t", [StringComparison]::Ordinal)) { $line.Substring("$kind`t$of`t".Length) }
  }
}

# What may be the next argument of a verb: its first (`word`), or one more.
function global:__ssox_words {
  param([string] $kind, [string] $verb)
  foreach ($row in __ssox_rows $kind $verb) {
    switch -Wildcard ($row) {
      ":profile`t*" { foreach ($name in __ssox_profile_names 'profile') { "$name`tprofile" } }
      ":session`t*" { foreach ($name in __ssox_profile_names 'sso-session') { "$name`tsession" } }
      default { $row }
    }
  }
}

# Names from the section headers of the AWS files. None with control characters, or like options.
function global:__ssox_profile_names {
  param([string] $kind)
  $type = if ($kind -ceq 'profile') { '(?:profile[ \t]+|(?=default$))' } else { "$kind[ \t]+" }
  $word = '((?:"[^"\\]*"|''[^'']*''|[^ \t"''\\])+)[ \t]*$'
  $names = @(
    foreach ($header in __ssox_headers 'config' $env:AWS_CONFIG_FILE) {
      $match = [regex]::Match($header, "^$type$word")
      if ($match.Success) { [regex]::Replace($match.Groups[1].Value, '"([^"]*)"|''([^'']*)''', '$1$2') }
    }
    if ($kind -ceq 'profile') {
      @(__ssox_headers 'credentials' $env:AWS_SHARED_CREDENTIALS_FILE) -cnotmatch '^\s|\s$|^(?:profile|sso-session|services)[ \t]'
    }
  )
  $seen = [Collections.Generic.HashSet[string]]::new()
  foreach ($name in $names) {
    if (-not [regex]::IsMatch($name, '^-|^$|\p{Cc}') -and $seen.Add($name)) { $name }
  }
}

# What is between the first bracket and the last one before a comment, in each line that has them.
function global:__ssox_headers {
  param([string] $usual, [string] $file)
  if (-not $file) { $file = "~/.aws/$usual" }
  if ([regex]::IsMatch($file, '^~([/\\]|$)')) {
    $file = $(if ($env:HOME) { $env:HOME } else { $env:USERPROFILE }) + $file.Substring(1)
  }
  if (-not [IO.File]::Exists($file)) { return }
  $header = '(?m)^[ \t]*\[([^\]\r\n]*(?:\][^\]#;\r\n]*(?=\]))*)\]'
  foreach ($match in [regex]::Matches([IO.File]::ReadAllText($file), $header)) { $match.Groups[1].Value }
}

Microsoft.PowerShell.Core\Register-ArgumentCompleter -Native -CommandName 'ssox', 'awsuse' -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = [Collections.Generic.List[string]]::new()
  foreach ($element in $commandAst.CommandElements) {
    if ($element.Extent.EndOffset -ge $cursorPosition) { break }
    $text = $element.Extent.Text
    if ($element.PSObject.Properties['Value']) { $text = [string] $element.Value }
    if ($text -ceq '--' -and $words -ccontains 'exec') {
      # The command is completed as anywhere else.
      $at = $element.Extent.EndOffset
      $rest = $commandAst.Extent.StartScriptPosition.GetFullScript().Substring($at, $cursorPosition - $at)
      return (TabExpansion2 $rest $rest.Length).CompletionMatches
    }
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
