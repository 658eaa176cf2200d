package io.pinaudit.fleet.audit;

import io.pinaudit.fleet.row.CoverageRow;
import io.pinaudit.fleet.row.FindingRow;
import io.pinaudit.fleet.row.RunRow;
import java.util.List;

/**
 * What the audit of one timeline says.
 *
 * @param runs one for each of its recordings
 * @param findings what was found
 * @param coverage how far each rule could be applied; none if it failed
 */
public record TimelineRows(
    List<RunRow> runs, List<FindingRow> findings, List<CoverageRow> coverage) {}
