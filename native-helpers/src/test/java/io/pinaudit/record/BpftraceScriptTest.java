package io.pinaudit.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.linux.event.EventFormat;
import io.pinaudit.probe.Meaning;
import io.pinaudit.probe.Probe;
import io.pinaudit.run.Evidence;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BpftraceScriptTest {
  private static final EventFormat FREED =
      EventFormat.parse(
          """
          name: ext4_free_blocks
          ID: 1233
          format:
          \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
          \tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;

          \tfield:dev_t dev;\toffset:8;\tsize:4;\tsigned:0;
          \tfield:ino_t ino;\toffset:16;\tsize:8;\tsigned:0;
          \tfield:__u64 block;\toffset:24;\tsize:8;\tsigned:0;
          \tfield:unsigned long count;\toffset:32;\tsize:8;\tsigned:0;
          \tfield:int flags;\toffset:40;\tsize:4;\tsigned:1;

          print fmt: "dev %d,%d ino %lu block %llu count %lu flags %s", ((unsigned int) ((REC->dev) >> 20)), \
          ((unsigned int) ((REC->dev) & ((1U << 20) - 1))), (unsigned long) REC->ino, REC->block, REC->count, \
          __print_flags(REC->flags, "|", { 0x0001, "METADATA" }, { 0x0002, "FORGET" })
          """);

  private static BpftraceScript script(String version) {
    return new BpftraceScript(
        BpftraceVersion.parse(version), "6.1.0", "linux-6.1", 0xff8cc7e880000000L);
  }

  private static Probe.Function function(boolean onReturn, String symbol) {
    return new Probe.Function(
        "pin_taken",
        Evidence.PINS,
        Meaning.PIN_TAKEN,
        new Probe.Place(symbol, onReturn),
        "",
        "",
        false);
  }

  /** The part after the head of the script and the marks. */
  private static String clause(BpftraceScript script) {
    String text = script.toString();
    return text.substring(text.indexOf("*/") + 2);
  }

  @Test
  void printsWhatFtraceWouldPrintForATracepoint() {
    BpftraceScript script = script("bpftrace v0.17.0");
    script.add(
        new Probe.Tracepoint("ext4", "ext4_free_blocks", Evidence.FREES, ""),
        FREED,
        "dev == 271581184");
    String clause = clause(script);
    assertTrue(
        clause.contains(
            "tracepoint:ext4:ext4_free_blocks\n{\n  $dev = args->dev; $ino = args->ino; $block ="
                + " args->block; $count = args->count; $flags = args->flags; if ($dev =="
                + " 271581184) { "),
        clause);
    assertTrue(
        clause.contains(
            "ext4_free_blocks: dev %d,%d ino %llu block %llu count %llu flags 0x%x\\n\", comm, tid,"
                + " pid, cpu, $t / 1000000000, $t % 1000000000, (uint32)($dev >> 20),"
                + " (uint32)($dev & ((1 << 20) - 1)), (uint64)$ino, $block, $count, $flags); }"),
        clause);
    assertTrue(clause.contains("#define dev_t unsigned int\n#define ino_t unsigned long long\n"));
  }

  @Test
  void translatesTheArgumentsAndFilterOfAKprobe() {
    BpftraceScript script = script("bpftrace v0.17.0");
    script.add(
        function(false, "try_grab_folio"),
        "page=$arg1:x64 refs=$arg2:s32 one=\\1:s32 count=+52($arg1):s32 ino=+64(+32(+8($arg2))):u64"
            + " vb=@vmemmap_base:x64",
        "(page >= 0xff8cc7e881000000 && page < 0xff8cc7e882000000) && refs & 0x40004");
    assertTrue(
        clause(script)
            .contains(
                "kprobe:try_grab_folio\n/ ((uint64)arg0 >= (uint64)0xff8cc7e881000000 &&"
                    + " (uint64)arg0 < (uint64)0xff8cc7e882000000) && (int32)arg1 & 0x40004 /"),
        clause(script));
    assertTrue(
        clause(script)
            .contains(
                "pin_taken: (try_grab_folio+0x0) page=0x%llx refs=%d one=%d count=%d ino=%llu"
                    + " vb=0x%llx\\n\", comm, tid, pid, cpu, $t / 1000000000, $t % 1000000000,"
                    + " (uint64)arg0, (int32)arg1, (int32)1, *(int32 *)(arg0 + 52), *(uint64"
                    + " *)(*(uint64 *)(*(uint64 *)(arg1 + 8) + 32) + 64),"
                    + " (uint64)0xff8cc7e880000000);"),
        clause(script));
  }

  @Test
  void namesTheFunctionThatReturned() {
    BpftraceScript script = script("bpftrace v0.17.0");
    script.add(function(true, "ext4_break_layouts"), "ret=$retval:s32", "");
    assertTrue(clause(script).contains("kretprobe:ext4_break_layouts\n{"), () -> clause(script));
    assertTrue(clause(script).contains("(return <- ext4_break_layouts) ret=%d"));
  }

  @Test
  void followsProcessesAndTheKernelsThreadsThatWorkForThem() {
    BpftraceScript script = script("bpftrace v0.17.0").frame(77);
    script.add(function(false, "add_to_pipe").ofFollowed(), "page=$arg1:x64", "page != 0");
    assertTrue(
        clause(script)
            .contains(
                "kprobe:add_to_pipe\n/ (@followed[tid] || strncmp(comm, \"io\", 2) == 0 ||"
                    + " strncmp(comm, \"kworker\", 7) == 0) && ((uint64)arg0 != 0) /"),
        clause(script));
  }

  @Test
  void readsWhatAFilterNeedsFromMemoryOnce() {
    BpftraceScript script = script("bpftrace v0.17.0").frame(77);
    script.add(
        function(false, "gup_put_folio").ofFollowed(),
        "page=$arg1:x64 mapping=+24($arg1):x64",
        "page != 0 && !(mapping & 3)");
    assertTrue(
        clause(script)
            .contains(
                "strncmp(comm, \"kworker\", 7) == 0) && ((uint64)arg0 != 0) /\n"
                    + "{\n"
                    + "  $page = (uint64)arg0; $mapping = *(uint64 *)(arg0 + 24); if (!($mapping &"
                    + " 3)) { $t = nsecs;"),
        clause(script));
    assertTrue(clause(script).contains("$t % 1000000000, $page, $mapping);"), clause(script));
  }

  @Test
  void countsTheReferencesOfThePageOfAnEntry() {
    BpftraceScript script = script("bpftrace v0.17.0").hazards(true);
    Probe.Function left =
        new Probe.Function(
            "page_left",
            Evidence.COUNTS,
            Meaning.PAGE_LEFT,
            new Probe.Place("dax_disassociate_entry", false),
            "",
            "",
            false);
    script.add(left, "entry=$arg1:x64 count=+52(page_of($arg1)):s32", "!(entry & 28) && count > 1");
    String page = "((uint64)0xff8cc7e880000000 + ((uint64)arg0 >> 5) * 64)";
    assertTrue(
        clause(script)
            .contains(
                "/ !((uint64)arg0 & 28) /\n{\n  $entry = (uint64)arg0; $count = *(int32 *)("
                    + page
                    + " + 52); if ($count > 1) {"),
        clause(script));
    assertTrue(clause(script).contains("count=%d stack=%s\\n\""), clause(script));
    assertTrue(
        clause(script).contains("$entry, $count, kstack(perf, 16)); @left = nsecs;"),
        clause(script));
    script.add(left, "count=+52(pages_of($arg1)):s64", "count > 512");
    assertTrue(
        clause(script)
            .contains(
                "$count = (int64)0; $first = "
                    + page
                    + "; $n = (uint64)0; while ($n < 512) { $count += *(int32 *)($first + $n * 64 +"
                    + " 52); $n++; } if ($count > 512) {"),
        clause(script));
  }

  @Test
  void printsAFreeOnlyAfterAHeldPageHasLeft() {
    BpftraceScript script = script("bpftrace v0.17.0").hazards(true);
    script.add(new Probe.Tracepoint("ext4", "ext4_free_blocks", Evidence.FREES, ""), FREED, "");
    assertTrue(
        clause(script)
            .contains(
                "tracepoint:ext4:ext4_free_blocks\n/ @left && nsecs - @left < 10000000000 /\n"),
        clause(script));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a != 0",
        "a != 0 | b == 1",
        "a != 0 || b == 1",
        "(a && b || c) | d | !(e & 3)",
      })
  void takesAFilterApart(String parts) {
    List<String> expected =
        parts.contains("||") && !parts.contains("(")
            ? List.of(parts)
            : Arrays.stream(parts.split(" \\| ")).filter(part -> !part.isEmpty()).toList();
    assertEquals(expected, BpftraceScript.conjuncts(String.join(" && ", expected)));
  }

  @Test
  void tellsSystemCallsOfFollowedThreadsByNumber() {
    BpftraceScript script = script("bpftrace v0.17.0").frame(77);
    EventFormat openat =
        EventFormat.parse(
            """
            name: sys_enter_openat
            ID: 782
            format:
            \tfield:int __syscall_nr;\toffset:8;\tsize:4;\tsigned:1;
            \tfield:int dfd;\toffset:16;\tsize:8;\tsigned:0;
            \tfield:const char * filename;\toffset:24;\tsize:8;\tsigned:0;
            \tfield:int flags;\toffset:32;\tsize:8;\tsigned:0;

            print fmt: "dfd: 0x%08lx", ((unsigned long)(REC->dfd))
            """);
    script.addSyscall(
        new Probe.Tracepoint("syscalls", "sys_enter_ftruncate", Evidence.SYSCALLS, ""));
    script.add(
        new Probe.Tracepoint("syscalls", "sys_enter_openat", Evidence.SYSCALLS, ""),
        openat,
        "flags & 512");
    assertTrue(
        clause(script)
            .contains(
                "tracepoint:raw_syscalls:sys_enter\n/ @followed[tid] /\n"
                    + "{\n  $id = args->id; if ($id == 77) {"),
        clause(script));
    assertTrue(
        clause(script).contains("tracepoint:syscalls:sys_enter_openat\n/ @followed[tid] /\n{"),
        clause(script));
    assertTrue(clause(script).contains("if ($flags & 512) {"), clause(script));
    assertTrue(clause(script).contains("@followed[(int32)77] = 1;"));
    assertFalse(clause(script).contains("raw_syscalls:sys_exit"));
  }

  @Test
  void asksForTheMonotonicClockWhereThereIsAChoice() {
    assertTrue(script("bpftrace v0.19.1").frame(0).toString().contains("nsecs(monotonic)"));
    assertFalse(script("bpftrace v0.17.0").frame(0).toString().contains("nsecs(monotonic)"));
    assertTrue(script("bpftrace v0.17.0").toString().contains("CLOCK_BOOTTIME"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"page=$stack0:x64", "name=+0($arg1):string", "x=%ax:u64", "x", ""})
  void refusesWhatOnlyTracefsCanFetch(String argument) {
    BpftraceScript script = script("bpftrace v0.17.0");
    assertThrows(
        IllegalArgumentException.class, () -> script.add(function(false, "f"), argument, ""));
  }

  @Test
  void refusesAFilterOnAFieldThatIsNotThere() {
    BpftraceScript script = script("bpftrace v0.17.0");
    assertEquals(
        "no field 'other' to filter by",
        assertThrows(
                IllegalArgumentException.class,
                () -> script.add(function(false, "f"), "page=$arg1:x64", "other != 0"))
            .getMessage());
  }
}
