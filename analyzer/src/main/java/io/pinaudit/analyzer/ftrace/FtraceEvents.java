package io.pinaudit.analyzer.ftrace;

import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.analyzer.trace.TraceEvent.PinKind;
import io.pinaudit.linux.Syscalls;
import io.pinaudit.probe.Meaning;
import io.pinaudit.probe.ProbedFunctions;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Turns one parsed line into a trace event.
 *
 * <p>A probe tells what its function means in the {@code .probes} files. It is recognized by that
 * function, not by the name somebody gave the event, so that traces of other recorders are
 * understood as well.
 */
final class FtraceEvents {
  private static final Set<String> UNUSED =
      Set.of(
          "vmemmap_base_read",
          "ext4_unlink_enter",
          "ext4_truncate_enter",
          "ext4_truncate_exit",
          "ext4_punch_hole");

  /** {@code DAX_PMD} of fs/dax.c: the entry is that of a huge page. */
  private static final long DAX_PMD = 2;

  private static final int HUGE_PAGES = 512;

  /** trace-cmd's report names the function that wrote a mark. */
  private static final Pattern MARK_WRITER = Pattern.compile("^tracing_mark_write: ");

  /** What {@code trace-cmd report -R} and the trace option {@code fields} print. */
  private static final Pattern RAW = Pattern.compile("(?:__syscall_nr|__probe_\\w+|dev)=");

  private final KernelLayout layout;
  private final ProbePlaces places;
  private final XfsEvents xfs;
  private long vmemmapBase;

  FtraceEvents(KernelLayout layout, ProbedFunctions functions) {
    this.layout = layout;
    this.places = new ProbePlaces(functions);
    this.xfs = new XfsEvents(layout.groups());
    this.vmemmapBase = layout.vmemmapBase();
  }

  /** The line is an event, but not one that is known here. */
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

