package io.pinaudit.fleet;

import io.pinaudit.cli.Amounts;
import io.pinaudit.cli.ExitStatus;
import io.pinaudit.cli.UsageException;
import io.pinaudit.fleet.audit.Cluster;
import io.pinaudit.fleet.audit.FleetAudit;
import io.pinaudit.fleet.audit.Threads;
import io.pinaudit.fleet.audit.Workers;
import io.pinaudit.fleet.find.Roots;
import io.pinaudit.fleet.find.RunFile;
import io.pinaudit.fleet.find.RunHead;
import io.pinaudit.fleet.table.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The actions {@code index} and {@code audit}: from roots to tables. */
final class AuditAction {
  private AuditAction() {}

  /** Lists what lies below the roots, without an audit. */
  static int index(Call call) throws IOException, InterruptedException {
    Path folder = output(call);
    List<RunHead> heads;
    try (Workers workers = workers(call);
        Tables tables = Tables.writing(folder)) {
      heads = workers.heads(files(call));
      FleetAudit.index(heads, tables);
    }
    long hosts =
        heads.stream().filter(RunHead::readable).map(head -> head.row().host()).distinct().count();
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
    FleetAudit.Outcome outcome;
    try (Workers workers = workers(call);
        Tables tables = Tables.writing(folder);
        AuditProgress progress = new AuditProgress(call.console())) {
      List<RunHead> heads = workers.heads(files(call));
      outcome =
          new FleetAudit(tables, workers, progress)
              .retryingFailed(call.line().hasOption("retry-failed"))
              .splitAbove(Amounts.bytes(call.line(), "split-above", Long.MAX_VALUE))
              .run(heads);
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

  private static Collection<RunFile> files(Call call) throws IOException {
    if (call.words().isEmpty()) {
      throw new UsageException(
          call.name() + ": name folders, globs, archives or manifests of runs");
    }
    List<Path> unreadable = new ArrayList<>();
    Collection<RunFile> files = Roots.find(call.words(), unreadable::add);
    if (!unreadable.isEmpty()) {
      call.console()
          .note(
              "%,d folders could not be searched, and what is in them is not audited: %s%s"
                  .formatted(
                      unreadable.size(),
                      unreadable.getFirst(),
                      unreadable.size() > 1 ? ", …" : ""));
    }
    if (files.isEmpty()) {
      throw new UsageException(call.name() + ": no run below " + call.words());
    }
    return files;
  }

  private static Workers workers(Call call) throws IOException {
    String master = call.line().getOptionValue("master");
    String scratch = call.line().getOptionValue("scratch");
    if (master == null) {
      if (call.line().hasOption("spark")) {
        throw new UsageException(call.name() + ": --spark needs --master");
      }
      return new Threads(
          Files.createDirectories(
              Path.of(scratch == null ? System.getProperty("java.io.tmpdir") : scratch)));
    }
    return ServiceLoader.load(Cluster.class, Cluster.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () -> new UsageException(call.name() + ": --master is for the launcher, ./pinaudit"))
        .workers(new Cluster.Wish(master, scratch, settings(call)));
  }

  private static Map<String, String> settings(Call call) {
    Map<String, String> settings = new TreeMap<>();
    String[] values = call.line().getOptionValues("spark");
    for (String setting : values == null ? new String[0] : values) {
      int equals = setting.indexOf('=');
      if (equals <= 0) {
        throw new UsageException(
            call.name() + ": --spark: found '" + setting + "', expected NAME=VALUE");
      }
      settings.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return settings;
  }
}
