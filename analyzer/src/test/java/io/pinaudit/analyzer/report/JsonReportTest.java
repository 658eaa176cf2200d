package io.pinaudit.analyzer.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.pinaudit.analyzer.gate.Judgement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonReportTest {
  private static JsonNode parsed(String json) {
    return JsonMapper.shared().readTree(json);
  }

  @Test
  void obeysItsSchema(@TempDir Path folder) throws IOException {
    for (Judgement run : Runs.all(folder)) {
      String json = Runs.report(Format.JSON, List.of(run));
      assertEquals(List.of(), Schemas.errors(Schemas.report(), json), run.run());
    }
    assertEquals(
        List.of(),
        Schemas.errors(Schemas.report(), Runs.report(Format.JSON, Runs.all(folder.resolve("2")))));
    assertEquals(List.of(), Schemas.errors(Schemas.report(), Runs.report(Format.JSON, List.of())));
  }

  @Test
  void hasASchemaThatRefusesOtherThings() throws IOException {
    String json = Runs.report(Format.JSON, List.of(Runs.judged(Runs.JAVA)));
    for (String[] change :
        List.of(
            new String[] {"\"schemaVersion\":2", "\"schemaVersion\":1"},
            new String[] {"\"severity\":\"critical\"", "\"severity\":\"grave\""},
            new String[] {"\"fingerprint\":\"", "\"fingerprint\":\"x"},
            new String[] {"\"losses\":", "\"gains\":"})) {
      String other = json.replace(change[0], change[1]);
      assertFalse(Schemas.errors(Schemas.report(), other).isEmpty(), change[1]);
    }
  }

  @Test
  void carriesTheEvidence() throws IOException {
    JsonNode report = parsed(Runs.report(Format.JSON, List.of(Runs.judged(Runs.JAVA))));
    JsonNode run = report.at("/runs/0");
    assertEquals("complete", run.at("/coverage/completeness").asString());
    assertEquals("6.1.0-56-amd64", run.at("/host/kernelRelease").asString());
    assertEquals(2, run.at("/inputs").size());
    JsonNode first = run.at("/findings/1/first");
    assertEquals("ReusedWhilePinned", run.at("/findings/1/rule").asString());
    assertEquals(32928, first.at("/place/blocks/0/first").asInt());
    assertEquals("pmem0", first.at("/place/file/deviceName").asString());
    assertEquals("pinned", first.at("/steps/0/role").asString());
    assertEquals(2226, first.at("/steps/0/line").asInt());
    assertEquals("/dev/vda", first.at("/storage/path").asString());
  }

  /** The digest is what {@code sha256sum} prints of the file. */
  @Test
  void digestsItsInputs() throws Exception {
    JsonNode input =
        parsed(Runs.report(Format.JSON, List.of(Runs.judged(Runs.KERNEL_ONLY))))
            .at("/runs/0/inputs/0");
    Process sum = new ProcessBuilder("sha256sum", input.at("/file").asString()).start();
    String line = new String(sum.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(line.split(" ")[0], input.at("/sha256").asString());
  }
}
