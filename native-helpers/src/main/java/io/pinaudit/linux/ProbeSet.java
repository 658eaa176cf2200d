package io.pinaudit.linux;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The probes of one kernel dialect, read from a {@code .probes} resource whose own head explains
 * its syntax. Chosen by testing which functions exist, never by a version number.
 *
 * @param name the resource's name without its ending
 * @param required functions without which the set does not apply
 * @param constants kernel constants that a reader of the trace needs
 * @param probes in the order of the file
 */
public record ProbeSet(
    String name, List<String> required, Map<String, Long> constants, List<Probe> probes) {
  private static final List<String> KNOWN = List.of("linux-6.1", "tracepoints");

  /** The first known set whose required functions all exist among {@code symbols}. */
  public static ProbeSet choose(Set<String> symbols) throws IOException {
    for (String name : KNOWN) {
      ProbeSet set = load(name);
      if (symbols.containsAll(set.required)) {
        return set;
      }
    }
    throw new IllegalStateException("the set without requirements applies everywhere");
  }

  static ProbeSet load(String name) throws IOException {
    try (InputStream in = ProbeSet.class.getResourceAsStream(name + ".probes")) {
      if (in == null) {
        throw new IOException("no probe set '" + name + "'");
      }
      return parse(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  static ProbeSet parse(String name, String text) throws IOException {
    return new Parser(name).parse(text);
  }

  private static final class Parser {
    private final String name;
    private final List<String> required = new ArrayList<>();
    private final Map<String, Long> constants = new LinkedHashMap<>();
    private final List<Probe> probes = new ArrayList<>();
    private String evidence = "";

    Parser(String name) {
      this.name = name;
    }

    ProbeSet parse(String text) throws IOException {
      int number = 0;
      for (String raw : text.lines().toList()) {
        number++;
        String line = raw.strip();
        if (!line.isEmpty() && !line.startsWith("#")) {
          parseLine(line, number);
        }
      }
      return new ProbeSet(name, List.copyOf(required), Map.copyOf(constants), List.copyOf(probes));
    }

    private void parseLine(String line, int number) throws IOException {
      String[] words = line.split("\\s+", 4);
      switch (words[0] + "/" + (words.length - 1)) {
        case "requires/1" -> required.add(words[1]);
        case "constant/2" -> constants.put(words[1], Long.decode(words[2]));
        case "evidence/1" -> evidence = words[1];
        case "kprobe/3", "kretprobe/3" ->
            probes.add(
                new Probe.Function(
                    words[1], evidence, words[0].equals("kretprobe"), words[2], words[3], ""));
        case "event/1" -> {
          String[] parts = words[1].split("/", 2);
          probes.add(new Probe.Tracepoint(parts[0], parts[1], evidence, ""));
        }
        default -> parseFilter(line, number);
      }
    }

    private void parseFilter(String line, int number) throws IOException {
      if (!line.startsWith("where ") || probes.isEmpty()) {
        throw new IOException(
            name + ".probes:" + number + ": error: found '" + line + "', expected a probe");
      }
      probes.add(probes.removeLast().where(line.substring("where ".length()).strip()));
    }
  }
}
