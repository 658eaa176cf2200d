package io.pinaudit.analyzer.whatif;

import java.util.List;

/**
 * What is asked about a run.
 *
 * @param kernels on which kernels; empty if that is not asked
 * @param remedies whether the remedies are to be priced
 * @param asIfOnDax whether it is to be judged as if on DAX
 * @param daxKernel on which kernel; null for that of the run
 */
public record Questions(
    List<KernelTable.Version> kernels,
    boolean remedies,
    boolean asIfOnDax,
    KernelTable.Version daxKernel) {
  /** Asks nothing. */
  public static final Questions NONE = new Questions(List.of(), false, false, null);

  /**
   * One kernel of each family whose answers differ, and kernels between them that are in wide use.
   */
  public static final List<KernelTable.Version> FAMILIES =
      List.of(
          new KernelTable.Version(5, 10),
          new KernelTable.Version(6, 1),
          new KernelTable.Version(6, 12),
          new KernelTable.Version(7, 2));

  /** Returns the question about other kernels, and no other. */
  public static Questions aboutKernels() {
    return new Questions(FAMILIES, false, false, null);
  }

  /** Returns whether anything is asked. */
  public boolean any() {
    return !kernels.isEmpty() || remedies || asIfOnDax;
  }
}
