package io.pinaudit.analyzer.ftrace;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The tracepoints of the kernel that the reader understands, besides those of system calls, and the
 * mark that a program writes.
 */
enum Tracepoint {
  EXT4_FREE_BLOCKS,
  EXT4_ALLOCATE_BLOCKS,
  EXT4_REMOVE_BLOCKS,
  EXT4_EVICT_INODE,
  EXT4_BEGIN_ORDERED_TRUNCATE,
  EXT4_TRUNCATE_ENTER,
  EXT4_COLLAPSE_RANGE,
  XFS_BUNMAP,
  XFS_FREE_EXTENT,
  XFS_IEXT_INSERT,
  XFS_BMAP_POST_UPDATE,
  XFS_ITRUNCATE_EXTENTS_START,
  XFS_COLLAPSE_FILE_SPACE,
  MM_FILEMAP_DELETE_FROM_PAGE_CACHE,
  TASK_NEWTASK,
  SIGNAL_GENERATE,
  /** A mark, as the kernel prints it. */
  TRACING_MARK_WRITE,
  /** A mark, as trace-cmd prints it. */
  PRINT,

  // Events that are recorded for people who read the trace.
  EXT4_UNLINK_ENTER,
  EXT4_TRUNCATE_EXIT,
  EXT4_PUNCH_HOLE,
  /** A probe of the recorder, whose value is also in {@code run.json}. */
  VMEMMAP_BASE_READ;

  private static final Map<String, Tracepoint> BY_NAME =
      Arrays.stream(values())
          .collect(
              Collectors.toUnmodifiableMap(
                  one -> one.name().toLowerCase(Locale.ROOT), Function.identity()));

  /** Returns the tracepoint of a name; null if the reader does not know it. */
  static Tracepoint named(String event) {
    return BY_NAME.get(event);
  }
}
