package io.pinaudit.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdOutputStream;
import io.pinaudit.analyzer.trace.InputException;
import io.pinaudit.fleet.Fleet.Origin;
import io.pinaudit.fleet.find.Roots;
import io.pinaudit.fleet.find.RunFile;
import io.pinaudit.fleet.row.FindingRow;
import io.pinaudit.fleet.row.RunRow;
import io.pinaudit.fleet.row.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs are found wherever a root names them, and an archive does no harm. */
class RootsTest {
  private static final String STALL = "linux-7.2.12-ext4-stall";
  private static final Origin ORIGIN = new Origin("h", "b", "2026-11-30T10:00:00Z", "1");

  @TempDir Path folder;

  private static List<String> names(Object... roots) throws IOException {
    return Roots.find(Stream.of(roots).map(Object::toString).toList()).stream()
        .map(RunFile::place)
        .map(place -> Path.of(place).getFileName().toString())
        .toList();
  }

  /** What an archive would hold, besides the run. */
  private static Path archive(Path file, Path run, String prefix) throws IOException {
    try (TarArchiveOutputStream tar =
            new TarArchiveOutputStream(new ZstdOutputStream(Files.newOutputStream(file)));
        Stream<Path> files = Files.list(run)) {
      for (Path each : files.sorted().toList()) {
        TarArchiveEntry entry = new TarArchiveEntry(prefix + each.getFileName());
        entry.setSize(Files.size(each));
        tar.putArchiveEntry(entry);
        Files.copy(each, tar);
        tar.closeArchiveEntry();
      }
    }
    return file;
  }

  @Test
  void findsRunsBelowFoldersByGlobsAndByManifests() throws IOException {
    Path runs = folder.resolve("all runs");
    Fleet.copy(STALL, runs.resolve("2026-11-29/a b"), ORIGIN);
    Fleet.copy(STALL, runs.resolve("2026-11-30/c"), ORIGIN);
    Fleet.copy(STALL, runs.resolve("d[1]"), ORIGIN);
    assertEquals(List.of("a b", "c", "d[1]"), names(runs));
    assertEquals(List.of("a b", "c"), names(runs + "/2026-*"));
    assertEquals(List.of("c"), names(runs + "/**/c"));
    assertEquals(List.of("d[1]"), names(runs.resolve("d[1]")), "a name is not a glob");
    Path manifest =
        Files.writeString(folder.resolve("list"), "# of today\n\nall runs/2026-11-29/a b\n");
    assertEquals(List.of("a b", "c"), names(manifest, runs.resolve("2026-11-30")));
    assertEquals(List.of("c"), names(runs.resolve("2026-11-30").toUri()));
    assertEquals(List.of("c"), names(runs.resolve("2026-11-30"), runs.resolve("2026-11-30/c")));
  }

  @Test
  void refusesRootsThatAreNone() throws IOException {
    assertThrows(NoSuchFileException.class, () -> names(folder.resolve("none")));
    assertThrows(InputException.class, () -> names(folder + "/*x"));
    InputException e = assertThrows(InputException.class, () -> names("s3a://bucket/runs"));
    assertTrue(e.getMessage().contains("mount it"), e.getMessage());
    Path manifest = Files.writeString(folder.resolve("m"), "nowhere\n");
    e = assertThrows(InputException.class, () -> names(manifest));
    assertTrue(e.getMessage().contains("m:1: error: found nowhere"), e.getMessage());
    Path circle = Files.writeString(folder.resolve("n"), "n\n");
    assertThrows(InputException.class, () -> names(circle));
  }

  @Test
  void followsNoLinksInACircle() throws IOException {
    Fleet.copy(STALL, folder.resolve("runs/a"), ORIGIN);
    Files.createSymbolicLink(folder.resolve("runs/again"), folder.resolve("runs"));
    assertEquals(List.of("a"), names(folder.resolve("runs")));
  }

  @Test
  void auditsAnArchiveAsItsFolder() throws Exception {
    Path run = Fleet.copy(STALL, folder.resolve("x/run"), ORIGIN);
    archive(folder.resolve("run.tar.zst"), run, "");
    Fleet.audit(folder.resolve("plain"), run);
    Fleet.audit(folder.resolve("packed"), folder.resolve("run.tar.zst"));
    Path nested = archive(folder.resolve("nested.tar.zst"), run, "./run/");
    Fleet.audit(folder.resolve("deep"), nested);
    List<String> plain = findings("plain");
    assertEquals(1, plain.size());
    assertEquals(plain, findings("packed"));
    assertEquals(plain, findings("deep"));
    RunRow row = Fleet.read(folder.resolve("packed"), Table.RUNS).getFirst();
    assertEquals("run", row.recording());
    assertEquals(Files.size(folder.resolve("run.tar.zst")), row.bytes());
    assertTrue(isEmpty(folder.resolve("scratch")), "what was unpacked is deleted");
  }

  private List<String> findings(String tables) throws IOException {
    return Fleet.read(folder.resolve(tables), Table.FINDINGS).stream()
        .map(FindingRow::fingerprint)
        .toList();
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  @Test
  void takesNothingOutOfAnArchiveThatIsHostile() throws Exception {
    Path run = Fleet.copy(STALL, folder.resolve("x/run"), ORIGIN);
    Path escaping = archive(folder.resolve("escaping.tar.zst"), run, "../../stolen/");
    Path bomb = folder.resolve("bomb.tar.zst");
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new ZstdOutputStream(Files.newOutputStream(bomb)))) {
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      TarArchiveEntry entry = new TarArchiveEntry("kernel.ftrace");
      entry.setSize(80L << 20);
      tar.putArchiveEntry(entry);
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 80; i++) {
        tar.write(zeros);
      }
      tar.closeArchiveEntry();
    }
    Path linked = folder.resolve("linked.tar.zst");
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new ZstdOutputStream(Files.newOutputStream(linked)))) {
      TarArchiveEntry link = new TarArchiveEntry("run.json", TarArchiveEntry.LF_SYMLINK);
      link.setLinkName("/etc/passwd");
      tar.putArchiveEntry(link);
      tar.closeArchiveEntry();
    }
    Fleet.audit(folder.resolve("tables"), escaping, bomb, linked);
    List<RunRow> rows = Fleet.read(folder.resolve("tables"), Table.RUNS);
    assertEquals(List.of("FAILED", "FAILED", "FAILED"), rows.stream().map(RunRow::state).toList());
    String errors = rows.toString();
    assertTrue(errors.contains("names a file outside of itself"), errors);
    assertTrue(errors.contains("expands to more than"), errors);
    assertFalse(Files.exists(folder.resolve("stolen")));
    assertTrue(isEmpty(folder.resolve("scratch")));
  }
}
