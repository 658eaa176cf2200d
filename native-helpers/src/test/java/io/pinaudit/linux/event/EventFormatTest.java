package io.pinaudit.linux.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventFormatTest {
  private static EventFormat withPrint(String print) {
    return EventFormat.parse(
        "name: e\nID: 7\nformat:\n\tfield:int a;\toffset:8;\tsize:4;\tsigned:1;\n\nprint fmt: "
            + print
            + "\n");
  }

  private static Expression first(String expression) {
    return withPrint("\"%d\", " + expression).print().orElseThrow().pieces().stream()
        .filter(PrintFormat.Conversion.class::isInstance)
        .map(PrintFormat.Conversion.class::cast)
        .findFirst()
        .orElseThrow()
        .value();
  }

  @Test
  void readsFields() {
    EventFormat format =
        EventFormat.parse(
            """
            name: sched_process_fork
            ID: 311
            format:
            \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;

            \tfield:__data_loc char[] parent_comm;\toffset:8;\tsize:4;\tsigned:0;
            \tfield:char child_comm[16];\toffset:12;\tsize:16;\tsigned:0;
            \tfield:const char * name;\toffset:32;\tsize:8;\tsigned:0;

            print fmt: "comm=%s", __get_str(parent_comm)
            """);
    assertEquals("sched_process_fork", format.name());
    assertEquals(311, format.id());
    assertEquals(
        List.of("parent_comm", "child_comm", "name"),
        format.fields().stream().map(EventFormat.Field::name).toList());
    assertTrue(format.fields().get(0).dataLocation());
    assertTrue(format.fields().get(1).array());
    assertFalse(format.fields().get(2).array());
  }

  @Test
  void readsCastsAndPrecedence() {
    assertEquals(
        new Expression.Cast(
            32,
            false,
            new Expression.Binary(
                ">>", new Expression.FieldValue("dev"), new Expression.Constant(20))),
        first("((unsigned int) ((REC->dev) >> 20))"));
    assertEquals(
        new Expression.Binary(
            "-",
            new Expression.Binary("<<", new Expression.Constant(1), new Expression.Constant(20)),
            new Expression.Constant(1)),
        first("((1U << 20) - 1)"));
    assertEquals(
        new Expression.Cast(64, true, new Expression.FieldValue("x")), first("(long long)REC->x"));
  }

  @Test
  void tellsLengthsApart() {
    List<Integer> bits =
        withPrint("\"%d %ld %llu %hx %%\", REC->a, REC->a, REC->a, REC->a")
            .print()
            .orElseThrow()
            .pieces()
            .stream()
            .filter(PrintFormat.Conversion.class::isInstance)
            .map(piece -> ((PrintFormat.Conversion) piece).bits())
            .toList();
    assertEquals(List.of(32, 64, 64, 16), bits);
  }

  /** The event stays readable: its fields are known. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"%d %d\", REC->a",
        "\"%d\", sizeof REC->a",
        "\"%d\", REC->a->b",
        "\"%d\", ((((",
        "no string",
        "\"%d\", #",
        "\"%99999d\", REC->a"
      })
  void leavesOutAPrintFormatThatItDoesNotUnderstand(String print) {
    EventFormat format = withPrint(print);
    assertTrue(format.print().isEmpty());
    assertEquals(1, format.fields().size());
  }

  @Test
  void doesNotNestWithoutEnd() {
    assertTrue(withPrint("\"%d\", " + "(".repeat(100_000) + "1").print().isEmpty());
    assertTrue(withPrint("\"%d\", " + "-".repeat(100_000) + "1").print().isEmpty());
    assertTrue(withPrint("\"%d\", " + "1?".repeat(100_000) + "1").print().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ID: 3\n", "name: x\n", "name: x\nID: 1\n\tfield:int a\n"})
  void refusesWhatIsNoFormat(String text) {
    assertThrows(IllegalArgumentException.class, () -> EventFormat.parse(text));
  }
}
