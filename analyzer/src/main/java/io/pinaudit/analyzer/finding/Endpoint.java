package io.pinaudit.analyzer.finding;

import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.FileId;
import java.util.List;

/**
 * One of the two ends of an I/O. The buffer endpoint is memory, which may be that of a mapped file;
 * the storage endpoint is the file, device or pipe that the I/O reads or writes.
 *
 * @param file the file; null if unknown
 * @param path {@code /dev/vda} or {@code pipe:[4711]}; null if the I/O's call does not tell, but
 *     the file may have a name
 * @param ranges the bytes of the file that the I/O uses; empty if they are unknown or the endpoint
 *     has no positions
 */
public record Endpoint(FileId file, String path, List<ByteRange> ranges) {}
