package io.pinaudit.fleet;

import io.pinaudit.cli.ExitStatus;
import io.pinaudit.cli.UsageException;
import io.pinaudit.fleet.audit.FleetAudit;
import io.pinaudit.fleet.find.Roots;
import io.pinaudit.fleet.find.RunFile;
import io.pinaudit.fleet.find.RunHead;
import io.pinaudit.fleet.table.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** The actions {@code index} and {@code audit}: from roots to tables. */
final class AuditAction {
  private AuditAction() {}

  /** Lists what lies below the roots, without an audit. */
  static int index(Call call) throws IOException, InterruptedException {
    Path folder = output(call);
    List<RunHead> heads = heads(call);
    try (Tables tables = Tables.writing(folder)) {
      FleetAudit.index(heads, tables);
    }
    long hosts = heads.stream().map(head -> head.row().host()).distinct().count();
    long broken = heads.stream().filter(head -> !head.readable()).count();
    call.console()
        .note(
            "%,d runs of %,d hosts, %,d of them unreadable, in %s"
                .formatted(heads.size(), hosts, broken, folder));
    return ExitStatus.CLEAN;
  }

  /** Audits what is not in the tables yet. A broken run is a row, not an error. */
  static int audit(Call call) throws IOException, InterruptedException {
    Path folder = output(call);
    List<RunHead> heads = heads(call);
    FleetAudit.Outcome outcome;
    try (Tables tables = Tables.writing(folder);
        AuditProgress progress = new AuditProgress(call.console())) {
      FleetAudit.index(heads, tables);
      outcome = FleetAudit.run(heads, tables, scratch(call), progress);
    }
    call.console()
        .note(
            "%,d runs audited, %,d were known, %,d could not be audited; %,d findings; in %s"
                .formatted(
                    outcome.audited(),
                    outcome.known(),
                    outcome.failed(),
                    outcome.findings(),
                    folder));
    return ExitStatus.CLEAN;
  }

  private static Path output(Call call) {
    String output = call.line().getOptionValue("output");
    if (output == null) {
      throw new UsageException(call.name() + ": name the folder of the tables with -o TABLES");
    }
    return Path.of(output);
  }

  private static List<RunHead> heads(Call call) throws IOException, InterruptedException {
    if (call.words().isEmpty()) {
      throw new UsageException(
          call.name() + ": name folders, globs, archives or manifests of runs");
    }
    Collection<RunFile> files = Roots.find(call.words());
    if (files.isEmpty()) {
      throw new UsageException(call.name() + ": no run below " + call.words());
    }
    return FleetAudit.heads(files, scratch(call));
  }

  private static Path scratch(Call call) throws IOException {
    return Files.createDirectories(
        Path.of(call.line().getOptionValue("scratch", System.getProperty("java.io.tmpdir"))));
  }
}
