package io.pinaudit.analyzer.whatif;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinaudit.analyzer.rule.Story;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What counts as taking pinned pages, and what kernels would make of it. */
class TakingsTest {
  /** Pages 0 to 15 of f are blocks 100 to 115, which are pinned through a pipe. */
  private static final String PINNED =
      "T1 page f 0 100+16; T1 enter vmsplice; T1 pin 100+16; T1 leave vmsplice; ";

  private static final List<String> KERNELS = List.of("5.10", "6.1", "6.12", "7.2");

  private static List<Taking> takings(String story, boolean asIfOnDax) {
    List<Taking> took = new ArrayList<>();
    List<Taking> asIf = new ArrayList<>();
    Takings takings =
        new Takings(
            new Takings.Sink() {
              @Override
              public void took(Taking taking) {
                took.add(taking);
              }

              @Override
              public void tookAsIfOnDax(Taking taking) {
                asIf.add(taking);
              }
            });
    Story.Told told = Story.watched(story, takings);
    takings.finish(told.endNanos(), told.ledgers());
    return asIfOnDax ? asIf : took;
  }

  /** What each kernel would make of each taking of a story: {@code frees 16, waits 20 ms}. */
  private static List<String> forecasts(String story, String fileSystem) {
    return takings(story, false).stream().map(one -> forecasts(one, fileSystem)).toList();
  }

  private static List<String> asIfOnDax(String story) {
    return takings(story, true).stream().map(one -> forecasts(one, "ext4")).toList();
  }

  private static String forecasts(Taking taking, String fileSystem) {
    List<String> words = new ArrayList<>();
    for (String kernel : KERNELS) {
      Forecast forecast =
          Forecaster.packed().on(taking, KernelTable.Version.of(kernel), fileSystem);
      words.add(
          switch (forecast.outcome()) {
            case FREES, ORPHANS -> forecast.outcome().word() + " " + forecast.pages();
            case WAITS -> "waits " + forecast.nanos() / 1_000_000 + " ms";
            case NOTHING, REFUSES, MIXED, FAULTS, HANGS, WITHHELD -> forecast.outcome().word();
          });
    }
    return String.join(", ", words);
  }

  @Test
  void foretellsTheWaitOfATruncateThatFreed() {
    assertEquals(
        List.of("frees 16, frees 16, frees 16, waits 104 ms"),
        forecasts(
            PINNED
                + "T2 enter ftruncate; T2 break f unmapped; T2 unbreak; T2 free f 100+16;"
                + " T2 sleep 100; T1 drop 100+16",
            "ext4"));
  }

  @Test
  void foretellsTheFreeOfATruncateThatWaited() {
    String waited =
        "T2 enter ftruncate; T2 break f %s; T2 busy 100; T2 sleep 100; T1 drop 100+16;"
            + " T2 unbreak; T2 free f 100+16";
    assertEquals(
        List.of("frees 16, frees 16, frees 16, waits 103 ms"),
        forecasts(PINNED + waited.formatted("unmapped"), "ext4"));
    assertEquals(
        List.of("waits 103 ms, waits 103 ms, waits 103 ms, waits 103 ms"),
        forecasts(PINNED + waited.formatted("mapped"), "xfs"));
  }

  @Test
  void withholdsWhatDependsOnUnknownMappings() {
    assertEquals(
        List.of("withheld, withheld, withheld, waits 103 ms"),
        forecasts(
            PINNED
                + "T2 enter ftruncate; T2 break f; T2 busy 100; T2 sleep 100; T1 drop 100+16;"
                + " T2 unbreak; T2 free f 100+16",
            "ext4"));
  }

  /** Later kernels wait for pins of any page, also of those that stay. */
  @Test
  void foretellsTheWaitForPagesThatStay() {
    String tail =
        PINNED
            + "T2 enter ftruncate; T2 break f %s; T2 unbreak; T2 free f 116+8; T2 sleep 50;"
            + " T1 drop 100+16";
    assertEquals(
        List.of("nothing, nothing, nothing, waits 54 ms"),
        forecasts(tail.formatted("unmapped"), "ext4"));
  }

  @Test
  void foretellsTheHangOfAHolderThatDeletes() {
    String deleted =
        PINNED
            + "T%1$d enter unlink; T%1$d evict f; T%1$d free f 100+16; T1 sleep 9; T1 drop 100+16";
    assertEquals(
        List.of("frees 16, frees 16, frees 16, hangs"), forecasts(deleted.formatted(1), "ext4"));
    assertEquals(
        List.of("frees 16, frees 16, frees 16, waits 12 ms"),
        forecasts(deleted.formatted(2), "ext4"));
  }

