package io.pinaudit.fleet.audit;

import io.pinaudit.analyzer.timeline.Share;
import io.pinaudit.fleet.find.RunFile;
import io.pinaudit.fleet.find.RunHead;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Audits timelines within the memory of this JVM, on the threads that call; they may share it. A
 * timeline that does not fit into memory beside the others is audited once more, alone; if it does
 * not fit then, share by share; and if that does not fit either, its audit has failed.
 */
public final class Auditor {
  // Audits share it; one that is repeated alone has it for itself.
  private final ReadWriteLock memory = new ReentrantReadWriteLock(true);
  private final Path scratch;
  private final String remedy;

  /**
   * Makes an auditor.
   *
   * @param scratch a folder for what has to be copied or unpacked
   * @param remedy what to set to give this JVM more memory
   */
  public Auditor(Path scratch, String remedy) {
    this.scratch = scratch;
    this.remedy = remedy;
  }

  /**
   * Reads the head of a recording.
   *
   * @throws IOException if the scratch folder cannot be used
   */
  public RunHead head(RunFile file) throws IOException {
    return inMemory(() -> RunHead.read(file, scratch), () -> RunHead.broken(file, tooLarge()));
  }

  /**
   * Returns the shares into which an audit of a timeline can be split.
   *
   * @throws IOException if the scratch folder cannot be used
   */
  public List<Share> shares(Timeline timeline) throws IOException {
    return inMemory(() -> TimelineAudit.shares(timeline, scratch), () -> List.of(Share.ALL));
  }

  /**
   * Audits a part of a timeline. What is broken in it becomes rows that say why.
   *
   * @throws IOException if the scratch folder cannot be used
   */
  public PartRows rows(Part part) throws IOException {
    return inMemory(() -> TimelineAudit.rows(part, scratch), () -> shareByShare(part));
  }

  /** Audits a timeline that does not fit into memory as a whole. */
  private PartRows shareByShare(Part part) throws IOException {
    Timeline timeline = part.timeline();
    try {
      List<PartRows> parts = new ArrayList<>();
      for (Share share : smaller(part)) {
        parts.add(TimelineAudit.rows(new Part(timeline, share), scratch));
      }
      if (!parts.isEmpty()) {
        return PartRows.together(timeline, parts);
      }
    } catch (OutOfMemoryError e) {
      // Not even one share fits.
    }
    return TimelineAudit.failed(timeline, tooLarge());
  }

  /** Returns the shares of a part; none if it cannot be split. */
  private List<Share> smaller(Part part) throws IOException {
    List<Share> shares =
        part.share().equals(Share.ALL)
            ? TimelineAudit.shares(part.timeline(), scratch)
            : List.of(Share.ALL);
    return shares.size() > 1 ? shares : List.of();
  }

  /** Returns the rows of a timeline that is given up. */
  public static PartRows failed(Timeline timeline, String why) {
    return TimelineAudit.failed(timeline, why);
  }

  /** Work that reads recordings. */
  private interface Work<T> {
    T result() throws IOException;
  }

  private <T> T inMemory(Work<T> work, Work<T> failed) throws IOException {
    memory.readLock().lock();
    try {
      return work.result();
    } catch (OutOfMemoryError e) {
      // Another one may be to blame: this one is tried again below.
    } finally {
      memory.readLock().unlock();
    }
    return alone(work, failed);
  }

  private <T> T alone(Work<T> work, Work<T> failed) throws IOException {
    memory.writeLock().lock();
    try {
      return work.result();
    } catch (OutOfMemoryError e) {
      return failed.result();
    } finally {
      memory.writeLock().unlock();
    }
  }

  private String tooLarge() {
    return "error: needs more memory than the %d MiB that this process may have: set %s"
        .formatted(Runtime.getRuntime().maxMemory() >> 20, remedy);
  }
}
