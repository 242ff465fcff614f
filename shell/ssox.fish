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
    set -l before $SSOX_PROFILE
    set -l words $argv
    set -l names $argv
    if test "x$argv[1]" = x-
        if not set -q __ssox_previous
            builtin printf 'ssox: %s\n  %s\n' 'this terminal has no previous profile' awsuse >&2
            return 2
        end
        set words $argv[2..-1] -- $__ssox_previous
        set names $argv[2..-1] $__ssox_previous
    else if string match -q -- '-*' "$argv[1]"
        set names
    end
    # A name and nothing else may be in the switch cache.
    set -q names[1]; and not set -q names[2]; and __ssox_apply_entry f $names
    switch $status
        case 0
        case 1
            __ssox_ask $words; or return
        case '*'
            return 1
    end
    __ssox_note_keys
    if set -q before[1]; and test "x$before" != "x$SSOX_PROFILE"
        set -g __ssox_previous $before
    end
    return 0
end

# Evaluates the statement that ssox prints; the status is that of ssox.
function __ssox_ask
    set -q fish_trace; and set -l fish_trace
    __ssox_program | read -l program
    # fish itself would show where in this file it has stopped.
    if not command -q -- $program
        builtin printf 'ssox: there is no program %s\n  %s\n' "$program" 'set -gx SSOX_BIN /path/to/ssox' >&2
        return 127
    end
    set -lx SSOX_HOOK fish
    for word in $argv
        test "x$word" = x--; and break
        # For people or for a file, so there is nothing to evaluate. Short options may stand together.
        if string match -qr '^-q*[hV][qhV]*$|^--(?:help|version|format)$|^--format=' -- $word
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

function __ssox_program
    test -n "$SSOX_BIN"; and builtin echo $SSOX_BIN; or builtin echo ssox
end

# Keys that are there now were put there by ssox. If others are seen later, they are of somebody else.
function __ssox_note_keys
    set -g __ssox_keys_of "$SSOX_EXPIRES $SSOX_PROFILE"
    set -g __ssox_key_id $AWS_ACCESS_KEY_ID
end

# Applies an entry of the switch cache: `f` is a statement that switches to the profile, `r` is
# newer keys for the profile that is there. Status 1: there is no entry that may be used; 2: it has
# failed half-way, without keys.
function __ssox_apply_entry --argument-names kind name
    set -q __ssox_clock; or return 1
    set -q fish_trace; and set -l fish_trace
    set -l file
    __ssox_find_file current/$kind $name; or return 1
    read -z -l -d \n condition config credentials settings state token marker expires line rest <$file
    test ssox-switch\ 4\t"$name"\t"$HOME"\t"$XDG_CONFIG_HOME"\t"$AWS_CONFIG_FILE"\t"$AWS_SHARED_CREDENTIALS_FILE" = "$condition" \
        -a -O "$state" -a -e "$token" -a -e "$marker"
    and string match -qr '(?:^|\n)\.\n$' -- "$rest"
    or return 1
    # To `test`, a file that is not there is older than any other, and as old as another such.
    test "$config" -nt $state/config -o "$config" -ot $state/config \
        -o "$credentials" -nt $state/credentials -o "$credentials" -ot $state/credentials \
        -o "$settings" -nt $state/settings -o "$settings" -ot $state/settings
    and return 1
    # The time of the file is 300 seconds before the expiry.
    builtin $__ssox_clock -R -- $file | read -l age
    test "$age" -le 0; or return 1
    if test $kind = f
        eval $line; or return 2
        return
    end
    # For the same account and role, and for longer than what is there.
    test "x$line" = "x$SSOX_ACCOUNT_ID $SSOX_ROLE" -a "$expires" -gt "$SSOX_EXPIRES"; or return 1
    set -l lines (string split \n -- $rest)
    set -l gone (string split -n ' ' -- $lines[1])
    # Nothing hides a universal variable from programs; ssox says so.
    set -qU $gone
    test $status -eq (builtin count $gone); or return 1
    set -e -g $gone
    for pair in $lines[3..-3]
        set pair (string split -m 1 = -- $pair)
        set -gx $pair[1] "$pair[2]"
    end
    return 0
