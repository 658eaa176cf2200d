package io.pinaudit.analyzer.whatif;

import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.run.FileSystemType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Says what other kernels would do in the cases of a run.
 *
 * @param kernels the kernels, in order
 * @param here the kernel of the run; null if unknown
 * @param cases the forecasts of each case
 * @param findings the rows for findings that concern none of the cases
 */
public record OnKernels(
    List<KernelTable.Version> kernels,
    KernelTable.Version here,
    List<OfCase> cases,
    List<OfFinding> findings) {
  /** The file systems for which there are forecasts. */
  public static final List<String> FILE_SYSTEMS =
      List.of(
          FileSystemType.EXT4.typeName(),
          FileSystemType.XFS.typeName(),
          FileSystemType.VIRTIOFS.typeName(),
          KernelTable.CACHE);

  /**
   * One case.
   *
   * @param which the case
   * @param told the forecasts, in order of the kernels, and for each kernel in order of the file
   *     systems
   */
  public record OfCase(Case which, List<Told> told) {
    /** Returns the forecast for one kernel and file system. */
    public Forecast on(KernelTable.Version kernel, String fileSystem) {
      return told.stream()
          .filter(one -> one.kernel().equals(kernel) && one.fileSystem().equals(fileSystem))
          .findFirst()
          .orElseThrow()
          .forecast();
    }

    /** Returns why forecasts are withheld, each reason once. */
    public List<String> withheld() {
      return told.stream()
          .map(one -> one.forecast().why())
          .filter(why -> why != null)
          .distinct()
          .toList();
    }

    /** Returns the rows of the table on which the forecasts rest, each once. */
    public List<KernelTable.Row> rows() {
      return told.stream()
          .map(one -> one.forecast().row())
          .filter(row -> row != null)
          .distinct()
          .toList();
    }
  }

  /**
   * A finding for which kernels differ by the operation alone, not by which pages were pinned when.
   *
   * @param id of the finding
   * @param rule of the finding
   * @param rows what kernels do; empty if all do the same, because none ends a pin
   */
  public record OfFinding(String id, String rule, List<KernelTable.Row> rows) {}

  private static List<OfFinding> others(List<Case> cases, List<Finding> findings) {
    Set<String> told =
        cases.stream().flatMap(one -> one.findings().stream()).collect(Collectors.toSet());
    KernelTable table = KernelTable.packed();
    return findings.stream()
        .filter(finding -> !told.contains(finding.id()))
        .map(
            finding ->
                new OfFinding(
                    finding.id(),
                    finding.rule(),
                    finding.hazard() == Hazard.UNMAPPED_WHILE_PINNED
                        ? List.of()
                        : table.of(KernelTable.operation(finding), null)))
        .toList();
  }

  static OnKernels of(
      List<KernelTable.Version> kernels,
      KernelTable.Version here,
      List<Case> cases,
      List<Finding> findings) {
    Forecaster forecaster = Forecaster.packed();
    List<OfCase> told = new ArrayList<>();
    for (Case one : cases) {
      List<Told> ofCase = new ArrayList<>();
      for (KernelTable.Version kernel : kernels) {
        for (String fileSystem : FILE_SYSTEMS) {
          ofCase.add(
              new Told(kernel, fileSystem, forecaster.on(one.longest(), kernel, fileSystem)));
        }
      }
      told.add(new OfCase(one, List.copyOf(ofCase)));
    }
    return new OnKernels(List.copyOf(kernels), here, List.copyOf(told), others(cases, findings));
  }
}
