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
# src/switch/entry.ts describes the files that are read here. `set -l fish_trace` turns a trace off
# until the function ends, so that no secret is in it. Where a variable is set by `read` or by a named
# group of `string match`, that is because a command substitution costs ten times as much.

function awsuse --description 'Switch this terminal to an AWS profile'
    set -q fish_trace; and set -l fish_trace
    set -l words $argv
    set -l name
    if test "x$argv[1]" = x-
        if not set -q __ssox_previous
            builtin printf 'ssox: %s\n  %s\n' 'this terminal has no previous profile' awsuse >&2
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
    set -q name[1]; and __ssox_apply_entry p $name
    switch $status
        case 0
        case 1
            __ssox_ask $words; or return
        case '*'
            return 1
    end
    set -g __ssox_seen "$SSOX_EXPIRES $SSOX_PROFILE"
    set -g __ssox_ours $AWS_ACCESS_KEY_ID
    if set -q before[1]; and test "x$before" != "x$SSOX_PROFILE"
        set -g __ssox_previous $before
    end
    return 0
end

# Evaluates the statement that ssox prints; the status is that of ssox.
function __ssox_ask
    set -q fish_trace; and set -l fish_trace
    set -l program ssox
    test -n "$SSOX_BIN"; and set program $SSOX_BIN
    set -lx SSOX_HOOK fish
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
    set -l statement (command $program env --shell fish $argv)
    or return
    if not string match -q -- 'begin; *; end' "$statement"
        builtin printf 'ssox: %s\n  %s\n' 'that was not for this shell, so nothing has changed' 'awsuse --help' >&2
        return 1
    end
    eval $statement
end

# Applies the entry of a profile in the switch cache: `p` switches, `r` renews the keys. Status 1:
# there is none that may be used; 2: it has failed half-way, without keys.
function __ssox_apply_entry --argument-names kind name
    set -q __ssox_epoch; or return 1
    set -q fish_trace; and set -l fish_trace
    set -l runtime
    set -l file
    __ssox_locate $name
    # To apply the data of a p entry takes three times as long as to evaluate the statement.
    set -l entry $runtime/current/$kind-$file
    test $kind = p; and set entry $runtime/current/s-fish-$file
    test -f $entry -a -O $entry -a ! -L $entry; or return 1
    read -z -l -d \n condition config credentials settings state token marker expires line rest <$entry
    test ssox-switch\ 4\t"$name"\t"$HOME"\t"$XDG_CONFIG_HOME"\t"$AWS_CONFIG_FILE"\t"$AWS_SHARED_CREDENTIALS_FILE" = "$condition" \
        -a -O "$state" -a -e "$token" -a -e "$marker"
    and string match -qr '(?:^|\n)\.\n$' -- "$rest"
    or return 1
    # To `test`, a file that is not there is older than any other, and as old as another such.
    test "$config" -nt $state/config -o "$config" -ot $state/config \
        -o "$credentials" -nt $state/credentials -o "$credentials" -ot $state/credentials \
        -o "$settings" -nt $state/settings -o "$settings" -ot $state/settings
    and return 1
    if test $kind = p
        # Its own time is 300 seconds before the expiry.
        builtin path mtime -R -- $entry | read -l age
        test "$age" -le 0; or return 1
        eval $line; or return 2
        return
    end
    set -l now (builtin math (builtin path mtime /) + (builtin path mtime -R /))
    test "$expires" -ge (builtin math $now + 300); or return 1
    test "x$line" = "x$SSOX_ACCOUNT_ID $SSOX_ROLE" -a "$expires" -gt "$SSOX_EXPIRES"; or return 1
    set -l values (string split \n -- $rest)
    set -l gone (string split -n ' ' -- $values[1])
    # Nothing hides a universal variable from programs; ssox says so.
    set -qU $gone
    test $status -eq (count $gone); or return 1
    set -l owned (string split -n ' ' -- $values[2])
    while set -q owned[2]
        set -l owner $owned[2]
        test -n "$$owner" -a "x$$owned[1]" = "x$$owner"; and set -a gone $owned[1]
        set -e owned[1..2]
    end
    set -e -g $gone
    for value in $values[3..-3]
        set value (string split -m 1 = -- $value)
        set -gx $value[1] "$value[2]"
    end
    return 0
end

