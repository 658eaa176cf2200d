package io.pinaudit.fleet.row;

import java.util.List;

/**
 * The tables of a fleet, each a folder of Parquet files by day.
 *
 * @param <T> class of the rows
 * @param name name of the table's folder
 * @param rows class of the rows
 */
public record Table<T extends Record>(String name, Class<T> rows) {
  /** The recordings that were found under the roots, whether they were audited or not. */
  public static final Table<IndexRow> INDEX = new Table<>("index", IndexRow.class);

  /** The audited recordings: one row for each recording. */
  public static final Table<RunRow> RUNS = new Table<>("runs", RunRow.class);

  /** The findings: one row for each finding of a timeline. */
  public static final Table<FindingRow> FINDINGS = new Table<>("findings", FindingRow.class);

  /** How far rules could be applied: one row for each rule and timeline. */
  public static final Table<CoverageRow> COVERAGE = new Table<>("coverage", CoverageRow.class);

  /** What guards did: one row for each pair of lines of code and file of a timeline. */
  public static final Table<InterventionRow> INTERVENTIONS =
      new Table<>("interventions", InterventionRow.class);

  /** The findings over all hosts: one row for each finding of an application and day. */
  public static final Table<FingerprintRow> FINGERPRINTS =
      new Table<>("fingerprints", FingerprintRow.class);

  /** The counts by kernel and file system: one row for each kernel, file system, rule and day. */
  public static final Table<MatrixRow> MATRIX = new Table<>("matrix", MatrixRow.class);

  /** All tables that an audit fills. */
  public static final List<Table<?>> OF_AUDITS =
      List.of(RUNS, FINDINGS, COVERAGE, INTERVENTIONS, FINGERPRINTS, MATRIX);
}
