package io.pinaudit.fleet.row;

/**
 * Counts what one rule found on one kind of file system and one kernel, on one day.
 *
 * @param kernelLine the first two numbers of the kernel's release
 * @param fileSystem type of the file system
 * @param dax whether the file system is mounted with DAX
 * @param rule the hazard
 * @param timelines number of timelines in which such a file system was mounted
 * @param conclusive how many of these timelines the rule could judge completely, which says how
 *     much a zero is worth
 * @param hazardous how many of these timelines have a finding of the rule on such a file system
 */
public record MatrixRow(
    String kernelLine,
    String fileSystem,
    boolean dax,
    String rule,
    long timelines,
    long conclusive,
    long hazardous) {}
