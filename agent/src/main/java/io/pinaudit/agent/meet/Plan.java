package io.pinaudit.agent.meet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The pairs that a plan of {@code pinaudit predict} names; docs/plan.schema.json describes it. */
public final class Plan {
  /** A plan without pairs. */
  static final Plan NONE = new Plan(List.of());

  private static final int VERSION = 1;
  private static final int MOST_PAIRS = 1_000;

  private final List<PlanPair> pairs;

  Plan(List<PlanPair> pairs) {
    this.pairs = List.copyOf(pairs);
  }

  /**
   * Reads a plan.
   *
   * @throws IOException if the file cannot be read, or is no plan of this version
   */
  public static Plan read(String file) throws IOException {
    String text = Files.readString(Path.of(file), StandardCharsets.UTF_8);
    try {
      return of(JsonText.parse(text));
    } catch (IllegalArgumentException | ClassCastException e) {
      throw new IOException(file + ": not a plan: " + e.getMessage(), e);
    }
  }

  private static Plan of(Object root) {
    Map<?, ?> plan = (Map<?, ?>) root;
    if (!Double.valueOf(VERSION).equals(plan.get("version"))) {
      throw new IllegalArgumentException("version " + plan.get("version") + ", not " + VERSION);
    }
    List<PlanPair> pairs = new ArrayList<>();
    for (Object each : list(plan, "pairs")) {
      Map<?, ?> pair = (Map<?, ?>) each;
      pairs.add(new PlanPair(text(pair, "id"), site(pair, "hands"), site(pair, "takes")));
    }
    if (pairs.size() > MOST_PAIRS) {
      throw new IllegalArgumentException(pairs.size() + " pairs, more than " + MOST_PAIRS);
    }
    return new Plan(pairs);
  }

  private static PlanPair.Site site(Map<?, ?> pair, String name) {
    if (!(pair.get(name) instanceof Map<?, ?> site)) {
      throw new IllegalArgumentException("a pair has no " + name);
    }
    List<String> frames = new ArrayList<>();
    for (Object frame : list(site, "frames")) {
      frames.add((String) frame);
    }
    if (frames.isEmpty()) {
      throw new IllegalArgumentException("a call has no frames");
    }
    int nth = number(site, "nth", 1);
    int far = number(site, "far", nth);
    return new PlanPair.Site(text(site, "operation"), List.copyOf(frames), nth, far);
  }

  private static int number(Map<?, ?> object, String name, int otherwise) {
    return object.get(name) instanceof Double number ? (int) (double) number : otherwise;
  }

  private static List<?> list(Map<?, ?> object, String name) {
    if (object.get(name) instanceof List<?> list) {
      return list;
    }
    throw new IllegalArgumentException("no list of " + name);
  }

  private static String text(Map<?, ?> object, String name) {
    if (object.get(name) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("no " + name);
  }

  List<PlanPair> pairs() {
    return pairs;
  }
}
