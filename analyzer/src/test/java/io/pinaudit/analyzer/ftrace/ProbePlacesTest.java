package io.pinaudit.analyzer.ftrace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.probe.Dialect;
import io.pinaudit.probe.Meaning;
import io.pinaudit.probe.ProbedFunctions;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbePlacesTest {
  private static final ProbePlaces KNOWN = new ProbePlaces(ProbedFunctions::ofAllKernels);

  private static TraceEvent read(ProbedFunctions functions, String line) throws Exception {
    FtraceLine parsed =
        FtraceLine.parse("            java-215     (    212) [001] d..1.    12.345678: " + line);
    Stamp stamp = new Stamp(parsed.nanos(), parsed.tid(), parsed.task(), new Source("t", 1));
    return new FtraceEvents(KernelLayout.ASSUMED, () -> functions, false)
        .reading(parsed.event())
        .read(stamp, TextFields.of(parsed.text()));
  }

  /** All that a kernel with other functions needs is a file that says what they mean. */
  @Test
  void understandsAKernelThatOnlyItsProbesFileKnows() throws Exception {
    Dialect future =
        Dialect.parse(
            "linux-9.0",
            """
            requires grab_memdesc
            evidence pins
            kprobe taken grab_memdesc page=$arg1:x64 refs=$arg2:s32 vb=@vmemmap_base:x64
              means pin-taken
            kretprobe waited memdesc_wait_unpinned ret=$retval:s32
              means layout-break-finished
            """);
    ProbedFunctions functions = new ProbedFunctions(List.of(future));
    TraceEvent.PinTaken pin =
        (TraceEvent.PinTaken)
            read(functions, "taken: (grab_memdesc+0x0/0x10) page=0x1080 refs=2 vb=0x1000");
    assertEquals(2, pin.pfn());
    assertEquals(2, pin.references());
    TraceEvent.LayoutBreakFinished waited =
        (TraceEvent.LayoutBreakFinished)
            read(functions, "x: (vfs_truncate+0x1/0x2 <- memdesc_wait_unpinned) ret=-4");
    assertEquals(-4, waited.result());
    assertThrows(
        FtraceEvents.Unknown.class,
        () -> read(functions, "pin_taken: (try_grab_folio+0x0/0x10) page=0x1080 refs=2 vb=0x1000"));
  }

  @Test
  void tellsEntryFromReturn() {
    assertEquals(Meaning.BIO_FILLING, KNOWN.meaning("bio_iov_iter_get_pages+0x0/0x4f0", "any"));
    assertEquals(
        Meaning.BIO_FILLED,
        KNOWN.meaning("iomap_dio_bio_iter+0x1/0x2 <- bio_iov_iter_get_pages", "any"));
    assertNull(KNOWN.meaning("dax_layout_busy_page+0x0/0x1", "entry means nothing"));
  }

  @Test
  void tellsABareAddressByTheEventsName() throws IOException {
    assertEquals(Meaning.PIN_TAKEN, KNOWN.meaning("ffffffff9f2c3d30", "pin_taken"));
    assertEquals(Meaning.PIN_TAKEN, KNOWN.meaning("ffffffff9f2c3d30", "try_grab_folio"));
    assertEquals(
        Meaning.LAYOUT_BREAK_FINISHED,
        KNOWN.meaning(
            "ffffffffc0a1 <- ffffffffc0b2".replace("c0", "9f2cc0"), "ext4_break_layouts__return"));
    assertNull(KNOWN.meaning("ffffffff9f2c3d30", "kmalloc"));
    assertNull(KNOWN.meaning("kmalloc+0x0/0x10", "pin_taken"));
  }
}
