package io.pinaudit.analyzer.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.JavaCall.Effect;
import io.pinaudit.analyzer.trace.JavaCall.Named;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.run.DeviceNumber;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A rename changes what a file is called, and bytes moved within the kernel hold nothing of it. */
class RenamedAndCopiedTest {
  private static final FileId FILE = new FileId(new DeviceNumber(259, 0), 12);
  private static final FileId OTHER = new FileId(new DeviceNumber(8, 1), 7);

  private final Ledgers ledgers = new Ledgers(null);
  private final List<Rule> rules = Rules.all();

  private static JavaCall call(int tid, long nanos, String error, Effect effect) {
    Stamp started = new Stamp(nanos, tid, "main", new Source("app.jfr", nanos));
    return new JavaCall(
        "app.jfr", Operation.of("call"), started, nanos + 100, List.of(), error, effect);
  }

  private void start(JavaCall call) {
    tell(new TraceEvent.CallStarted(call.started(), call));
  }

  private void finish(JavaCall call) {
    Stamp end = new Stamp(call.endNanos(), call.started().tid(), "main", call.started().source());
    tell(new TraceEvent.CallFinished(end, call));
  }

  private void tell(TraceEvent event) {
    Moment moment = ledgers.apply(event);
    rules.forEach(rule -> rule.observe(moment, ledgers));
  }

  private void make(long nanos, String error, Effect effect) {
    JavaCall call = call(1, nanos, error, effect);
    start(call);
    finish(call);
  }

  private String path(FileId file) {
    return ledgers.names().path(ledgers.file(file));
  }

  @Test
  void aFileIsCalledByItsNewNameAfterARename() {
    make(1_000, null, new JavaCall.Renamed(new Named(FILE, "/mnt/a"), "/mnt/b"));
    assertEquals("/mnt/b", path(FILE));
  }

  @Test
  void aRenameThatFailedLeavesTheName() {
    make(1_000, "EXDEV", new JavaCall.Renamed(new Named(FILE, "/mnt/a"), "/mnt/b"));
    assertEquals("/mnt/a", path(FILE));
  }

  @Test
  void aRenameOfAnUnknownFileNamesNothing() {
    make(1_000, null, new JavaCall.Renamed(new Named(null, "/mnt/a"), "/mnt/b"));
    assertEquals(null, path(FILE));
  }

  @Test
  void bothFilesOfATransferAreNamed() {
    make(1_000, null, new JavaCall.Copied(new Named(FILE, "/mnt/a"), new Named(OTHER, "/data/b")));
    assertEquals("/mnt/a", path(FILE));
    assertEquals("/data/b", path(OTHER));
  }

  /** The agent tells of no page that a transfer keeps: a cut while it runs proves nothing. */
  @Test
  void aTransferIsNoPin() {
    JavaCall copy =
        call(1, 1_000, null, new JavaCall.Copied(new Named(FILE, "/mnt/a"), new Named(OTHER, "")));
    JavaCall cut = call(2, 1_050, null, new JavaCall.Truncated(new Named(FILE, "/mnt/a"), 8192, 0));
    start(copy);
    start(cut);
    finish(copy);
    finish(cut);
    assertEquals(List.of(), Findings.of(rules, 2_000, ledgers));
  }
}
