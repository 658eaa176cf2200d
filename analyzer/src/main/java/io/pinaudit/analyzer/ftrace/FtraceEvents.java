package io.pinaudit.analyzer.ftrace;

import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.linux.Syscalls;
import io.pinaudit.probe.Meaning;
import io.pinaudit.probe.ProbedFunctions;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Turns the kernel's events, in text or binary data, into trace events.
 *
 * <p>The {@code .probes} files give the meaning of each probed function. A probe is recognized by
 * its function, not by the name of its event, so that traces of other recorders can be read as
 * well.
 */
final class FtraceEvents {
  /**
   * The number of places that are remembered for one name of a probe: it may be at several places,
   * and a probe at a return has a place for each caller.
   */
  private static final int MOST_PLACES = 1_000;

  private static final int SIGBUS = 7;
  private static final long CLONE_THREAD = 0x10000; // linux/sched.h
  private static final String SYSCALL = "sys_";
  private static final String ENTER = "enter_";
  private static final String EXIT = "exit_";

  /** {@code trace-cmd report} puts the name of the function that wrote a mark before the mark. */
  private static final Pattern MARK_WRITER = Pattern.compile("^tracing_mark_write: ");

  private final ProbePlaces places;
  private final ProbeEvents probes;
  private final XfsEvents xfs;

  private final AnybodysCalls
      anybodys; // null if the trace has the system calls of followed processes

  FtraceEvents(KernelLayout layout, Supplier<ProbedFunctions> functions, boolean ofMachine) {
    this.anybodys = ofMachine ? new AnybodysCalls() : null;
    this.places = new ProbePlaces(functions);
    this.probes = new ProbeEvents(layout);
    this.xfs = new XfsEvents(layout.groups());
  }

  /** Reads the events of one name. */
  @FunctionalInterface
  interface Reading {
    /** Returns the event; null if the event is understood but has no meaning for the analyzer. */
    TraceEvent read(Stamp stamp, EventFields fields) throws EventFields.Malformed, Unknown;
  }

  /** Says that this reader does not know the event. */
  static final class Unknown extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean whateverItsText;

    Unknown() {
      this(true);
    }

    Unknown(boolean whateverItsText) {
      super("unknown event", null, false, false);
      this.whateverItsText = whateverItsText;
    }

