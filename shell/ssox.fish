# ssox hook for fish 3.6 or later (3.4: no time left in the prompt, and every switch asks ssox)
# version: 0.1.0
#
#   source .../ssox.fish     in config.fish, or as a file in conf.d
#   awsuse <profile>         switch this terminal; awsuse -, awsuse --clear, awsuse --help
#   SSOX_PROMPT=left|off     the segment is on the right unless this says otherwise
#   SSOX_RENEW_MINUTES=10    renew in the background when fewer minutes are left; 0: never
#   SSOX_BIN=/path/to/ssox   in place of the ssox on PATH
#   __ssox_unload            takes all of it out of this shell again
#
# src/state/switch-cache.ts describes the files that are read here. They are data: compared and
# assigned, never evaluated. `set -l fish_trace` turns a trace off until the function ends, so that
# no secret is in it. Where a variable is set by `read` or by a named group of `string match`, that
# is because a command substitution costs ten times as much.

function awsuse --description 'Switch this terminal to an AWS profile'
    set -q fish_trace; and set -l fish_trace
    set -l words $argv
    set -l name
    if test "x$argv[1]" = x-
        if not set -q __ssox_previous
            builtin printf 'ssox: %s\n  %s\n' 'this terminal has no previous profile' 'awsuse <profile>' >&2
            return 2
        end
        set words $argv[2..-1] -- $__ssox_previous
        set -q argv[2]; or set name $__ssox_previous
    else if set -q argv[1]; and not set -q argv[2]
        switch $argv[1]
            case '-*'
            case '*'
                set name $argv[1]
        end
    end
    set -l before $SSOX_PROFILE
    if not set -q name[1]; or not __ssox_enter $name
        __ssox_ask $words; or return
    end
    set -g __ssox_seen "$SSOX_EXPIRES $SSOX_PROFILE"
    set -g __ssox_ours $AWS_ACCESS_KEY_ID
    if set -q before[1]; and test "x$before" != "x$SSOX_PROFILE"
        set -g __ssox_previous $before
    end
    # Its status is how many of them there are not.
    set -qU AWS_SESSION_TOKEN $__ssox_rivals
    test $status -eq $__ssox_rival_count; or __ssox_warn
    return 0
end

# Names what is still there because it is universal: that is for the user to erase.
function __ssox_warn
    for name in AWS_SESSION_TOKEN $__ssox_rivals
        set -qU $name; and not set -qg $name
        and builtin printf 'ssox: %s is set in all terminals and stays\n  set -eU %s\n' $name $name >&2
    end
end

# Evaluates the statement that ssox prints; the status is that of ssox.
function __ssox_ask
    set -q fish_trace; and set -l fish_trace
    set -l program ssox
    test -n "$SSOX_BIN"; and set program $SSOX_BIN
    for word in $argv
        # Short options may stand together.
        string match -qr '^-q*[hV][qhV]*$' -- $word; and set word --help
        switch $word
            case --
                break
            case --help --version --format '--format=*'
                # For people or for a file: there is nothing to evaluate.
                command $program env $argv
                return
        end
    end
    set -lx SSOX_HOOK fish
    set -l statement (command $program env --shell fish $argv)
    or return
    if not string match -q -- 'begin; *; end' "$statement"
        builtin printf 'ssox: %s\n  %s\n' 'that was not for this shell, so nothing has changed' 'awsuse <profile>' >&2
        return 1
    end
    eval $statement
end

