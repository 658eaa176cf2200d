package io.pinaudit.analyzer.ftrace;

import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.run.AllocationGroups;
import io.pinaudit.run.DeviceNumber;
import java.util.HashMap;
import java.util.Map;

/**
 * The tracepoints of xfs. Up to 5.10 it prints numbers in decimal, then in hexadecimal, and calls
 * some of them by other names.
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
  /** Larger block numbers are no blocks: holes and delayed allocations. */
  private static final long MOST_BLOCKS = 1L << 48;

  private final Map<DeviceNumber, AllocationGroups> groups;
  private final Map<Integer, FileId> unmapped = new HashMap<>();

  XfsEvents(Map<DeviceNumber, AllocationGroups> groups) {
    this.groups = groups;
  }

  /** Tells nothing by itself: the extents that the thread frees next are this file's. */
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

  /** The file is the one that this thread has just unmapped something of; metadata has none. */
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

  /** {@code state LC|ATTR cur}: the extent is not of the file's data. */
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
