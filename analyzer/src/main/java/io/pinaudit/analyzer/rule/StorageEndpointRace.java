package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Doubt;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;
import java.util.List;
import java.util.Optional;

/**
 * Direct I/O is in flight to or from the range of a file that is being truncated or punched.
 *
 * <p>The kernel waits for the I/O ({@code inode_dio_wait}), so no block is lost; but only chance
 * decides whether the I/O comes before or after the truncate. Deleting a file is no race: its
 * blocks stay while it is open.
 */
final class StorageEndpointRace implements Rule {
  private final Occurrences found = new Occurrences();
  private final Pending<Meeting> meetings = new Pending<>(Meeting::ended, this::tell, found);

  /** Creates the rule for one run. */
  StorageEndpointRace() {}

  @Override
  public Hazard hazard() {
    return Hazard.STORAGE_ENDPOINT_RACE;
  }

  @Override
  public boolean judgesFrames() {
    return false;
  }

  @Override
  public List<Basis> bases() {
    return List.of(Basis.calls());
  }

  @Override
  public void observe(Moment moment, Ledgers ledgers) {
    for (Meeting met : Meeting.ofStorage(moment)) {
      if (met.culprit().changesLayout()) {
        meetings.add(met, ledgers);
      }
    }
  }

  /**
   * Reports a meeting. The truncate may have waited for the I/O, so it suffices that the I/O was
   * under way when the truncate began.
   */
  private Optional<Occurrence> tell(Meeting met, long endNanos, Ledgers ledgers) {
    return Optional.of(
        met.occurrence(Severity.WARNING, Step.Role.CUT, endNanos).without(Doubt.MAY_HAVE_WAITED));
  }

  @Override
  public Occurrences occurrences(long nowNanos, Ledgers ledgers) {
    Occurrences all = found.copy();
    meetings.addTo(all, nowNanos, ledgers);
    return all;
  }
}
