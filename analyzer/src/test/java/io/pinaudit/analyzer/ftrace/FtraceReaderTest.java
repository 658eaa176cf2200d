package io.pinaudit.analyzer.ftrace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.trace.CheckedTrace;
import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TextFile;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.analyzer.trace.TraceEvent.PinKind;
import io.pinaudit.run.AllocationGroups;
import io.pinaudit.run.DeviceNumber;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FtraceReaderTest {
  private static final String HEAD =
      "            java-215     (    212) [001] d..1.    12.345678: ";
  private static final FileId FILE = new FileId(new DeviceNumber(259, 0), 12);
  private static final KernelLayout LAYOUT =
      new KernelLayout(
          0xff8cc7e880000000L,
          64,
          0x4,
          0x40000,
          1,
          Map.of(new DeviceNumber(259, 0), new AllocationGroups(30_000, 15)));

  @TempDir Path folder;
  private final Diagnostics diagnostics = new Diagnostics();
  private boolean ended;

  @Test
  void readsPagesThatLeaveTheirFile() throws IOException {
    String event = "page_left: (dax_disassociate_entry+0x0) entry=0x%x count=%d pgoff=512 ";
    String rest = "ino=12 dev=271581184 stack= ffffffff81 do_sys_ftruncate.constprop.0+313\n";
    assertEquals(
        List.of("[2305-2305] 1 ftruncate", "[512-1023] 16 ftruncate"),
        read(
                HEAD
                    + event.formatted(0x901L << 5 | 1, 2)
                    + rest
                    + HEAD
                    + event.formatted(512L << 5 | 5, 512 + 16)
                    + rest)
            .stream()
            .map(TraceEvent.PageLeft.class::cast)
            .map(
                left ->
                    "[%d-%d] %d %s"
                        .formatted(
                            left.frames().first(),
                            left.frames().end() - 1,
                            left.references(),
                            left.through().name()))
            .toList());
  }

  private List<TraceEvent> read(String text) throws IOException {
    return read(LAYOUT, text);
  }

  private List<TraceEvent> read(KernelLayout layout, String text) throws IOException {
    Path trace = folder.resolve("t.ftrace");
    Files.write(trace, text.getBytes(StandardCharsets.ISO_8859_1));
    List<TraceEvent> events = new ArrayList<>();
    try (CheckedTrace reader =
        new CheckedTrace(
            "t",
            new FtraceReader(
                new TextFile(trace),
                new LineDecoder(layout, 0, LineDecoder.Writer.ANY, diagnostics)),
            0)) {
      for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
        events.add(event);
      }
      ended = reader.ended();
    }
    return events;
  }

  private TraceEvent one(String event) throws IOException {
    return one(LAYOUT, event);
  }

  private TraceEvent one(KernelLayout layout, String event) throws IOException {
    List<TraceEvent> events = read(layout, HEAD + event + "\n");
    assertEquals(List.of(), diagnostics.shown());
    assertEquals(1, events.size());
    return events.getFirst();
  }

  private static Stamp stamp() {
    return new Stamp(12_345_678_000L, 215, "java", new Source("t.ftrace", 1));
  }

  @Test
  void readsPin() throws IOException {
    assertEquals(
        new TraceEvent.PinTaken(stamp(), 0x4070f, 1, PinKind.GET, 1),
        one(
            "pin_taken: (try_grab_folio+0x0/0x370) page=0xff8cc7e88101c3c0 refs=1 flags=0x4 count=1"
                + " vb=0xff8cc7e880000000"));
  }

  @Test
  void tellsFollPinFromFollGet() throws IOException {
    assertEquals(
        new TraceEvent.PinTaken(stamp(), 0x4070f, 1, PinKind.PIN, -1),
        one("x: (try_grab_page+0x0/0x370) page=0xff8cc7e88101c3c0 refs=1 flags=0x40001"));
  }

  private static final String TAIL = " page=0xff8cc7e88101c3c0 ";

  private static TraceEvent cached(long folio, long mapping) {
    return new TraceEvent.PinTaken(stamp(), 0x4070f, 1, PinKind.PIN, -1, folio, mapping);
  }

  @Test
  void readsPinOfThePageCache() throws IOException {
    String pin = "cached_pin_taken: (try_grab_folio+0x0/0x1)" + TAIL + "refs=1 flags=0x40000 ";
    assertEquals(
        cached(0x4070f, 0xabc0),
        one(pin + "head=0xff8cc7e881000008 mapping=0xabc0 hmapping=0x19ff"));
    // The tail of a folio: its head's address and 1.
    assertEquals(
        cached(0x40700, 0xabc0),
        one(pin + "head=0xff8cc7e88101c001 mapping=0xdead000000000400 hmapping=0xabc0"));
    // The same on kernels that have a mask of the folio's size there, and do not tell the mapping.
    assertEquals(
        cached(0x40700, 0), one(pin + "head=0xfffffffffffffc01 mapping=0xdead000000000400"));
    assertEquals(List.of(), read(HEAD + pin + "head=0x11 mapping=0x0 hmapping=0x0\n"));
    assertEquals(1, diagnostics.total());
  }

  @Test
  void tellsDropsOfThePageCacheByFolio() throws IOException {
    assertEquals(
        new TraceEvent.PinDropped(stamp(), 0x40700, 1024, -1),
        one("x: (unpin_user_page+0x0/0x1)" + TAIL + "pins=1 head=0xff8cc7e88101c001"));
    assertEquals(
        new TraceEvent.PipeReleased(stamp(), 0x40700, 0xabc, 1, -1),
        one(
            "x: (page_cache_pipe_buf_release+0x0/0x1) pipe=0xabc"
                + TAIL
                + "refs=1 head=0xff8cc7e88101c001 mapping=0x0 hmapping=0x0 confirm=0x0"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"filemap_unaccount_folio", "unaccount_page_cache_page"})
  void readsPageThatLeavesItsFileWhileReferenced(String function) throws IOException {
    assertEquals(
        new TraceEvent.PageRemovedFromCache(
            stamp(),
            new FileId(new DeviceNumber(1, 0), 13),
            4,
            new PageRange(0x4070f, 1),
            0xffff8bb9c2315540L),
        one(
            "page_removed: (%s+0x0/0x100)%spgoff=4 ino=13 dev=1048576 mapping=0xffff8bb9c2315540"
                    .formatted(function, TAIL)
                + " count=3 flags=0xfffffc0000035 order=147"));
  }

  /** Seen for huge pages: try_grab_page with FOLL_DUMP alone takes no reference. */
  @Test
  void takesALookUpForNoPin() throws IOException {
    assertEquals(
        List.of(),
        read(
            HEAD
                + "x: (try_grab_page+0x0/0x100) page=0xff8cc7e88101c3c0 refs=1 flags=0x8"
                + " count=1\n"));
    assertEquals(0, diagnostics.total());
  }

  @Test
  void takesAFailedAllocationForNone() throws IOException {
    String failed =
        "ext4_allocate_blocks: dev 259,0 ino 12 flags  len 0 block 0 lblk 0 goal 0 lleft 0\n";
    assertEquals(List.of(), read(HEAD + failed));
    assertEquals(0, diagnostics.total());
  }

  @Test
  void readsDropOfAnyProbeOnItsFunction() throws IOException {
    assertEquals(
        new TraceEvent.PinDropped(stamp(), 0x4070f, 1024, 1025),
        one(
            "devput: (__put_devmap_managed_page_refs+0x0/0x80) page=0xff8cc7e88101c3c0 refs=1024"
                + " count=1025"));
  }

  @Test
  void readsExt4() throws IOException {
    assertEquals(
        new TraceEvent.BlocksFreed(stamp(), FILE, new PageRange(1807, 512)),
        one(
            "ext4_free_blocks: dev 259,0 ino 12 mode 0100600 block 1807 count 512 flags"
                + " 1ST_CLUSTER|LAST_CLUSTER"));
    assertEquals(
        new TraceEvent.BlocksAllocated(stamp(), FILE, 0, new PageRange(32848, 16)),
        one(
            "ext4_allocate_blocks: dev 259,0 ino 12 flags HINT_DATA|HINT_NOPREALLOC len 16 block"
                + " 32848 lblk 0 goal 32768 lleft 0 lright 0 pleft 0 pright 0"));
    assertEquals(
        new TraceEvent.ExtentRemoved(stamp(), FILE, 4, new PageRange(1811, 8)),
        one(
            "ext4_remove_blocks: dev 259,0 ino 12 extent [0(1807), 16]from 4 to 11 partial [pclu 0"
                + " lblk 0 state 0]"));
    assertEquals(
        new TraceEvent.InodeEvicted(stamp(), FILE, 0),
        one("ext4_evict_inode: dev 259,0 ino 12 nlink 0"));
  }

  /** Of a file on the second group, which begins at block 30000 and not at 32768. */
  @Test
  void readsXfs() throws IOException {
    FileId file = new FileId(FILE.device(), 0x85);
    List<TraceEvent> events =
        read(
            HEAD
                + "xfs_bunmap: dev 259:0 ino 0x85 disize 0x0 fileoff 0x0 fsbcount 0x400000001fffff"
                + " flags  caller xfs_itruncate_extents_flags+0xc3/0x260 [xfs]\n"
                + HEAD
                + "xfs_free_extent: dev 259:0 agno 0x1 agbno 0x10 fsbcount 0xf resv 0 right\n");
    assertEquals(1, events.size(), "the first line only says whose the extent is");
    TraceEvent.BlocksFreed freed = (TraceEvent.BlocksFreed) events.getFirst();
    assertEquals(file, freed.file());
    assertEquals(new PageRange(30_016, 15), freed.blocks());
    assertEquals(
        new TraceEvent.ExtentMapped(stamp(), file, 0, new PageRange(30_004, 15), true),
        one(
            "xfs_iext_insert: dev 259:0 ino 0x85 state  cur 00000000575d98cd/0 fileoff 0x0"
                + " startblock 0x8004 fsbcount 0xf flag 0 caller xfs_bmap_add_extent_hole_real"));
    assertEquals(
        new TraceEvent.ExtentMapped(stamp(), file, 256, new PageRange(1, 512), false),
        one(
            "xfs_bmap_post_update: dev 259:0 ino 0x85 state LC|0x40 cur 00000000bb6559c4/1 fileoff"
                + " 0x100 startblock 0x1 fsbcount 0x200 flag 0 caller xfs_bmap_add_extent"));
  }

  @Test
  void readsXfsOfOldKernels() throws IOException {
    assertEquals(
        new TraceEvent.BlocksFreed(stamp(), new FileId(FILE.device(), 0), new PageRange(30_016, 3)),
        one("xfs_free_extent: dev 259:0 agno 1 agbno 16 len 3 resv 0 none"));
    assertEquals(
        new TraceEvent.ExtentMapped(
            stamp(), new FileId(FILE.device(), 0x85), 2, new PageRange(30_004, 16), true),
        one(
            "xfs_iext_insert: dev 259:0 ino 0x85 state  cur 00000000575d98cd/0 offset 2 block 32772"
                + " count 16 flag 0 caller xfs_bmap_add_extent_hole_real"));
  }

  @Test
  void takesNoBlockWhereXfsHasNone() throws IOException {
    String delayed = "xfs_iext_insert: dev 259:0 ino 0x85 state  cur 0/0 fileoff 0x0 startblock ";
    String attribute = "xfs_iext_insert: dev 259:0 ino 0x85 state LC|ATTR cur 0/0 fileoff 0x0 ";
    assertEquals(
        List.of(),
        read(
            HEAD
                + delayed
                + "0xfffffffe00001 fsbcount 0xf flag 0\n"
                + HEAD
                + delayed
                + "0xffffffffffffffff fsbcount 0xf flag 0\n"
                + HEAD
                + attribute
                + "startblock 0x8004 fsbcount 0xf flag 0\n"));
    assertEquals(0, diagnostics.total());
  }

  /** 0x80000 and 0x2 are this layout's FOLL_PIN and FOLL_GET. */
  @Test
  void readsTheCountsOfKernelsWithoutDaxOnes() throws IOException {
    KernelLayout layout = new KernelLayout(LAYOUT.vmemmapBase(), 64, 0x2, 0x80000, 0, Map.of());
    String page = " page=0xff8cc7e88101c3c0 ";
    assertEquals(
        new TraceEvent.PinTaken(stamp(), 0x4070f, 1, PinKind.PIN, 1),
        one(
            layout,
            "a: (try_grab_folio_fast+0x0/0x1)" + page + "refs=1 flags=0x80001 count=1 map=0"));
    assertEquals(
        new TraceEvent.PinDropped(stamp(), 0x4070f, 1024, 1025),
        one(layout, "b: (gup_put_folio+0x0/0x1)" + page + "pins=1 flags=0x80000 count=1025 map=0"));
    assertEquals(
        new TraceEvent.PinDropped(stamp(), 0x4070f, 1, 2),
        one(layout, "c: (gup_put_folio+0x0/0x1)" + page + "pins=1 flags=0x2 count=1 map=-1"));
    assertEquals(
        new TraceEvent.PipeReleased(stamp(), 0x4070f, 0xabc, 1, 2),
        one(
            layout,
            "d: (page_cache_pipe_buf_release+0x0/0x1) pipe=0xabc"
                + page
                + "refs=1 count=1 map=-1"));
    assertEquals(
        new TraceEvent.PageIdle(stamp(), 0x4070f),
        one(layout, "e: (free_zone_device_folio+0x0/0x1)" + page));
  }

  @Test
  void readsPageAndWaits() throws IOException {
    assertEquals(
        new TraceEvent.PageMapped(stamp(), new PageRange(0x48050, 1), FILE, 3),
        one(
            "dax_page_mapped: (dax_insert_entry+0x0/0x330) pfn=0x2000000000048050 pgoff=3 ino=12"
                + " dev=271581184"));
    assertEquals(
        new TraceEvent.LayoutBreakStarted(stamp(), FILE),
        one("b: (ext4_break_layouts+0x0/0x120 [ext4]) ino=12 dev=271581184"));
    assertEquals(
        new TraceEvent.LayoutBreakBlocked(stamp(), 0x4070f),
        one(
            "b: (ext4_break_layouts+0x6a/0x120 [ext4] <- dax_layout_busy_page)"
                + " page=0xff8cc7e88101c3c0"));
    assertEquals(
        new TraceEvent.LayoutBreakFinished(stamp(), -512),
        one("b: (ext4_setattr+0x2b5/0xa50 [ext4] <- ext4_break_layouts) ret=-512"));
  }

  @Test
  void readsSystemCalls() throws IOException {
    assertEquals(
        new TraceEvent.SyscallEntered(stamp(), "ftruncate"),
        one("sys_ftruncate(fd: 4, length: 0)"));
    assertEquals(
        new TraceEvent.SyscallLeft(stamp(), "ftruncate", -4),
        one("sys_ftruncate -> 0xfffffffffffffffc"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "            java-215     [001] d..1.    12.345678: ",
        "            java-215     [001]    12.345678: ",
        "  a-b [0] c: d 1-215     (-------) [001] .....    12.345678: ",
        "java-215   [001] 12.345678000: ",
        "     kworker/0:1-215     (    215) [127] d..1. 12.345678: ",
      })
  void readsHeadsOfAllKinds(String head) throws IOException {
    TraceEvent event = read(head + "ext4_evict_inode: dev 259,0 ino 12 nlink 0\r\n").getFirst();
    assertEquals(215, event.stamp().tid());
    assertEquals(12_345_678_000L, event.stamp().nanos());
  }

  @Test
  void readsNanosecondsOfOtherRecorders() throws IOException {
    assertEquals(
        12_345_678_901L,
        read("java-215   [001] 12.345678901: ext4_evict_inode: dev 259,0 ino 12 nlink 0\n")
            .getFirst()
            .stamp()
            .nanos());
  }

  @Test
  void countsLostEvents() throws IOException {
    List<TraceEvent> events =
        read(
            HEAD
                + "ext4_evict_inode: dev 259,0 ino 12 nlink 0\nCPU:1 [LOST 312 EVENTS]\nCPU:0 [LOST"
                + " EVENTS]\nCPU:2 [7 EVENTS DROPPED]\n");
    assertEquals(
        new TraceEvent.EventsLost(
            new Stamp(12_345_678_000L, -1, "", new Source("t.ftrace", 2)), 12_345_678_000L, 1, 312),
        events.get(1));
    assertEquals(0, ((TraceEvent.EventsLost) events.get(2)).sinceNanos(), "nothing of CPU 0");
    assertEquals(0, ((TraceEvent.EventsLost) events.get(2)).count());
    assertEquals(7, ((TraceEvent.EventsLost) events.get(3)).count());
  }

  /** A full buffer's oldest events are gone, of some CPUs more than of others. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "# entries-in-buffer/entries-written: 2/314   #P:2",
        "# latency: 0 us, #2/314, CPU#0 | (M:PREEMPT(none) VP:0, KP:0, SP:0 HP:0 #P:2)"
      })
  void tellsWhatWasOverwrittenBeforeTheFirstEventOfEachCpu(String head) throws IOException {
    String event = ": ext4_evict_inode: dev 259,0 ino 12 nlink 0\n";
    List<TraceEvent> events =
        read(
            "# tracer: nop\n#\n"
                + head
                + "\n     java-215     [001] .....    12.000001"
                + event
                + "     java-215     [001] .....    13.000001"
                + event
                + "     java-216     [000] .....    14.000001"
                + event);
    assertEquals(
        new TraceEvent.EventsLost(
            new Stamp(12_000_001_000L, -1, "", new Source("t.ftrace", 4)), 0, 1, 312),
        events.getFirst());
    assertEquals(
        new TraceEvent.EventsLost(
            new Stamp(14_000_001_000L, -1, "", new Source("t.ftrace", 6)), 0, 0, 0),
        events.get(3));
    assertEquals(5, events.size());
  }

  /** A gap that begins and ends with events of {@link #HEAD}, and is told by that line. */
  private static TraceEvent unusable(int line) {
    Stamp stamp = new Stamp(12_345_678_000L, -1, "", new Source("t.ftrace", line));
    return new TraceEvent.EventsLost(stamp, 12_345_678_000L, -1, TraceEvent.EventsLost.UNUSABLE);
  }

  /** What cannot be read may have been the end of a pin. */
  @Test
  void takesLinesThatCannotBeUsedForAGap() throws IOException {
    String event = HEAD + "ext4_evict_inode: dev 259,0 ino 12 nlink 0\n";
    List<TraceEvent> events =
        read(event + "\0\0\0\n" + HEAD + "ext4_free_blocks: dev 2\n" + event + event);
    assertEquals(2, diagnostics.total());
    assertEquals(unusable(4), events.get(1));
    assertEquals(4, events.size());
  }

  /** Of a file that was cut off, the last line may have been the end of a pin. */
  @Test
  void takesALastLineThatCannotBeUsedForAGap() throws IOException {
    String event = HEAD + "ext4_evict_inode: dev 259,0 ino 12 nlink 0\n";
    List<TraceEvent> events = read(event + HEAD + "ext4_free_blocks: dev 2");
    assertEquals(unusable(1), events.get(1));
    assertEquals(2, events.size());
  }

  /** A file whose machine died may have a page of zeros: two lines' halves are one line. */
  @Test
  void takesALineWithZerosForNoEvent() throws IOException {
    assertEquals(List.of(), read(HEAD + "sys_close(fd" + "\0".repeat(4096) + ": 3)\n"));
    assertTrue(diagnostics.shown().getFirst().contains("zero bytes"));
  }

  @Test
  void losesNothingOfATraceThatIsWhole() throws IOException {
    List<TraceEvent> events =
        read(
            "# entries-in-buffer/entries-written: 1/1   #P:2\n"
                + HEAD
                + "ext4_evict_inode: dev 259,0 ino 12 nlink 0\n");
    assertEquals(1, events.size());
  }

  @Test
  void seesTheRecordersLastMark() throws IOException {
    read(HEAD + "tracing_mark_write: pinaudit: recording starts\n");
    assertFalse(ended);
    read(HEAD + "tracing_mark_write: pinaudit: recording ends\n");
    assertTrue(ended);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ext4_free_blocks: dev 259,0 ino 12 mode 0100600 blo",
        "ext4_free_blocks: dev 259",
        "ext4_free_blocks: dev 259,0 ino 12 mode 0100600 block 9 count -1 flags",
        "ext4_free_blocks: dev 259,0 ino 12 mode 0100600 block 99999999999999999999 count 1 flags",
        "x: (try_grab_folio+0x0/0x370) page=0xff8cc7e88101c3c1 refs=1 flags=0x4",
        "x: (try_grab_folio+0x0/0x370) page=0x10 refs=1 flags=0x4",
        "x: (try_grab_folio+0x0/0x370) page=",
        "sys_ftruncate -> ",
      })
  void countsWhatItCannotUse(String event) throws IOException {
    assertEquals(List.of(), read(HEAD + event + "\n"));
    assertEquals(1, diagnostics.total());
    assertTrue(diagnostics.shown().getFirst().startsWith("t.ftrace:1: error: "));
  }

  @Test
  void ignoresEventsItHasNoUseFor() throws IOException {
    assertEquals(
        List.of(), read(HEAD + "sched_switch: prev_comm=a\n" + HEAD + "never_heard_of: 1\n"));
    assertEquals(0, diagnostics.total());
    assertEquals(Map.of("never_heard_of", 1L, "sched_switch", 1L), diagnostics.ignored());
  }

  /** The tracer of functions names some that are events' names too. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ext4_free_blocks <-ext4_ext_remove_space",
        "ext4_free_blocks",
        "evict(inode=0xffff888100a3b6f8) <-iput"
      })
  void ignoresWhatTheFunctionTracerPrints(String event) throws IOException {
    assertEquals(List.of(), read(HEAD + event + "\n"));
    assertEquals(List.of(), diagnostics.shown());
    assertEquals(Map.of("function", 1L), diagnostics.ignored());
  }

  @Test
  void ignoresStacksBelowEvents() throws IOException {
    assertEquals(
        List.of(), read(HEAD + "<stack trace>\n => __schedule\n => schedule_idle+0x23/0x50\n"));
    assertEquals(List.of(), diagnostics.shown());
    assertEquals(Map.of("<stack trace>", 1L, "stack frame", 2L), diagnostics.ignored());
  }

  /** A file's name may hold anything, where system calls are printed with their strings. */
  @Test
  void takesNoFilesNameForTheFunctionTracer() throws IOException {
    assertEquals(
        new TraceEvent.SyscallEntered(stamp(), "unlink"),
        one("sys_unlink(pathname: 0x7f12 \"a) <-b\")"));
  }

  /** The clocks counter, uptime and x86-tsc; in the last line, with the option latency-format. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "     migration/1-21      [001] d..2.         2557: sched_switch: prev_comm=migration/1",
        "         work.sh-27896 [000]26857544302502: sched_switch:         trace-cmd:27896 [120]",
        " work.sh-29279     1.....    2: sys_munmap(addr: 0x7f4e8d819000, len: 0x9b93)"
      })
  void saysThatAClockDoesNotCountSeconds(String line) throws IOException {
    assertEquals(List.of(), read(line + "\n"));
    assertTrue(
        diagnostics.shown().getFirst().startsWith("t.ftrace:1: error: its time is not in seconds"),
        () -> diagnostics.shown().toString());
  }

  /** {@code trace-cmd report -R}; the trace's option {@code fields}. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sys_enter_close:       __syscall_nr=3 fd=0x00000003",
        "ext4_free_blocks:      dev=266338304 ino=2187442 block=8749659 count=1 flags=0 mode=33188",
        "pin_taken: __probe_ip=0xffffffff812c3d30 (18446744071581285680) page=0x1 (1)"
      })
  void saysThatFieldsAreNotTheText(String event) throws IOException {
    assertEquals(List.of(), read(HEAD + event + "\n"));
    assertTrue(
        diagnostics.shown().getFirst().contains("raw fields"),
        () -> diagnostics.shown().toString());
  }

  /** {@code trace-cmd report -i A -i B}: two traces in one, whose threads have the same numbers. */
  @Test
  void takesNoReportOfTwoTracesForOne() throws IOException {
    String line = "         python3-27800 [001] 26856.842510: sys_exit_close:       0x0\n";
    assertEquals(List.of(), read("tc-mono.dat: " + line));
    assertEquals(1, diagnostics.total());
  }

  @Test
  void survivesHostileText() throws IOException {
    String junk =
        "\0\1\2\n"
            + "x".repeat(1 << 20)
            + "\n-[]: :\n"
            + HEAD
            + "\n[001] 1.1: \n(((\n"
            + "é-1 [0] ";
    assertEquals(List.of(), read("# tracer: nop\n\n" + junk));
    assertEquals(7, diagnostics.total());
    assertTrue(diagnostics.shown().stream().allMatch(line -> line.length() < 300));
    assertTrue(diagnostics.shown().stream().noneMatch(line -> line.chars().anyMatch(c -> c < ' ')));
  }

  @Test
  void readsHowAThreadOfAContainerNumbersItself() throws IOException {
    List<TraceEvent> events =
        read(
            HEAD
                + "thread_started: (wake_up_new_task+0x0/0x370) tid=196 level=1 tid1=2 tid2=0\n"
                + HEAD
                + "thread_started: (wake_up_new_task+0x0/0x370) tid=197 level=2 tid1=3 tid2=1\n");
    TraceEvent.ThreadStarted first = (TraceEvent.ThreadStarted) events.getFirst();
    TraceEvent.ThreadStarted nested = (TraceEvent.ThreadStarted) events.getLast();
    assertEquals(
        List.of(196, 2, 197, 1),
        List.of(first.tid(), first.ownTid(), nested.tid(), nested.ownTid()));
  }

  /** Since 6.18 some events of the page cache begin like the raw fields of others. */
  @Test
  void takesTheNewEventsOfThePageCacheForWhatTheyAre() throws IOException {
    String text =
        HEAD
            + "mm_filemap_map_pages: dev=254:0 ino=52db4 ofs=843776-909311\n"
            + HEAD
            + "mm_filemap_fault: dev=254:0 ino=3f823 ofs=40960\n"
            + HEAD
            + "mm_filemap_get_pages: dev=254:0 ino=20c11f ofs=0-4095\n";
    assertEquals(List.of(), read(text));
    assertEquals(0, diagnostics.total());
    assertEquals(
        new TraceEvent.PageRemovedFromCache(
            stamp(),
            new FileId(new DeviceNumber(254, 0), 0x52db4),
            1,
            new PageRange(0x1b8e4, 1),
            0),
        one("mm_filemap_delete_from_page_cache: dev=254:0 ino=52db4 pfn=0x1b8e4 ofs=4096 order=0"));
    read(HEAD + "mm_filemap_delete_from_page_cache: dev=266338304 ino=52db4 pfn=0x1b8e4\n");
    assertEquals(1, diagnostics.total());
    assertTrue(diagnostics.shown().getFirst().contains("raw fields"));
  }

  @Test
  void tellsExitOfAThreadFromTheEndOfASystemCall() throws IOException {
    assertEquals(new TraceEvent.SyscallEntered(stamp(), "exit"), one("sys_exit(error_code: 0)"));
    assertEquals(
        new TraceEvent.SyscallEntered(stamp(), "exit_group"), one("sys_exit_group(error_code: 0)"));
    assertEquals(
        new TraceEvent.SyscallLeft(stamp(), "ftruncate", -22), one("sys_exit: NR 77 = -22"));
  }

  /** A line that is right is never unusable, whatever the event. */
  @Test
  void readsAllEventGroupsOfAKernel() throws IOException {
    String text = Files.readString(Path.of("src/test/resources/traces/ftrace-6.18-groups.txt"));
    assertFalse(read(text).isEmpty());
    assertEquals(List.of(), diagnostics.shown());
    assertTrue(diagnostics.ignored().size() > 60, diagnostics.ignored().toString());
  }
}
