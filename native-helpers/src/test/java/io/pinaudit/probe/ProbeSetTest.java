package io.pinaudit.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.run.Evidence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeSetTest {
  @Test
  void readsItsOwnSyntax() throws IOException {
    Dialect dialect =
        Dialect.parse(
            "x",
            """
            # comment
            requires try_grab_folio
            constant FOLL_PIN 0x40000
            evidence pins
            define taken page=$arg1:x64
            kprobe pin_taken try_grab_folio {taken} refs=$arg2:s32
              means pin-taken
              where page != 0
              of followed
            kretprobe left ext4_break_layouts ret=$retval:s32
              means layout-break-finished
            evidence frees
            event ext4/ext4_free_blocks
            event syscalls/sys_enter_truncate
              of everybody
            """);
    assertEquals(List.of("try_grab_folio"), dialect.required());
    ProbeSet set = dialect.probes(new ProbeTargets(Set.of(), Set.of()));
    assertEquals(Map.of("FOLL_PIN", 0x40000L), set.constants());
    assertEquals(
        List.of(
            new Probe.Function(
                "pin_taken",
                Evidence.PINS,
                Meaning.PIN_TAKEN,
                new Probe.Place("try_grab_folio", false),
                "page=$arg1:x64 refs=$arg2:s32",
                "page != 0",
                true),
            new Probe.Function(
                "left",
                Evidence.PINS,
                Meaning.LAYOUT_BREAK_FINISHED,
                new Probe.Place("ext4_break_layouts", true),
                "ret=$retval:s32",
                "",
                false),
            new Probe.Tracepoint("ext4", "ext4_free_blocks", Evidence.FREES, ""),
            new Probe.Tracepoint("syscalls", "sys_enter_truncate", Evidence.FREES, "", true)),
        set.probes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kprobe a b",
        "where page != 0",
        "event",
        "hello",
        "requires a b",
        "of followed",
        "means pin-taken",
        "define x"
      })
  void locatesWhatItCannotRead(String line) {
    IOException e = assertThrows(IOException.class, () -> Dialect.parse("x", "\n" + line));
    assertTrue(e.getMessage().startsWith("x.probes:2: error: found '" + line), e.getMessage());
  }

  @Test
  void recordsWhoCutsBesideEverySet() throws IOException {
    ProbeTargets targets =
        new ProbeTargets(Set.of(), Set.of("signal:signal_generate", "syscalls:sys_enter_truncate"));
    List<Probe> all = ProbeSet.choose(targets).recorded(targets, Scope.WHOLE);
    assertTrue(
        all.contains(
            new Probe.Tracepoint("signal", "signal_generate", Evidence.FAULTS, "sig == 7")));
    List<Probe.Tracepoint> truncates =
        all.stream()
            .filter(probe -> probe.name().equals("sys_enter_truncate"))
            .map(Probe.Tracepoint.class::cast)
            .toList();
    assertEquals(
        List.of(true, false), truncates.stream().map(Probe.Tracepoint::ofFollowed).toList());
    assertTrue(all.stream().noneMatch(probe -> probe.name().startsWith("xfs_itruncate")));
  }

  /** To record a probe on I/O, or a system call, would slow down what is not a hazard. */
  @Test
  void recordsNoIoOfHazardsAlone() throws IOException {
    Set<String> functions = new HashSet<>(FUNCTIONS.get("linux-6.1"));
    functions.addAll(Set.of("dax_disassociate_entry", "ext4_break_layouts", "do_truncate"));
    ProbeTargets targets =
        new ProbeTargets(functions, Set.of("ext4:ext4_free_blocks", "syscalls:sys_enter_truncate"));
    ProbeSet set = ProbeSet.choose(targets);
    Set<Evidence> evidence =
        set.recorded(targets, Scope.HAZARDS).stream()
            .map(Probe::evidence)
            .collect(Collectors.toSet());
    assertEquals(
        EnumSet.of(
            Evidence.COUNTS,
            Evidence.FREES,
            Evidence.INODES,
            Evidence.WAITS,
            Evidence.REMOVALS,
            Evidence.CUTTERS),
        evidence);
    assertTrue(
        set.recorded(targets, Scope.HAZARDS).stream()
            .noneMatch(probe -> probe.name().startsWith("sys_")));
    assertTrue(set.wantsBpftrace(targets));
    functions.remove("dax_disassociate_entry");
    assertFalse(set.wantsBpftrace(new ProbeTargets(functions, Set.of())), "nothing to count");
  }

  private static String chosen(String... functions) throws IOException {
    return ProbeSet.choose(new ProbeTargets(Set.of(functions), Set.of())).name();
  }

  /** Functions of a kernel of each dialect. */
  private static final Map<String, List<String>> FUNCTIONS =
      Map.of(
          "linux-5.10",
          List.of("try_grab_compound_head", "put_devmap_managed_page"),
          "linux-6.1",
          List.of("try_grab_folio", "__put_devmap_managed_page_refs"),
          "linux-6.12",
          List.of("try_grab_folio", "__put_devmap_managed_folio_refs"),
          "linux-6.15",
          List.of("try_grab_folio", "free_zone_device_folio", "dax_break_layout"),
          "tracepoints",
          List.of("try_grab_folio"));

  @Test
  void choosesByWhatExists() throws IOException {
    for (Dialect dialect : Dialect.ofKernels()) {
      List<String> functions = FUNCTIONS.get(dialect.name());
      assertNotNull(functions, () -> "no functions here that select " + dialect.name());
      assertEquals(dialect.name(), chosen(functions.toArray(String[]::new)));
    }
    assertEquals("tracepoints", chosen());
  }

  @Test
  void takesTheFirstAlternativeThatExists() throws IOException {
    Dialect dialect =
        Dialect.parse(
            "x",
            """
            evidence bios
            kprobe released bio_release_pages bio=$arg1:x64
              means bio-released
              where bio != 1
            or kprobe released __bio_release_pages bio=$arg1:x64
              means bio-released
              where bio != 2
            """);
    assertEquals("bio_release_pages bio != 1", only(dialect, "bio_release_pages"));
    assertEquals("__bio_release_pages bio != 2", only(dialect, "__bio_release_pages"));
    assertEquals("bio_release_pages bio != 1", only(dialect), "so that it is missed by name");
  }

  private static String only(Dialect dialect, String... functions) {
    ProbeSet set = dialect.probes(new ProbeTargets(Set.of(functions), Set.of()));
    assertEquals(1, set.probes().size());
    Probe.Function probe = (Probe.Function) set.probes().getFirst();
    return probe.symbol() + " " + probe.filter();
  }

  @Test
  void leavesOutWhatBelongsToAnAbsentModule() throws IOException {
    Dialect dialect = Dialect.load("tracepoints");
    Set<String> events = Set.of("ext4:ext4_free_blocks");
    List<String> groups =
        dialect.probes(new ProbeTargets(Set.of(), events)).probes().stream()
            .filter(probe -> probe instanceof Probe.Tracepoint)
            .map(probe -> ((Probe.Tracepoint) probe).group())
            .distinct()
            .toList();
    assertEquals(List.of("ext4", "syscalls"), groups);
  }

  @Test
  void namesEveryProbeOnce() throws IOException {
    ProbeTargets everything =
        new ProbeTargets(Set.of(), Set.of("ext4:ext4_free_blocks", "xfs:xfs_free_extent"));
    for (Dialect dialect : Dialect.ofKernels()) {
      List<Probe> probes = dialect.probes(everything).probes();
      assertEquals(
          probes.size(), probes.stream().map(Probe::name).collect(Collectors.toSet()).size());
    }
  }

  /** A misspelt constant would let a filter fail to be set, and its evidence be missing. */
  @Test
  void definesTheConstantsOfItsFilters() throws IOException {
    for (Dialect dialect : Dialect.ofKernels()) {
      for (Dialect.Choice choice : dialect.choices()) {
        for (Probe probe : choice.probes()) {
          String filter = probe.filter();
          for (String known :
              List.of("{dax pages}", "{other pages}", "{dax devices}", "{untold devices}")) {
            filter = filter.replace(known, "");
          }
          for (String constant : dialect.constants().keySet()) {
            filter = filter.replace("{" + constant + "}", "").replace("{bit " + constant + "}", "");
          }
          assertEquals(
              -1, filter.indexOf('{'), dialect.name() + ": " + probe.name() + ": " + filter);
        }
      }
    }
  }

  @Test
  void wantsAMeaningOfEveryProbeOnAFunction() {
    String probe = "evidence pins\nkprobe a f page=$arg1:x64\n";
    IOException none = assertThrows(IOException.class, () -> Dialect.parse("x", probe));
    assertTrue(
        none.getMessage()
            .startsWith("x.probes:2: error: found 'kprobe a f page=$arg1:x64', expected means"),
        none.getMessage());
    IOException unknown =
        assertThrows(IOException.class, () -> Dialect.parse("x", probe + "means pins-taken"));
    assertTrue(
        unknown.getMessage().startsWith("x.probes:3: error: found 'means pins-taken', expected"),
        unknown.getMessage());
  }

  @Test
  void knowsFunctionsOfEveryKernelByWhatTheyMean() {
    ProbedFunctions known = ProbedFunctions.ofAllKernels();
    assertEquals(Meaning.PIN_TAKEN, known.entered("try_grab_compound_head"), "of 5.10");
    assertEquals(Meaning.PIN_TAKEN, known.entered("try_grab_folio_fast"), "of 6.12");
    assertEquals(Meaning.BIO_FILLING, known.entered("bio_iov_iter_get_pages"));
    assertEquals(Meaning.BIO_FILLED, known.left("bio_iov_iter_get_pages"));
    assertEquals(Meaning.THREAD_STARTED, known.entered("wake_up_new_task"));
    assertEquals("try_grab_folio_fast", known.function("pin_taken"), "the newest");
    assertNull(known.left("try_grab_folio"));
    assertNull(known.entered("kmalloc"));
  }

  @Test
  void refusesOneFunctionWithTwoMeanings() throws IOException {
    List<Dialect> two =
        List.of(
            Dialect.parse("x", "evidence pins\nkprobe a f page=$arg1:x64\nmeans pin-taken"),
            Dialect.parse("y", "evidence pins\nkprobe b f page=$arg1:x64\nmeans pin-dropped"));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new ProbedFunctions(two));
    assertEquals("f means pin-taken and pin-dropped", e.getMessage());
  }

  /** A file that no dialect includes would be forgotten in silence. */
  @Test
  void usesEveryFile() throws Exception {
    Path folder = Path.of(Dialect.class.getResource("dialects").toURI()).getParent();
    String used = Files.readString(folder.resolve("dialects"));
    used += String.join("\n", ProbeSet.BESIDE) + "\n";
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> probes = files.filter(file -> file.toString().endsWith(".probes")).toList();
      for (Path file : probes) {
        used += Files.readString(file).replaceAll("(?m)^include ", "");
      }
      for (Path file : probes) {
        String name = file.getFileName().toString().replace(".probes", "");
        assertTrue(used.lines().anyMatch(name::equals), name);
      }
    }
  }
}