    /**
     * Returns whether no text would make an event of this name known, unless it is the text of a
     * probe.
     */
    boolean whateverItsText() {
      return whateverItsText;
    }
  }

  /** Returns the reading of the events of a name. */
  Reading reading(String event) {
    Tracepoint point = Tracepoint.named(event);
    if (point != null) {
      return reading(point);
    }
    if (event.equals("sys_enter") || event.equals("sys_exit")) {
      return notRaw(FtraceEvents::numberedSyscall);
    }
    if (!event.startsWith(SYSCALL)) {
      return probe(event);
    }
    String name = event.substring(SYSCALL.length());
    return notRaw(
        anybodys == null ? syscall(name) : (stamp, fields) -> anybodys.read(name, stamp, fields));
  }

  private Reading reading(Tracepoint point) {
    return switch (point) {
      case EXT4_FREE_BLOCKS -> notRaw(FtraceEvents::freed);
      case EXT4_ALLOCATE_BLOCKS -> notRaw(FtraceEvents::allocated);
      case EXT4_REMOVE_BLOCKS -> notRaw(FtraceEvents::extentRemoved);
      case EXT4_EVICT_INODE -> notRaw(FtraceEvents::evicted);
      case EXT4_BEGIN_ORDERED_TRUNCATE -> notRaw(FtraceEvents::cutToSize);
      case EXT4_TRUNCATE_ENTER, EXT4_COLLAPSE_RANGE -> notRaw(FtraceEvents::cutSomewhere);
      case XFS_BUNMAP -> notRaw(xfs::unmapped);
      case XFS_FREE_EXTENT -> notRaw(xfs::freed);
      case XFS_IEXT_INSERT -> notRaw(xfs::inserted);
      case XFS_BMAP_POST_UPDATE -> notRaw(xfs::updated);
      case XFS_ITRUNCATE_EXTENTS_START -> notRaw(FtraceEvents::cutToSize);
      case XFS_COLLAPSE_FILE_SPACE -> notRaw(FtraceEvents::cutSomewhere);
      case TASK_NEWTASK -> notRaw(FtraceEvents::taskStarted);
      case SIGNAL_GENERATE -> notRaw(FtraceEvents::accessFailed);
      case MM_FILEMAP_DELETE_FROM_PAGE_CACHE ->
          notRaw(anybodys == null ? FtraceEvents::removed : anybodys::pageRemoved);
      case TRACING_MARK_WRITE, PRINT -> notRaw(FtraceEvents::marked);
      case EXT4_UNLINK_ENTER, EXT4_TRUNCATE_EXIT, EXT4_PUNCH_HOLE, VMEMMAP_BASE_READ ->
          (_, _) -> null;
    };
  }

  private static Reading notRaw(Reading reading) {
    return (stamp, fields) -> {
      refuseRaw(fields);
      return reading.read(stamp, fields);
    };
  }

  /**
   * Refuses raw fields, which {@code trace-cmd report -R} and the trace option {@code fields}
   * print.
   */
  private static void refuseRaw(EventFields fields) throws EventFields.Malformed {
    if (fields.begins("__syscall_nr=")
        || fields.begins("__probe_")
        || fields.begins("dev=") && fields.asText().isRawDevice()) {
      throw EventFields.Malformed.raw();
    }
  }

  private static TraceEvent marked(Stamp stamp, EventFields fields) {
    return new TraceEvent.Marked(
        stamp, MARK_WRITER.matcher(fields.asText().toString()).replaceFirst(""));
  }

  /**
   * Reads a system call by number, as the tracepoints of {@code raw_syscalls} print it, or an
   * exit(2), whose name is that of the other tracepoint:
   *
   * <pre>sys_enter: NR 77 (4, 0, 0, 0, 0, 0)     sys_exit: NR 77 = 0     sys_exit(error_code: 0)
   * </pre>
   */
  private static TraceEvent numberedSyscall(Stamp stamp, EventFields fields)
      throws EventFields.Malformed {
    if (fields.begins("(")) {
      return new TraceEvent.SyscallEntered(stamp, "exit");
    }
    String name = Syscalls.name(fields.value(EventField.NUMBER));
    return fields.has(EventField.NUMBERED_RESULT)
        ? new TraceEvent.SyscallLeft(stamp, name, fields.value(EventField.NUMBERED_RESULT))
        : new TraceEvent.SyscallEntered(stamp, name);
  }

  /**
   * Returns the reading of a system call, as {@code print_syscall_enter} and {@code _exit} print
   * it:
   *
   * <pre>sys_ftruncate(fd: 4, length: 0)     sys_ftruncate -> 0x0</pre>
   *
   * or, as other tools do, with the tracepoint's own name:
   *
   * <pre>sys_enter_ftruncate: fd: 0x4, length: 0x0     sys_exit_ftruncate: 0x0</pre>
   */
  private static Reading syscall(String name) {
    String entered = name.startsWith(ENTER) ? name.substring(ENTER.length()) : null;
    String left = name.startsWith(EXIT) ? name.substring(EXIT.length()) : null;
    Operation itself = Operation.of(name);
    Operation other = Operation.of(entered == null ? left : entered);
    return (stamp, fields) -> {
      if (fields.begins("(")) {
        return new TraceEvent.SyscallEntered(stamp, itself);
      }
      if (fields.begins("-> ")) {
        return new TraceEvent.SyscallLeft(stamp, itself, fields.value(EventField.ARROW_RESULT));
      }
      if (entered != null) {
        return new TraceEvent.SyscallEntered(stamp, other);
      }
      if (left == null) {
        throw new EventFields.Malformed(EventField.ARROW_RESULT);
      }
      return new TraceEvent.SyscallLeft(stamp, other, fields.value(EventField.RESULT));
    };
  }

  /** Reads {@code pid=4712 comm=bash clone_flags=3d0f00 oom_score_adj=0}. */
  private static TraceEvent taskStarted(Stamp stamp, EventFields fields)
      throws EventFields.Malformed {
    return new TraceEvent.TaskStarted(
        stamp,
        (int) fields.value(EventField.NEW_TASK),
        (fields.hexadecimal(EventField.CLONE_FLAGS) & CLONE_THREAD) != 0);
  }

  /**
   * Reads {@code sig=7 errno=0 code=2 comm=java pid=4712 grp=0 res=0}; other signals have no
   * meaning here.
   */
  private static TraceEvent accessFailed(Stamp stamp, EventFields fields)
      throws EventFields.Malformed {
    return fields.value(EventField.SIGNAL) != SIGBUS
        ? null
        : new TraceEvent.AccessFailed(
            stamp,
            (int) fields.value(EventField.NEW_TASK),
            (int) fields.value(EventField.SIGNAL_CODE));
  }

  private static TraceEvent cutToSize(Stamp stamp, EventFields fields)
      throws EventFields.Malformed {
    return new TraceEvent.FileCut(stamp, fields.file(), fields.value(EventField.NEW_SIZE));
  }

  /** Reads the cut of a range, or to a size that the event does not have. */
  private static TraceEvent cutSomewhere(Stamp stamp, EventFields fields)
      throws EventFields.Malformed {
    return new TraceEvent.FileCut(stamp, fields.file(), -1);
  }

  private static TraceEvent freed(Stamp stamp, EventFields fields) throws EventFields.Malformed {
    return new TraceEvent.BlocksFreed(
        stamp,
        fields.file(),
        pages(fields.value(EventField.BLOCK), fields.value(EventField.BLOCK_COUNT)));
  }

  private static TraceEvent evicted(Stamp stamp, EventFields fields) throws EventFields.Malformed {
    return new TraceEvent.InodeEvicted(
        stamp, fields.file(), (int) fields.value(EventField.LINK_COUNT));
  }

  /**
   * Reads an allocation. One that failed because no space was left is traced too, with length 0.
   */
  private static TraceEvent allocated(Stamp stamp, EventFields fields)
      throws EventFields.Malformed {
    long count = fields.value(EventField.LENGTH);
    return count == 0
        ? null
        : new TraceEvent.BlocksAllocated(
            stamp,
            fields.file(),
            fields.value(EventField.LOGICAL_BLOCK),
            pages(fields.value(EventField.BLOCK), count));
  }

  /**
   * Reads the removal of a folio from the page cache. The offset is in bytes. Linux 6.1 added the
   * order; before, a removal was of one page:
   *
   * <pre>dev 8:1 ino 2a pfn=0x1b8e4 ofs=4096 order=0     dev 8:1 ino 2a page=… pfn=112868 ofs=4096
   * </pre>
   */
  private static TraceEvent removed(Stamp stamp, EventFields fields) throws EventFields.Malformed {
    long order = fields.valueOr(EventField.CACHE_ORDER, 0);
    if (order < 0 || order > 20) {
      throw new EventFields.Malformed(EventField.CACHE_ORDER);
    }
    return new TraceEvent.PageRemovedFromCache(
        stamp,
        fields.cachedFile(),
        fields.cachePageOffset(),
        pages(fields.value(EventField.CACHE_FRAME), 1L << order),
        0);
  }

  /** Reads {@code dev 259,0 ino 12 extent [0(1807), 512]from 0 to 511 partial [pclu …]}. */
  private static TraceEvent extentRemoved(Stamp stamp, EventFields fields)
      throws EventFields.Malformed {
    long extentStart = fields.value(EventField.EXTENT_START);
    long block = fields.value(EventField.EXTENT_BLOCK);
    long from = fields.value(EventField.FROM);
    long to = fields.value(EventField.TO);
    return new TraceEvent.ExtentRemoved(
        stamp, fields.file(), from, pages(block + from - extentStart, to - from + 1));
  }

  /** Returns the reading of a kprobe or kretprobe, which an unknown event may turn out to be. */
  private Reading probe(String event) {
    Map<String, Meaning> known = new HashMap<>();
    return (stamp, fields) -> {
      if (fields.begins("__probe_")) {
        throw EventFields.Malformed.raw();
      }
      String place = fields.place();
      if (place == null) {
        throw new Unknown();
      }
      Meaning meaning = known.get(place);
      if (meaning == null) {
        meaning = places.meaning(place, event);
        if (meaning == null) {
          throw new Unknown();
        }
        if (known.size() < MOST_PLACES) {
          known.put(place, meaning);
        }
      }
      return probes.read(meaning, stamp, fields);
    };
  }

  /**
   * Returns a range of blocks. File systems have fewer than 2^48 blocks, and extents fewer than
   * 2^32.
   */
  static PageRange pages(long first, long count) throws EventFields.Malformed {
    if (count <= 0 || count >= 1L << 32 || first < 0 || first >= 1L << 48) {
      throw new EventFields.Malformed("count");
    }
    return new PageRange(first, count);
  }
}
