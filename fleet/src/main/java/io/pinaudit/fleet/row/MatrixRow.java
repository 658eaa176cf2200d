package io.pinaudit.fleet.row;

/**
 * What one rule said of one kind of file system on one kernel, on one day.
 *
 * @param kernelLine the first two numbers of the kernel's release
 * @param fileSystem its type
 * @param dax whether it is mounted with DAX
 * @param rule the hazard
 * @param timelines in which such a file system was mounted
 * @param conclusive how many of them the rule could wholly judge: what stands behind a zero
 * @param hazardous how many of them have such a finding there
 */
public record MatrixRow(
    String kernelLine,
    String fileSystem,
    boolean dax,
    String rule,
    long timelines,
    long conclusive,
    long hazardous) {}
