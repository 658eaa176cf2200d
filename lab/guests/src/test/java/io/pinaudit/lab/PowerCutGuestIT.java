package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.allocator.KillLedger;
import io.pinaudit.allocator.KillLedger.End;
import io.pinaudit.cli.Console;
import io.pinaudit.cli.Installation;
import io.pinaudit.harness.FileTree;
import io.pinaudit.lab.guest.Guest;
import io.pinaudit.lab.guest.GuestCommand;
import io.pinaudit.lab.guest.GuestFailure;
import io.pinaudit.lab.guest.GuestHardware;
import io.pinaudit.lab.guest.GuestSpec;
import io.pinaudit.lab.host.DaxFileSystem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Cuts the guest's power at random instants while a writer commits and frees extents of a pool on
 * DAX ext4, or on xfs with {@code -Dpinaudit.fs=xfs}. The persistent memory is a file: the next
 * boot mounts it, hands out the pool as it is, and goes on with it. What the writer was told is in
 * a journal that it writes through to this machine note by note.
 *
 * <p>{@code -Dpinaudit.cuts=20} makes twenty cuts of it.
 */
@Tag("full")
@Tag("xfs")
class PowerCutGuestIT {
  private static final int CUTS = Integer.getInteger("pinaudit.cuts", 2);
  private static final Duration START_LIMIT = Duration.ofMinutes(5);
  private static final int LONGEST_MILLIS = 3_000;

  /** A writer that does not die early has done at most so much: a slow machine takes longer. */
  private static final int MOST_DONE = 40;

  /** One in so many dies while it opens or creates the pool. */
  private static final int EARLY = 8;

  /** Of fewer cuts it may be that none meets the writer at work. */
  private static final int ENOUGH = 10;

  private static final DaxFileSystem FILE_SYSTEM = GuestMachine.fileSystem();

  /** What the kernel says at the mount of one that was not unmounted. */
  private static final String RECOVERED =
      switch (FILE_SYSTEM) {
        case EXT4 -> "EXT4-fs (pmem0): recovery complete";
        case XFS -> "XFS (pmem0): Ending recovery";
      };

  private static final String SCRIPT =
      """
      if [ -e "$PINAUDIT_DAX/pool" ]; then cp "$PINAUDIT_DAX/pool" "$PINAUDIT_RUN/$1" || exit 1; fi
      touch "$PINAUDIT_RUN/mounted"
      shift
      exec "$@"
      """;

  private final Path run = Path.of("target/guest-tests/power-cut").toAbsolutePath();
  private final Path mounted = run.resolve("mounted");
  private final KillLedger ledger = new KillLedger();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private Guest guest;

  @BeforeEach
  void prepare() throws Exception {
    GuestMachine.assumeUsable();
    FileTree.delete(Files.createDirectories(run));
    Files.createDirectories(run);
    GuestSpec spec =
        GuestSpec.inDirectory(run)
            .withFileSystem(FILE_SYSTEM)
            .withHardware(GuestHardware.DEFAULT.withPmemFile(run.resolve("pmem")));
    guest = Guest.prepare(spec, new Console(System.out, System.err, false));
  }

  @Test
  void losesNothingAndGivesNothingOutTwice() throws Exception {
    for (int cut = 0; cut < CUTS; cut++) {
      KillLedger.createJournal(journal(cut));
      Files.deleteIfExists(mounted);
      runAndCut(cut);
      checkBoot(cut);
    }
    int status = guest.run(command(CUTS, List.of("true")), out, System.err).exitStatus();
    assertEquals(0, status);
    checkBoot(CUTS);
    String printed = out.toString(StandardCharsets.UTF_8);
    System.out.printf(
        "%d power cuts, %d operations completed, %d cut short, %d extents at the end: nothing lost,"
            + " nothing given out twice; %s%n",
        CUTS,
        ledger.operations(),
        ledger.underWay(),
        ledger.extents(),
        printed.lines().distinct().toList());
    if (CUTS >= ENOUGH) {
      assertEquals(List.of(KillLedger.synchronous()), printed.lines().distinct().toList());
      assertTrue(ledger.operations() > 0 && ledger.underWay() > 0, "no cut met the writer at work");
    }
  }

  private void runAndCut(int cut) throws InterruptedException {
    Path journal = journal(cut);
    boolean early = random.nextInt(EARLY) == 0;
    int operations = random.nextInt(MOST_DONE);
    int millis = random.nextInt(early ? LONGEST_MILLIS : LONGEST_MILLIS / MOST_DONE);
    CompletableFuture<Void> powerCut = new CompletableFuture<>();
    Thread cutter =
        Thread.ofPlatform()
            .start(
                () -> {
                  await(early ? () -> Files.exists(mounted) : () -> hasDone(journal, operations));
                  sleep(millis);
                  powerCut.complete(null);
                });
    GuestFailure end =
        assertThrows(
            GuestFailure.class,
            () -> guest.run(command(cut, writer(journal)), out, System.err, powerCut),
            "the writer ended by itself");
    assertEquals("the power was cut", end.getMessage());
    cutter.join();
  }

  private static boolean hasDone(Path journal, int operations) {
    try {
      return KillLedger.isOpen(journal) && KillLedger.done(journal) >= operations;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(BooleanSupplier fact) {
    long endNanos = System.nanoTime() + START_LIMIT.toNanos();
    while (!fact.getAsBoolean() && System.nanoTime() < endNanos) {
      sleep(1);
    }
  }

  private static void sleep(int millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** This boot found a file system that was not unmounted, and in it what the one before left. */
  private void checkBoot(int boot) throws IOException {
    String log = Files.readString(run.resolve("guest-kernel.log"));
    assertEquals(boot > 0, log.contains(RECOVERED), log);
    if (boot == 0) {
      return;
    }
    try {
      ledger.check(pool(boot), journal(boot - 1), End.POWER_CUT);
    } catch (AssertionError e) {
      throw new AssertionError("cut " + boot + " of seed " + seed, e);
    }
  }

  private GuestCommand command(int boot, List<String> words) {
    List<String> all = new ArrayList<>(List.of("sh", "-c", SCRIPT, "sh"));
    all.add(pool(boot).getFileName().toString());
    all.addAll(words);
    return GuestCommand.asHere(all);
  }

  private List<String> writer(Path journal) {
    return List.of(
        Installation.jdkTool("java").toString(),
        "-XX:+UseSerialGC",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        KillLedger.writer(),
        "/mnt/dax/pool",
        journal.toString(),
        Integer.toString(random.nextInt(1 << 30)));
  }

  private Path journal(int boot) {
    return run.resolve("journal-" + boot);
  }

  private Path pool(int boot) {
    return run.resolve("pool-" + boot);
  }
}
