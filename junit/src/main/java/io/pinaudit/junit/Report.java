package io.pinaudit.junit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What of a JSON report of the gate tells in which test a hazard happened. */
record Report(List<Hazard> hazards, List<String> unseen) {
  /**
   * A finding that counts.
   *
   * @param id as the text report calls it
   * @param what the report's one sentence
   * @param steps who did what to it, in its first and worst occurrence
   */
  record Hazard(String id, String rule, String severity, String what, List<Step> steps) {}

  /**
   * One step of a finding.
   *
   * @param nanos of {@link System#nanoTime()}
   * @param thread the thread's id in the kernel
   * @param stack frames, the innermost first; empty if there is none
   * @param file path of the file; empty if unknown
   */
  record Step(long nanos, long thread, List<Frame> stack, String file) {}

  /** One frame. */
  record Frame(String type, String method) {}

  static Report read(Path json) {
    List<Hazard> hazards = new ArrayList<>();
    List<String> unseen = new ArrayList<>();
    for (JsonNode run : JsonMapper.shared().readTree(json).path("runs")) {
      for (JsonNode finding : run.path("findings")) {
        if (finding.path("standing").asString("").equals("new")) {
          hazards.add(hazard(finding));
        }
      }
      run.path("coverage").path("reasons").forEach(reason -> unseen.add(reason.asString()));
    }
    return new Report(List.copyOf(hazards), List.copyOf(unseen));
  }

  private static Hazard hazard(JsonNode finding) {
    List<Step> steps = new ArrayList<>();
    for (JsonNode instance : finding.path("instances")) {
      String file = instance.path("place").path("file").path("path").asString("");
      instance.path("steps").forEach(step -> steps.add(step(step, file)));
    }
    return new Hazard(
        finding.path("id").asString(""),
        finding.path("rule").asString(""),
        finding.path("severity").asString(""),
        finding.path("what").asString(""),
        List.copyOf(steps));
  }

  private static Step step(JsonNode step, String file) {
    List<Frame> stack = new ArrayList<>();
    for (JsonNode frame : step.path("stack")) {
      stack.add(new Frame(frame.path("class").asString(""), frame.path("method").asString("")));
    }
    return new Step(
        step.path("nanos").asLong(), step.path("tid").asLong(), List.copyOf(stack), file);
  }
}