end

# Sets `file` of the caller to a file about a profile in the folder of ssox (src/state/paths.ts).
# Status 1: it is not there, or not ours.
function __ssox_find_file --no-scope-shadowing
    set file "$XDG_RUNTIME_DIR/ssox"
    if not test -d $file -a -O $file -a ! -L $file -a -e $file/current
        or not string match -q '/*' -- "$XDG_RUNTIME_DIR"
        set file "$XDG_CACHE_HOME/ssox"
        string match -q '/*' -- "$XDG_CACHE_HOME"; or set file "$HOME/.cache/ssox"
    end
    set -l encoded $argv[2]
    string match -qr '[%/]' -- "$encoded"
    and set encoded (string replace -a % %% -- $encoded | string replace -a / %- | string collect)
    set file $file/$argv[1]-$encoded
    test -f $file -a -O $file -a ! -L $file
end

function __ssox_unload --description 'Take ssox out of this shell'
    for prompt in fish_prompt fish_right_prompt
        builtin functions -q $prompt; or continue
        set -l theirs (builtin functions $prompt | string match -rg '^ *set -l theirs \'?(__ssox_their_\w+)')
        or continue
        builtin functions -e $prompt
        builtin functions -c $theirs $prompt
        builtin functions -e $theirs
    end
    builtin complete -c awsuse -c ssox -e
    for name in (set -ng | string match '__ssox_*')
        set -e -g $name
    end
    # A prompt of somebody else may have wrapped one of ours, which goes on to call these.
    builtin functions -e awsuse (builtin functions -an | string match -r '^__ssox_(?!their_).*')
end

# What tells the time of a file; fish before 3.6 has nothing that does. In a variable, since a fish
# without the builtin would not read a file in which it is named.
set -g __ssox_clock path mtime
builtin -q $__ssox_clock[1]; and builtin $__ssox_clock / >/dev/null 2>/dev/null
or set -e -g __ssox_clock

