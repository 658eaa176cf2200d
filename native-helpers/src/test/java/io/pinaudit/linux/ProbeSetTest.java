package io.pinaudit.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeSetTest {
  @Test
  void readsItsOwnSyntax() throws IOException {
    ProbeSet set =
        ProbeSet.parse(
            "x",
            """
            # comment
            requires try_grab_folio
            constant FOLL_PIN 0x40000
            evidence pins
            kprobe pin_taken try_grab_folio page=$arg1:x64 refs=$arg2:s32
              where page != 0
            kretprobe left ext4_break_layouts ret=$retval:s32
            evidence frees
            event ext4/ext4_free_blocks
            """);
    assertEquals(List.of("try_grab_folio"), set.required());
    assertEquals(Map.of("FOLL_PIN", 0x40000L), set.constants());
    assertEquals(
        List.of(
            new Probe.Function(
                "pin_taken",
                "pins",
                false,
                "try_grab_folio",
                "page=$arg1:x64 refs=$arg2:s32",
                "page != 0"),
            new Probe.Function("left", "pins", true, "ext4_break_layouts", "ret=$retval:s32", ""),
            new Probe.Tracepoint("ext4", "ext4_free_blocks", "frees", "")),
        set.probes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"kprobe a b", "where page != 0", "event", "hello", "requires a b"})
  void locatesWhatItCannotRead(String line) {
    IOException e = assertThrows(IOException.class, () -> ProbeSet.parse("x", "\n" + line));
    assertTrue(e.getMessage().startsWith("x.probes:2: error: found '" + line), e.getMessage());
  }

  @Test
  void choosesByWhatExists() throws IOException {
    assertEquals(
        "linux-6.1",
        ProbeSet.choose(Set.of("try_grab_folio", "__put_devmap_managed_page_refs")).name());
    assertEquals("tracepoints", ProbeSet.choose(Set.of("try_grab_folio")).name());
    assertEquals("tracepoints", ProbeSet.choose(Set.of()).name());
  }

  @Test
  void namesEveryProbeOnce() throws IOException {
    for (String name : List.of("linux-6.1", "tracepoints")) {
      List<Probe> probes = ProbeSet.load(name).probes();
      assertEquals(
          probes.size(), probes.stream().map(Probe::name).collect(Collectors.toSet()).size());
      assertTrue(probes.stream().noneMatch(probe -> probe.evidence().isEmpty()));
    }
  }
}
