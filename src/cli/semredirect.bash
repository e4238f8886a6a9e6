# SPDX-License-Identifier: Apache-2.0
# bash completion of semredirect.  What there is to complete, it asks the
# command's own --help (arguments.c), so that it never lags behind.

# A paragraph "NAME is one of", then lines "  value: what it is"
_semredirect_one_of()
{
    sed -n "/^$1 is one of/,/^\$/s/^  \\([a-z0-9-]*\\): .*/\\1/p" <<< "$2"
}

# The argument of option --$1 as help $2 has it: "FILE", "a|b"; "" if it takes
# none
_semredirect_argument()
{
    sed -n "s/^  --$1 \\([^ ]*\\)\\( .*\\)\\{0,1\\}\$/\\1/p" <<< "$2"
}

# What the synopsis in help $1 has as word number $2; the last goes on.
_semredirect_word()
{
    local -a names
    local synopsis

    synopsis=$(sed -n '1s/^usage: semredirect [a-z]* //p' <<< "$1")
    # an option that must be given is no word
    synopsis=$(sed 's/\[[^]]*\] *//g; s/--[a-z-]* [A-Z]* *//g' <<< "$synopsis")
    read -r -a names <<< "$synopsis"
    if [ "$2" -lt "${#names[@]}" ]; then
        echo "${names[$2]}"
    else
        echo "${names[${#names[@]} - 1]}"
    fi
}

_semredirect_commands()
{
    "$1" --help 2> /dev/null | sed -n 's/^  \([a-z][a-z-]*\)  *.*/\1/p'
}

_semredirect_complete()
{
    # values have no blanks
    # shellcheck disable=SC2207
    COMPREPLY=($(compgen -W "$1" -- "$2"))
}

_semredirect_files()
{
    local file

    compopt -o filenames 2> /dev/null
    while IFS= read -r file; do
        COMPREPLY+=("$file")
    done < <(compgen -f -- "$1")
}

# The values of a word that help $2 calls $1, as far as $3
_semredirect_values()
{
    case $1 in
    *'|'*) _semredirect_complete "${1//|/ }" "$3" ;;
    FORMAT) _semredirect_complete "$(_semredirect_one_of FORMAT "$2")" "$3" ;;
    MAP* | FILE* | IMAGE | LOG | OLD | NEW) _semredirect_files "$3" ;;
    esac
}

_semredirect()
{
    local run=$1 cur=${COMP_WORDS[COMP_CWORD]} help option word i count=0

    COMPREPLY=()
    case $COMP_CWORD,${COMP_WORDS[1]} in
    1,*)
        _semredirect_complete "help --help --version
            $(_semredirect_commands "$run")" "$cur"
        return ;;
    2,help)
        _semredirect_complete "$(_semredirect_commands "$run")" "$cur"
        return ;;
    esac
    help=$("$run" "${COMP_WORDS[1]}" --help 2> /dev/null) || return

    # What stands before: words are counted, and an option may want a value.
    # readline breaks --option=value in three.
    option=
    for ((i = 2; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [ "$word" = = ] && [ -n "$option" ]; then
            continue
        elif [ -n "$option" ]; then
            option=
        elif [ "${word#--}" != "$word" ]; then
            word=${word#--}
            [ -z "$(_semredirect_argument "$word" "$help")" ] || option=$word
        else
            count=$((count + 1))
        fi
    done
    if [ -n "$option" ]; then
        [ "$cur" != = ] || cur=
        _semredirect_values "$(_semredirect_argument "$option" "$help")" \
            "$help" "$cur"
    elif [ "${cur#-}" != "$cur" ]; then
        _semredirect_complete \
            "$(sed -n 's/^  \(--[a-z-]*\).*/\1/p' <<< "$help")" "$cur"
    else
        word=$(_semredirect_word "$help" "$count")
        [ "$word" != METHOD ] || word='GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS'
        _semredirect_values "$word" "$help" "$cur"
    fi
}

complete -F _semredirect semredirect