  /** The whole file would have gone. */
  @Test
  void foretellsTheFreeOfADeleteThatHung() {
    assertEquals(
        List.of("frees 16, frees 16, frees 16, waits 53 ms"),
        forecasts(
            PINNED + "T1 enter unlink; T1 evict f; T1 break f; T1 busy 100; T1 sleep 50", "ext4"));
  }

  @Test
  void findsNothingWherePinsWereDroppedBefore() {
    assertEquals(
        List.of(),
        forecasts(
            PINNED
                + "T1 drop 100+16; T2 enter ftruncate; T2 break f unmapped; T2 unbreak;"
                + " T2 free f 100+16",
            "ext4"));
    assertEquals(
        List.of(),
        forecasts(
            PINNED + "T2 enter unlink; T2 evict g; T2 free g 200+16; T1 drop 100+16", "ext4"));
  }

  /** A clone that nobody mapped has shared blocks: no kernel looks for pins of another file. */
  @Test
  void knowsThatNobodyWaitsForPinsOfAnotherFile() {
    assertEquals(
        List.of("frees 16, frees 16, frees 16, frees 16"),
        forecasts(
            PINNED + "T2 enter unlink; T2 evict g; T2 free g 100+16; T2 sleep 9; T1 drop 100+16",
            "xfs"));
  }

  @Test
  void knowsThatDirectIoMayNotWakeTheWaiter() {
    assertEquals(
        List.of("waits 53 ms, hangs, waits 53 ms, waits 53 ms"),
        forecasts(
            "T1 page f 0 100+4; T1 fill 9; T1 pin 100+4; T1 filled; T2 enter ftruncate;"
                + " T2 break f mapped; T2 busy 100; T2 sleep 50; T1 release 9; T2 unbreak;"
                + " T2 free f 100+4",
            "ext4"));
  }

  // ---- as if on DAX

  @Test
  void judgesOrphansAsIfOnDaxByWhatWasMapped() {
    String orphaned =
        "cached; T1 enter vmsplice; T1 pin C:100+2 cache=7; T2 enter ftruncate; T2 orphan C:f 0"
            + " C:100 cache=7 %1$s; T2 meanwhile; T2 orphan C:f 1 C:101 cache=7 %1$s; T2 sleep 20;"
            + " T1 drop C:100+2";
    assertEquals(
        List.of("frees 2, frees 2, frees 2, waits 22 ms"),
        asIfOnDax(orphaned.formatted("unmapped")));
    assertEquals(
        List.of("waits 22 ms, waits 22 ms, waits 22 ms, waits 22 ms"),
        asIfOnDax(orphaned.formatted("mapped")));
    assertEquals(
        List.of("withheld, withheld, withheld, waits 22 ms"), asIfOnDax(orphaned.formatted("")));
    assertEquals(
        List.of("orphans 2, orphans 2, orphans 2, orphans 2"),
        forecasts(orphaned.formatted("mapped"), "cache"));
  }

  @Test
  void judgesCallsOfTheJvmAsIfOnDax() {
    String cut =
        "jvm; T1 map C:f 0+16 @0; %s T1 io FileChannel.read C:f 0+16 @0 with /dev/vda 0 direct;"
            + " T2 cut C:f 0 from=16; T2 end; T2 sleep 30; T1 end";
    assertEquals(
        List.of("waits 33 ms, hangs, waits 33 ms, waits 33 ms"), asIfOnDax(cut.formatted("")));
    assertEquals(
        List.of(), asIfOnDax(cut.formatted("").replace(" direct", "")), "a copy pins nothing");
    assertEquals(
        List.of(),
        asIfOnDax(cut.formatted("").replace("T2 cut C:f 0", "T2 cut C:g 0")),
        "another file");
  }

  /** To read a file on DAX is to copy from it. */
  @Test
  void knowsThatIoToAFileOfTheSameFileSystemWouldPinNothing() {
    String story =
        "jvm; T1 map C:f 0+16 @0; T1 io FileChannel.read C:f 0+16 @0 with C:g 0 direct;"
            + " T2 cut C:f 0 from=16; T2 end; T2 sleep 30; T1 end";
    assertEquals(List.of(), asIfOnDax(story));
    assertEquals(1, forecasts(story, "cache").size(), "it happened all the same");
  }

  @Test
  void judgesNothingOnDaxAsIfOnDax() {
    assertEquals(
        List.of(),
        asIfOnDax(PINNED + "T2 enter unlink; T2 evict f; T2 free f 100+16; T1 drop 100+16"));
  }
}
