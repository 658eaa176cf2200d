package io.pinaudit.lab.matrix;

import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.run.DeviceNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a case measured itself, without pinaudit: a line {@code case NAME START END DEVICE INODE
 * TRUTH DETAIL} of its program, with tabs between, see {@code lab/matrix.d/main.c}; of a page-cache
 * case {@code CULPRIT} as well.
 *
 * @param startNanos time of CLOCK_MONOTONIC before which nothing of the case happened
 * @param endNanos time after which nothing of the case happened
 * @param file the file whose pages were pinned
 * @param kind what was true
 * @param detail what was measured, for people
 * @param culprit the process that cut the file, if it is not the JVM; else empty
 */
record MatrixTruth(
    long startNanos, long endNanos, FileId file, Kind kind, String detail, String culprit) {
  private static final int CULPRIT_FIELD = 8;

  /** What can be true of a case. */
  enum Kind {
    /** Another file's bytes went through the pin. */
    FOREIGN,
    /** The file system took pinned blocks back, and has given them to nobody since. */
    FREED,
    /** The free returned when the pin was dropped, and not before. */
    WAITED,
    /** The free never returned. */
    HUNG,
    /** Pinned pages of the page cache were taken from their file. */
    ORPHANED,
    /** Pages of a mapping are gone: who touches them faults. */
    FAULTS,
    /** A request wrote into memory that was somebody else's by then. */
    OVERWRITTEN,
    /** A page faulted although nobody had cut the file. */
    UNBACKED,
    /** A long-term pin was asked for, and refused. */
    REFUSED,
    /** A long-term pin was granted, and no byte was lost by it. */
    GRANTED,
    /** A long-term pin was granted, and a device used pages that were no file's any more. */
    LOST,
    /** None of these. */
    NOTHING,
    /** This kernel cannot do what the case is about. */
    ABSENT,
    /** The case could not establish it. */
    FAILED;

    /** Returns what must be reported; nothing else may be. */
    Set<Hazard> hazards() {
      return switch (this) {
        case FOREIGN -> EnumSet.of(Hazard.FREED_WHILE_PINNED, Hazard.REUSED_WHILE_PINNED);
        case FREED -> EnumSet.of(Hazard.FREED_WHILE_PINNED);
        case WAITED, HUNG -> EnumSet.of(Hazard.TRUNCATE_STALLED_BY_PIN);
        case ORPHANED -> EnumSet.of(Hazard.ORPHANED_WHILE_PINNED);
        case FAULTS -> EnumSet.of(Hazard.TRUNCATED_BELOW_MAPPING);
        case OVERWRITTEN -> EnumSet.of(Hazard.UNMAPPED_WHILE_PINNED);
        case REFUSED, GRANTED -> EnumSet.of(Hazard.LONGTERM_PIN_ON_FILE);
        case LOST -> EnumSet.of(Hazard.LONGTERM_PIN_ON_FILE, Hazard.ORPHANED_WHILE_PINNED);
        case UNBACKED, NOTHING, ABSENT, FAILED -> EnumSet.noneOf(Hazard.class);
      };
    }
  }

  /** Reads all truths from what the programs printed, by the names of their cases. */
  static Map<String, MatrixTruth> read(Path output) throws IOException {
    Map<String, MatrixTruth> truths = new LinkedHashMap<>();
    for (String line : Files.readAllLines(output)) {
      String[] fields = line.split("\t", -1);
      if (fields[0].equals("case")) {
        truths.put(fields[1], of(fields));
      }
    }
    return truths;
  }

  private static MatrixTruth of(String... fields) {
    return new MatrixTruth(
        Long.parseLong(fields[2]),
        Long.parseLong(fields[3]),
        new FileId(DeviceNumber.parse(fields[4]), Long.parseLong(fields[5])),
        Kind.valueOf(fields[6].toUpperCase(Locale.ROOT)),
        fields[7],
        fields.length > CULPRIT_FIELD ? fields[CULPRIT_FIELD] : "");
  }

  boolean lasted(long nanos) {
    return startNanos <= nanos && nanos <= endNanos;
  }

  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT) + ": " + detail;
  }
}
