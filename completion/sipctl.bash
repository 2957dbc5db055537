# Completion of sipctl for bash: options, files behind -f, commands behind -c, which the running server knows.
#
# For one shell:   source completion/sipctl.bash
# For everybody:   install -m 644 completion/sipctl.bash /usr/share/bash-completion/completions/sipctl

_sipctl() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    case $previous in
        -c) _sipctl_commands "$current" ;;
        -f) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
        --state) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
        --timeout) ;;
        *)
            mapfile -t COMPREPLY < <(compgen -W "-c -f --state --json --check --continue --atomic --timeout \
                --version --help" -- "$current")
            ;;
    esac
}

# Complete the last word of the command that begins with $1, an opening quote included.
_sipctl_commands() {
    local quote='' text=$1 asked=() word at
    case $text in
        [\'\"]*) quote=${text:0:1} text=${text:1} ;;
        *) text=${text//\\/} ;;
    esac
    for ((at = 1; at < COMP_CWORD - 1; at++)); do
        case ${COMP_WORDS[at]} in
            --state) asked+=(--state "$(_sipctl_plain "${COMP_WORDS[at + 1]}")") ;;
            -c) asked+=(-c "$(_sipctl_plain "${COMP_WORDS[at + 1]}")") ;;
        esac
    done
    local before=${text% *}
    if [[ $text == *' '* ]]; then before+=' '; else before=''; fi
    while IFS= read -r word; do
        [[ -n $word ]] && COMPREPLY+=("$before$word")
    done < <("${COMP_WORDS[0]}" --complete "${asked[@]}" -c "$text" 2>/dev/null)
    compopt -o nospace 2>/dev/null
    if [[ -z $quote ]]; then
        local plain=("${COMPREPLY[@]}")
        COMPREPLY=()
        for word in "${plain[@]}"; do COMPREPLY+=("$(printf '%q' "$word")"); done
    elif ((${#COMPREPLY[@]} == 1)); then
        # A single word would have the quote closed behind it; two that differ by a space leave it open.
        COMPREPLY+=("${COMPREPLY[0]} ")
        COMPREPLY[0]+='  '
    fi
}

# Take the quotes off a word of the command line.
_sipctl_plain() {
    local text=$1
    case $text in
        \'*\') text=${text:1:${#text}-2} ;;
        \"*\") text=${text:1:${#text}-2} ;;
        *) text=${text//\\/} ;;
    esac
    printf '%s' "${text/#\~/$HOME}"
}

complete -F _sipctl sipctl
