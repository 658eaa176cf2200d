package io.pinaudit.cli;

import io.pinaudit.analyzer.gate.Judgement;
import io.pinaudit.analyzer.report.Format;
import io.pinaudit.analyzer.report.Report;
import io.pinaudit.analyzer.report.Sources;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/**
 * The reports that a command line asks for. It may ask for one, {@code --format html -o
 * report.html}, or several, {@code --format text --format sarif=out.sarif}.
 */
public final class Outputs {
  /**
   * One report.
   *
   * @param file the file to write; null for standard output, or for standard error if the format
   *     goes there
   */
  private record Output(Format format, Path file) {}

  private final List<Output> outputs;
  private final Sources sources;
  private final boolean colour;

  private Outputs(List<Output> outputs, Sources sources, boolean colour) {
    this.outputs = outputs;
    this.sources = sources;
    this.colour = colour;
  }

  /** Adds the options of reports to those of a verb. */
  public static Options addTo(Options options) {
    return addFormatsTo(options)
        .addOption(
            Option.builder("o")
                .longOpt("output")
                .hasArg()
                .argName("FILE")
                .desc("file for the format that names none (default: standard output)")
                .get());
  }

  /** Adds the options of reports that name their files themselves. */
  public static Options addFormatsTo(Options options) {
    return options
        .addOption(
            Option.builder("f")
                .longOpt("format")
                .hasArg()
                .argName("FORMAT[=FILE]")
                .desc("one of " + Format.NAMES + "; may be given several times (default: text)")
                .get())
        .addOption(
            Option.builder()
                .longOpt("source-root")
                .hasArg()
                .argName("DIR")
                .desc("folder with the sources: sarif and github then name files below it")
                .get())
        .addOption(
            Option.builder()
                .longOpt("color")
                .hasArg()
                .argName("WHEN")
                .desc("auto (default: on a terminal, unless NO_COLOR is set), always or never")
                .get());
  }

  /**
   * Returns the reports that the command line asks for.
   *
   * @throws UsageException if two of them contradict each other or a value is unknown
   */
  public static Outputs of(CommandLine line) throws IOException {
    return of(line, line.getOptionValue("output"));
  }

  /**
   * Returns the reports that the command line asks for.
   *
   * @param file for the format that names none; null for standard output
   * @throws UsageException if two of them contradict each other or a value is unknown
   */
  public static Outputs of(CommandLine line, String file) throws IOException {
    List<Output> outputs = new ArrayList<>();
    String[] formats = line.getOptionValues("format");
    for (String format : formats == null ? new String[] {"text"} : formats) {
      outputs.add(output(format));
    }
    long unnamed = outputs.stream().filter(Outputs::toStandardOutput).count();
    if (unnamed > 1) {
      throw new UsageException("only one format can go to standard output: --format FORMAT=FILE");
    }
    if (file != null && unnamed == 0) {
      throw new UsageException("-o " + file + ": every format names its file already");
    }
    outputs.replaceAll(
        one -> file != null && toStandardOutput(one) ? new Output(one.format, Path.of(file)) : one);
    return new Outputs(List.copyOf(outputs), sources(line), colour(line));
  }

  private static Output output(String text) {
    int equals = text.indexOf('=');
    String name = equals < 0 ? text : text.substring(0, equals);
    Format format =
        Format.named(name)
            .orElseThrow(
                () -> new UsageException("--format: '" + name + "' is none of " + Format.NAMES));
    if (equals == text.length() - 1) {
      throw new UsageException("--format " + text + ": the file's name is missing");
    }
    return new Output(format, equals < 0 ? null : Path.of(text.substring(equals + 1)));
  }

  private static boolean toStandardOutput(Output output) {
    return output.file == null && output.format != Format.GITHUB;
  }

  private static Sources sources(CommandLine line) throws IOException {
    String root = line.getOptionValue("source-root");
    if (root != null && !Files.isDirectory(Path.of(root))) {
      throw new UsageException("--source-root " + root + ": no such directory");
    }
    return root == null ? Sources.unknown() : Sources.below(Path.of(root));
  }

  private static boolean colour(CommandLine line) {
    String when = line.getOptionValue("color", "auto");
    return switch (when) {
      case "always" -> true;
      case "never" -> false;
      case "auto" -> Boolean.getBoolean("pinaudit.colour") && noColourIsEmpty();
      default -> throw new UsageException("--color: '" + when + "' is none of auto, always, never");
    };
  }

  /** Follows no-color.org: NO_COLOR counts if it is set and not empty, whatever its value. */
  private static boolean noColourIsEmpty() {
    String value = System.getenv("NO_COLOR");
    return value == null || value.isEmpty();
  }

  /** Writes all reports. */
  public void write(List<Judgement> runs, Console console) throws IOException {
    for (Output output : outputs) {
      boolean toFile = output.file != null;
      Report report = Report.of(output.format, sources, colour && !toFile, Version.TEXT);
      if (toFile) {
        write(report, runs, output.file);
      } else {
        report.write(runs, writer(output.format == Format.GITHUB ? console.err() : console.out()));
      }
    }
  }

  /** Adds the file's name to the error of a full disk, which does not name it. */
  private static void write(Report report, List<Judgement> runs, Path file) throws IOException {
    try (Writer out = Files.newBufferedWriter(file)) {
      report.write(runs, out);
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static Writer writer(PrintStream stream) {
    return new OutputStreamWriter(stream, StandardCharsets.UTF_8);
  }
}
