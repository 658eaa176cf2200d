package io.pinaudit.analyzer.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.gate.Judgement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Validated against the schema that OASIS published. */
class SarifReportTest {
  private static JsonNode run(Sources sources, Judgement... runs) throws IOException {
    String json = Runs.report(Format.SARIF, sources, List.of(runs));
    return JsonMapper.shared().readTree(json).at("/runs/0");
  }

  @Test
  void obeysThePublishedSchema(@TempDir Path folder) throws IOException {
    for (Sources sources : List.of(Sources.unknown(), Sources.below(Path.of("../samples")))) {
      String json = Runs.report(Format.SARIF, sources, Runs.all(folder));
      assertEquals(List.of(), Schemas.errors(Schemas.sarif(), json));
    }
    String none = Runs.report(Format.SARIF, List.of());
    assertEquals(List.of(), Schemas.errors(Schemas.sarif(), none));
    assertFalse(
        Schemas.errors(Schemas.sarif(), none.replace("\"driver\"", "\"rider\"")).isEmpty(),
        "the schema is in force");
  }

  @Test
  void pointsAtTheLineThatFrees() throws IOException {
    JsonNode result = run(Sources.below(Path.of("..")), Runs.judged(Runs.JAVA)).at("/results/0");
    JsonNode place = result.at("/locations/0/physicalLocation");
    String uri = place.at("/artifactLocation/uri").asString();
    assertTrue(Files.exists(Path.of("..").resolve(uri)), uri);
    assertTrue(uri.endsWith("io/pinaudit/samples/DmaIntoTruncated.java"));
    assertEquals(122, place.at("/region/startLine").asInt());
    assertEquals(1, result.at("/locations").size());
  }

  @Test
  void guessesFilesWithoutASourceRoot() throws IOException {
    JsonNode place =
        run(Sources.unknown(), Runs.judged(Runs.JAVA))
            .at("/results/0/locations/0/physicalLocation/artifactLocation");
    assertEquals("io/pinaudit/samples/DmaIntoTruncated.java", place.at("/uri").asString());
    assertFalse(place.has("uriBaseId"));
  }

  @Test
  void pointsIntoTheTraceWhereNoLineOfJavaIsKnown() throws IOException {
    JsonNode place =
        run(Sources.unknown(), Runs.judged(Runs.KERNEL_ONLY))
            .at("/results/0/locations/0/physicalLocation");
    assertEquals("kernel.ftrace", place.at("/artifactLocation/uri").asString());
    assertTrue(place.at("/region/startLine").asInt() > 0);
  }

  @Test
  void linksTheOtherLinesFromTheMessage() throws IOException {
    JsonNode result = run(Sources.unknown(), Runs.judged(Runs.JAVA)).at("/results/0");
    String text = result.at("/message/text").asString();
    assertTrue(text.contains(" Pinned by [FileChannel.read](1)."), text);
    assertEquals(1, result.at("/relatedLocations/0/id").asInt());
    assertTrue(
        result
            .at("/relatedLocations/0/message/text")
            .asString()
            .startsWith("pinned by FileChannel"),
        text);
  }

  /** {@code [x](1)} in a name of the trace would be a link. */
  @Test
  void linksNothingThatANameHolds(@TempDir Path folder) throws IOException {
    String text =
        run(Sources.unknown(), Runs.judged(Runs.hostile(folder)))
            .at("/results/0/message/text")
            .asString();
    assertTrue(text.contains("\\]\\]>"), text);
    assertFalse(
        text.replaceAll(" \\[[^\\]]*\\]\\(\\d\\)\\.", "").matches(".*(?<!\\\\)\\[.*"), text);
  }

  @Test
  void carriesBothStacksAndTheFingerprint() throws IOException {
    Judgement run = Runs.judged(Runs.JAVA);
    JsonNode result = run(Sources.unknown(), run).at("/results/0");
    assertEquals(
        run.findings().getFirst().finding().fingerprint(),
        result.at("/partialFingerprints/primaryLocationLineHash").asString());
    List<String> stacks =
        StreamSupport.stream(result.at("/stacks").spliterator(), false)
            .map(stack -> stack.at("/frames/0/location/message/text").asString())
            .toList();
    assertTrue(stacks.toString().contains("readFromDisk(DmaIntoTruncated.java:108)"));
    assertTrue(stacks.toString().contains("truncateFile(DmaIntoTruncated.java:122)"));
  }

  @Test
  void saysWhatWasNotSeen() throws IOException {
    JsonNode run = run(Sources.unknown(), Runs.judged(Runs.KERNEL_ONLY));
    assertTrue(run.at("/invocations/0/toolExecutionNotifications").toString().contains("partial"));
    JsonNode whole = run(Sources.unknown(), Runs.judged(Runs.JAVA));
    assertFalse(whole.at("/invocations/0").has("toolExecutionNotifications"));
  }
}
