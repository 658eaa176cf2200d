package io.pinaudit.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TracefsTest {
  /** Two recorders with the same probes, as Linux 6.1 lists them. */
  @Test
  void tellsTheMissedHitsOfOneRecorder() {
    List<String> events =
        List.of(
            "p:pinaudit_r1/page_pinned try_grab_folio page=$arg1:x64",
            "r1024:pinaudit_r1/layout_break_end ext4_break_layouts ret=$retval:s32",
            "p:pinaudit_r12/page_pinned try_grab_folio page=$arg1:x64");
    List<String> profile =
        List.of(
            "  page_pinned                                           41               0",
            "  layout_break_end                                       3               2",
            "  page_pinned                                           40               7");
    assertEquals(
        Map.of("page_pinned", 0L, "layout_break_end", 2L),
        Tracefs.missedHits("pinaudit_r1", events, profile));
    assertEquals(Map.of("page_pinned", 7L), Tracefs.missedHits("pinaudit_r12", events, profile));
  }
}
