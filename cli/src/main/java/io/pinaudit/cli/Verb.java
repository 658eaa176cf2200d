package io.pinaudit.cli;

import java.io.IOException;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/**
 * One word of the command line, such as {@code analyze}: its options and what it does.
 *
 * <p>Implementations are stateless, have a public constructor without parameters and are named in
 * {@code META-INF/services/io.pinaudit.cli.Verb}.
 */
public interface Verb {
  /** The word itself. */
  String name();

  /** What follows the options on the synopsis line, for example {@code RUN…}; empty if nothing. */
  String arguments();

  /** One line for the list of verbs, lower-case, without a full stop. */
  String summary();

  /** A fresh set of the verb's options; {@code --help} is added by the caller. */
  Options options();

  /**
   * Does the work.
   *
   * @return the exit status of the process, one of {@link ExitStatus} or that of a child
   * @throws UsageException if the arguments cannot be meant
   * @throws IOException if an input, an output or a child fails; its message is one line for the
   *     user
   * @throws InterruptedException if the process is being ended
   */
  int run(CommandLine line, Console console) throws IOException, InterruptedException;
}
