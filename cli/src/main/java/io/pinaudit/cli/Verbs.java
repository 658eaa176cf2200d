package io.pinaudit.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** The verbs of this installation, as the service loader finds them. */
public final class Verbs {
  private Verbs() {}

  /** Returns all verbs, sorted by name. */
  public static List<Verb> all() {
    return ServiceLoader.load(Verb.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(Verb::name))
        .toList();
  }

  /** Returns the verb of that name; empty if there is none. */
  static Optional<Verb> named(String name) {
    return all().stream().filter(verb -> verb.name().equals(name)).findFirst();
  }

  /** Returns the options that a command line of the verb may have: its own, and {@code --help}. */
  public static Options options(Verb verb) {
    return verb.options()
        .addOption(Option.builder("h").longOpt("help").desc("show this help").get());
  }
}
