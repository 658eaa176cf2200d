package io.pinaudit.analyzer.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinaudit.analyzer.plan.Pair;
import io.pinaudit.analyzer.plan.Plan;
import io.pinaudit.analyzer.plan.Site;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.Frame;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.analyzer.trace.Use;
import io.pinaudit.run.DeviceNumber;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PredictorTest {
  private static final long MILLI = 1_000_000;
  private static final long ADDRESS = 0x10000;
  private static final JavaCall.Named NO_FILE = new JavaCall.Named(null, null);

  private final Ledgers ledgers = new Ledgers(null);
  private final Predictor predictor = new Predictor(1_000 * MILLI);
  private long nanos;
  private String error;

  @BeforeEach
  void map() {
    call(1, "map", new JavaCall.Mapped(file(1), new ByteRange(0, 65_536), ADDRESS, "rw"));
  }

  private static JavaCall.Named file(long inode) {
    return new JavaCall.Named(new FileId(new DeviceNumber(8, 1), inode), "/f" + inode);
  }

  private void call(long thread, String method, JavaCall.Effect effect) {
    call(thread, List.of(new Frame("app.A", method, 1)), effect);
  }

  private void call(long thread, List<Frame> stack, JavaCall.Effect effect) {
    nanos += MILLI;
    Stamp stamp = new Stamp(nanos, (int) thread, "t", new Source("a.jfr", nanos));
    JavaCall call =
        new JavaCall("jvm", Operation.of("x"), stamp, nanos + 1, stack, error, effect, thread);
    predictor.observe(ledgers.apply(new TraceEvent.CallStarted(stamp, call)), ledgers);
    predictor.observe(ledgers.apply(new TraceEvent.CallFinished(stamp, call)), ledgers);
  }

  private void pin(long thread, long offset) {
    call(thread, "pin", transfer(1, offset, NO_FILE, false));
  }

  private static JavaCall.Transferred transfer(
      long inode, long offset, JavaCall.Named storage, boolean direct) {
    return new JavaCall.Transferred(
        file(inode), ADDRESS + offset, new ByteRange(offset, 4_096), storage, 0, 4_096, direct, 0);
  }

  private void cut(long thread, long newSize) {
    call(thread, "cut", new JavaCall.Truncated(file(1), 65_536, newSize));
  }

  private void start(long thread, long other) {
    call(thread, "start", new JavaCall.ThreadOrdered(other, false));
  }

  private void join(long thread, long other) {
    call(thread, "join", new JavaCall.ThreadOrdered(other, true));
  }

  private List<Pair> pairs() {
    return predictor.plan(10).pairs();
  }

  @Test
  void findsACutNearAPinOfAnotherThread() {
    pin(1, 4_096);
    pin(1, 4_096);
    cut(2, 0);
    Pair pair = pairs().getFirst();
    assertEquals(List.of("app.A.pin"), pair.hands().frames());
    assertEquals(new Site.Nth(2, 2), pair.hands().nth());
    assertEquals(List.of("app.A.cut"), pair.takes().frames());
    assertEquals(new Pair.Near(Use.BUFFER, "/f1", MILLI, true, 1), pair.near());
  }

  @Test
  void findsAPinThatFailed() {
    cut(2, 0);
    error = "java.io.IOException: Bad address";
    pin(1, 4_096);
    assertEquals(1, pairs().size());
  }

  @Test
  void doesNotFindACutThatFailed() {
    pin(1, 4_096);
    error = "java.io.IOException: Read-only file system";
    cut(2, 0);
    assertEquals(List.of(), pairs());
  }

  @Test
  void findsAPinAfterACut() {
    cut(2, 0);
    pin(1, 4_096);
    assertEquals(false, pairs().getFirst().near().handsFirst());
  }

  @Test
  void doesNotFindOtherBytesOtherFilesOrTheSameThread() {
    pin(1, 0);
    cut(2, 4_096);
    cut(1, 0);
    call(2, "cut", new JavaCall.Truncated(file(2), 65_536, 0));
    call(2, "grow", new JavaCall.Truncated(file(1), 0, 65_536));
    assertEquals(List.of(), pairs());
  }

  @Test
  void doesNotFindWhatIsFarAway() {
    pin(1, 0);
    nanos += 2_000 * MILLI;
    cut(2, 0);
    assertEquals(List.of(), pairs());
  }

  @Test
  void takesStartsForOrder() {
    pin(1, 0);
    start(1, 5);
    start(5, 6);
    cut(6, 0);
    assertEquals(List.of(), pairs());
    pin(1, 0);
    cut(6, 0);
    assertEquals(1, pairs().size(), "after the start nothing is ordered");
  }

  @Test
  void takesJoinsForOrder() {
    start(1, 2);
    pin(2, 0);
    join(1, 2);
    cut(1, 0);
    assertEquals(List.of(), pairs());
  }

  @Test
  void doesNotTakeAJoinAfterwardsForOrder() {
    pin(2, 0);
    cut(1, 0);
    join(1, 2);
    assertEquals(1, pairs().size());
  }

  @Test
  void findsMemoryThatIsUnmapped() {
    pin(1, 8_192);
    call(2, "free", new JavaCall.Unmapped(ADDRESS, 65_536));
    assertEquals(Use.MEMORY, pairs().getFirst().near().subject());
  }

  @Test
  void doesNotFindALaterMappingOfTheSameAddresses() {
    pin(1, 8_192);
    call(1, "free", new JavaCall.Unmapped(ADDRESS, 65_536));
    map();
    call(2, "free", new JavaCall.Unmapped(ADDRESS, 65_536));
    assertEquals(List.of(), pairs());
  }

  @Test
  void doesNotFindWhatTheCollectorUnmaps() {
    pin(1, 8_192);
    call(
        2,
        List.of(
            new Frame("app.Cleanup", "run", 1),
            new Frame("jdk.internal.ref.CleanerImpl", "run", 1)),
        new JavaCall.Unmapped(ADDRESS, 65_536));
    call(3, List.of(), new JavaCall.Unmapped(ADDRESS, 65_536));
    assertEquals(List.of(), pairs());
  }

  @Test
  void findsStorageOfDirectTransfersOnly() {
    call(1, "io", transfer(2, 0, file(3), true));
    call(2, "cut", new JavaCall.Truncated(file(3), 65_536, 0));
    assertEquals(Use.STORAGE, pairs().getFirst().near().subject());
    call(1, "buffered", transfer(2, 0, file(4), false));
    call(2, "cut", new JavaCall.Truncated(file(4), 65_536, 0));
    call(1, "direct", transfer(2, 0, file(5), true));
    call(2, "delete", new JavaCall.Deleted(file(5), 1));
    assertEquals(1, pairs().size());
  }

  @Test
  void doesNotFindANameOfSeveral() {
    pin(1, 0);
    call(2, "delete", new JavaCall.Deleted(file(1), 2));
    assertEquals(List.of(), pairs());
    call(2, "delete", new JavaCall.Deleted(file(1), 1));
    assertEquals(1, pairs().size());
  }

  @Test
  void namesTheNearestAndTheFarthest() {
    for (int gap : List.of(3, 1, 7, 2)) {
      pin(1, 0);
      nanos += gap * MILLI;
      cut(2, 0);
      nanos += 2_000 * MILLI;
    }
    assertEquals(new Site.Nth(2, 3), pairs().getFirst().hands().nth());
    assertEquals(new Site.Nth(2, 3), pairs().getFirst().takes().nth());
  }

  @Test
  void findsTwoTasksThatOneThreadOfAPoolHasRun() {
    byTask(new Frame("app.A", "pin", 1), pinned());
    byTask(new Frame("app.A", "cut", 2), new JavaCall.Truncated(file(1), 65_536, 0));
    assertEquals(1, pairs().size());
  }

  @Test
  void findsTwoTasksThatOneLineRuns() {
    Frame wrapper = new Frame("app.Timed", "run", 7);
    byTask(List.of(new Frame("app.A", "pin", 1), wrapper), pinned());
    byTask(
        List.of(new Frame("app.A", "cut", 2), wrapper), new JavaCall.Truncated(file(1), 65_536, 0));
    assertEquals(1, pairs().size());
  }

  @Test
  void doesNotFindTwoCallsThatOneTaskMayHaveMade() {
    byTask(List.of(new Frame("app.A", "pin", 1), new Frame("app.A", "task", 8)), pinned());
    byTask(
        List.of(new Frame("app.A", "cut", 2), new Frame("app.A", "task", 9)),
        new JavaCall.Truncated(file(1), 65_536, 0));
    byTask(new Frame("app.A", "task", 8), pinned());
    assertEquals(List.of(), pairs());
  }

  @Test
  void ranksTasksOfOneThreadAfterThreads() {
    byTask(new Frame("app.A", "pin", 1), pinned());
    byTask(new Frame("app.A", "cut", 2), new JavaCall.Truncated(file(1), 65_536, 0));
    nanos += 10 * MILLI;
    call(2, "other", new JavaCall.Deleted(file(1), 1));
    assertEquals(List.of("app.A.other"), pairs().getFirst().takes().frames());
    assertEquals(2, pairs().size());
  }

  private static JavaCall.Transferred pinned() {
    return transfer(1, 0, NO_FILE, false);
  }

  private void byTask(Frame own, JavaCall.Effect effect) {
    byTask(List.of(own), effect);
  }

  private void byTask(List<Frame> own, JavaCall.Effect effect) {
    List<Frame> stack = new ArrayList<>(own);
    stack.add(new Frame("java.util.concurrent.FutureTask", "run", 264));
    stack.add(new Frame("java.util.concurrent.ThreadPoolExecutor", "runWorker", 1_136));
    stack.add(new Frame("java.lang.Thread", "run", 840));
    call(1, stack, effect);
  }

  @Test
  void ranksTheNearestFirstAndKeepsSoMany() {
    pin(1, 0);
    call(2, "far", new JavaCall.Deleted(file(1), 1));
    pin(1, 0);
    call(3, "near", new JavaCall.Deleted(file(1), 1));
    List<Pair> pairs = pairs();
    assertEquals(2, pairs.size());
    Plan one = predictor.plan(1);
    assertEquals(pairs.subList(0, 1), one.pairs());
  }
}
