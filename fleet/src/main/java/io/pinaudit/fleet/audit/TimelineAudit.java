package io.pinaudit.fleet.audit;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.timeline.Share;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.fleet.find.Opened;
import io.pinaudit.fleet.find.RunHead;
import io.pinaudit.run.RunDescription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Audits one timeline, or a share of it. A broken recording becomes a row that says why; it never
 * causes an exception.
 */
final class TimelineAudit implements AutoCloseable {
  private static final int LONGEST_ERROR = 1_000;

  private final Timeline timeline;
  private final Share share;
  private final Map<RunHead, Opened> opened = new LinkedHashMap<>();
  private final Map<RunHead, Inputs> inputs = new LinkedHashMap<>();
  private final Map<RunHead, String> errors = new LinkedHashMap<>();

  private TimelineAudit(Part part) {
    this.timeline = part.timeline();
    this.share = part.share();
  }

  /**
   * Audits a part of a timeline on this thread.
   *
   * @param scratch a folder for what has to be unpacked
   * @throws OutOfMemoryError if the memory is too small for it, or for all that is audited now
   * @throws IOException if what was unpacked cannot be deleted
   */
  static PartRows rows(Part part, Path scratch) throws IOException {
    try (TimelineAudit audit = new TimelineAudit(part)) {
      part.timeline().recordings().forEach(head -> audit.open(head, scratch));
      return audit.rows();
    }
  }

  /**
   * Returns the shares into which an audit of a timeline can be split; only {@link Share#ALL} if it
   * cannot.
   *
   * @throws IOException if the scratch folder cannot be used
   */
  static List<Share> shares(Timeline timeline, Path scratch) throws IOException {
    List<List<PageRange>> frames = new ArrayList<>();
    for (RunHead head : timeline.recordings()) {
      RunDescription run = head.readable() ? head.description(scratch) : null;
      if (run == null) {
        return List.of(Share.ALL);
      }
      if (run.kernel() != null) {
        frames.add(Share.frames(run));
      }
    }
    return Share.of(frames);
  }

  /** Returns the rows of a timeline that is given up. */
  static PartRows failed(Timeline timeline, String error) {
    try (TimelineAudit audit = new TimelineAudit(new Part(timeline, Share.ALL))) {
      timeline.recordings().forEach(head -> audit.errors.put(head, error));
      return audit.rows();
    } catch (IOException e) {
      throw new IllegalStateException("nothing was opened", e);
    }
  }

  private void open(RunHead head, Path scratch) {
    if (!head.readable()) {
      errors.put(head, head.row().error());
      return;
    }
    try {
      Opened one = Opened.of(head.file(), scratch);
      opened.put(head, one);
      inputs.put(head, Inputs.of(List.of(one.directory())));
    } catch (IOException | RuntimeException | StackOverflowError e) {
      errors.put(head, text(head, e));
    }
  }

  private PartRows rows() {
    RowMaker maker = new RowMaker(timeline);
    boolean each = false;
    errors.forEach(maker::failed);
    if (!inputs.isEmpty()) {
      try {
        maker.audited(List.copyOf(inputs.keySet()), audit(List.copyOf(inputs.values()), share));
      } catch (IOException | RuntimeException | StackOverflowError e) {
        each = share.judgesCalls();
        if (each) {
          eachAlone(maker, e);
        } else {
          inputs.keySet().forEach(head -> maker.failed(head, text(head, e)));
        }
      }
    }
    return maker.rows(each);
  }

  private static Audit audit(List<Inputs> recordings, Share share) throws IOException {
    return Audit.of(Inputs.joined(recordings), share);
  }

  /**
   * Audits each recording of a timeline alone, so that one that is broken does not take the others
   * with it. They are not split.
   */
  private void eachAlone(RowMaker maker, Throwable whole) {
    inputs.forEach(
        (head, one) -> {
          if (inputs.size() == 1) {
            maker.failed(head, text(head, whole));
            return;
          }
          try {
            maker.audited(List.of(head), audit(List.of(one), Share.ALL));
          } catch (IOException | RuntimeException | StackOverflowError e) {
            maker.failed(head, text(head, e));
          }
        });
  }

  /** Returns what is written of a broken recording, which names it by its place. */
  private String text(RunHead head, Throwable e) {
    Opened one = opened.get(head);
    String text = text(e);
    return one == null ? text : head.file().placed(text, one.directory());
  }

  /**
   * Returns what is written of a broken recording. Before a recording was audited alone, it is not
   * to blame for memory that ran out on a thread of a reader.
   */
  private static String text(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError error) {
        throw error;
      }
    }
    String message =
        switch (e) {
          case IOException _ -> e.getMessage();
          case UncheckedIOException wrapped -> wrapped.getCause().getMessage();
          default -> "error: unexpected " + e;
        };
    String line = message == null ? e.getClass().getSimpleName() : message;
    String printable = line.lines().findFirst().orElse("").replaceAll("\\p{Cc}", "?");
    return printable.substring(0, Math.min(LONGEST_ERROR, printable.length()));
  }

  @Override
  public void close() throws IOException {
    for (Opened one : opened.values()) {
      one.close();
    }
  }
}
