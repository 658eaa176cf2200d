package io.pinaudit.fleet.audit;

import io.pinaudit.analyzer.timeline.Share;
import io.pinaudit.fleet.find.RunFile;
import io.pinaudit.fleet.find.RunHead;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/**
 * Those who read recordings: threads of this process, or other machines. Confined to one thread.
 */
public interface Workers extends AutoCloseable {
  /**
   * Reads the heads of recordings, in their order.
   *
   * @throws IOException if a scratch folder cannot be used
   */
  List<RunHead> heads(Collection<RunFile> files) throws IOException, InterruptedException;

  /**
   * Returns the shares into which the audit of each of some timelines can be split.
   *
   * @throws IOException if a scratch folder cannot be used
   */
  List<List<Share>> shares(List<Timeline> timelines) throws IOException, InterruptedException;

  /**
   * Begins to audit parts of timelines. Only a few are audited ahead of those whose rows were
   * taken, so that rows do not pile up.
   */
  Audits audit(List<Part> parts);

  /**
   * Begins to audit parts, of which none is audited while the rows of another are used: who shares
   * the memory of this process with that use leaves it alone.
   */
  Audits auditAlone(List<Part> parts);

  /** Audits under way. */
  interface Audits extends AutoCloseable {
    /**
     * Waits for the rows of the next part.
     *
     * @throws IOException if a scratch folder cannot be used, or the workers are gone
     */
    PartRows next() throws IOException, InterruptedException;

    /** Gives up what nobody waits for any more. */
    @Override
    void close();
  }

  /** Stops at once. */
  @Override
  void close();
}
