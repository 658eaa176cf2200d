package io.pinaudit.analyzer.finding;

import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.FileId;
import java.util.List;

/**
 * One of the two ends of an I/O: the buffer, which is memory of a mapped file, or the storage,
 * which the I/O reads or writes: a file, a device, a pipe.
 *
 * @param file null if unknown
 * @param path {@code /dev/vda} or {@code pipe:[4711]}; null if the I/O's call does not tell, but
 *     the file may have a name
 * @param ranges bytes of it; empty if unknown or if it has no positions
 */
public record Endpoint(FileId file, String path, List<ByteRange> ranges) {}
