package io.pinaudit.analyzer.ftrace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.run.DeviceNumber;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads what kernels print of those who cut files, and of their users. */
class CuttersReadingTest {
  private static final Stamp STAMP = new Stamp(12_345, 215, "sh", new Source("t", 1));

  private final Diagnostics diagnostics = new Diagnostics();
  private final LineDecoder anys = decoder(LineDecoder.Writer.ANY);
  private final LineDecoder machines = decoder(LineDecoder.Writer.OURS_OF_MACHINE);

  private LineDecoder decoder(LineDecoder.Writer writer) {
    return new LineDecoder(KernelLayout.ASSUMED, 0, writer, diagnostics);
  }

  private TraceEvent read(LineDecoder decoder, String event, String text) {
    TraceEvent read = decoder.decode(event, STAMP, TextFields.of(text));
    assertEquals(List.of(), diagnostics.shown());
    return read;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ext4_begin_ordered_truncate | dev 7,0 ino 131 new_size 8192                      | 8192",
        "ext4_truncate_enter         | dev 7,0 ino 131 blocks 64                          | -1",
        "ext4_collapse_range         | dev 7,0 ino 131 offset 0 len 4096                  | -1",
        "xfs_itruncate_extents_start | dev 7:0 ino 0x83 disize 0x2000 new_size 0x2000     | 8192",
        "xfs_collapse_file_space     | dev 7:0 ino 0x83 iflags 0x0                        | -1",
        "file_truncated | (do_truncate+0x0/0x1) ino=131 dev=7340032 size=0                | 0",
        "file_collapsed | (vfs_fallocate+0x0/0x1) ino=131 dev=7340032 mode=0x8            | -1"
      })
  void readsCuts(String event, String text, long newSize) {
    assertEquals(
        new TraceEvent.FileCut(STAMP, new FileId(new DeviceNumber(7, 0), 131), newSize),
        read(anys, event, text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sys_ftruncate       | (fd: 4, length: 2000)                                    | 8192",
        "sys_enter_ftruncate | fd: 0x00000004, length: 0x00002000                       | 8192",
        "sys_truncate        | (path: 7ffd5f0f, length: ffffffffffffffff)               | -1",
        "sys_openat          | (dfd: ffffff9c, filename: 7ffd, flags: 241, mode: 1b6)   | 0",
        "sys_enter_creat     | pathname: 0x7ffd, mode: 0x000001b6                       | 0",
        "sys_fallocate       | (fd: 4, mode: 8, offset: 0, len: 1000)                   | -1"
      })
  void readsSizesThatAnybodyAsksFor(String event, String text, long newSize) {
    String name = event.replace("sys_", "").replace("enter_", "");
    assertEquals(
        new TraceEvent.SizeAsked(STAMP, Operation.of(name), newSize), read(machines, event, text));
    assertEquals(
        new TraceEvent.SyscallEntered(STAMP, name),
        read(anys, event, text),
        "where system calls are those of the followed");
  }

  /** The event of a page cache names the file, which the system call does not. */
  @ParameterizedTest
  @CsvSource({"0, 4096", "4096, 8192", "-1, 8192", "1001000000, 4096"})
  void readsWhoseFileIsCutFromThePagesThatGo(long afterNanos, long newSize) {
    read(machines, "sys_enter_ftruncate", "fd: 0x4, length: 0x" + Long.toHexString(newSize));
    Stamp stamp = new Stamp(STAMP.nanos() + Math.max(0, afterNanos), 215, "sh", new Source("t", 2));
    boolean isLater = afterNanos > 1_000_000_000;
    String text = "dev 0:27 ino 1f04 pfn=0x10 ofs=%d order=0".formatted(8192);
    TraceEvent event =
        machines.decode("mm_filemap_delete_from_page_cache", stamp, TextFields.of(text));
    TraceEvent cut =
        new TraceEvent.FileCut(stamp, new FileId(new DeviceNumber(0, 27), 0x1f04), newSize, true);
    assertEquals(isLater ? null : cut, event);
  }

  @ParameterizedTest
  @CsvSource({"215, 4096", "216, 0"})
  void takesPagesThatGoOtherwiseForNoCut(int tid, long ofs) {
    read(machines, "sys_enter_ftruncate", "fd: 0x4, length: 0x2000");
    Stamp stamp = new Stamp(STAMP.nanos() + 1, tid, "sh", new Source("t", 2));
    String text = "dev 0:27 ino 1f04 pfn=0x10 ofs=%d order=0".formatted(ofs);
    assertNull(machines.decode("mm_filemap_delete_from_page_cache", stamp, TextFields.of(text)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sys_openat    | (dfd: ffffff9c, filename: 7ffd, flags: 41, mode: 1b6)",
        "sys_fallocate | (fd: 4, mode: 3, offset: 0, len: 1000)",
        "sys_write     | (fd: 4, buf: 7ffd, count: 2)"
      })
  void asksForNothing(String event, String text) {
    assertNull(read(machines, event, text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sys_setuid (uid: 21)", "sys_setresuid (ruid: 0, euid: 21, suid: 0)"})
  void readsWhoChangesItsUser(String call) {
    String[] words = call.split(" ", 2);
    assertNull(read(machines, words[0], words[1]));
    assertEquals(new TraceEvent.UserChanged(STAMP, 33), read(machines, words[0], "-> 0x0"));
    assertNull(read(machines, words[0], "-> 0x0"), "once");
    assertNull(read(machines, words[0], words[1]));
    assertNull(read(machines, words[0], "-> 0xffffffffffffffff"), "it may not");
  }

  @Test
  void leavesTheUserThatIsNotGiven() {
    assertNull(read(machines, "sys_setreuid", "(ruid: 21, euid: ffffffff)"));
    assertNull(read(machines, "sys_setreuid", "-> 0x0"));
  }

  @Test
  void readsNewTasks() {
    String text = "pid=4712 comm=a b clone_flags=%s oom_score_adj=0";
    assertEquals(
        new TraceEvent.TaskStarted(STAMP, 4712, true),
        read(anys, "task_newtask", text.formatted("3d0f00")));
    assertEquals(
        new TraceEvent.TaskStarted(STAMP, 4712, false),
        read(anys, "task_newtask", text.formatted("1200000")));
  }

  @Test
  void readsFailedAccesses() {
    String text = "sig=%d errno=0 code=2 comm=main pid=4712 grp=0 res=0";
    assertEquals(
        new TraceEvent.AccessFailed(STAMP, 4712, 2),
        read(anys, "signal_generate", text.formatted(7)));
    assertNull(read(anys, "signal_generate", text.formatted(11)));
  }
}