    /** Whether no event of this name is known, unless it is a probe's. */
    boolean whateverItsText() {
      return whateverItsText;
    }
  }

  /** Every event passes this, and nearly none begins like that. */
  private static boolean isRaw(String text) {
    return (text.startsWith("_") || text.startsWith("dev=")) && RAW.matcher(text).lookingAt();
  }

  /** The event of a line, or null if the line is understood and tells nothing. */
  TraceEvent read(FtraceLine line, Source source) throws Fields.Malformed, Unknown {
    if (UNUSED.contains(line.event())) {
      return null;
    }
    if (isRaw(line.text())) {
      throw Fields.Malformed.raw();
    }
    Stamp stamp = new Stamp(line.nanos(), line.tid(), line.task(), source);
    Fields fields = new Fields(line.text());
    if (line.event().equals("sys_enter") || line.event().equals("sys_exit")) {
      return rawSyscall(stamp, fields);
    }
    if (line.event().startsWith("sys_")) {
      return syscall(stamp, line.event().substring("sys_".length()), fields);
    }
    if (line.event().startsWith("xfs_")) {
      return xfs.read(line.event(), stamp, fields);
    }
    return switch (line.event()) {
      case "ext4_free_blocks" ->
          new TraceEvent.BlocksFreed(
              stamp, fields.file(), pages(fields.decimal("block "), fields.decimal("count ")));
      case "ext4_allocate_blocks" -> allocated(stamp, fields);
      case "ext4_remove_blocks" -> extentRemoved(stamp, fields);
      case "ext4_evict_inode" ->
          new TraceEvent.InodeEvicted(stamp, fields.file(), (int) fields.decimal("nlink "));
      case "mm_filemap_delete_from_page_cache" -> removed(stamp, fields);
      case "tracing_mark_write" -> new TraceEvent.Marked(stamp, line.text());
      case "print" ->
          new TraceEvent.Marked(stamp, MARK_WRITER.matcher(line.text()).replaceFirst(""));
      default -> probe(stamp, fields, line);
    };
  }

  /**
   * A system call by number, as the tracepoints of {@code raw_syscalls} print it:
   *
   * <pre>sys_enter: NR 77 (4, 0, 0, 0, 0, 0)     sys_exit: NR 77 = 0</pre>
   */
  private static TraceEvent rawSyscall(Stamp stamp, Fields fields) throws Fields.Malformed {
    String name = Syscalls.name(fields.decimal("NR "));
    return fields.has("= ")
        ? new TraceEvent.SyscallLeft(stamp, name, fields.decimal("= "))
        : new TraceEvent.SyscallEntered(stamp, name);
  }

  /**
   * A system call, as {@code print_syscall_enter} and {@code _exit} print it:
   *
   * <pre>sys_ftruncate(fd: 4, length: 0)     sys_ftruncate -> 0x0</pre>
   *
   * or, as other tools do, with the tracepoint's own name:
   *
   * <pre>sys_enter_ftruncate: fd: 0x4, length: 0x0     sys_exit_ftruncate: 0x0</pre>
   */
  private static TraceEvent syscall(Stamp stamp, String name, Fields fields)
      throws Fields.Malformed {
    if (fields.text().startsWith("(")) {
      return new TraceEvent.SyscallEntered(stamp, name);
    }
    if (fields.text().startsWith("-> ")) {
      return new TraceEvent.SyscallLeft(stamp, name, fields.value("-> "));
    }
    return name.startsWith("enter_")
        ? new TraceEvent.SyscallEntered(stamp, name.substring("enter_".length()))
        : new TraceEvent.SyscallLeft(stamp, exited(name), fields.value(""));
  }

  private static String exited(String name) throws Fields.Malformed {
    if (!name.startsWith("exit_")) {
      throw new Fields.Malformed("-> ");
    }
    return name.substring("exit_".length());
  }

  /** An allocation that failed, for want of space, is told too: with length 0. */
  private static TraceEvent allocated(Stamp stamp, Fields fields) throws Fields.Malformed {
    long count = fields.decimal("len ");
    return count == 0
        ? null
        : new TraceEvent.BlocksAllocated(
            stamp, fields.file(), fields.decimal("lblk "), pages(fields.decimal("block "), count));
  }

  /**
   * The offset is in bytes; the order came with 6.1, before that it was one page:
   *
   * <pre>dev 8:1 ino 2a pfn=0x1b8e4 ofs=4096 order=0     dev 8:1 ino 2a page=… pfn=112868 ofs=4096
   * </pre>
   */
  private static TraceEvent removed(Stamp stamp, Fields fields) throws Fields.Malformed {
    long pageOffset = fields.decimal("ofs=") / PageRange.PAGE_BYTES;
    long order = fields.valueOr("order=", 0);
    if (order < 0 || order > 20) {
      throw new Fields.Malformed("order=");
    }
    return new TraceEvent.PageRemovedFromCache(
        stamp, fields.cachedFile(), pageOffset, pages(fields.value("pfn="), 1L << order), 0);
  }

  /** {@code dev 259,0 ino 12 extent [0(1807), 512]from 0 to 511 partial [pclu …]} */
  private static TraceEvent extentRemoved(Stamp stamp, Fields fields) throws Fields.Malformed {
    FileId file = fields.file();
    long extentStart = fields.decimal("extent [");
    long block = fields.decimal("extent [" + extentStart + "(");
    long from = fields.decimal("from ");
    long to = fields.decimal("to ");
    return new TraceEvent.ExtentRemoved(
        stamp, file, from, pages(block + from - extentStart, to - from + 1));
  }

  /**
   * A kprobe or kretprobe:
   *
   * <pre>
   * (try_grab_folio+0x0/0x2b0) page=0xff8c… refs=1    (ext4_setattr+0x1/0x2 <- ext4_break_layouts) ret=0
   * </pre>
   */
  private TraceEvent probe(Stamp stamp, Fields fields, FtraceLine line)
      throws Fields.Malformed, Unknown {
    String text = line.text();
    int close = text.indexOf(')');
    if (!text.startsWith("(") || close < 0) {
      throw new Unknown();
    }
    Meaning meaning = places.meaning(text.substring(1, close), line.event());
    if (meaning == null) {
      throw new Unknown();
    }
    return probed(meaning, stamp, fields);
  }

  private TraceEvent probed(Meaning meaning, Stamp stamp, Fields fields) throws Fields.Malformed {
    return switch (meaning) {
      case PIN_TAKEN -> pinTaken(stamp, fields);
      case PIN_DROPPED -> pinDropped(stamp, fields);
      case PAGE_IDLE -> new TraceEvent.PageIdle(stamp, pfn(fields));
      case BIO_FILLING -> new TraceEvent.BioFilling(stamp, fields.value("bio="));
      case BIO_FILLED -> new TraceEvent.BioFilled(stamp);
      case BIO_RELEASED -> new TraceEvent.BioReleased(stamp, fields.value("bio="));
      case PIPE_FILLED -> new TraceEvent.PipeFilled(stamp, folio(fields), fields.value("pipe="));
      case PIPE_RELEASED ->
          new TraceEvent.PipeReleased(
              stamp,
              folio(fields),
              fields.value("pipe="),
              (int) fields.valueOr("refs=", 0),
              count(fields));
      case PAGE_MAPPED -> pageMapped(stamp, fields);
      case PAGE_REMOVED ->
          new TraceEvent.PageRemovedFromCache(
              stamp,
              fields.probedFile(),
              fields.value("pgoff="),
              pages(pfn(fields), 1),
              fields.value("mapping="));
      case LAYOUT_BREAK_STARTED ->
          new TraceEvent.LayoutBreakStarted(stamp, fields.has("ino=") ? fields.probedFile() : null);
      case LAYOUT_BREAK_BLOCKED -> new TraceEvent.LayoutBreakBlocked(stamp, pfn(fields));
      case LAYOUT_BREAK_FINISHED ->
          new TraceEvent.LayoutBreakFinished(
              stamp, (int) fields.value(fields.has("ret=") ? "ret=" : "arg1="));
      case INODE_EVICTED ->
          new TraceEvent.InodeEvicted(stamp, fields.probedFile(), (int) fields.value("links="));
      case THREAD_STARTED -> threadStarted(stamp, fields);
    };
  }

  /** {@code tid=4711 level=1 tid1=17 tid2=0}: of more than two levels the third is not told. */
  private static TraceEvent threadStarted(Stamp stamp, Fields fields) throws Fields.Malformed {
    String own = fields.value("level=") == 1 ? "tid1=" : "tid2=";
    return new TraceEvent.ThreadStarted(stamp, (int) fields.value("tid="), (int) fields.value(own));
  }

  private static TraceEvent pageMapped(Stamp stamp, Fields fields) throws Fields.Malformed {
    boolean huge = (fields.valueOr("dax=", 0) & DAX_PMD) != 0;
    return new TraceEvent.PageMapped(
        stamp,
        pages(fields.value("pfn=") & ~(0xfL << 60), huge ? HUGE_PAGES : 1),
        fields.probedFile(),
        fields.value("pgoff="));
  }

  private long pfn(Fields fields) throws Fields.Malformed {
    long base = fields.valueOr("vb=", vmemmapBase);
    if (layout.vmemmapBase() != 0 && base != layout.vmemmapBase()) {
      throw new Fields.Malformed("vb=");
    }
    vmemmapBase = base;
    long pfn = layout.pfn(fields.value("page="), vmemmapBase);
    if (pfn < 0) {
      throw new Fields.Malformed("page=");
    }
    return pfn;
  }

  /** Nothing if the page is only looked up. Sharing a pipe buffer has no flags and adds one. */
  private TraceEvent pinTaken(Stamp stamp, Fields fields) throws Fields.Malformed {
    long flags = fields.valueOr("flags=", layout.follGet());
    PinKind kind = (flags & layout.follPin()) != 0 ? PinKind.PIN : PinKind.GET;
    return (flags & (layout.follPin() | layout.follGet())) == 0
        ? null
        : new TraceEvent.PinTaken(
            stamp,
            pfn(fields),
            (int) fields.value("refs="),
            kind,
            count(fields),
            folio(fields),
            mapping(fields));
  }

  /**
   * The folio of a page of the page cache: {@code head=} is the page struct's compound_head, odd
   * for the tail of a folio, or, from 7.0 on, compound_info, which may be a mask instead of the
   * head's address: no address of a head is behind its tail's.
   */
  private long folio(Fields fields) throws Fields.Malformed {
    long page = pfn(fields);
    long head = fields.valueOr("head=", 0);
    if ((head & 1) == 0) {
      return page;
    }
    long address = fields.value("page=");
    boolean mask = Long.compareUnsigned(head, address) > 0;
    long folio = layout.pfn(mask ? address & head - 1 : head - 1, vmemmapBase);
    if (folio < 0) {
      throw new Fields.Malformed("head=");
    }
    return folio;
  }

  /** A tail's is that of its head, which only some kernels let a probe read. */
  private static long mapping(Fields fields) throws Fields.Malformed {
    boolean tail = (fields.valueOr("head=", 0) & 1) != 0;
    return fields.valueOr(tail ? "hmapping=" : "mapping=", 0);
  }

  /** {@code pins=} counts references of FOLL_PIN, unless flags say otherwise. */
  private TraceEvent pinDropped(Stamp stamp, Fields fields) throws Fields.Malformed {
    long flags = fields.valueOr("flags=", layout.follPin());
    PinKind kind = (flags & layout.follPin()) != 0 ? PinKind.PIN : PinKind.GET;
    int references =
        fields.has("pins=")
            ? (int) fields.value("pins=") * kind.weight()
            : (int) fields.value("refs=");
    return new TraceEvent.PinDropped(stamp, folio(fields), references, count(fields));
  }

  /**
   * The reference count, as if an idle page had 1 and mappings did not count, which is how it was
   * up to 6.14; {@code map=} is the number of mappings less one.
   */
  private int count(Fields fields) throws Fields.Malformed {
    return fields.has("count=")
        ? (int) (fields.value("count=") - fields.valueOr("map=", -1) - layout.idleCount())
        : -1;
  }

  /** File systems have fewer than 2^48 blocks, and extents fewer than 2^32. */
  static PageRange pages(long first, long count) throws Fields.Malformed {
    if (count <= 0 || count >= 1L << 32 || first < 0 || first >= 1L << 48) {
      throw new Fields.Malformed("count ");
    }
    return new PageRange(first, count);
  }
}
