package io.pinaudit.cli.recording;

import io.pinaudit.cli.UsageException;
import io.pinaudit.run.Origin;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/**
 * Sends a run that has ended to where a fleet collects them, as one file: {@code
 * STORE/2026-11-30/RECORDING.tar.zst}. Readers see all of it or nothing.
 */
sealed interface Upload permits FolderUpload, StoreUpload {
  /** The start of a URI. */
  Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]+:/.*");

  /**
   * Sends a run, and deletes what has become too old.
   *
   * @param directory of the run
   * @return the file that it became
   * @throws IOException if it cannot be sent; the run directory is as it was
   */
  String send(Path directory, Origin origin) throws IOException, InterruptedException;

  /** Adds the options. */
  static Options addTo(Options options) {
    return options
        .addOption(
            Option.builder()
                .longOpt("upload")
                .hasArg()
                .argName("DIR|URI")
                .desc(
                    "send the run, packed, to where a fleet collects them: a folder, or s3a:, hdfs:"
                        + " and other URIs of Hadoop's")
                .get())
        .addOption(
            Option.builder()
                .longOpt("keep-days")
                .hasArg()
                .argName("N")
                .desc("with --upload: delete what lies there for more than N days")
                .get())
        .addOption(
            Option.builder()
                .longOpt("hadoop")
                .hasArg()
                .argName("NAME=VALUE")
                .desc("with --upload URI: a setting of Hadoop; may be repeated")
                .get());
  }

  /**
   * Reads the options, and makes sure that the folder or store can be written to before hours are
   * recorded.
   *
   * @return null if nothing is to be sent
   */
  static Upload of(CommandLine line) throws IOException, InterruptedException {
    String store = line.getOptionValue("upload");
    String days = line.getOptionValue("keep-days");
    List<String> settings = settings(line);
    if (store == null) {
      if (days != null || !settings.isEmpty()) {
        throw new UsageException("--keep-days and --hadoop need --upload DIR");
      }
      return null;
    }
    if (days != null && !days.matches("[1-9]\\d{0,4}")) {
      throw new UsageException("--keep-days '" + days + "' outside [1, 99999]");
    }
    int keepDays = days == null ? 0 : Integer.parseInt(days);
    if (!SCHEME.matcher(store).matches()) {
      return FolderUpload.into(Path.of(store).toAbsolutePath(), keepDays);
    }
    return store.startsWith("file:")
        ? FolderUpload.into(folder(store), keepDays)
        : StoreUpload.to(store.replaceFirst("(?<=[^/:])/+$", ""), keepDays, settings);
  }

  private static List<String> settings(CommandLine line) {
    String[] values = line.getOptionValues("hadoop");
    List<String> settings = values == null ? List.of() : List.of(values);
    for (String setting : settings) {
      if (setting.indexOf('=') <= 0) {
        throw new UsageException("--hadoop: found '" + setting + "', expected NAME=VALUE");
      }
    }
    return settings;
  }

  private static Path folder(String uri) {
    try {
      return Path.of(URI.create(uri));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--upload " + uri + ": no file: URI: " + e.getMessage());
    }
  }
}
