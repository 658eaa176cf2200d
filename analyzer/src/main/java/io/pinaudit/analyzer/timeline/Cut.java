package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.ByteRange;

/**
 * Whole pages that a call took from a file.
 *
 * @param file whose
 * @param range page aligned; up to {@link Long#MAX_VALUE} if to the end of the file
 * @param frees whether their blocks go back to the file system, or only their contents
 * @param sure whether the call did so; a deleted file may still be open somewhere
 */
public record Cut(FileRef file, ByteRange range, boolean frees, boolean sure) {}
