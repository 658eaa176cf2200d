package io.pinaudit.fleet.audit;

import io.pinaudit.fleet.find.Roots;
import io.pinaudit.fleet.find.RunHead;
import io.pinaudit.fleet.table.Tables;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** An audit in a JVM of its own, which can be killed, or have little memory. */
public final class AuditProgram {
  private AuditProgram() {}

  /** Audits, and says of each timeline that it is written. */
  public static void main(String[] args) throws Exception {
    Path tables = Path.of(args[1]);
    Path scratch = tables.toAbsolutePath().getParent();
    try (Workers workers = new Threads(scratch);
        Tables open = Tables.writing(tables)) {
      List<RunHead> heads = workers.heads(Roots.find(List.of(args[0])));
      // As the verb does: what writes tables is loaded before memory can run out.
      FleetAudit.index(heads, open);
      new FleetAudit(open, workers, new Told()).run(Timeline.of(heads), Integer.parseInt(args[2]));
    }
  }

  private static final class Told implements FleetAudit.Watcher {
    @Override
    public void planned(int recordings, long bytes) {}

    @Override
    public void done(Timeline timeline) {
      System.out.println(timeline.id());
    }
  }

  /**
   * Starts it.
   *
   * @param memory option of its JVM
   * @param inOneCommit so many timelines become visible at once
   */
  static Process start(String memory, Path runs, Path tables, int inOneCommit) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            memory,
            "-cp",
            System.getProperty("java.class.path"),
            AuditProgram.class.getName(),
            runs.toString(),
            tables.toString(),
            Integer.toString(inOneCommit))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
