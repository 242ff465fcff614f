# Plays script after script in the one PowerShell of powershell.ts, each as `-File` would: in the
# global scope, which is then made what it was. The argument is a FIFO with the path of each job: a
# file with a mark, a script, a folder and NAME=value, with a NUL between them.

$__play = @{ jobs = [IO.StreamReader]::new($args[0]); variables = @{}; functions = @{}; aliases = @{} }
function __play_variables {
  # `$?`, `$args` and their like are PowerShell's own.
  Get-Variable -Scope Global | Where-Object {
    $_.GetType().Name -eq 'PSVariable' -and $_.Name -notmatch '^(__play.*|PWD|StackTrace|\W)$' -and
    -not ($_.Options -band [Management.Automation.ScopedItemOptions] 'ReadOnly, Constant')
  }
}

function __play_prepare($folder, $pairs) {
  foreach ($name in @([Environment]::GetEnvironmentVariables().Keys)) {
    # PowerShell itself has made that one.
    if ($name -cne 'PSModulePath') { [Environment]::SetEnvironmentVariable($name, [NullString]::Value) }
  }
  foreach ($pair in $pairs) {
    $name, $value = $pair.Split([char[]] '=', 2)
    [Environment]::SetEnvironmentVariable($name, $value)
  }
  Set-Variable -Scope Global -Force -Name HOME -Value ([Environment]::GetEnvironmentVariable('HOME'))
  Set-Location -LiteralPath $folder
  $global:LASTEXITCODE = $null
  $global:Error.Clear()
}

function __play_restore {
  foreach ($variable in @(__play_variables)) {
    if (-not $__play.variables.ContainsKey($variable.Name)) {
      Remove-Variable -Scope Global -Force -Name $variable.Name
    }
  }
  foreach ($name in $__play.variables.Keys) {
    Set-Variable -Scope Global -Name $name -Value $__play.variables[$name]
  }
  foreach ($kind in 'functions', 'aliases') {
    $drive = $kind -replace '(es|s)$'
    foreach ($item in @(Get-ChildItem "${drive}:")) {
      if (-not $__play.$kind.ContainsKey($item.Name)) { Remove-Item -Force -LiteralPath "${drive}:$($item.Name)" }
    }
  }
  foreach ($name in $__play.functions.Keys) {
    Set-Content -Force -LiteralPath "function:global:$name" $__play.functions[$name]
  }
}

foreach ($__play_it in __play_variables) { $__play.variables[$__play_it.Name] = $__play_it.Value }
foreach ($__play_it in Get-ChildItem function:) { $__play.functions[$__play_it.Name] = $__play_it.ScriptBlock }
foreach ($__play_it in Get-ChildItem alias:) { $__play.aliases[$__play_it.Name] = $true }

while ($__play_it = $__play.jobs.ReadLine()) {
  $__play.mark, $__play.script, $__play_it, $__play.pairs = [IO.File]::ReadAllText($__play_it).Split([char] 0)
  __play_prepare $__play_it $__play.pairs
  . $__play.script
  Set-StrictMode -Off
  $ErrorActionPreference = 'Continue'
  __play_restore
  [Console]::Out.Write($__play.mark)
  [Console]::Error.Write($__play.mark)
}
