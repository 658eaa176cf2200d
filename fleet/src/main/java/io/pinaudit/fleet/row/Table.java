package io.pinaudit.fleet.row;

/**
 * The tables of a fleet, each a folder of Parquet files by day.
 *
 * @param <T> its rows
 * @param name its folder
 * @param rows their class
 */
public record Table<T extends Record>(String name, Class<T> rows) {
  /** What was found under the roots, audited or not. */
  public static final Table<IndexRow> INDEX = new Table<>("index", IndexRow.class);

  /** One row a recording that was audited. */
  public static final Table<RunRow> RUNS = new Table<>("runs", RunRow.class);

  /** One row a finding of a timeline. */
  public static final Table<FindingRow> FINDINGS = new Table<>("findings", FindingRow.class);

  /** One row a rule and timeline: how far the rule could be applied. */
  public static final Table<CoverageRow> COVERAGE = new Table<>("coverage", CoverageRow.class);

  /** One row a finding of an application and day, over all hosts. */
  public static final Table<FingerprintRow> FINGERPRINTS =
      new Table<>("fingerprints", FingerprintRow.class);

  /** One row a kernel, file system, rule and day. */
  public static final Table<MatrixRow> MATRIX = new Table<>("matrix", MatrixRow.class);
}