# Sets `runtime` of the caller to the folder of ssox (src/state/paths.ts), and `file` to the name as
# it is in file names.
function __ssox_locate --no-scope-shadowing
    set runtime "$XDG_RUNTIME_DIR/ssox"
    if not test -d $runtime -a -O $runtime -a ! -L $runtime -a -e $runtime/current
        or not string match -q '/*' -- "$XDG_RUNTIME_DIR"
        set runtime "$XDG_CACHE_HOME/ssox"
        string match -q '/*' -- "$XDG_CACHE_HOME"; or set runtime "$HOME/.cache/ssox"
    end
    set file $argv[1]
    string match -qr '[%/]' -- "$file"
    and set file (string replace -a % %% -- $file | string replace -a / %- | string collect)
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
    # Beside this file, also where that is a link to it.
    set -l file (status filename)
    builtin -q path; and set file (builtin path resolve -- $file)
    string replace -r '[^/]*$' completion.tsv -- $file | read -g __ssox_table

    function __ssox_prompt --on-event fish_prompt
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
        __ssox_segment_refresh $age
    end

    # Renews, and makes the segment anew.
    function __ssox_segment_refresh --argument-names age
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
        __ssox_segment_text $left
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
        __ssox_apply_entry r $SSOX_PROFILE; and return
        set -q __ssox_asked; and __ssox_show_note; and return 1
        set -q __ssox_asked; and test $age -ge $__ssox_asked -a $age -lt (builtin math $__ssox_asked + 60)
        and return 1
        set -g __ssox_asked $age
        __ssox_start_renewal
        return 1
    end

    function __ssox_start_renewal
        set -l program ssox
        test -n "$SSOX_BIN"; and set program $SSOX_BIN
        command -q $program; or return
        set -lx SSOX_HOOK renew
        command $program env --shell fish --no-login --min-left (__ssox_renew_minutes) -q -- $SSOX_PROFILE </dev/null >/dev/null 2>/dev/null &
        builtin disown $last_pid 2>/dev/null
    end

    # Says once per expiry why ssox could not renew, and what to type.
    function __ssox_show_note
        test "$SSOX_EXPIRES" != "$__ssox_noted"; or return
        set -l runtime
        set -l file
        __ssox_locate $SSOX_PROFILE
        set -l note $runtime/n-$file
        test -f $note -a -O $note -a ! -L $note; or return
        set -g __ssox_noted $SSOX_EXPIRES
        read -z -l text <$note
        builtin printf %s $text >&2
    end

    # Control and format characters, which a terminal would obey or hide; for fish, bytes that are
    # no UTF-8 are in the private use area.
    function __ssox_harmless
        string replace -ra '[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]' '?' -- "$argv"
    end

    # The segment: name, and time left in the words of src/ui/duration.ts.
    function __ssox_segment_text --argument-names left
        set -e -g __ssox_segment
        string match -qir '^(?:off|0)$' -- "$SSOX_PROMPT"; and return
        set -l outer
        test -n "$SSOX_OUTER"; and set outer "$SSOX_OUTER > "
        set -l text (__ssox_harmless "$outer$SSOX_PROFILE")
        __ssox_is_foreign; and set text "$text!"
        set -l colour green
        if test -n "$left"
            test $left -le 1800; and set colour yellow
            test $left -le 600; and set colour red
            set text "$text "(__ssox_segment_duration $left)
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

    function __ssox_segment_duration --argument-names left
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
                __ssox_takes_value $word; or continue
                # The value of an option is due.
                set -q words[1]; or return
                set -e words[1]
            end
            if not set -q verb[1]
                string match -q -- '-*' "$current"; and __ssox_rows flag -; or __ssox_rows verb -
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
            else if __ssox_takes_value $word
                if not set -q words[1]
                    __ssox_rows value $word
                    return
                end
                set -e words[1]
            end
        end
        if string match -q -- '--*=*' "$current"
            set -l flag (string split -m 1 = -- "$current")[1]
            for choice in (__ssox_rows value $flag)
                builtin printf '%s=%s\n' $flag $choice
            end
        else if string match -q -- '-*' "$current"
            __ssox_rows flag $verb
        else if not set -q given[1]
            for word in (__ssox_rows word $verb)
                switch $word
                    case :profile
                        __ssox_profile_names profile
                    case :session
                        __ssox_profile_names sso-session
                    case '*'
                        builtin echo $word
                end
            end
            test $command = awsuse; and set -q __ssox_previous; and builtin printf '%s\t%s\n' - 'the previous profile'
        end
        return 0
    end

    # Words of src/cli/completion.ts with what they do, of a kind and for a verb or a flag.
    function __ssox_rows --argument-names kind of
        set -l start "^$kind\t"(string escape --style=regex -- $of)
        test -r "$__ssox_table"; or return
        string replace -rf $start'\t([^\t=]*)=?\t(.*)$' '$1\t$2' <$__ssox_table | string replace -r '\t-$' ''
    end

    function __ssox_takes_value --argument-names flag
        test -r "$__ssox_table"
        and string match -qr '^flag\t[^\t]*\t'(string escape --style=regex -- $flag)'=\t' <$__ssox_table
    end

    # Names from the section headers of the AWS files. None with control characters, or like options;
    # nor what fish would insert without the quotes that it needs: a tilde in front, and line separators.
    function __ssox_profile_names --argument-names kind
        set -l config (__ssox_user_path "$AWS_CONFIG_FILE" config)
        set -l credentials (__ssox_user_path "$AWS_SHARED_CREDENTIALS_FILE" credentials)
        set -l type $kind'[ \t]+'
        test $kind = profile; and set type '(?:profile[ \t]+|(?=default$))'
        begin
            __ssox_headers $config \
                | string replace -rf '^'$type'((?:"[^"\\\\]*"|\'[^\']*\'|[^ \t"\'\\\\])+)[ \t]*$' '$1' \
                | string replace -ra '"([^"]*)"|\'([^\']*)\'' '$1$2'
            test $kind = profile
            and __ssox_headers $credentials | string match -rv '^\s|\s$|^(?:profile|sso-session|services)[ \t]'
        end | string match -rv '^[-~]|^$|[\p{Cc}\p{Zl}\p{Zp}]'
    end

    # What is between the first bracket and the last one before a comment.
    function __ssox_headers --argument-names file
        test -f "$file" -a -r "$file"
        and string replace -rf '^\x{FEFF}?\s*\[([^]]*(?:\][^]#;]*(?=\]))*)\].*' '$1' <$file
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

    builtin complete -e -c awsuse
    builtin complete -e -c ssox
    builtin complete -c awsuse -f -a '(__ssox_complete awsuse)'
    builtin complete -c ssox -f -a '(__ssox_complete ssox)'
end
