package io.pinaudit.cli.manual;

import io.pinaudit.cli.Verb;
import io.pinaudit.cli.Verbs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.Option;

/**
 * Writes man pages and completions for all verbs of the class path: {@code java -cp …
 * io.pinaudit.cli.manual.Manual FOLDER VERSION DATE}.
 */
public final class Manual {
  private Manual() {}

  /**
   * Writes {@code man/man1/} and {@code completions/} into a folder.
   *
   * @param args the folder, the version, and a date such as {@code 2026-11-22}
   */
  public static void main(String[] args) throws IOException {
    List<VerbWords> verbs = Verbs.all().stream().map(VerbWords::of).toList();
    write(Path.of(args[0]), verbs, new ManPage(args[1], args[2]));
  }

  static void write(Path folder, List<VerbWords> verbs, ManPage page) throws IOException {
    Path man = Files.createDirectories(folder.resolve("man/man1"));
    Files.writeString(man.resolve("pinaudit.1"), page.ofAll(verbs));
    for (VerbWords verb : verbs) {
      Files.writeString(man.resolve("pinaudit-" + verb.name() + ".1"), page.of(verb));
    }
    Path completions = Files.createDirectories(folder.resolve("completions"));
    Files.writeString(completions.resolve("pinaudit"), Completion.bash(verbs));
    Files.writeString(completions.resolve("_pinaudit"), Completion.zsh(verbs));
    Files.writeString(completions.resolve("pinaudit.fish"), Completion.fish(verbs));
  }

  /**
   * A verb as a person types it.
   *
   * @param name such as {@code analyze}
   * @param summary one line
   * @param arguments what follows the options; empty if nothing does
   * @param options in the order of the help
   */
  record VerbWords(String name, String summary, String arguments, List<OptionWords> options) {
    static VerbWords of(Verb verb) {
      List<OptionWords> options = new ArrayList<>();
      for (Option option : Verbs.options(verb).getOptions()) {
        options.add(OptionWords.of(option));
      }
      return new VerbWords(verb.name(), verb.summary(), verb.arguments(), List.copyOf(options));
    }

    /** Returns whether the arguments are another program's command line. */
    boolean runsACommand() {
      return arguments.startsWith("-- ");
    }
  }

  /**
   * An option as a person types it.
   *
   * @param letter its short form; empty if it has none
   * @param name its long form
   * @param value the name of its value; empty if it takes none
   * @param meaning one line
   */
  record OptionWords(String letter, String name, String value, String meaning) {
    static OptionWords of(Option option) {
      return new OptionWords(
          option.getOpt() == null ? "" : option.getOpt(),
          option.getLongOpt(),
          option.hasArg() ? option.getArgName() : "",
          option.getDescription());
    }

    boolean takesValue() {
      return !value.isEmpty();
    }
  }
}
