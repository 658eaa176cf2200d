package io.pinaudit.analyzer.ftrace;

import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.run.AllocationGroups;
import io.pinaudit.run.DeviceNumber;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the tracepoints of xfs. Up to 5.10 xfs prints numbers in decimal and calls some of them by
 * other names; later it prints them in hexadecimal.
 *
 * <pre>
 * xfs_free_extent: dev 259:0 agno 0x0 agbno 0x44b fsbcount 0x10 resv 0 none
 * xfs_free_extent: dev 259:0 agno 0 agbno 1099 len 16 resv 0 none
 * xfs_iext_insert: dev 259:0 ino 0x83 state  cur …/0 fileoff 0x0 startblock 0x44b fsbcount 0x10 …
 * xfs_itruncate_extents_start: dev 7:0 ino 0x83 disize 0x2000 new_size 0x2000
 * xfs_iext_insert: dev 259:0 ino 0x83 state  cur …/0 offset 0 block 1099 count 16 flag 0 …
 * </pre>
 */
final class XfsEvents {
  /** Larger numbers are not those of blocks: they mark holes and delayed allocations. */
  private static final long MOST_BLOCKS = 1L << 48;

  private final Map<DeviceNumber, AllocationGroups> groups;
  private final Map<Integer, FileId> unmapped = new HashMap<>();

  XfsEvents(Map<DeviceNumber, AllocationGroups> groups) {
    this.groups = groups;
  }

  /** Notes the file: the extents that the thread frees next are this file's. Returns null. */
  TraceEvent unmapped(Stamp stamp, EventFields fields) throws EventFields.Malformed {
    unmapped.put(stamp.tid(), fields.asText().file());
    return null;
  }

  TraceEvent inserted(Stamp stamp, EventFields fields)
      throws EventFields.Malformed, FtraceEvents.Unknown {
    return mapped(stamp, fields.asText(), true);
  }

  TraceEvent updated(Stamp stamp, EventFields fields)
      throws EventFields.Malformed, FtraceEvents.Unknown {
    return mapped(stamp, fields.asText(), false);
  }

  TraceEvent freed(Stamp stamp, EventFields fields)
      throws EventFields.Malformed, FtraceEvents.Unknown {
    return freed(stamp, fields.asText());
  }

  /**
   * Reads freed blocks. Their file is the one of which this thread has just unmapped an extent;
   * blocks of metadata have no file.
   */
  private TraceEvent freed(Stamp stamp, TextFields fields)
      throws EventFields.Malformed, FtraceEvents.Unknown {
    DeviceNumber device = fields.device();
    FileId file = unmapped.get(stamp.tid());
    long first =
        groups(device)
            .address(fields.value(EventField.GROUP), fields.value(EventField.GROUP_BLOCK));
    return new TraceEvent.BlocksFreed(
        stamp,
        file != null && file.device().equals(device) ? file : new FileId(device, 0),
        FtraceEvents.pages(first, either(fields, EventField.FS_BLOCK_COUNT, EventField.LENGTH)));
  }

  private TraceEvent mapped(Stamp stamp, TextFields fields, boolean isNew)
      throws EventFields.Malformed, FtraceEvents.Unknown {
    FileId file = fields.file();
    long block = either(fields, EventField.START_BLOCK, EventField.BLOCK);
    if (block < 0 || block >= MOST_BLOCKS || ofAttributes(fields)) {
      return null;
    }
    return new TraceEvent.ExtentMapped(
        stamp,
        file,
        either(fields, EventField.FILE_OFFSET, EventField.OFFSET),
        FtraceEvents.pages(
            groups(file.device()).address(block),
            either(fields, EventField.FS_BLOCK_COUNT, EventField.BLOCK_COUNT)),
        isNew);
  }

  /**
   * Returns whether the extent holds attributes, {@code state LC|ATTR cur}, and not the file's
   * data.
   */
  private static boolean ofAttributes(TextFields fields) {
    int state = fields.toString().indexOf(" state ");
    return state >= 0 && fields.toString().substring(state).matches(" state \\S*ATTR.*");
  }

  private static long either(TextFields fields, EventField label, EventField inOldKernels)
      throws EventFields.Malformed {
    return fields.value(fields.has(label) ? label : inOldKernels);
  }

  private AllocationGroups groups(DeviceNumber device) throws FtraceEvents.Unknown {
    AllocationGroups known = groups.get(device);
    if (known == null) {
      throw new FtraceEvents.Unknown(false);
    }
    return known;
  }
}
