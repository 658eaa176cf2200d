package io.pinaudit.analyzer.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.pinaudit.analyzer.trace.Frame;
import io.pinaudit.analyzer.trace.InputException;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.Use;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanTest {
  private static final Path SCHEMA = Path.of("../docs/plan.schema.json");
  private static final Site.Nth FIRST = Site.Nth.FIRST;
  @TempDir private Path folder;

  private static JavaCall call(String operation, int line) {
    return call(
        operation,
        new Frame("sun.nio.ch.FileChannelImpl", "write", 9),
        new Frame("app.Wal", "lambda$flush$3", line),
        new Frame("java.lang.Thread", "run", 5),
        new Frame("app.Main", "main", line));
  }

  private static JavaCall call(String operation, Frame... stack) {
    return new JavaCall(
        "jvm",
        Operation.of(operation),
        new Stamp(0, 1, "main", new Source("a.jfr", 1)),
        1,
        List.of(stack),
        null,
        new JavaCall.Other());
  }

  private static Plan plan(int line) {
    return new Plan(
        List.of(
            Pair.of(
                Site.of(call("pwrite", line), new Site.Nth(3, 4)),
                Site.of(call("unmap", line), FIRST),
                new Pair.Near(Use.MEMORY, "/a \"b\"", 20_000_000, false, 4)),
            Pair.of(
                Site.of(call("pwrite", line), FIRST),
                Site.of(call("ftruncate", line), FIRST),
                new Pair.Near(Use.BUFFER, null, 1_000, true, 1))));
  }

  @Test
  void readsWhatItHasWritten() throws Exception {
    Path file = folder.resolve("plan.json");
    plan(7).write(file);
    assertEquals(plan(7), Plan.read(file));
    assertTrue(Files.readString(file).lines().count() > 20, "for people to edit");
  }

  @Test
  void fitsItsSchema() throws Exception {
    Path file = folder.resolve("plan.json");
    plan(7).write(file);
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(Files.readString(SCHEMA));
    assertEquals(List.of(), schema.validate(Files.readString(file), InputFormat.JSON));
    assertNotEquals(List.of(), schema.validate("{\"version\": 1}", InputFormat.JSON));
  }

  @Test
  void namesCallsWithoutLinesAndNumbersOfLambdas() {
    assertEquals(
        List.of("app.Wal.lambda$flush", "app.Main.main"),
        Site.of(call("pwrite", 7), FIRST).frames());
    assertEquals(plan(7).pairs().getFirst().id(), plan(8).pairs().getFirst().id());
    assertNotEquals(plan(7).pairs().getFirst().id(), plan(7).pairs().getLast().id());
  }

  @Test
  void namesATaskAlikeWhicheverThreadRunsIt() {
    Frame task = new Frame("app.Wal", "cut", 3);
    Frame pool = new Frame("java.util.concurrent.ForkJoinTask", "doExec", 5);
    Frame caller = new Frame("app.Main", "waitForAll", 9);
    assertEquals(
        List.of("app.Wal.cut"), Site.of(call("ftruncate", task, pool, caller), FIRST).frames());
    Frame stream = new Frame("java.util.stream.IntPipeline", "forEach", 5);
    assertEquals(
        List.of("app.Wal.cut", "app.Main.waitForAll"),
        Site.of(call("ftruncate", task, stream, caller), FIRST).frames());
    Frame queue = new Frame("java.util.concurrent.ConcurrentHashMap", "clear", 1);
    assertEquals(
        List.of("app.Main.waitForAll"), Site.of(call("ftruncate", queue, caller), FIRST).frames());
  }

  @Test
  void saysWhereAFileIsNoPlan() throws Exception {
    Path file = Files.writeString(folder.resolve("plan.json"), "{\"version\": 1,\n\"pairs\": [}");
    InputException thrown = assertThrows(InputException.class, () -> Plan.read(file));
    assertTrue(thrown.getMessage().startsWith(file + ":2: error: "), thrown.getMessage());
    Files.writeString(file, "{\"version\": 9, \"pairs\": []}");
    thrown = assertThrows(InputException.class, () -> Plan.read(file));
    assertTrue(thrown.getMessage().contains("version 9, expected 1"), thrown.getMessage());
  }
}
