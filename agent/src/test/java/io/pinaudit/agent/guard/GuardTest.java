package io.pinaudit.agent.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.agent.stand.Reach;
import io.pinaudit.agent.stand.RefusedBy;
import io.pinaudit.agent.stand.Stand;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardTest {
  private static Stand stand(String operation, boolean takes, long offset, Stand.Check check) {
    Reach pages = Reach.file(Reach.Use.BUFFER, 7, 1, offset, takes ? Long.MAX_VALUE : 4_096);
    return new Stand(operation, takes, List.of(pages), null, check);
  }

  private static Taking truncate(long offset) {
    return new Taking(
        stand("FileChannel.truncate", true, offset, null),
        Taking.Kind.CUT,
        "/data/a.dat",
        RefusedBy.FILE);
  }

  private static Guard guard(String rules, String paths, String classes) {
    return new Guard(GuardRules.parse(rules, paths, classes));
  }

  /** One that another thread made, as long as that thread lives. */
  private static Hold heldByAnother(Guard guard, Stand stand) throws InterruptedException {
    Hold[] held = new Hold[1];
    Thread other = new Thread(() -> held[0] = guard.hold(stand, Hold.Ending.KERNEL, 5));
    other.start();
    other.join();
    return held[0];
  }

  @Test
  void stepsInOnlyWhereBytesAreInUse() throws InterruptedException {
    Guard guard = guard("fail", null, null);
    assertNull(guard.take(truncate(0)), "nothing is in use");
    Hold hold = heldByAnother(guard, stand("pwrite", false, 8_192, null));
    assertNull(guard.take(truncate(12_288)), "other bytes");
    GuardAction verdict = guard.take(truncate(10_000));
    assertEquals(GuardAction.Deed.REFUSED, verdict.deed());
    assertEquals(new Reach(7, 1, 10_000, 12_288, Reach.Use.BUFFER), verdict.reach());
    Throwable refusal = verdict.refusal();
    assertInstanceOf(FileSystemException.class, refusal);
    assertTrue(refusal.getMessage().startsWith("/data/a.dat: FileChannel.truncate would take"));
    assertEquals(1, refusal.getSuppressed().length);
    hold.end();
    hold.end();
    assertNull(guard.take(truncate(0)), "it ended just before");
    assertFalse(guard.holdsAny());
  }

  @Test
  void stepsInOnlyWhereItIsAskedTo() throws InterruptedException {
    for (Guard guard :
        List.of(
            guard("fail", "/data/b.*", null),
            guard("fail", null, "com.acme."),
            guard("fail", "/data/*.log;/tmp/**", "io.pinaudit."))) {
      heldByAnother(guard, stand("pwrite", false, 0, null));
      assertNull(guard.take(truncate(0)));
    }
    Guard both = guard("fail", "/data/**", "com.acme.;org.junit.");
    heldByAnother(both, stand("pwrite", false, 0, null));
    assertNotNull(both.take(truncate(0)));
  }

  @Test
  void knowsFilesHoweverTheyAreNamed(@TempDir Path folder) throws IOException {
    Path real = Files.createDirectory(folder.toRealPath().resolve("real"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    GuardRules rules = GuardRules.parse("fail", real + "/**", null);
    assertTrue(rules.selectsPath(real + "/a.dat"));
    assertTrue(rules.selectsPath(real + "/../real/a.dat"));
    assertTrue(rules.selectsPath(link + "/a.dat"));
    assertFalse(rules.selectsPath(real + "/../a.dat"));
    assertFalse(rules.selectsPath(folder + "/link"), "the last name is not followed");
    assertFalse(rules.selectsPath(folder + "/none/a.dat"));
    assertFalse(rules.selectsPath(null));
  }

  @Test
  void looksAgainWhetherItIsStillInUse() throws InterruptedException {
    Guard guard = guard("fail", null, null);
    heldByAnother(guard, stand("io_uring read", false, 0, () -> false));
    assertNull(guard.take(truncate(0)));
  }

  @Test
  void forgetsWhatAThreadHeldThatIsGone() throws InterruptedException {
    Guard guard = guard("fail", null, null);
    Thread other =
        new Thread(() -> guard.hold(stand("pwrite", false, 0, null), Hold.Ending.CALL, 5));
    other.start();
    other.join();
    assertNull(guard.take(truncate(0)));
  }

  @Test
  void refusesAThreadThatWouldWaitForItself() {
    Guard guard = guard("wait:5000", null, null);
    Hold hold = guard.hold(stand("PinMarker", false, 0, null), Hold.Ending.PROGRAM, 5);
    GuardAction verdict = guard.take(truncate(0));
    assertEquals(GuardAction.Deed.OWN, verdict.deed());
    assertTrue(verdict.endNanos() - verdict.startNanos() < 1_000_000_000);
    hold.end();
    assertNull(guard.take(truncate(0)));
  }

  @Test
  void waitsForTheLastHolderAndNotLonger() throws Exception {
    Guard guard = guard("wait:60", null, null);
    Hold first = heldByAnother(guard, stand("pwrite", false, 0, null));
    Hold second = heldByAnother(guard, stand("pwrite", false, 0, null));
    Thread ending =
        new Thread(
            () -> {
              first.end();
              second.end();
            });
    ending.start();
    GuardAction waited = guard.take(truncate(0));
    ending.join();
    if (waited != null) {
      assertEquals(GuardAction.Deed.WAITED, waited.deed());
      assertNull(waited.refusal());
    }
    heldByAnother(guard, stand("pwrite", false, 0, null));
    GuardAction late = guard.take(truncate(0));
    assertEquals(GuardAction.Deed.LATE, late.deed());
    assertTrue(late.endNanos() - late.startNanos() >= 60_000_000);
    Thread.currentThread().interrupt();
    assertEquals(GuardAction.Deed.INTERRUPTED, guard.take(truncate(0)).deed());
    assertTrue(Thread.interrupted(), "it still is");
  }

  @Test
  void lastsForTenThousandInterventions() throws InterruptedException {
    Guard guard = guard("report", null, null);
    heldByAnother(guard, stand("pwrite", false, 0, null));
    int count = 0;
    GuardAction last = null;
    for (GuardAction now = guard.take(truncate(0)); now != null; now = guard.take(truncate(0))) {
      last = now;
      count++;
      assertTrue(count <= 10_001);
    }
    assertEquals(10_001, count);
    assertEquals(GuardAction.Deed.EXHAUSTED, last.deed());
    assertNull(last.refusal());
  }

  @Test
  void knowsWhetherOthersAskForTheSame() {
    Guard guard = guard("wait:500", "/a/**", "x.");
    assertTrue(guard.isOf(GuardRules.parse("wait:500", "/a/**", "x.")));
    assertFalse(guard.isOf(GuardRules.parse("wait:501", "/a/**", "x.")));
    assertFalse(guard.isOf(GuardRules.parse("wait:500", null, "x.")));
    assertFalse(guard.isOf(GuardRules.parse("wait:500", "/a/**", "y.")));
    assertFalse(Guard.NONE.isOf(GuardRules.parse("report", null, null)));
  }

  @Test
  void endsForGood() throws InterruptedException {
    Guard guard = guard("fail", null, null);
    heldByAnother(guard, stand("pwrite", false, 0, null));
    guard.end();
    assertFalse(guard.isOn());
    assertNull(guard.take(truncate(0)));
    assertNull(guard.hold(stand("pwrite", false, 0, null), Hold.Ending.CALL, 5));
  }

  @Test
  void looksAtNoUseOfOtherFiles() {
    Guard guard = guard("keep", null, null);
    AtomicInteger looks = new AtomicInteger();
    List<Reach> pages =
        new AbstractList<>() {
          @Override
          public Reach get(int index) {
            looks.incrementAndGet();
            return Reach.file(Reach.Use.BUFFER, 7, 2, 0, 4_096);
          }

          @Override
          public int size() {
            return 1;
          }
        };
    Hold hold = guard.hold(new Stand("pin", false, pages, null, null), Hold.Ending.PROGRAM, 5);
    looks.set(0);
    Taking unmapping =
        new Taking(
            stand("munmap", true, 0, null), Taking.Kind.MEMORY, "/data/a.dat", RefusedBy.NEVER);
    assertNull(guard.keep(unmapping, 0));
    assertFalse(guard.hasHoldOf(new KeptFiles.File(7, 1)));
    assertEquals(0, looks.get());
    assertTrue(guard.hasHoldOf(new KeptFiles.File(7, 2)));
    hold.end();
    assertFalse(guard.hasHoldOf(new KeptFiles.File(7, 2)));
  }
}
