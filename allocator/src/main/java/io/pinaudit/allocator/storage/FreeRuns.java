package io.pinaudit.allocator.storage;

/**
 * How broken up free storage is.
 *
 * @param bytes in all
 * @param runs how many pieces that is
 * @param largestBytes the largest piece
 */
public record FreeRuns(long bytes, long runs, long largestBytes) {}
