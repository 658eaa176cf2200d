package io.pinaudit.cli;

import java.io.IOException;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/**
 * A subcommand, such as {@code analyze}: its name, its options, and what it does.
 *
 * <p>Implementations are stateless, have a public constructor without parameters and are named in
 * {@code META-INF/services/io.pinaudit.cli.Verb}.
 */
public interface Verb {
  /** Returns the name of the verb, such as {@code analyze}. */
  String name();

  /**
   * Returns what follows the options on the usage line, for example {@code RUN…}; empty if nothing
   * does.
   */
  String arguments();

  /** Returns one line for the list of verbs, in lower case, without a full stop. */
  String summary();

  /** Returns a new set of the verb's options; the caller adds {@code --help}. */
  Options options();

  /**
   * Runs the verb.
   *
   * @return the exit status of the process, one of {@link ExitStatus} or that of a child
   * @throws UsageException if the arguments are wrong
   * @throws IOException if an input, an output or a child fails; its message is one line for the
   *     user
   * @throws InterruptedException if the process is being ended
   */
  int run(CommandLine line, Console console) throws IOException, InterruptedException;
}
