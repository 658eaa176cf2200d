package io.pinaudit.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;
import org.apache.commons.cli.help.HelpFormatter;

/**
 * Finds the verb, parses its options, runs it, and turns exceptions into one line and an exit
 * status.
 */
public final class Main {
  private static final List<String> HELP = List.of("help", "--help", "-h");
  private static final List<String> VERSION = List.of("version", "--version", "-V");

  private Main() {}

  /** Runs one verb and exits with its status. */
  public static void main(String[] args) {
    PrintStream out = utf8(System.out);
    PrintStream err = utf8(System.err);
    int status = run(args, new Console(out, err, Boolean.getBoolean("pinaudit.terminal")));
    if (out.checkError()) {
      err.println("pinaudit: error: standard output: write failed");
      status = ExitStatus.ERROR;
    }
    err.flush();
    System.exit(status);
  }

  /**
   * Runs one verb without exiting, for programs that embed the command line.
   *
   * @return the exit status
   */
  public static int run(String[] args, Console console) {
    try {
      return dispatch(args, console);
    } catch (UsageException e) {
      console.err().println("pinaudit: error: " + e.getMessage());
      boolean isVerb = args.length > 0 && Verbs.named(args[0]).isPresent();
      console.err().println("try: pinaudit help" + (isVerb ? " " + args[0] : ""));
      return ExitStatus.ERROR;
    } catch (IOException e) {
      console.err().println("pinaudit: error: " + oneLine(e));
      return ExitStatus.ERROR;
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      console.err().println("pinaudit: error: unexpected " + firstLine(e.toString()));
      return ExitStatus.ERROR;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      console.err().println("pinaudit: interrupted");
      return ExitStatus.ERROR;
    }
  }

  private static int dispatch(String[] args, Console console)
      throws IOException, InterruptedException {
    if (args.length == 0) {
      printVerbs(console.err());
      return ExitStatus.ERROR;
    }
    if (VERSION.contains(args[0])) {
      console.out().println("pinaudit " + Version.TEXT);
      return ExitStatus.CLEAN;
    }
    String[] rest = Arrays.copyOfRange(args, 1, args.length);
    if (HELP.contains(args[0])) {
      return rest.length == 0 ? printVerbs(console.out()) : printHelp(verb(rest[0]), console);
    }
    Verb verb = verb(args[0]);
    CommandLine line = parse(verb, rest);
    return line.hasOption("help") ? printHelp(verb, console) : verb.run(line, console);
  }

  private static CommandLine parse(Verb verb, String[] args) {
    Options options = Verbs.options(verb);
    try {
      return new DefaultParser().parse(options, args, false);
    } catch (UnrecognizedOptionException e) {
      String typed = e.getOption().replaceFirst("=.*", "");
      throw new UsageException(
          verb.name() + ": " + e.getMessage() + Nearest.question(typed, words(options)));
    } catch (ParseException e) {
      throw new UsageException(verb.name() + ": " + e.getMessage());
    }
  }

  private static Stream<String> words(Options options) {
    return options.getOptions().stream()
        .map(Option::getLongOpt)
        .filter(Objects::nonNull)
        .map(name -> "--" + name);
  }

  private static Verb verb(String name) {
    return Verbs.named(name).orElseThrow(() -> new UsageException(unknown(name)));
  }

  private static String unknown(String name) {
    Stream<String> known =
        Stream.of(Verbs.all().stream().map(Verb::name), HELP.stream(), VERSION.stream())
            .flatMap(Function.identity());
    return "unknown verb '" + name + "'" + Nearest.question(name, known);
  }

  private static int printVerbs(PrintStream out) {
    out.println("usage: pinaudit VERB [options] [arguments]");
    out.println();
    Verbs.all().forEach(verb -> out.printf("  %-10s %s%n", verb.name(), verb.summary()));
    out.printf("  %-10s %s%n", "help", "show the options of a verb: pinaudit help VERB");
    out.printf("  %-10s %s%n", "version", "show the version");
    out.println();
    out.println("exit status: 0 clean, 1 findings, 2 error, 3 inconclusive");
    return ExitStatus.CLEAN;
  }

  private static int printHelp(Verb verb, Console console) throws IOException {
    console.out().println("pinaudit " + verb.name() + ": " + verb.summary());
    StringBuilder text = new StringBuilder();
    HelpFormatter.builder()
        .setHelpAppendable(new org.apache.commons.cli.help.TextHelpAppendable(text))
        .setShowSince(false)
        .get()
        .printHelp(
            "pinaudit " + verb.name() + " [options] " + verb.arguments(),
            "",
            Verbs.options(verb),
            "",
            false);
    console.out().print(text);
    return ExitStatus.CLEAN;
  }

  /** Returns the message of an exception as one line. */
  public static String oneLine(IOException e) {
    String message =
        switch (e) {
          case NoSuchFileException missing -> missing.getFile() + ": no such file or directory";
          case AccessDeniedException denied -> denied.getFile() + ": permission denied";
          case FileAlreadyExistsException exists -> exists.getFile() + ": already exists";
          default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    return firstLine(message);
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("").replaceAll("\\p{Cc}", "?");
  }

  private static PrintStream utf8(PrintStream stream) {
    return new PrintStream(stream, true, StandardCharsets.UTF_8);
  }
}