if status is-interactive
    status filename | read -l file
    builtin realpath -- $file 2>/dev/null | read -g __ssox_hook

    function __ssox_prompt --on-event fish_prompt
        set -q fish_trace; and set -l fish_trace
        # Unless it was, somebody has put another prompt in the place of ours.
        set -q __ssox_drawn[1]; or __ssox_wrap
        set -g __ssox_drawn
        if not set -q SSOX_PROFILE
            set -e -g __ssox_segment
            set -e -g __ssox_seen
            return
        end
        set -l age 0
        set -q __ssox_clock; and builtin $__ssox_clock -R / | read age
        set -l seen "$SSOX_PROFILE $SSOX_EXPIRES $SSOX_PROTECTED $AWS_PROFILE $AWS_ACCESS_KEY_ID $SSOX_PROMPT $SSOX_RENEW_MINUTES $NO_COLOR"
        # The same text as last time, until its minute is over or the clock was turned back.
        test "x$seen" = "x$__ssox_seen"; and test $age -ge $__ssox_since -a $age -lt $__ssox_until
        and return
        set -g __ssox_seen $seen
        set -g __ssox_since $age
        __ssox_refresh $age
    end

    # Renews the keys when it is time, and makes the segment: name, and time left in the words of
    # src/ui/duration.ts.
    function __ssox_refresh --argument-names age
        test "$__ssox_keys_of" = "$SSOX_EXPIRES $SSOX_PROFILE"; or __ssox_note_keys
        set -l text $SSOX_PROFILE
        test -n "$SSOX_OUTER"; and set text "$SSOX_OUTER > $text"
        # Control and format characters, which a terminal would obey or hide; for fish, bytes that are
        # no UTF-8 are in the private use area.
        set text (string replace -ra '[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]' '?' -- "$text")
        # Somebody else has put other keys or another profile there; exec --serve may name one without keys.
        set -l foreign
        if not contains -- "$AWS_PROFILE" '' "$SSOX_PROFILE" "$SSOX_PROFILE-served" ssox-served
            or test -n "$SSOX_EXPIRES" -a -n "$AWS_ACCESS_KEY_ID" -a "x$AWS_ACCESS_KEY_ID" != "x$__ssox_key_id"
            set foreign !
            set text "$text!"
        end
        set -l colour green
        set -g __ssox_until 99999999999
        if set -q __ssox_clock; and string match -qr '^[0-9]{1,12}$' -- "$SSOX_EXPIRES"
            set -l left (builtin math "$SSOX_EXPIRES - $age - "(builtin $__ssox_clock /))
            test $left -le 1800; and set colour yellow
            test $left -le 600; and set colour red
            # How many seconds the smallest unit in the text has.
            set -l unit 60
            if test $left -le 0
                set text "$text expired"
            else if test $left -lt 60
                set unit 1
                set text "$text $left"s
            else if test $left -lt 3600
                set text "$text "(builtin math -s0 $left / 60)m
            else if test $left -lt 86400
                set text "$text "(builtin printf '%dh %02dm' (builtin math -s0 $left / 3600) (builtin math -s0 $left % 3600 / 60))
            else
                set unit 3600
                set text "$text "(builtin printf '%dd %02dh' (builtin math -s0 $left / 86400) (builtin math -s0 $left % 86400 / 3600))
            end
            test $left -gt 0; and set -g __ssox_until (builtin math $age + $left % $unit + 1)
            if set -q AWS_ACCESS_KEY_ID; and not set -q foreign[1]; and __ssox_renew $age $left
                __ssox_refresh $age
                return
            end
        end
        set -e -g __ssox_segment
        __ssox_is_off; and return
        test "x$SSOX_PROTECTED" = x1; and set colour white --background red
        test -n "$NO_COLOR" -o "$TERM" = dumb; or set text (builtin set_color $colour)$text(builtin set_color normal)
        set -g __ssox_segment $text
    end

    function __ssox_is_off
        string match -qir '^(?:off|0)$' -- "$SSOX_PROMPT"
    end

    # When few minutes are left (or none, for a day): takes the keys that another terminal or our own
    # ssox has fetched. Status 1: none yet, and then has them fetched, once a minute.
    function __ssox_renew --argument-names age left
        # Whatever is no number means never; at most what `--min-left` takes.
        set -l minutes 10
        if test -n "$SSOX_RENEW_MINUTES"
            string match -qr '^0*(?<minutes>[0-9]{1,4})' -- $SSOX_RENEW_MINUTES; or set minutes 0
            test $minutes -gt 720; and set minutes 720
        end
        test $minutes -gt 0 -a $left -lt (builtin math $minutes \* 60) -a $left -gt -86400; or return
        # Look again at every prompt.
        set -g __ssox_until 0
        __ssox_apply_entry r $SSOX_PROFILE; and return
        if set -q __ssox_asked
            # Say once per expiry why ssox could not renew, and what to type.
            set -l file
            if test "$__ssox_noted" != "$SSOX_EXPIRES"; and __ssox_find_file n $SSOX_PROFILE
                set -g __ssox_noted $SSOX_EXPIRES
                read -z -l text <$file
                builtin printf %s $text >&2
            end
            test $age -ge $__ssox_asked -a $age -lt (builtin math $__ssox_asked + 60); and return 1
        end
        set -g __ssox_asked $age
        __ssox_program | read -l program
        command -q $program; or return
        set -lx SSOX_HOOK renew
        command $program env --shell fish --no-login --min-left $minutes -q -- $SSOX_PROFILE </dev/null >/dev/null 2>/dev/null &
        builtin disown $last_pid 2>/dev/null
        return 1
    end

    # Puts the segment behind the right prompt of the user, or before the left one. Their function
    # is called first of all, so that it sees the status of the last command: unlike other commands,
    # an assignment leaves $status and $pipestatus as they are.
    function __ssox_wrap
        __ssox_is_off; and return
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
        # When __ssox_drawn is set afterwards, another one of ours was inside, and has drawn the segment.
        if test $prompt = fish_prompt
            function fish_prompt --inherit-variable theirs
                set -g __ssox_drawn
                set -l text ($theirs $argv | string collect --no-trim-newlines)
                set -q __ssox_drawn[1]; or builtin printf %s $__ssox_segment' '
                set -g __ssox_drawn yes
                builtin printf %s $text
            end
        else
            function fish_right_prompt --inherit-variable theirs
                set -g __ssox_drawn
                $theirs $argv
                set -q __ssox_drawn[1]; or builtin printf %s ' '$__ssox_segment
                set -g __ssox_drawn yes
            end
        end
    end

    # What fits at the cursor, one per line, a description behind a tab. The verb is `env` for awsuse,
    # and `-` for ssox until there is one.
    function __ssox_complete --argument-names verb
        set -l words (builtin commandline -opc)
        set -l current (builtin commandline -ct)
        set -l next word
        set -l option
        set -e words[1]
        while set -q words[1]
            set -l word $words[1]
            set -e words[1]
            if set -q option[1]
                set option
            else if test "x$word" = x--
                if test $verb = exec
                    set -q words[1]; and set words (string escape -- $words)
                    builtin complete -C "$words $current"
                    return
                end
                set -q words[1]; and set next more
                set current ''
                break
            else if string match -q -- '-*' "$word"
                __ssox_rows flag $verb | string match -q -- "$word=*"; and set option $word
            else if test $verb = -
                set verb $word
            else
                set next more
            end
        end
        if set -q option[1]
            __ssox_rows value $option
        else if string match -q -- '--*=*' "$current"
            set option (string split -m 1 = -- "$current")[1]
            string join \n -- $option=(__ssox_rows value $option)
        else if string match -q -- '-*' "$current"
            __ssox_rows flag $verb | string replace -r '=\t' '\t'
        else if test $verb = -
            __ssox_rows verb -
        else
            for word in (__ssox_rows $next $verb)
                switch $word
                    case :profile
                        __ssox_profile_names profile
                    case :session
                        __ssox_profile_names sso-session
                    case '*'
                        builtin echo $word
                end
            end
            test $next = word -a $argv[1] = awsuse; and set -q __ssox_previous; and builtin printf '%s\t%s\n' - 'the previous profile'
        end
    end

    # Words of src/cli/completion.ts with what they do, of a kind and for a verb or a flag. The file is
    # beside this one, also where that is a link to it.
    function __ssox_rows --argument-names kind of
        set -l table (string replace -r '[^/]*$' completion.tsv -- $__ssox_hook)
        test -r "$table"
        and string replace -rf "^$kind\t"(string escape --style=regex -- $of)'\t([^\t]*)(?:\t-|(\t.*))$' '$1$2' <$table
    end

    # Names from the section headers of the AWS files. None with control characters, or like options;
    # nor what fish would insert without the quotes that it needs: a tilde in front, and line separators.
    function __ssox_profile_names --argument-names kind
        set -l type $kind'[ \t]+'
        test $kind = profile; and set type '(?:profile[ \t]+|(?=default$))'
        begin
            __ssox_headers config $AWS_CONFIG_FILE \
                | string replace -rf '^'$type'((?:"[^"\\\\]*"|\'[^\']*\'|[^ \t"\'\\\\])+)[ \t]*$' '$1' \
                | string replace -ra '"([^"]*)"|\'([^\']*)\'' '$1$2'
            test $kind = profile
            and __ssox_headers credentials $AWS_SHARED_CREDENTIALS_FILE \
                | string match -rv '^\s|\s$|^(?:profile|sso-session|services)[ \t]'
        end | string match -rv '^[-~]|^$|[\p{Cc}\p{Zl}\p{Zp}]'
    end

    # What is between the first bracket and the last one before a comment, in each line that has them.
    function __ssox_headers --argument-names usual file
        test -n "$file"; or set file "~/.aws/$usual"
        string match -q '~/*' -- $file; and set file $HOME(string sub -s 2 -- $file)
        test -f "$file" -a -r "$file"
        and string replace -rf '^\x{FEFF}?\s*\[([^]]*(?:\][^]#;]*(?=\]))*)\].*' '$1' <$file
    end

    builtin complete -c awsuse -c ssox -e
    builtin complete -c awsuse -f -a '(__ssox_complete awsuse)'
    builtin complete -c ssox -f -a '(__ssox_complete -)'
end
