package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.ByteRange;

/**
 * Whole pages that a call took from a file.
 *
 * @param file the file that lost the pages
 * @param range the lost bytes, page aligned; the range ends at {@link Long#MAX_VALUE} if the call
 *     took everything up to the end of the file
 * @param frees whether their blocks go back to the file system, or only their contents
 * @param sure whether the call surely took the pages: a deleted file may still be open somewhere
 */
public record Cut(FileRef file, ByteRange range, boolean frees, boolean sure) {}
