package io.pinaudit.analyzer.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Doubt;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.trace.Operation;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrphanedWhilePinnedTest {
  private static final String MAP = "jvm; T1 map C:f 0+8 @100; ";

  @Test
  void reportsPinnedPagesThatLeaveTheCache() {
    Finding finding =
        Story.findings(
                "T1 enter pread64; T1 pin C:50+2; T2 enter ftruncate; T2 orphan C:f 4 C:50;"
                    + " T2 orphan C:f 5 C:51; T2 orphan C:f 6 C:52; T1 drop C:50+2")
            .getFirst();
    assertEquals("OrphanedWhilePinned", finding.rule());
    assertEquals(Severity.ERROR, finding.severity());
    assertEquals(Certainty.CONFIRMED, finding.certainty());
    assertEquals(1, finding.count());
    assertEquals("[16384-24575]", finding.first().place().ranges().toString());
    Step orphaned = finding.first().step(Step.Role.ORPHANED).orElseThrow();
    assertEquals("ftruncate(2)", orphaned.actor().operation());
    assertEquals(2, orphaned.count());
    assertTrue(finding.first().ended());
  }

  @Test
  void findsThePageInItsFolio() {
    Finding finding =
        Story.findings(
                "T1 enter pread64; T1 fill 1; T1 pin! C:52+3 cache=7 tail=2; T1 filled;"
                    + " T2 enter ftruncate; T2 orphan C:f 4 C:50 cache=7; T9 release 1")
            .getFirst();
    assertEquals(Certainty.CONFIRMED, finding.certainty());
    assertEquals("[24576-36863]", finding.first().place().ranges().toString());
  }

  /** Two traces have no order within a microsecond. */
  @Test
  void takesAPinForThatOfABioFilledAtTheSameTime() {
    assertEquals(
        List.of("OrphanedWhilePinned"),
        Story.verdicts(
            "T1 fill 1; T1 filled; T1 meanwhile; T1 pin C:50 cache=7; T2 orphan C:f 0 C:50 cache=7;"
                + " T9 release 1"));
    assertEquals(
        List.of(),
        Story.verdicts(
            "T1 fill 1; T1 filled; T1 meanwhile; T1 pin C:50 cache=7; T9 release 1;"
                + " T2 orphan C:f 0 C:50 cache=7"));
  }

  @Test
  void tellsAPageThatIsPinnedTwiceOnce() {
    Finding finding =
        Story.findings("T1 enter io_submit; T1 pin! C:50; T1 pin! C:50; T2 orphan C:f 4 C:50")
            .getFirst();
    assertEquals("[16384-20479]", finding.first().place().ranges().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sendmsg", "io_uring_enter", "vmsplice", "tee"})
  void isNotConfirmedWhereTheDropIsNotSeen(String syscall) {
    assertEquals(
        List.of("OrphanedWhilePinned END_UNTRACED"),
        Story.verdicts(
            "T1 enter %s; T1 pin C:50 cache=7; T1 leave %<s; T2 orphan C:f 0 C:50 cache=7"
                .formatted(syscall)));
  }

  /** What only takes bytes from memory that is no file's any more loses nothing. */
  private static final List<String> READ_MEMORY =
      List.of(
          "write",
          "writev",
          "pwrite",
          "pwrite64",
          "pwritev",
          "pwritev2",
          "process_vm_readv",
          "vmsplice",
          "splice",
          "tee",
          "sendmsg",
          "sendmmsg",
          "sendto",
          "sendfile",
          "io_uring write",
          "io_uring writev",
          "io_uring sendmsg",
          "io_submit pwrite",
          "FileChannel.write",
          "AsynchronousFileChannel.write",
          "SocketChannel.write",
          "DatagramChannel.write",
          "DatagramChannel.send");

  static List<String> operations() {
    return Stream.concat(
            Operation.all().stream().map(Operation::name), Stream.of("ioctl", "never_heard_of"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void isOnlyAWarningWhereTheMemoryIsOnlyRead(String operation) {
    Severity severity = READ_MEMORY.contains(operation) ? Severity.WARNING : Severity.ERROR;
    String told =
        "T1 enter %s; T1 pin C:50; T2 orphan C:f 4 C:50; T1 drop C:50"
            .formatted(operation.replace(' ', '~'));
    assertEquals(severity, Story.findings(told).getFirst().severity());
  }

  @Test
  void everyOperationThatOnlyReadsMemoryIsInTheTable() {
    assertTrue(operations().containsAll(READ_MEMORY));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "T1 pin C:50; T1 drop C:50; T2 orphan C:f 0 C:50",
        "T1 pin C:50; T2 orphan C:f 0 C:51; T1 drop C:50",
        "T2 orphan C:f 0 C:50; T1 pin C:50; T1 drop C:50",
        // The page is another file's by now.
        "T1 pin! C:50 cache=7; T2 orphan C:f 0 C:50 cache=8",
        // Nothing holds it, and nobody tells when it is dropped.
        "T1 enter pread64; T1 pin C:50 cache=7; T1 leave pread64; T2 orphan C:f 0 C:50 cache=7",
        "T1 enter vmsplice; T1 pin C:50 cache=7; T1 lend C:50 pipe=1; T1 leave vmsplice;"
            + " T2 return C:50 pipe=1; T2 drop C:50; T2 orphan C:f 0 C:50 cache=7",
        // Linux 7 does not tell which pipe.
        "T1 enter vmsplice; T1 pin C:50 cache=7; T1 leave vmsplice; T2 return C:50 pipe=1;"
            + " T2 drop C:50; T2 orphan C:f 0 C:50 cache=7",
        "T1 pin! C:52 cache=7 tail=2; T1 drop! C:50; T2 orphan C:f 0 C:50 cache=7",
      })
  void staysSilentOnNearMiss(String story) {
    assertEquals(List.of(), Story.verdicts(story));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "T1 io pread C:f 0+4 @100 direct; T2 cut C:f 0; T2 end; T1 end",
        "T1 io pread C:f 0+4 @100 direct; T2 punch C:f 2+4; T2 end; T1 end",
        "T1 io pread C:f 0+4 @100 direct; T2 zero C:f 2+4; T2 end; T1 end",
        "T1 io read C:f 0+4 @100 direct id=7; T1 end; T1 cut C:f 0; T1 end; T1 reaped 7",
        "T1 register C:f 0+4 @100 id=3; T1 end; T1 cut C:f 0; T1 end; T1 unregister 3",
      })
  void observesInTheJvmAloneThatTheCallDidNotWait(String story) {
    assertEquals(
        List.of("OrphanedWhilePinned OBSERVED"),
        Story.verdicts(MAP + story).stream().filter(name -> name.startsWith("Orph")).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "T1 io pread C:f 0+4 @100 direct; T2 cut C:f 0; T1 end; T2 end, MAY_HAVE_WAITED",
    "T1 io vmsplice C:f 0+4 @100 with pipe; T1 end; T2 cut C:f 0; T2 end, READER_UNSEEN",
    "T1 io pread D:f 0+4 @200 direct; T2 cut D:f 0; T2 end; T1 end, FILE_SYSTEM_UNKNOWN",
  })
  void isOnlyPossibleWhenTheEndOrTheFileSystemIsNotKnown(String story, Doubt doubt) {
    assertTrue(Story.verdicts(MAP + story).contains("OrphanedWhilePinned " + doubt));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "T1 io pread C:f 0+4 @100 direct; T1 end; T2 cut C:f 0 from=0; T2 end",
        "T1 io pread C:f 0+4 @100; T2 punch C:f 0+4; T2 end; T1 end",
        "T1 io pread C:f 0+4 @100 direct; T2 punch C:f 4+4; T2 end; T1 end",
        "T1 io pread C:f 0+4 @100 direct failed; T2 punch C:f 0+4; T2 end; T1 end",
        "T1 io pread C:f 0+4 @100 direct; T2 punch C:f 0+4 failed; T2 end; T1 end",
        "T1 io pread C:f 0+4 @100 direct; T2 punch C:g 0+4; T2 end; T1 end",
        "T1 io pread C:f 0+4 @100 direct; T2 cut C:f 8 from=4; T2 end; T1 end",
        "T2 punch C:f 0+4; T1 io pread C:f 0+4 @100 direct; T2 end; T1 end",
        "T1 io read C:f 0+4 @100 direct id=7; T1 end; T1 reaped 7; T1 punch C:f 0+4; T1 end",
        "T1 io pread C:f 0+4 @100 direct; T2 delete C:f; T2 end; T1 end",
        "T1 unmap @100+8; T1 end; T1 io pread C:f 0+4 @100 direct; T2 delete C:f links=2; T2 end;"
            + " T1 end",
      })
  void staysSilentOnNearMissInTheJvmAlone(String story) {
    assertEquals(List.of(), Story.verdicts(MAP + story));
  }

  /** The kernel tells of the cut, but not of the pages. */
  @ParameterizedTest
  @CsvSource({
    "T1 io pread C:f 0+4 @100 direct; T9 cutting C:f 0; T1 end, OBSERVED",
    "T1 io read C:f 0+4 @100 direct id=7; T1 end; T1 cutting C:f 2; T1 reaped 7, OBSERVED",
    "T1 io vmsplice C:f 0+4 @100 with pipe; T1 end; T9 cutting C:f 0, READER_UNSEEN",
  })
  void joinsCutsByAnybody(String story, String certainty) {
    String map = "T1 map C:f 0+8 @100; ";
    assertEquals(List.of("OrphanedWhilePinned " + certainty), Story.verdicts(map + story));
    assertEquals(List.of(), Story.verdicts("cached; " + map + story), "no page left the cache");
  }

  /** A shell cuts a file, and the program that it starts cuts the file once more. */
  @Test
  void isToldOnceOfPagesThatAPipeHas() {
    String lend = "T1 map C:f 0+8 @100; T1 io vmsplice C:f 0+4 @100 with pipe; T1 end; ";
    assertEquals(1, count(lend + "T8 cutting C:f 0; T9 cutting C:f 0"));
    assertEquals(2, count(lend + "T8 cutting C:f 2; T9 cutting C:f 0"), "others of its pages");
    assertEquals(
        2,
        count(
            lend
                + "T8 cutting C:f 0; T1 io vmsplice C:f 0+4 @100 with pipe; T1 end;"
                + " T9 cutting C:f 0"),
        "another loan");
  }

  private static long count(String story) {
    return Story.findings(story).stream().mapToLong(Finding::count).sum();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "T1 io pread C:f 0+4 @100 direct; T9 cutting C:f 4; T1 end",
        "T1 io pread C:f 0+4 @100 direct; T9 cutting C:g 0; T1 end",
        "T1 io pread C:f 0+4 @100 direct; T1 end; T9 cutting C:f 0",
        "T1 io pread C:f 0+4 @100; T9 cutting C:f 0; T1 end",
        "T9 cutting C:f 0; T1 io pread C:f 0+4 @100 direct; T1 end",
      })
  void staysSilentOnNearMissOfOthers(String story) {
    assertEquals(List.of(), Story.verdicts("T1 map C:f 0+8 @100; " + story));
  }

  @Test
  void reportsDeletionWhenTheLastMappingIsGone() {
    assertEquals(
        List.of("OrphanedWhilePinned PERHAPS_OPEN", "UnmappedWhilePinned OBSERVED"),
        Story.verdicts(
            MAP
                + "T1 io pread C:f 0+4 @100 direct; T2 delete C:f; T2 end; T2 unmap @100+8; T2 end;"
                + " T1 end"));
  }
}
