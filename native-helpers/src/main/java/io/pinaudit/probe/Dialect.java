package io.pinaudit.probe;

import io.pinaudit.run.Evidence;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The probes for kernels of one age, read from a {@code .probes} resource; {@code linux-6.1.probes}
 * explains the syntax.
 *
 * @param name the resource's name without its ending
 * @param required functions without which the dialect does not apply
 * @param constants kernel constants that a reader of the trace needs
 * @param choices the choices, in the order of the file
 */
public record Dialect(
    String name, List<String> required, Map<String, Long> constants, List<Choice> choices) {

  /**
   * One piece of evidence and the probes that can give it, the best first.
   *
   * @param module the choice is left out if this group of tracepoints does not exist; null if it is
   *     always wanted
   * @param probes at least one
   */
  public record Choice(String module, List<Probe> probes) {
    /**
     * Returns the first probe whose target exists; if none exists, the first of all, so that it is
     * reported as missing.
     */
    Probe of(ProbeTargets targets) {
      return probes.stream().filter(targets::has).findFirst().orElse(probes.getFirst());
    }

    boolean isWanted(ProbeTargets targets) {
      return module == null || targets.hasGroup(module);
    }
  }

  boolean appliesTo(ProbeTargets targets) {
    return targets.functions().containsAll(required);
  }

  /** Returns the probes for this kernel: of every choice the first whose target exists. */
  ProbeSet probes(ProbeTargets targets) {
    List<Probe> probes =
        choices.stream()
            .filter(choice -> choice.isWanted(targets))
            .map(choice -> choice.of(targets))
            .toList();
    return new ProbeSet(name, constants, probes);
  }

  /** Returns the dialects by which a kernel is recorded, the newest first. */
  static List<Dialect> ofKernels() throws IOException {
    List<Dialect> all = new ArrayList<>();
    for (String line : resource("dialects").lines().toList()) {
      if (!line.isBlank() && !line.startsWith("#")) {
        all.add(load(line.strip()));
      }
    }
    return all;
  }

  /** Returns the dialects of kernels, and those that are recorded beside each of them. */
  static List<Dialect> all() throws IOException {
    List<Dialect> all = ofKernels();
    for (String beside : ProbeSet.BESIDE) {
      all.add(load(beside));
    }
    return all;
  }

  static Dialect load(String name) throws IOException {
    String text = text(name);
    if (text == null) {
      throw new IOException("no probe set '" + name + "'");
    }
    return parse(name, text);
  }

  /** Returns the text of the resource; null if there is none. */
  private static String text(String name) throws IOException {
    return resource(name + ".probes");
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Dialect.class.getResourceAsStream(name)) {
      return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  public static Dialect parse(String name, String text) throws IOException {
    Dialect set = new Dialect(name, new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>());
    new Parser(name, 0, set, new LinkedHashMap<>()).parse(text);
    return new Dialect(
        name, List.copyOf(set.required), Map.copyOf(set.constants), List.copyOf(set.choices));
  }

  /** Adds the lines of one file to a set. */
  private static final class Parser {
    private static final int MOST_NESTED = 8;

    private final String file;
    private final int depth;
    private final Dialect set;
    private final Map<String, String> definitions;
    private Evidence evidence;
    private String module;
    private String probeLine;
    private int probeNumber;

    Parser(String file, int depth, Dialect set, Map<String, String> definitions) {
      this.file = file;
      this.depth = depth;
      this.set = set;
      this.definitions = definitions;
    }

    void parse(String text) throws IOException {
      int number = 0;
      for (String raw : text.lines().toList()) {
        number++;
        String line = raw.strip();
        if (!line.isEmpty() && !line.startsWith("#")) {
          parseLine(expanded(line), number);
        }
      }
      checkMeaning();
    }

    /**
     * Throws if the last probe is on a function and lacks its meaning: it would be recorded and
     * never read.
     */
    private void checkMeaning() throws IOException {
      if (!set.choices.isEmpty()
          && lastProbe() instanceof Probe.Function function
          && function.meaning() == null) {
        throw error(probeLine, probeNumber, "means and one of " + Meaning.words() + " below it");
      }
    }

    private String expanded(String line) {
      String text = line;
      for (Map.Entry<String, String> definition : definitions.entrySet()) {
        text = text.replace("{" + definition.getKey() + "}", definition.getValue());
      }
      return text;
    }

    private void parseLine(String line, int number) throws IOException {
      String[] words = line.split("\\s+", 4);
      switch (words[0] + "/" + (words.length - 1)) {
        case "requires/1" -> set.required.add(words[1]);
        case "constant/2" -> set.constants.put(words[1], number(words[2], line, number));
        case "evidence/1" -> evidence = evidence(words[1], line, number);
        case "module/1" -> module = words[1];
        case "include/1" -> include(words[1], line, number);
        case "define/2", "define/3" -> definitions.put(words[1], line.split("\\s+", 3)[2]);
        default -> {
          if (line.startsWith("or ") && !set.choices.isEmpty()) {
            replaceLast(with(probe(line.substring("or ".length()).strip(), line, number)));
          } else if (line.startsWith("where ") && !set.choices.isEmpty()) {
            replaceLast(where(line.substring("where ".length()).strip()));
          } else if (words[0].equals("means") && lastProbe() instanceof Probe.Function last) {
            replaceLast(withLast(last.meaning(meaning(words, line, number))));
          } else if (line.equals("of followed") && lastProbe() instanceof Probe.Function last) {
            replaceLast(withLast(last.ofFollowed()));
          } else if (line.equals("of everybody") && lastProbe() instanceof Probe.Tracepoint last) {
            replaceLast(withLast(last.ofEverybody()));
          } else {
            set.choices.add(new Choice(module, List.of(probe(line, line, number))));
          }
        }
      }
    }

    private Probe probe(String text, String line, int number) throws IOException {
      checkMeaning();
      if (evidence == null) {
        throw error(line, number, "evidence and its kind, above the first probe");
      }
      probeLine = line;
      probeNumber = number;
      String[] words = text.split("\\s+", 4);
      return switch (words[0] + "/" + (words.length - 1)) {
        case "kprobe/3", "kretprobe/3" ->
            new Probe.Function(
                words[1],
                evidence,
                null,
                new Probe.Place(words[2], words[0].equals("kretprobe")),
                words[3],
                "",
                false);
        case "event/1" -> {
          int slash = words[1].indexOf('/');
          yield new Probe.Tracepoint(
              words[1].substring(0, Math.max(0, slash)),
              words[1].substring(slash + 1),
              evidence,
              "");
        }
        default -> throw error(line, number, "a probe");
      };
    }

    private Evidence evidence(String word, String line, int number) throws IOException {
      return Evidence.named(word)
          .orElseThrow(() -> error(line, number, "evidence of a known kind"));
    }

    private Meaning meaning(String[] words, String line, int number) throws IOException {
      return Meaning.of(words.length == 2 ? words[1] : "")
          .orElseThrow(() -> error(line, number, "means and one of " + Meaning.words()));
    }

    private long number(String text, String line, int number) throws IOException {
      try {
        return Long.decode(text);
      } catch (NumberFormatException e) {
        throw error(line, number, "a number");
      }
    }

    private void include(String name, String line, int number) throws IOException {
      checkMeaning();
      String text = depth < MOST_NESTED ? text(name) : null;
      if (text == null) {
        throw error(line, number, "a probe set that there is, and that does not include itself");
      }
      new Parser(name, depth + 1, set, definitions).parse(text);
    }

    private IOException error(String line, int number, String expected) {
      return new IOException(
          file + ".probes:" + number + ": error: found '" + line + "', expected " + expected);
    }

    private List<Probe> with(Probe alternative) {
      List<Probe> probes = new ArrayList<>(set.choices.getLast().probes);
      probes.add(alternative);
      return probes;
    }

    private List<Probe> where(String filter) {
      return withLast(lastProbe().where(filter));
    }

    private Probe lastProbe() {
      return set.choices.isEmpty() ? null : set.choices.getLast().probes.getLast();
    }

    private List<Probe> withLast(Probe probe) {
      List<Probe> probes = new ArrayList<>(set.choices.getLast().probes);
      probes.removeLast();
      probes.add(probe);
      return probes;
    }

    private void replaceLast(List<Probe> probes) {
      Choice last = set.choices.removeLast();
      set.choices.add(new Choice(last.module, List.copyOf(probes)));
    }
  }
}
