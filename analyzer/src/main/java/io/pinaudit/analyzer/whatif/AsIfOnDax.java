package io.pinaudit.analyzer.whatif;

import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.timeline.BlockMap;
import io.pinaudit.run.FileSystemType;
import java.util.ArrayList;
import java.util.List;

/**
 * What would have happened in a run on ordinary file systems, had they been mounted with DAX.
 *
 * @param kernel the kernel's version
 * @param would what would have happened, in order of time, without what would do no harm
 * @param withheld the cases of which nothing can be said, and why
 * @param gone findings of the run that would not happen on DAX
 * @param refused findings of the run whose pin would be refused
 * @param harmless how many takings would do no harm
 */
public record AsIfOnDax(
    KernelTable.Version kernel,
    List<Would> would,
    List<Would> withheld,
    List<String> gone,
    List<String> refused,
    long harmless) {
  /**
   * One case.
   *
   * @param which the case
   * @param fileSystem the file system that its file would be on
   * @param forecast what would happen in the case
   */
  public record Would(Case which, String fileSystem, Forecast forecast) {
    /** Returns how bad the case would be, in words that nobody can take for a severity. */
    public String gravity() {
      return switch (forecast.outcome()) {
        case FREES -> "would corrupt";
        case HANGS -> "would hang";
        case WAITS -> "would stall";
        case NOTHING, REFUSES, MIXED, FAULTS, ORPHANS -> "would do no harm";
        case WITHHELD -> "withheld";
      };
    }
  }

  static AsIfOnDax of(
      KernelTable.Version kernel, List<Case> cases, List<Finding> findings, BlockMap blocks) {
    Forecaster forecaster = Forecaster.packed();
    List<Would> would = new ArrayList<>();
    List<Would> withheld = new ArrayList<>();
    long harmless = 0;
    for (Case one : cases) {
      String fileSystem =
          (FileSystemType.named(one.first().fileSystem()) == FileSystemType.XFS
                  ? FileSystemType.XFS
                  : FileSystemType.EXT4)
              .typeName();
      Would told = new Would(one, fileSystem, forecaster.surely(one.longest(), kernel, fileSystem));
      switch (told.forecast().outcome()) {
        case FREES, HANGS, WAITS -> would.add(told);
        case WITHHELD -> withheld.add(told);
        case NOTHING, REFUSES, MIXED, FAULTS, ORPHANS -> harmless += one.count();
      }
    }
    return new AsIfOnDax(
        kernel,
        List.copyOf(would),
        List.copyOf(withheld),
        ids(findings, Hazard.STORAGE_ENDPOINT_RACE, blocks),
        ids(findings, Hazard.LONGTERM_PIN_ON_FILE, blocks),
        harmless);
  }

  private static List<String> ids(List<Finding> findings, Hazard hazard, BlockMap blocks) {
    return findings.stream()
        .filter(finding -> finding.hazard() == hazard)
        .filter(finding -> !isOnDax(finding, blocks))
        .map(Finding::id)
        .toList();
  }

  private static boolean isOnDax(Finding finding, BlockMap blocks) {
    var file = finding.first().place().file();
    return file != null && blocks.dax(file.id().device()).orElse(false);
  }

  /** Returns whether something bad would have happened. */
  public boolean isBad() {
    return !would.isEmpty();
  }
}
