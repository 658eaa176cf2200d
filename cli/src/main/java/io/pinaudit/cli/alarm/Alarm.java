package io.pinaudit.cli.alarm;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.LiveState;
import io.pinaudit.analyzer.finding.Finding;
import java.io.IOException;
import java.util.List;

/** Tells somebody of what is found while a run is watched. */
public interface Alarm extends AutoCloseable {
  /**
   * Tells of findings that are new, or worse or surer than when they were told.
   *
   * @param news an audit of which only these findings are shown
   * @throws IOException if nobody could be told; the message is one line
   */
  void found(Audit news) throws IOException;

  /**
   * Looks at the run, about once a second.
   *
   * @param all what was found so far
   * @throws IOException if it cannot be written down; the message is one line
   */
  default void look(LiveState state, List<Finding> all) throws IOException {}

  /** Ends the alarm; waits a little for those who are still being told. */
  @Override
  default void close() throws IOException {}
}
