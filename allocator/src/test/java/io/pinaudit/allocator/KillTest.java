package io.pinaudit.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.allocator.KillLedger.End;
import io.pinaudit.allocator.PoolChecker.Found;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a writer with SIGKILL at random instants, its start and the pool's creation included, and
 * compares what the file holds with what the writer had written down.
 *
 * <p>{@code mvn -pl allocator -am test -Dtest=KillTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dpinaudit.kills=1000} makes a thousand cycles of it.
 */
class KillTest {
  private static final int KILLS = Integer.getInteger("pinaudit.kills", 15);

  /** That a writer has done before it is killed, however slow the machine is. */
  private static final int OPERATIONS = 5;

  @TempDir Path folder;

  private final KillLedger ledger = new KillLedger();

  @Test
  void losesNothingAndGivesNothingOutTwice() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Path pool = folder.resolve("pool");
    for (int kill = 0; kill < KILLS; kill++) {
      if (kill % 50 == 49) {
        Files.delete(pool);
        ledger.forget();
      }
      Path journal = folder.resolve("journal");
      KillLedger.createJournal(journal);
      runAndKill(pool, journal, random);
      try {
        ledger.check(pool, journal, End.KILLED);
      } catch (AssertionError e) {
        throw new AssertionError("cycle " + kill + " of seed " + seed, e);
      }
      if (random.nextInt(4) == 0 && Files.exists(pool)) {
        reopen(pool);
      }
    }
    System.out.printf(
        "%d kills, %d operations completed, %d cut short: nothing lost, nothing given out twice%n",
        KILLS, ledger.operations(), ledger.underWay());
    assertTrue(ledger.operations() > KILLS, "only " + ledger.operations() + " operations");
  }

  private static void runAndKill(Path pool, Path journal, Random random) throws Exception {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KillWriter.class.getName(),
                pool.toString(),
                journal.toString(),
                Long.toString(random.nextLong(1 << 30)),
                "shrink")
            .redirectErrorStream(true)
            .redirectOutput(pool.resolveSibling("output").toFile())
            .start();
    // One in eight dies while it opens or creates the pool.
    if (random.nextInt(8) > 0) {
      while (KillLedger.done(journal) < OPERATIONS && writer.isAlive()) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
      TimeUnit.MICROSECONDS.sleep(random.nextInt(200_000));
    } else {
      TimeUnit.MILLISECONDS.sleep(random.nextInt(600));
    }
    assertTrue(writer.isAlive(), () -> "the writer ended by itself: " + output(pool));
    writer.destroyForcibly();
    assertEquals(137, writer.waitFor());
  }

  private static String output(Path pool) {
    try {
      return Files.readString(pool.resolveSibling("output"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void reopen(Path path) throws IOException {
    try (ExtentPool pool = ExtentPool.open(path, PoolOptions.defaults())) {
      Map<Long, Found> found = new HashMap<>();
      for (Extent extent : pool.extents()) {
        long stamp = extent.segment().get(ValueLayout.JAVA_LONG, 0);
        found.put(stamp, new Found(extent.length(), extent.offset()));
      }
      ledger.assertHolds(found);
    }
    assertEquals(ledger.extents(), PoolChecker.check(path).size());
  }

  /** The checker is of use only if it sees what it is there for. */
  @Test
  void checkerSeesForeignBytesInAnExtent() throws IOException {
    Path path = folder.resolve("pool");
    long offset;
    try (ExtentPool pool = ExtentPool.open(path, PoolOptions.ofLength(256 << 10))) {
      Extent extent = pool.allocate(4096);
      extent.segment().asSlice(0, 4096).fill((byte) 0x11);
      extent.commit("1111111111111111-");
      offset = extent.offset();
    }
    assertEquals(
        List.of(new Found(4096, 0x1111111111111111L)),
        List.copyOf(PoolChecker.check(path).values()));
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.seek(offset + 4000);
      file.write(1);
    }
    assertThrows(AssertionError.class, () -> PoolChecker.check(path));
  }
}
