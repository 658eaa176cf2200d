package io.pinaudit.fleet.audit;

import io.pinaudit.fleet.row.CoverageRow;
import io.pinaudit.fleet.row.FindingRow;
import io.pinaudit.fleet.row.InterventionRow;
import io.pinaudit.fleet.row.RunRow;
import java.io.Serializable;
import java.util.List;

/**
 * The rows of one audited timeline.
 *
 * @param runs one for each of its recordings
 * @param findings one row for each finding
 * @param coverage how far each rule could be applied; none if it failed
 * @param interventions what the guard did
 */
public record TimelineRows(
    List<RunRow> runs,
    List<FindingRow> findings,
    List<CoverageRow> coverage,
    List<InterventionRow> interventions)
    implements Serializable {}