# Switches by the entry in the switch cache; status 1: ssox must be asked. With an expiry as second
# argument it renews: nothing but the keys, if they end later than that.
function __ssox_enter --argument-names name later
    set -q __ssox_epoch; or return
    set -q fish_trace; and set -l fish_trace
    set -l state
    __ssox_locate
    set -l entry "$state/p-$name"
    if string match -qr '[%/\n]' -- "$name"
        string match -q \*\n\* -- $name; and return 1
        set entry "$state/p-"(string replace -a % %25 -- $name | string replace -a / %2F)
    end
    test -f $entry -a -O $entry -a ! -L $entry; or return
    read -z -l -d \n condition token expires kind key secret session_token profile region ends account role rest <$entry
    set -l head
    set -l config
    set -l credentials
    set -l settings
    string match -qr '^(?<head>(?:[^\t]*\t){4}[^\t]*)\t(?<config>[^\t]*)\t(?<credentials>[^\t]*)\t(?<settings>[^\t]*)$' -- "$condition"
    and test ssox-switch\ 3\t"$name"\t"$HOME"\t"$AWS_CONFIG_FILE"\t"$AWS_SHARED_CREDENTIALS_FILE".\n = "$head$rest" \
        -a \( -z "$token" -o -e "$token" \)
    or return
    # The settings of this terminal.
    set -l base
    if not string match -qr '^(?<base>/.*?)/*$' -- "$XDG_CONFIG_HOME"
        string match -qr '^(?<base>.*?)/*$' -- "$HOME"
        set base $base/.config
    end
    test "x$settings" = "x$base/ssox/config"; or return
    __ssox_is_current $state "$config" "$credentials" "$settings"; or return
    # The clock is the mtime of / and what has passed since. One substitution for all.
    set -l facts (
        builtin path mtime /
        builtin path mtime -R /
        builtin math "0$expires - 300 - $__ssox_epoch"
        set -nx
    )
    if test -n "$expires" -a \( "$facts[1]" != $__ssox_epoch -o "$facts[2]" -gt "$facts[3]" \)
        set -g __ssox_epoch $facts[1]
        return 1
    end
    if test -n "$later"
        # For the same account and role; the rest may have been chosen otherwise in this terminal.
        test "$expires" -gt "$later" -a "x$account" = "x$SSOX_ACCOUNT_ID" -a "x$role" = "x$SSOX_ROLE"
        or return
        set -gx AWS_ACCESS_KEY_ID $key
        set -gx AWS_SECRET_ACCESS_KEY $secret
        set -gx AWS_SESSION_TOKEN $session_token
        set -gx AWS_CREDENTIAL_EXPIRATION $ends
        set -gx AWS_SESSION_EXPIRATION $ends
        set -gx SSOX_EXPIRES $expires
        return
    end
    # The guard has to ask.
    test "$kind" = protected; and return 1
    set -l gone $__ssox_rivals
    # Newer versions of these tools may set more of their family.
    if string match -qr ' (?:AWSUME_|GRANTED_SSO)' -- "$facts"
        set -a gone (string match -r '^(?:AWSUME_|GRANTED_SSO).*' -- $facts)
    end
    if test -n "$region"
        set -gx AWS_REGION $region
        set -gx AWS_DEFAULT_REGION $region
        set -gx SSOX_REGION $region
    else
        if test -n "$SSOX_REGION"
            test "x$AWS_REGION" = "x$SSOX_REGION"; and set -a gone AWS_REGION
            test "x$AWS_DEFAULT_REGION" = "x$SSOX_REGION"; and set -a gone AWS_DEFAULT_REGION
        end
        set -a gone SSOX_REGION
    end
    set -gx AWS_ACCESS_KEY_ID $key
    set -gx AWS_SECRET_ACCESS_KEY $secret
    test -n "$session_token"; and set -gx AWS_SESSION_TOKEN $session_token; or set -a gone AWS_SESSION_TOKEN
    test -n "$profile"; and set -gx AWS_PROFILE $profile; or set -a gone AWS_PROFILE
    if test -n "$ends"
        set -gx AWS_CREDENTIAL_EXPIRATION $ends
        set -gx AWS_SESSION_EXPIRATION $ends
        set -gx SSOX_EXPIRES $expires
    else
        set -a gone AWS_CREDENTIAL_EXPIRATION AWS_SESSION_EXPIRATION SSOX_EXPIRES
    end
    set -gx SSOX_PROFILE $name
    test -n "$account"; and set -gx SSOX_ACCOUNT_ID $account; or set -a gone SSOX_ACCOUNT_ID
    test -n "$role"; and set -gx SSOX_ROLE $role; or set -a gone SSOX_ROLE
    set -e -g $gone
    return 0
end

