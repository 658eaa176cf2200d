package io.pinaudit.fleet;

import io.pinaudit.cli.ExitStatus;
import io.pinaudit.cli.UsageException;
import io.pinaudit.fleet.report.FleetReport;
import io.pinaudit.fleet.table.Tables;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The action {@code report}. */
final class ReportAction {
  private ReportAction() {}

  static int run(Call call) throws IOException {
    call.expect(1, "one folder of tables");
    String name = call.line().getOptionValue("format", "text");
    FleetReport format =
        FleetReport.named(name)
            .orElseThrow(
                () ->
                    new UsageException(
                        call.name() + ": --format '" + name + "' is none of " + FleetReport.NAMES));
    String since = call.line().getOptionValue("since");
    try (Tables tables = Tables.reading(call.tables())) {
      if (call.line().hasOption("output")) {
        Path file = Path.of(call.line().getOptionValue("output"));
        write(format, tables, since, file);
        call.console().note("wrote " + file);
      } else {
        Writer out = new OutputStreamWriter(call.console().out(), StandardCharsets.UTF_8);
        format.write(tables, since, out);
      }
    }
    return ExitStatus.CLEAN;
  }

  /** Adds the file's name to the error of a full disk, which does not name it. */
  private static void write(FleetReport format, Tables tables, String since, Path file)
      throws IOException {
    try (Writer out = Files.newBufferedWriter(file)) {
      format.write(tables, since, out);
    } catch (FileSystemException | FleetReport.UnknownVersionException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }
}
