package io.pinaudit.agent.meet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanTest {
  @TempDir private Path folder;

  private Plan read(String text) throws IOException {
    return Plan.read(Files.writeString(folder.resolve("plan.json"), text).toString());
  }

  @Test
  void readsPairsAndSkipsTheRest() throws IOException {
    Plan plan =
        read(
            """
            {"version": 1, "note": ["\\u0041\\n", 1.5e3, null, true], "pairs": [
              {"id": "a1", "near": {"count": 3},
               "hands": {"operation": "pwrite", "frames": ["app.A.pin", "app.A.run"], "nth": 7,
                "far": 9},
               "takes": {"operation": "unmap", "frames": ["app.B.free"]}}]}
            """);
    PlanPair pair = plan.pairs().get(0);
    assertEquals(
        new PlanPair.Site("pwrite", List.of("app.A.pin", "app.A.run"), 7, 9), pair.hands());
    assertEquals(1, pair.takes().nth());
    assertEquals(1, pair.takes().far());
    assertTrue(pair.hands().matches(List.of("app.A.pin", "app.A.run", "app.Main.main")));
    assertFalse(pair.hands().matches(List.of("app.A.pin", "app.Main.main")));
    assertFalse(pair.hands().matches(List.of("app.A.pin")));
  }

  @Test
  void refusesWhatIsNoPlan() {
    for (String text :
        List.of(
            "",
            "[]",
            "{\"version\": 2, \"pairs\": []}",
            "{\"version\": 1}",
            "{\"version\": 1, \"pairs\": [{\"id\": \"a\"}]}",
            "{\"version\": 1, \"pairs\": [{\"id\": \"a\", \"hands\": {\"operation\": \"x\","
                + " \"frames\": []}, \"takes\": {\"operation\": \"x\", \"frames\": [\"y\"]}}]}",
            "[".repeat(100),
            "{\"version\": 1, \"pairs\": []} x",
            "{\"a\": \"\\u12")) {
      IOException thrown = assertThrows(IOException.class, () -> read(text), text);
      assertTrue(thrown.getMessage().contains("plan.json: not a plan: "), thrown.getMessage());
    }
  }

  @Test
  void readsJson() {
    assertEquals(
        Map.of("a", List.of(-1.5, "x\"\t", Map.of())),
        JsonText.parse(" {\"a\" : [ -1.5 , \"x\\\"\\t\", {} ] } "));
  }
}
