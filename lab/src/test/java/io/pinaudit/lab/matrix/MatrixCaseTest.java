package io.pinaudit.lab.matrix;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.lab.matrix.MatrixCase.Construction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MatrixCaseTest {
  /**
   * Pins that the kernel takes and drops in the same places as another, whose near miss is here.
   */
  private static final Map<String, String> DROPPED_AS =
      Map.of(
          "c io_uring-sqpoll", "c libaio",
          "c pread", "c libaio",
          "c pwrite", "c libaio",
          "c vmsplice-1", "c vmsplice",
          "c vmsplice-600", "c vmsplice",
          "c vmsplice-bytes", "c vmsplice",
          "c vmsplice-inherited", "c vmsplice",
          "java FileChannel.scatter", "java FileChannel.read",
          "java ffm-pread", "java FileChannel.read",
          "java splice", "java tee");

  /**
   * Frees that reach the pages by the same function of the kernel as another, whose near miss is
   * here.
   */
  private static final Map<String, String> FREED_AS =
      Map.ofEntries(
          entry("c collapse", "c collapse-before"),
          entry("c exit", "c unlink"),
          entry("c ftruncate-half", "c ftruncate"),
          entry("c open-trunc", "c ftruncate"),
          entry("c punch-refill", "c punch-beside"),
          entry("c rename-over", "c unlink"),
          entry("c signal", "c unlink"),
          entry("c truncate", "c ftruncate"),
          entry("c unlink-close", "c unlink"),
          entry("c unlink-unmap", "c unlink"),
          entry("java DELETE_ON_CLOSE", "java Files.delete"),
          entry("java File.delete", "java Files.delete"),
          entry("java FileOutputStream", "java FileChannel.truncate"),
          entry("java Files.newOutputStream", "java FileChannel.truncate"),
          entry("java RandomAccessFile.setLength", "java FileChannel.truncate"),
          entry("java delete-then-unmap", "java delete-then-close"),
          entry("java ffm-collapse", "c collapse-before"),
          entry("java ffm-ftruncate", "java FileChannel.truncate"),
          entry("java ffm-punch", "java ffm-punch-beside"));

  private static final Path TABLE = Path.of("matrix.d/cases");
  private static final Path JAVA = Path.of("src/main/java/io/pinaudit/lab/cases");

  @TempDir private Path scratch;

  @Test
  void namesEveryCaseOnce() throws IOException {
    List<MatrixCase> cases = MatrixCase.read(TABLE);
    assertTrue(cases.size() >= 40, "at least 40 cases");
    assertEquals(cases.size(), cases.stream().map(MatrixCase::name).distinct().count());
  }

  @Test
  void leavesHalfOfWhatIsWrongToJava() throws IOException {
    List<MatrixCase> wrong =
        MatrixCase.read(TABLE).stream()
            .filter(
                one ->
                    one.construction() == Construction.PINNED
                        || one.construction() == Construction.CACHED)
            .toList();
    long java = wrong.stream().filter(one -> one.name().startsWith("java/")).count();
    assertTrue(2 * java >= wrong.size(), java + " of " + wrong.size());
  }

  /** A pin that is never seen to be dropped fires on the near miss as well. */
  @Test
  void hasANearMissOfEachPin() throws IOException {
    Set<String> clear = new TreeSet<>();
    Set<String> wrong = new TreeSet<>();
    for (MatrixCase one : MatrixCase.read(TABLE)) {
      String[] fields = one.name().split("/");
      String pin = fields[0] + " " + fields[2];
      switch (one.construction()) {
        case CLEAR -> clear.add(pin);
        case PINNED, CACHED -> wrong.add(pin);
        case SPARED, CUT, LENT, SPARSE, REGISTERED -> {}
      }
    }
    wrong.removeAll(clear);
    wrong.removeIf(pin -> clear.contains(DROPPED_AS.get(pin)));
    assertEquals(Set.of(), wrong, "pins without a case in which they are dropped before the free");
  }

  /** A free that is taken for one of other pages, or of another time, fires on the near miss. */
  @Test
  void hasANearMissOfEachFree() throws IOException {
    Set<String> clear = new TreeSet<>();
    Set<String> wrong = new TreeSet<>();
    for (MatrixCase one : MatrixCase.read(TABLE)) {
      String[] fields = one.name().split("/");
      String free = fields[0] + " " + fields[5];
      switch (one.construction()) {
        case CLEAR, SPARED -> clear.add(free);
        case PINNED, CACHED -> wrong.add(free);
        case CUT, LENT, SPARSE, REGISTERED -> {}
      }
    }
    assertTrue(wrong.containsAll(FREED_AS.keySet()), FREED_AS.keySet() + " are freed in " + wrong);
    wrong.removeAll(clear);
    wrong.removeIf(free -> clear.contains(FREED_AS.get(free)));
    assertEquals(
        Set.of(), wrong, "frees without a case in which nothing that is pinned is freed by them");
  }

  /** A free that no case names is never run. */
  @Test
  void usesEveryFree() throws IOException {
    Set<String> used = new TreeSet<>();
    for (MatrixCase one : MatrixCase.read(TABLE)) {
      String[] fields = one.name().split("/");
      used.add(fields[0] + " " + fields[5]);
    }
    Set<String> known = new TreeSet<>();
    named("java", JAVA.resolve("MatrixFree.java"), "entry\\(\\s*\"([^\"]+)\"", known);
    named("c", Path.of("matrix.d/frees.c"), "\\{ \"([^\"]+)\", act_", known);
    assertEquals(used, known);
  }

  private static void named(String program, Path source, String pattern, Set<String> into)
      throws IOException {
    Matcher words = Pattern.compile(pattern).matcher(Files.readString(source));
    while (words.find()) {
      into.add(program + " " + words.group(1));
    }
  }

  /** Otherwise only the guest would say so. */
  @Test
  void pinsAndFreesAsItsProgramsCan() throws IOException {
    String java = Files.readString(JAVA.resolve("MatrixPin.java"));
    java += Files.readString(JAVA.resolve("MatrixFree.java"));
    String c = Files.readString(Path.of("matrix.d/pins.c"));
    c += Files.readString(Path.of("matrix.d/frees.c"));
    for (MatrixCase one : MatrixCase.read(TABLE)) {
      String[] fields = one.name().split("/");
      for (String word : List.of(fields[2], fields[5])) {
        boolean known =
            switch (fields[0]) {
              case "java" -> java.contains("\"" + word + "\"");
              case "c" -> c.contains("{ \"" + word + "\",");
              default -> false;
            };
        assertTrue(known, one + ": no program knows " + word);
      }
    }
  }

  private static final Path CACHED = Path.of("matrix.d/cached/cases");

  @Test
  void hasANearMissForEachPageCacheCase() throws IOException {
    List<MatrixCase> cases = MatrixCase.read(CACHED);
    assertEquals(cases.size(), cases.stream().map(MatrixCase::name).distinct().count());
    long clear = cases.stream().filter(one -> one.construction() == Construction.CLEAR).count();
    assertTrue(2 * clear >= cases.size(), clear + " of " + cases.size());
  }

  @Test
  void knowsEveryAct() throws IOException {
    StringBuilder acts = new StringBuilder();
    for (String name : List.of("ShellAct", "OwnActs", "MemoryActs")) {
      acts.append(Files.readString(JAVA.resolve(name + ".java")));
    }
    for (MatrixCase one : MatrixCase.read(CACHED)) {
      String[] fields = one.name().split("/");
      boolean known =
          acts.indexOf('"' + fields[3] + "/" + fields[4] + '"') >= 0
              || fields[3].equals("sh") && acts.indexOf('"' + fields[4] + '"') >= 0;
      assertTrue(known, one + ": no program knows " + fields[4]);
    }
  }

  @Test
  void matchesAcrossFields() throws IOException {
    MatrixCase one = read("c ext4-dax vmsplice unmapped late ftruncate pinned # why").getFirst();
    assertEquals("c/ext4-dax/vmsplice/unmapped/late/ftruncate", one.name());
    assertEquals("ext4-dax", one.fileSystem());
    assertTrue(one.matches("*"));
    assertTrue(one.matches("c/*/ftruncate"));
    assertTrue(one.matches("?/ext4-dax/*"));
    assertFalse(one.matches("c/ext4/*"));
    assertFalse(one.matches("c/ext4-dax"));
  }

  /** The twin is a line that can be read again. */
  @Test
  void hasATwinWithoutDax() throws IOException {
    List<MatrixCase> cases =
        read(
            """
            java ext4-dax tee unmapped late Files.delete pinned
            java ext4-dax tee unmapped before Files.delete clear
            java xfs-dax tee unmapped late Files.delete pinned
            java ext4-dax tee unmapped late same-block-elsewhere spared
            c ext4-dax vmsplice unmapped late ftruncate pinned\
            """);
    List<String> twins =
        cases.stream().flatMap(one -> one.withoutDax().stream()).map(MatrixCase::line).toList();
    assertEquals(
        List.of(
            "java ext4 tee unmapped late Files.delete cached",
            "java ext4 tee unmapped before Files.delete clear"),
        twins);
    MatrixCase twin = cases.getFirst().withoutDax().orElseThrow();
    assertEquals(read(twin.line()).getFirst(), twin);
  }

  @Test
  void tellsWhereALineIsWrong() {
    IOException e =
        assertThrows(IOException.class, () -> read("# fine\n\nc ext4-dax vmsplice ftruncate"));
    assertEquals(scratch.resolve("cases") + ":3: error: 4 fields, expected 7", e.getMessage());
    IOException word =
        assertThrows(
            IOException.class, () -> read("c ext4-dax vmsplice unmapped late ftruncate wrong"));
    assertEquals(
        scratch.resolve("cases")
            + ":1: error: found 'wrong', expected one of [PINNED, SPARED, CLEAR, CACHED, CUT, LENT,"
            + " SPARSE, REGISTERED]",
        word.getMessage());
  }

  private List<MatrixCase> read(String text) throws IOException {
    return MatrixCase.read(Files.writeString(scratch.resolve("cases"), text));
  }
}
