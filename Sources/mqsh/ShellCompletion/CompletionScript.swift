/// What a shell reads to complete the words of `mqsh`: it hands them to `mqsh completions words` and
/// shows the answer. Paths it completes itself.
enum CompletionScript: String, CaseIterable {
  case bash, zsh, fish

  var text: String {
    switch self {
    case .bash: Self.bashText
    case .zsh: Self.zshText
    case .fish: Self.fishText
    }
  }

  /// Readline cuts words at `=` and `:`; they are joined again for mqsh, and what stands in front of
  /// the cut is taken off its answers.
  private static let bashText = #"""
    # Completion of mqsh for bash 4.4 and later; made by 'mqsh completions bash'.
    _mqsh() {
      local program=${COMP_WORDS[0]/#\~\//$HOME/} current=${COMP_WORDS[COMP_CWORD]}
      local -a words=("") lines=()
      local i word last line
      for ((i = 1; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        last=$((${#words[@]} - 1))
        if [[ $i -gt 1 && ($word == [=:]* || ${words[last]} == *[=:]) ]]; then
          words[last]+=$word
        else
          words+=("$word")
        fi
      done
      [[ $current == [=:] ]] && current=
      last=${words[-1]}
      local cut=${last%"$current"}
      words=("${words[@]//[\"\'\\]/}")
      mapfile -t lines < <("$program" completions words "${words[@]:1}" 2>/dev/null)
      COMPREPLY=()
      local IFS=$'\n'
      for line in "${lines[@]}"; do
        if [[ $line != $'\t'* ]]; then
          word=${line%%$'\t'*}
          COMPREPLY+=("${word#"$cut"}")
        elif [[ $line == $'\t' ]]; then
          compopt -o filenames
          COMPREPLY+=($(compgen -f -- "$current"))
        else
          compopt -o filenames
          COMPREPLY+=($(compgen -d -- "$current") $(compgen -f -X "!*.${line#$'\t'}" -- "$current"))
        fi
      done
    }
    complete -F _mqsh mqsh

    """#

  private static let zshText = #"""
    #compdef mqsh
    # Completion of mqsh for zsh; made by 'mqsh completions zsh'.
    _mqsh() {
      local -a lines found kind
      local line files
      [[ $PREFIX == -* ]] && kind=(-o)
      lines=("${(@f)$(${(Q)words[1]} completions words "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
      for line in $lines; do
        if [[ $line == $'\t'* ]]; then
          files=${line#$'\t'}
          [[ -n $files ]] && files="*.$files" || files='*'
        else
          line=${line//:/\\:}
          found+=("${line/$'\t'/:}")
        fi
      done
      (( $#found )) && _describe $kind mqsh found
      [[ -n $files && $PREFIX == -*=* ]] && compset -P '*='
      [[ -n $files ]] && _files -g "$files"
    }
    # In a folder of fpath this file is the function's body, elsewhere it is sourced.
    if [[ $funcstack[1] == _mqsh ]]; then _mqsh "$@"; else compdef _mqsh mqsh; fi

    """#

  private static let fishText = #"""
    # Completion of mqsh for fish; made by 'mqsh completions fish'.
    function __mqsh_words
      set -l words (commandline -opc)
      set -l current (commandline -ct)
      for line in ($words[1] completions words $words[2..] "$current" 2>/dev/null)
        if string match -q \t'*' -- $line
          set -l suffix (string sub -s 2 -- $line)
          if test -n "$suffix"
            __fish_complete_suffix .$suffix
          else
            set -l option (string match -r -- '^-[^=]*=' $current)
            set -l path (string replace -r -- '^-[^=]*=' '' $current)
            printf '%s\n' "$option"(__fish_complete_path "$path")
          end
        else
          echo $line
        end
      end
    end
    complete -c mqsh -f -a '(__mqsh_words)'

    """#
}