# What else chooses an account goes at a switch, with the families AWSUME_ and GRANTED_SSO.
# BEGIN rivals
set -g __ssox_rivals \
    AWS_SECURITY_TOKEN AWS_ACCESS_KEY AWS_SECRET_KEY AWS_CREDENTIAL_SCOPE \
    AWS_DEFAULT_PROFILE AWS_EB_PROFILE AWS_PROFILE_REGION AWS_VAULT AWSU_PROFILE AWS_SSO \
    AWS_SSO_PROFILE AWS_SSO_ACCOUNT_ID AWS_SSO_ROLE_NAME AWS_SSO_ROLE_ARN \
    AWS_SSO_SESSION_EXPIRATION AWS_SSO_DEFAULT_REGION SSOX_PROTECTED
# END rivals
set -g __ssox_rival_count (count AWS_SESSION_TOKEN $__ssox_rivals)

# Sets `state` of the caller to the folder of the present state (src/state/paths.ts).
function __ssox_locate --no-scope-shadowing
    # ssox leaves the first alone when others can enter it.
    if string match -q '/*' -- "$XDG_RUNTIME_DIR"; and test -O "$XDG_RUNTIME_DIR/ssox" -a -e "$XDG_RUNTIME_DIR/ssox/current"
        set state "$XDG_RUNTIME_DIR/ssox/current"
    else if string match -q '/*' -- "$XDG_CACHE_HOME"
        set state "$XDG_CACHE_HOME/ssox/current"
    else
        set state "$HOME/.cache/ssox/current"
    end
end

# True when each file is neither newer nor older than its stamp. To `test`, a file that is not
# there is older than any other, and as old as another that is not there.
function __ssox_is_current --argument-names state config credentials settings
    not test $config -nt $state/config -o $config -ot $state/config \
        -o $credentials -nt $state/credentials -o $credentials -ot $state/credentials \
        -o $settings -nt $state/settings -o $settings -ot $state/settings
end

function __ssox_unload --description 'Take ssox out of this shell'
    for name in fish_prompt fish_right_prompt
        builtin functions -q $name; or continue
        set -l theirs (builtin functions $name | string match -rg '^ *set -l theirs \'?(__ssox_their_\w+)')
        or continue
        builtin functions -e $name
        builtin functions -c $theirs $name
        builtin functions -e $theirs
    end
    builtin complete -e -c awsuse
    builtin complete -e -c ssox
    for name in (set -ng | string match -r '^__ssox_.*')
        set -e -g $name
    end
    # A prompt of somebody else may have wrapped one of ours, which goes on to call these.
    builtin functions -e awsuse (builtin functions -an | string match -r '^__ssox_(?!their_).*')
end

if builtin -q path
    builtin path mtime / 2>/dev/null | read -g __ssox_epoch
    or set -e -g __ssox_epoch
end

