package io.pinaudit.cli.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdInputStream;
import io.pinaudit.cli.UsageException;
import io.pinaudit.run.Origin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Options;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadTest {
  private static final Origin ORIGIN =
      new Origin("id-1", "h", Instant.parse("2026-11-30T23:59:59Z"), Map.of(), List.of());

  @TempDir Path folder;

  private Path run() throws IOException {
    Path run = folder.resolve("a run");
    Files.createDirectories(run.resolve("jfr/2026_11_30"));
    Files.writeString(run.resolve("app.jfr"), "FLR");
    Files.writeString(run.resolve("jfr/2026_11_30/1.jfr"), "FLR2");
    Files.writeString(run.resolve("run.json"), "{}");
    Files.createSymbolicLink(run.resolve("passwords"), Path.of("/etc/passwd"));
    return run;
  }

  private static Upload upload(String... words) throws Exception {
    return Upload.of(new DefaultParser().parse(Upload.addTo(new Options()), words));
  }

  private static List<String> packed(Path file) throws IOException {
    List<String> entries = new ArrayList<>();
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new ZstdInputStream(Files.newInputStream(file)))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        entries.add(entry.getName() + "=" + new String(tar.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return entries;
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void packsARunUnderItsDayWithTheDescriptionFirst() throws Exception {
    Path store = folder.resolve("the store");
    Path file = Path.of(upload("--upload", store.toString()).send(run(), ORIGIN));
    assertEquals(store.resolve("2026-11-30/id-1.tar.zst"), file);
    assertEquals(List.of("run.json={}", "app.jfr=FLR", "jfr/2026_11_30/1.jfr=FLR2"), packed(file));
    assertEquals(List.of("id-1.tar.zst"), names(file.getParent()), "nothing unfinished is left");
  }

  @Test
  void leavesTheRunAndNoHalfFileWhenItCannotBeSent() throws Exception {
    Path store = folder.resolve("store");
    Upload upload = upload("--upload", store.toUri().toString());
    Path run = run();
    Files.createDirectories(store.resolve("2026-11-30/id-1.tar.zst/x"));
    assertThrows(IOException.class, () -> upload.send(run, ORIGIN));
    assertEquals(List.of("id-1.tar.zst"), names(store.resolve("2026-11-30")));
    assertTrue(Files.exists(run.resolve("run.json")));
  }

  @Test
  void deletesRunsOfOldDaysAndNothingElse() throws Exception {
    for (String file :
        List.of(
            "2026-11-01/a.tar.zst",
            "2026-11-01/.b.unfinished",
            "2026-11-02/c.tar.zst",
            "2026-11-02/notes.txt",
            "2026-11-29/d.tar.zst",
            "archive/e.tar.zst")) {
      Path path = folder.resolve("store").resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, "x");
    }
    new FolderUpload(folder.resolve("store"), 7).deleteOld(LocalDate.parse("2026-11-30"));
    assertEquals(List.of("2026-11-02", "2026-11-29", "archive"), names(folder.resolve("store")));
    assertEquals(List.of("notes.txt"), names(folder.resolve("store/2026-11-02")));
    new FolderUpload(folder.resolve("store"), 0).deleteOld(LocalDate.parse("2030-11-30"));
    assertTrue(Files.exists(folder.resolve("store/2026-11-29/d.tar.zst")), "0 keeps all");
  }

  @Test
  void sendsToAStoreByAProgramOfItsOwn() throws Exception {
    String store = "s3a://bucket/runs";
    Upload upload = toStore("--upload", store + "/", "--keep-days", "9", "--hadoop", "a.b=c");
    Path run = run();
    assertEquals("[send, " + store + ", " + run + ", 9, a.b=c]", upload.send(run, ORIGIN));
    assertEquals(
        "s3a://closed: no access",
        assertThrows(IOException.class, () -> toStore("--upload", "s3a://closed")).getMessage());
    assertEquals(
        "s3a://crash: error: it is gone",
        assertThrows(IOException.class, () -> toStore("--upload", "s3a://crash")).getMessage());
  }

  /** Has a program of this test's class path send, which says what it was asked for. */
  private static Upload toStore(String... words) throws Exception {
    System.setProperty(StoreUpload.CLASS_PATH, System.getProperty("java.class.path"));
    try {
      return upload(words);
    } finally {
      System.clearProperty(StoreUpload.CLASS_PATH);
    }
  }

  @Test
  void refusesWhatIsNoFolder() throws Exception {
    assertNull(upload());
    assertThrows(UsageException.class, () -> upload("--keep-days", "3"));
    assertThrows(UsageException.class, () -> upload("--hadoop", "a=b"));
    assertThrows(UsageException.class, () -> upload("--upload", "s3a://b", "--hadoop", "a"));
    assertThrows(UsageException.class, () -> upload("--upload", "s3a://bucket/runs"));
    assertThrows(
        UsageException.class, () -> upload("--upload", folder.toString(), "--keep-days", "0"));
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThrows(FileAlreadyExistsException.class, () -> upload("--upload", file.toString()));
    assertFalse(Files.exists(Path.of("s3a:")));
  }
}
