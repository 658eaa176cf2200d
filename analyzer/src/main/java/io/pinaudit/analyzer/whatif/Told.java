package io.pinaudit.analyzer.whatif;

/**
 * What would become of a case on one kernel and file system.
 *
 * @param kernel the version
 * @param fileSystem with DAX, or {@code cache}
 * @param forecast of the case's longest taking
 */
public record Told(KernelTable.Version kernel, String fileSystem, Forecast forecast) {}
