package io.pinaudit.analyzer.plan;

import io.pinaudit.analyzer.trace.InputException;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Use;
import io.pinaudit.analyzer.trace.Word;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/** Reads a plan; members that it does not know are skipped. */
final class PlanReader {
  private static final long NANOS_PER_MICRO = 1_000;

  private final JsonParser json;

  private PlanReader(JsonParser json) {
    this.json = json;
  }

  static Plan read(Path file) throws IOException {
    String text = Files.readString(file);
    try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
      return new PlanReader(json).plan();
    } catch (JacksonException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new InputException(file + ":" + line + ": error: " + e.getOriginalMessage());
    } catch (IllegalArgumentException e) {
      throw new InputException(file + ":1: error: not a plan: " + e.getMessage());
    }
  }

  private Plan plan() {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("expected an object");
    }
    long version = 0;
    List<Pair> pairs = new ArrayList<>();
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      switch (next()) {
        case "version" -> version = json.getLongValue();
        case "pairs" -> {
          while (json.nextToken() == JsonToken.START_OBJECT) {
            pairs.add(pair());
          }
        }
        default -> json.skipChildren();
      }
    }
    if (version != Plan.VERSION) {
      throw new IllegalArgumentException("version " + version + ", expected " + Plan.VERSION);
    }
    return new Plan(pairs);
  }

  /** Returns the name of the next member; the current token then is its value. */
  private String next() {
    String name = json.currentName();
    json.nextToken();
    return name;
  }

  private Pair pair() {
    String id = null;
    Site hands = null;
    Site takes = null;
    Pair.Near near = null;
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      switch (next()) {
        case "id" -> id = json.getString();
        case "hands" -> hands = site();
        case "takes" -> takes = site();
        case "near" -> near = near();
        default -> json.skipChildren();
      }
    }
    if (id == null || hands == null || takes == null) {
      throw new IllegalArgumentException("a pair lacks its id, hands or takes");
    }
    Pair.Near known = near == null ? new Pair.Near(Use.MEMORY, null, 0, true, 0) : near;
    return new Pair(id, hands, takes, known);
  }

  private Site site() {
    String operation = null;
    List<String> frames = List.of();
    List<String> stack = List.of();
    int nearest = 1;
    int farthest = 0;
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      switch (next()) {
        case "operation" -> operation = json.getString();
        case "frames" -> frames = strings();
        case "stack" -> stack = strings();
        case "nth" -> nearest = json.getIntValue();
        case "far" -> farthest = json.getIntValue();
        default -> json.skipChildren();
      }
    }
    if (operation == null || frames.isEmpty()) {
      throw new IllegalArgumentException("a call lacks its operation or its frames");
    }
    Site.Nth nth = new Site.Nth(nearest, farthest == 0 ? nearest : farthest);
    return new Site(operation, frames, stack, nth);
  }

  private Pair.Near near() {
    Use subject = Use.MEMORY;
    String file = null;
    long gapNanos = 0;
    boolean handsFirst = true;
    long count = 1;
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      switch (next()) {
        case "subject" -> subject = use();
        case "file" -> file = json.getString();
        case "gapMicros" -> gapNanos = json.getLongValue() * NANOS_PER_MICRO;
        case "first" -> handsFirst = side() == JavaCall.Side.HANDS;
        case "count" -> count = json.getLongValue();
        default -> json.skipChildren();
      }
    }
    return new Pair.Near(subject, file, gapNanos, handsFirst, count);
  }

  private Use use() {
    return word(Use.values());
  }

  private JavaCall.Side side() {
    return word(JavaCall.Side.values());
  }

  /** Returns the constant for the current value. */
  private <E extends Enum<E> & Word> E word(E[] values) {
    String text = json.getString();
    List<String> words = new ArrayList<>();
    for (E value : values) {
      if (value.word().equals(text)) {
        return value;
      }
      words.add(value.word());
    }
    throw new StreamReadException(
        json, "\"%s\", expected %s".formatted(text, String.join(" or ", words)));
  }

  private List<String> strings() {
    List<String> strings = new ArrayList<>();
    while (json.nextToken() == JsonToken.VALUE_STRING) {
      strings.add(json.getString());
    }
    return strings;
  }
}