if status is-interactive
    set -g __ssox_since 0
    set -g __ssox_until 0

    function __ssox_on_prompt --on-event fish_prompt
        set -q fish_trace; and set -l fish_trace
        # Unless it was, somebody has put another prompt in the place of ours.
        set -q __ssox_drawn[1]; or __ssox_wrap
        set -g __ssox_drawn
        if not set -q SSOX_PROFILE
            set -e -g __ssox_segment
            set -e -g __ssox_key
            return
        end
        set -l age 0
        set -q __ssox_epoch; and builtin path mtime -R / | read age
        set -l key "$SSOX_PROFILE $SSOX_EXPIRES $SSOX_PROTECTED $AWS_PROFILE $AWS_ACCESS_KEY_ID $SSOX_PROMPT $SSOX_RENEW_MINUTES $NO_COLOR"
        # The same text as last time, until its minute is over or the clock was turned back.
        test "x$key" = "x$__ssox_key" -a $age -ge "$__ssox_since" -a $age -lt "$__ssox_until"
        and return
        set -g __ssox_key $key
        set -g __ssox_since $age
        __ssox_refresh $age
    end

    # Renews, and makes the segment anew.
    function __ssox_refresh --argument-names age
        set -g __ssox_until 99999999999
        __ssox_note_keys
        set -l left
        if set -q __ssox_epoch; and string match -qr '^[0-9]{1,12}$' -- "$SSOX_EXPIRES"
            set left (__ssox_time_left)
            if __ssox_is_renewable $left
                if __ssox_renew $age
                    set left (__ssox_time_left)
                    __ssox_note_keys
                end
                # Look again at every prompt.
                set -g __ssox_until 0
            else if test $left -ge 86400
                set -g __ssox_until (builtin math $age + $left % 3600 + 1)
            else if test $left -ge 60
                set -g __ssox_until (builtin math $age + $left % 60 + 1)
            else if test $left -gt 0
                set -g __ssox_until (builtin math $age + 1)
            end
        end
        __ssox_paint $left
    end

    function __ssox_time_left
        builtin math "$SSOX_EXPIRES" - (builtin path mtime /) - (builtin path mtime -R /)
    end

    # The keys that are there when an expiry is seen first are those that ssox has put there.
    function __ssox_note_keys
        set -l seen "$SSOX_EXPIRES $SSOX_PROFILE"
        test "$seen" = "$__ssox_seen"; and return
        set -g __ssox_seen $seen
        set -g __ssox_ours $AWS_ACCESS_KEY_ID
    end

    # True for keys that somebody else has put there since, or for another AWS_PROFILE.
    function __ssox_is_foreign
        test -n "$AWS_PROFILE" -a "x$AWS_PROFILE" != "x$SSOX_PROFILE"; and return
        test -n "$SSOX_EXPIRES" -a -n "$AWS_ACCESS_KEY_ID" -a "x$AWS_ACCESS_KEY_ID" != "x$__ssox_ours"
    end

    # Role credentials of ours that end soon, or ended less than a day ago.
    function __ssox_is_renewable --argument-names left
        set -q AWS_ACCESS_KEY_ID; or return
        __ssox_is_foreign; and return 1
        set -l minutes (__ssox_renew_minutes)
        test $minutes -gt 0 -a $left -lt (builtin math $minutes \* 60) -a $left -gt -86400
    end

    # Whatever is no number means never; at most what `--min-left` takes.
    function __ssox_renew_minutes
        if test -z "$SSOX_RENEW_MINUTES"
            builtin echo 10
        else if not string match -qr '^0*(?<digits>[1-9][0-9]*)' -- $SSOX_RENEW_MINUTES
            builtin echo 0
        else if test (string length -- $digits) -gt 3 -o $digits -gt 720
            builtin echo 720
        else
            builtin echo $digits
        end
    end

    # Takes the keys that another terminal or our own ssox has fetched; status 1: none yet, and
    # then has them fetched, once a minute.
    function __ssox_renew --argument-names age
        __ssox_enter $SSOX_PROFILE $SSOX_EXPIRES; and return
        __ssox_tell
        set -q __ssox_asked; and test $age -ge $__ssox_asked -a $age -lt (builtin math $__ssox_asked + 60)
        and return 1
        set -g __ssox_asked $age
        set -l program ssox
        test -n "$SSOX_BIN"; and set program $SSOX_BIN
        command -q $program; or return
        set -lx SSOX_HOOK renew
        command $program env --shell fish --no-login --min-left (__ssox_renew_minutes) -q -- $SSOX_PROFILE </dev/null >/dev/null 2>/dev/null &
        builtin disown $last_pid 2>/dev/null
        return 1
    end

    # Says once per expiry that nothing but a sign-in will help.
    function __ssox_tell
        test "$SSOX_EXPIRES" != "$__ssox_told"; or return
        set -l state
        __ssox_locate
        test -e "$state/e-"(string replace -a % %25 -- $SSOX_PROFILE | string replace -a / %2F); or return
        set -g __ssox_told $SSOX_EXPIRES
        set -l name (__ssox_harmless $SSOX_PROFILE)
        builtin printf 'ssox: the sign-in for %s has ended: awsuse --refresh %s\n' $name (string escape -- $name) >&2
    end

    # Control and format characters, which a terminal would obey or hide; for fish, bytes that are
    # no UTF-8 are in the private use area.
    function __ssox_harmless
        string replace -ra '[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]' '?' -- "$argv"
    end

    # The segment: name, and time left in the words of src/ui/duration.ts.
    function __ssox_paint --argument-names left
        set -e -g __ssox_segment
        string match -qir '^(?:off|0)$' -- "$SSOX_PROMPT"; and return
        set -l text (__ssox_harmless $SSOX_PROFILE)
        __ssox_is_foreign; and set text "$text!"
        set -l colour green
        if test -n "$left"
            test $left -le 1800; and set colour yellow
            test $left -le 600; and set colour red
            set text "$text "(__ssox_duration $left)
        end
        if test "x$SSOX_PROTECTED" = x1
            set colour white --background red
        end
        if test -n "$NO_COLOR" -o "$TERM" = dumb
            set -g __ssox_segment $text
        else
            set -g __ssox_segment (builtin set_color $colour)$text(builtin set_color normal)
        end
    end

    function __ssox_duration --argument-names left
        if test $left -le 0
            builtin echo expired
        else if test $left -lt 60
            builtin echo $left's'
        else if test $left -lt 3600
            builtin echo (builtin math -s0 $left / 60)m
        else if test $left -lt 86400
            builtin printf '%dh %02dm' (builtin math -s0 $left / 3600) (builtin math -s0 $left % 3600 / 60)
        else
            builtin printf '%dd %02dh' (builtin math -s0 $left / 86400) (builtin math -s0 $left % 86400 / 3600)
        end
    end

    # Puts the segment behind the right prompt of the user, or before the left one. Their function
    # is called first of all, so that it sees the status of the last command.
    function __ssox_wrap
        string match -qir '^(?:off|0)$' -- "$SSOX_PROMPT"; and return
        # starship and oh-my-posh draw all of the prompt themselves.
        test "$STARSHIP_SHELL" = fish -o "$POSH_SHELL" = fish; and return
        set -l prompt fish_right_prompt
        test "$SSOX_PROMPT" = left; and set prompt fish_prompt
        # Each has its own, so that a chain of them ends whoever is in between.
        set -l theirs __ssox_their_$prompt
        while builtin functions -q $theirs
            set theirs "$theirs"_
        end
        if builtin functions -q $prompt
            builtin functions $prompt | string match -q '*__ssox_segment*'; and return
            builtin functions -c $prompt $theirs
        else
            function $theirs
            end
        end
        # Unlike other commands, an assignment leaves $status and $pipestatus as they are. When there
        # is something in it afterwards, another one of ours was inside, and has drawn the segment.
        if test $prompt = fish_prompt
            function fish_prompt --inherit-variable theirs
                set -g __ssox_drawn
                set -l text ($theirs $argv | string collect --no-trim-newlines)
                not set -q __ssox_drawn[1]; and set -q __ssox_segment; and builtin printf '%s ' $__ssox_segment
                set -g __ssox_drawn yes
                builtin printf %s $text
            end
        else
            function fish_right_prompt --inherit-variable theirs
                set -g __ssox_drawn
                $theirs $argv
                not set -q __ssox_drawn[1]; and set -q __ssox_segment; and builtin printf ' %s' $__ssox_segment
                set -g __ssox_drawn yes
            end
        end
    end

    # What fits at the cursor, one per line, a description behind a tab.
    function __ssox_complete --argument-names command
        set -l words (builtin commandline -opc)
        set -l current (builtin commandline -ct)
        set -e words[1]
        set -l verb env
        if test $command = ssox
            set verb
            while set -q words[1]
                set -l word $words[1]
                set -e words[1]
                if not string match -q -- '-*' "$word"
                    set verb $word
                    break
                end
                __ssox_choices $word >/dev/null; or continue
                # The value of an option is due.
                set -q words[1]; or return
                set -e words[1]
            end
            if not set -q verb[1]
                string match -q -- '-*' "$current"; and __ssox_flags global; or __ssox_verbs
                return
            end
        end
        set -l given
        while set -q words[1]
            set -l word $words[1]
            set -e words[1]
            if test "x$word" = x--
                if test $verb = exec
                    set -q words[1]; and set words (string escape -- $words)
                    builtin complete -C "$words $current"
                    return
                end
                set current ''
                set -a given $words
                break
            else if not string match -q -- '-*' "$word"
                set -a given $word
            else if __ssox_choices $word >/dev/null
                if not set -q words[1]
                    __ssox_choices $word
                    return
                end
                set -e words[1]
            end
        end
        if string match -q -- '--*=*' "$current"
            set -l flag (string split -m 1 = -- "$current")[1]
            for choice in (__ssox_choices $flag)
                builtin printf '%s=%s\n' $flag $choice
            end
        else if string match -q -- '-*' "$current"
            __ssox_flags $verb
        else if not set -q given[1]
            set -l kind (__ssox_argument $verb)
            builtin contains profile $kind; and __ssox_names profile
            builtin contains session $kind; and __ssox_names sso-session
            builtin contains choice $kind; and __ssox_choices $verb
            test $command = awsuse; and set -q __ssox_previous; and builtin printf '%s\t%s\n' - 'the previous profile'
        end
        return 0
    end

    # Profile or session names: those that ssox has left for the present state of the AWS files,
    # else those in the section headers. No names with control characters, or like options; nor what
    # fish would insert without the quotes that it needs: a tilde in front, and line separators.
    function __ssox_names --argument-names kind
        set -l config (__ssox_user_path "$AWS_CONFIG_FILE" config)
        set -l credentials (__ssox_user_path "$AWS_SHARED_CREDENTIALS_FILE" credentials)
        set -l settings $HOME/.config/ssox/config
        string match -q '/*' -- "$XDG_CONFIG_HOME"; and set settings $XDG_CONFIG_HOME/ssox/config
        set -l state
        __ssox_locate
        if test $kind = profile -a -f "$state/names" -a -O "$state/names"
            and __ssox_is_current $state $config $credentials $settings
            string match -rv '^[-~]|[\p{Cc}\p{Zl}\p{Zp}]' <$state/names
            return
        end
        begin
            if test -f "$config" -a -r "$config"
                string replace -rf '^\s*\[\s*'$kind'\s+((?:"[^"\\\\]*"|\'[^\']*\'|[^\s\]"\'\\\\])+)\s*\].*' '$1' <$config \
                    | string replace -ra '"([^"]*)"|\'([^\']*)\'' '$1$2'
                test $kind = profile; and string replace -rf '^\s*\[\s*(default)\s*\].*' '$1' <$config
            end
            if test $kind = profile -a -f "$credentials" -a -r "$credentials"
                string replace -rf '^\s*\[\s*([^]]+?)\s*\].*' '$1' <$credentials
            end
        end | string match -rv '^[-~]|[\p{Cc}\p{Zl}\p{Zp}]'
    end

    function __ssox_user_path --argument-names value file
        if test -z "$value"
            builtin echo $HOME/.aws/$file
        else if string match -qr '^~(?:/|$)' -- $value
            builtin echo $HOME(string sub -s 2 -- $value)
        else
            builtin echo $value
        end
    end

    # BEGIN command table
    function __ssox_verbs
        builtin printf '%s\t%s\n' \
            env "print statements that put a profile's credentials into the shell" \
            exec 'run one command with the credentials of a profile' \
            login 'sign in, if needed' \
            logout 'sign out, and remove what the sign-in left on this machine' \
            status 'sessions and profiles with the time left' \
            list 'profiles with account, role and region' \
            init 'print the lines that load the shell hook' \
            demo 'try everything on an Identity Center that ssox runs itself; no AWS account needed' \
            whoami 'ask AWS whose credentials these are'
    end

    # What a verb takes besides flags.
    function __ssox_argument --argument-names verb
        switch $verb
            case env
                builtin printf '%s\n' profile
            case exec
                builtin printf '%s\n' profile
            case login
                builtin printf '%s\n' profile session
            case logout
                builtin printf '%s\n' session
            case status
                builtin printf '%s\n' profile
            case init
                builtin printf '%s\n' choice
            case whoami
                builtin printf '%s\n' profile
        end
    end

    # The values of a flag or of an argument, as far as there is a list; status 1: it takes none.
    function __ssox_choices --argument-names word
        switch $word
            case --shell
                builtin printf '%s\n' bash zsh sh fish powershell nu elvish xonsh tcsh cmd
            case --format
                builtin printf '%s\n' json dotenv docker
            case --mode
                builtin printf '%s\n' both keys profile
            case init
                builtin printf '%s\n' bash zsh fish powershell
            case --min-left --browser --port --start-url --sso-region --account-id --role-name --region
            case '*'
                return 1
        end
    end

    function __ssox_flags --argument-names group
        switch $group
            case env
                builtin printf '%s\t%s\n' \
                    --shell 'statements for this shell (else the one that runs ssox, or $SHELL)' \
                    --format 'data in place of statements; docker is raw KEY=VALUE for --env-file' \
                    --mode 'set the keys, AWS_PROFILE, or both (the default)' \
                    --clear 'undo: unset everything that ssox or its rivals set' \
                    --refresh 'new role credentials even if the old ones are valid' \
                    --min-left 'role credentials with less time left than this are renewed (default: 5)' \
                    --print 'show the secrets on a terminal too' \
                    --yes 'do not ask first'
                __ssox_flags sign-in
                __ssox_flags identity
                __ssox_flags global
            case exec
                builtin printf '%s\t%s\n' \
                    --mode 'set the keys, AWS_PROFILE, or both (the default)' \
                    --refresh 'new role credentials even if the old ones are valid' \
                    --min-left 'role credentials with less time left than this are renewed (default: 5)'
                __ssox_flags sign-in
                __ssox_flags identity
                __ssox_flags global
            case login
                builtin printf '%s\t%s\n' \
                    --force 'sign in again even if the session is valid'
                __ssox_flags sign-in
                __ssox_flags identity
                __ssox_flags global
            case logout
                builtin printf '%s\t%s\n' \
                    --all 'sign out of every session'
                __ssox_flags global
            case status
                builtin printf '%s\t%s\n' \
                    --json 'print JSON' \
                    --check 'print nothing; exit 0 if usable, 4 if not' \
                    --watch 'keep the table up to date until ^C'
                __ssox_flags global
            case list
                builtin printf '%s\t%s\n' \
                    --names 'print the names alone, one per line' \
                    --json 'print JSON'
                __ssox_flags global
            case init
                builtin printf '%s\t%s\n' \
                    --install 'add them to the start-up file' \
                    --remove 'take them out again' \
                    --yes 'do not ask first' \
                    --dry-run 'only show the change'
                __ssox_flags global
            case demo
                builtin printf '%s\t%s\n' \
                    --script 'play the tour by itself, check each step'
                __ssox_flags global
            case whoami
                __ssox_flags sign-in
                __ssox_flags identity
                __ssox_flags global
            case sign-in
                builtin printf '%s\t%s\n' \
                    --login 'sign in if needed, even without a terminal' \
                    --no-login 'never sign in; exit 4 if it is needed' \
                    --browser 'open the sign-in page with this command' \
                    --no-browser 'print the URL and open nothing' \
                    --device-code 'sign in with a code, on any device' \
                    --port 'fixed port for the callback of the browser'
            case identity
                builtin printf '%s\t%s\n' \
                    --start-url 'start URL of the AWS access portal' \
                    --sso-region 'region of Identity Center' \
                    --account-id 'account, 12 digits' \
                    --role-name 'role (permission set)'
            case global
                builtin printf '%s\t%s\n' \
                    --region 'AWS region, in place of the one of the profile' \
                    --quiet 'only problems and what needs an answer' \
                    -q 'only problems and what needs an answer' \
                    --debug 'say what happens, secrets masked' \
                    --no-input 'never ask anything' \
                    --color 'colour always' \
                    --no-color 'no colour' \
                    --help 'show this help' \
                    -h 'show this help' \
                    --version 'print the version' \
                    -V 'print the version'
        end
    end
    # END command table

    builtin complete -e -c awsuse
    builtin complete -e -c ssox
    builtin complete -c awsuse -f -a '(__ssox_complete awsuse)'
    builtin complete -c ssox -f -a '(__ssox_complete ssox)'
end
