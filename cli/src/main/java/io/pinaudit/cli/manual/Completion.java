package io.pinaudit.cli.manual;

import io.pinaudit.cli.manual.Manual.OptionWords;
import io.pinaudit.cli.manual.Manual.VerbWords;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Completion of verbs, options, files and commands for three shells. */
final class Completion {
  private Completion() {}

  /** Returns the completion for bash; bash-completion or {@code source} loads the file. */
  static String bash(List<VerbWords> verbs) {
    StringBuilder cases = new StringBuilder();
    for (VerbWords verb : verbs) {
      cases.append(
          "    %s) options='%s' values='%s' ;;\n"
              .formatted(verb.name(), spaced(words(verb.options())), spaced(takers(verb))));
    }
    return """
    # bash completion for pinaudit
    _pinaudit() {
      local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} options='' values='' i
      COMPREPLY=()
      if [ "$COMP_CWORD" = 1 ]; then
        COMPREPLY=($(compgen -W '%s help --help --version' -- "$current"))
        return
      fi
      for ((i = 2; i < COMP_CWORD; i++)); do
        [ "${COMP_WORDS[i]}" = -- ] || continue
        if [ $((i + 1)) = "$COMP_CWORD" ]; then
          COMPREPLY=($(compgen -c -- "$current"))
        else
          compopt -o default 2>/dev/null
        fi
        return
      done
      case ${COMP_WORDS[1]} in
        help) options='%s' ;;
    %s  esac
      case " $values " in
        *" $before "*) compopt -o default 2>/dev/null; return ;;
      esac
      if [ "${COMP_WORDS[1]}" = help ] || [[ $current == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$current"))
      else
        compopt -o default 2>/dev/null
      fi
    }
    complete -F _pinaudit pinaudit
    """
        .formatted(spaced(names(verbs)), spaced(names(verbs)), cases);
  }

  /**
   * Returns the completion for zsh; its file is named {@code _pinaudit} and lies in a folder of
   * {@code fpath}.
   */
  static String zsh(List<VerbWords> verbs) {
    StringBuilder cases = new StringBuilder();
    for (VerbWords verb : verbs) {
      cases.append("    %s)\n      _arguments -s -S \\\n".formatted(verb.name()));
      for (OptionWords option : verb.options()) {
        for (String word : words(List.of(option))) {
          cases.append("        %s \\\n".formatted(quoted(zshOption(word, option))));
        }
      }
      cases.append(
          verb.runsACommand() ? "        '*:: :_normal' ;;\n" : "        '*:file:_files' ;;\n");
    }
    String list =
        verbs.stream()
            .map(verb -> "    " + quoted(verb.name() + ":" + verb.summary()))
            .collect(Collectors.joining("\n"));
    return """
    #compdef pinaudit
    _pinaudit() {
      local -a verbs
      verbs=(
    %s
        'help:show the options of a verb'
      )
      if (( CURRENT == 2 )); then
        _describe verb verbs
        return
      fi
      local verb=$words[2]
      shift words
      (( CURRENT-- ))
      case $verb in
        help) _describe verb verbs ;;
    %s  esac
    }
    _pinaudit "$@"
    """
        .formatted(list, cases);
  }

  private static String zshOption(String word, OptionWords option) {
    String meaning = option.meaning().replace("[", "\\[").replace("]", "\\]");
    String text = word + "[" + meaning + "]";
    return option.takesValue() ? text + ":" + option.value().replace(":", "\\:") + ":_files" : text;
  }

  /** Returns the completion for fish. */
  static String fish(List<VerbWords> verbs) {
    StringBuilder text = new StringBuilder("# fish completion for pinaudit\n");
    for (VerbWords verb : verbs) {
      text.append(
          "complete -c pinaudit -n __fish_use_subcommand -f -a %s -d %s\n"
              .formatted(verb.name(), quoted(verb.summary())));
    }
    text.append("complete -c pinaudit -n __fish_use_subcommand -f -a help\n");
    text.append(
        "complete -c pinaudit -n '__fish_seen_subcommand_from help' -f -a '%s'\n"
            .formatted(spaced(names(verbs))));
    for (VerbWords verb : verbs) {
      verb.options().forEach(option -> text.append(fish(verb, option)));
    }
    return text.toString();
  }

  private static String fish(VerbWords verb, OptionWords option) {
    return "complete -c pinaudit -n '__fish_seen_subcommand_from %s'%s -l %s%s -d %s\n"
        .formatted(
            verb.name(),
            option.letter().isEmpty() ? "" : " -s " + option.letter(),
            option.name(),
            option.takesValue() ? " -r" : "",
            quoted(option.meaning()));
  }

  private static List<String> names(List<VerbWords> verbs) {
    return verbs.stream().map(VerbWords::name).toList();
  }

  /** Returns both forms of each option. */
  private static List<String> words(List<OptionWords> options) {
    List<String> words = new ArrayList<>();
    for (OptionWords option : options) {
      words.add("--" + option.name());
      if (!option.letter().isEmpty()) {
        words.add("-" + option.letter());
      }
    }
    return words;
  }

  private static List<String> takers(VerbWords verb) {
    return words(verb.options().stream().filter(OptionWords::takesValue).toList());
  }

  private static String spaced(List<String> words) {
    return String.join(" ", words);
  }

  /** Returns a text in single quotes, within which none of the three shells expands anything. */
  private static String quoted(String text) {
    return "'" + text.replace("'", "’") + "'";
  }
}
