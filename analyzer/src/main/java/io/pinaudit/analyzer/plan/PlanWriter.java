package io.pinaudit.analyzer.plan;

import io.pinaudit.analyzer.trace.JavaCall;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** Writes a plan, one member a line. */
final class PlanWriter {
  private static final long NANOS_PER_MICRO = 1_000;

  private final JsonGenerator json;

  private PlanWriter(JsonGenerator json) {
    this.json = json;
  }

  /** Has Jackson break lines. */
  private static final class InLines extends ObjectWriteContext.Base {
    @Override
    public boolean hasPrettyPrinter() {
      return true;
    }

    @Override
    public PrettyPrinter getPrettyPrinter() {
      return new DefaultPrettyPrinter();
    }
  }

  static void write(Plan plan, Path file) throws IOException {
    try (Writer out = Files.newBufferedWriter(file);
        JsonGenerator json = new JsonFactory().createGenerator(new InLines(), out)) {
      new PlanWriter(json).plan(plan);
      json.writeRaw('\n');
    } catch (JacksonException e) {
      throw new IOException(file + ": " + e.getOriginalMessage(), e);
    }
  }

  private void plan(Plan plan) {
    json.writeStartObject();
    json.writeNumberProperty("version", Plan.VERSION);
    json.writeArrayPropertyStart("pairs");
    plan.pairs().forEach(this::pair);
    json.writeEndArray();
    json.writeEndObject();
  }

  private void pair(Pair pair) {
    json.writeStartObject();
    json.writeStringProperty("id", pair.id());
    near(pair.near());
    site("hands", pair.hands());
    site("takes", pair.takes());
    json.writeEndObject();
  }

  private void near(Pair.Near near) {
    json.writeObjectPropertyStart("near");
    json.writeStringProperty("subject", near.subject().word());
    if (near.file() != null) {
      json.writeStringProperty("file", near.file());
    }
    json.writeNumberProperty("gapMicros", near.gapNanos() / NANOS_PER_MICRO);
    json.writeStringProperty(
        "first", (near.handsFirst() ? JavaCall.Side.HANDS : JavaCall.Side.TAKES).word());
    json.writeNumberProperty("count", near.count());
    json.writeEndObject();
  }

  private void site(String name, Site site) {
    json.writeObjectPropertyStart(name);
    json.writeStringProperty("operation", site.operation());
    json.writeNumberProperty("nth", site.nth().nearest());
    json.writeNumberProperty("far", site.nth().farthest());
    strings("frames", site.frames());
    strings("stack", site.stack());
    json.writeEndObject();
  }

  private void strings(String name, List<String> values) {
    json.writeArrayPropertyStart(name);
    values.forEach(json::writeString);
    json.writeEndArray();
  }
}
