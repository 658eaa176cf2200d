package io.pinaudit.run;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads {@code run.json}. Unknown members are ignored; missing members get the value that means
 * "unknown". Confined to one thread.
 */
public final class RunDescriptionReader {
  private static final String DEVICE = "major:minor";

  private static final Set<String> NOT_IN_THE_HEAD =
      Set.of("kernel", "devices", "mounts", "files", "kernelWarnings", "users", "jvms", "storage");

  private static final Pattern START =
      Pattern.compile(" \\(start marker at \\[Source: [^\\]]*\\]\\)");

  // One factory for all readers, because it remembers the names of members.
  private static final JsonFactory FACTORY = new JsonFactory();

  private RunDescriptionReader() {}

  /**
   * Reads the description of a run directory.
   *
   * @throws IOException with {@code file:line: error: …} if the file is no description of a run
   */
  public static RunDescription read(Path directory) throws IOException {
    return read(directory, Set.of());
  }

  /**
   * Reads only the members that tell a recording from others. The members that only an audit needs
   * are skipped: kernel, devices, mounts, files and users are missing in the result.
   *
   * @throws IOException with {@code file:line: error: …} if the file is no description of a run
   */
  public static RunDescription readHead(Path directory) throws IOException {
    return read(directory, NOT_IN_THE_HEAD);
  }

  private static RunDescription read(Path directory, Set<String> skipped) throws IOException {
    Path file = directory.resolve(RunDescription.FILE_NAME);
    String text = text(file);
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      parser.nextToken();
      return run(new Node("", whole(parser, skipped)));
    } catch (JacksonException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new IOException(file + ":" + line + ": error: " + withoutStart(e), e);
    } catch (RuntimeException e) {
      throw new IOException(file + ":1: error: not a run description: " + e.getMessage(), e);
    }
  }

  /**
   * Returns what the parser says, without a place of which it only says that it does not tell it.
   */
  private static String withoutStart(JacksonException e) {
    return START.matcher(e.getOriginalMessage()).replaceAll("");
  }

  private static String text(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new IOException(file + ":1: error: not UTF-8 text", e);
    }
  }

  private static RunDescription run(Node run) {
    long version = run.number("schemaVersion", 0);
    if (version != RunDescription.SCHEMA_VERSION) {
      throw new IllegalArgumentException(
          "schemaVersion " + version + ", expected " + RunDescription.SCHEMA_VERSION);
    }
    return new RunDescription(
        run.text("toolVersion"),
        run.text("kernelRelease"),
        run.text("bootId"),
        run.number("startNanos", -1),
        run.number("endNanos", -1),
        run.strings("command"),
        (int) run.number("exitStatus", -1),
        run.has("kernel") ? kernel(run.node("kernel")) : null,
        run.text("kernelAbsent"),
        run.list("devices", RunDescriptionReader::device),
        run.list("mounts", RunDescriptionReader::mount),
        run.list("files", RunDescriptionReader::file),
        run.strings("kernelWarnings"),
        run.list("users", RunDescriptionReader::user),
        run.list("jvms", RunDescriptionReader::jvm),
        origin(run));
  }

  private static Origin origin(Node run) {
    Map<String, String> labels = new LinkedHashMap<>();
    if (run.has("labels")) {
      Node values = run.node("labels");
      values.names().forEach(name -> labels.put(name, values.textOr(name, "")));
    }
    return new Origin(
        run.text("recordingId"),
        run.text("hostId"),
        run.has("startTime")
            ? run.parsed("startTime", "a time such as 2026-11-30T10:00:00Z", Instant::parse)
            : null,
        Collections.unmodifiableMap(labels),
        run.list("storage", RunDescriptionReader::storage));
  }

  private static Origin.StorageId storage(Node storage) {
    return new Origin.StorageId(
        storage.parsed("number", DEVICE, DeviceNumber::parse),
        storage.parsed("kind", "a kind of identity", Origin.StorageId.Kind::valueOf),
        storage.textOr("id", ""));
  }

  private static KernelSide kernel(Node kernel) {
    Map<String, Long> constants = new LinkedHashMap<>();
    if (kernel.has("constants")) {
      Node values = kernel.node("constants");
      values.names().forEach(name -> constants.put(name, values.number(name, 0)));
    }
    return new KernelSide(
        kernel.text("traceFile"),
        kernel.text("syscallsFile"),
        kernel.text("probeSet"),
        constants,
        kernel.has("vmemmapBase")
            ? kernel.parsed(
                "vmemmapBase",
                "0x and up to 16 hex digits",
                text -> Long.parseUnsignedLong(text.substring(2), 16))
            : 0,
        (int) kernel.number("pageStructBytes", 64),
        (int) kernel.number("pageSizeBytes", 4096),
        kernel.list("probes", RunDescriptionReader::probe),
        kernel.list("cpus", RunDescriptionReader::cpu),
        kernel.number("clockAheadNanos", 0),
        kernel.truth("finished"));
  }

  private static KernelSide.ProbeState probe(Node probe) {
    return new KernelSide.ProbeState(
        probe.text("name"),
        probe.text("evidence"),
        probe.truth("attached") ? null : probe.textOr("reason", "unknown reason"),
        probe.number("missed", 0));
  }

  private static CpuStatistics cpu(Node cpu) {
    return new CpuStatistics(
        (int) cpu.number("cpu", -1),
        cpu.number("overrun", 0),
        cpu.number("droppedEvents", 0),
        cpu.number("commitOverrun", 0));
  }

  private static BlockDevice device(Node device) {
    return new BlockDevice(
        device.text("name"),
        device.parsed("number", DEVICE, DeviceNumber::parse),
        device.parsed("kind", "a kind of block device", BlockDevice.Kind::valueOf),
        device.number("dataStartBytes", -1),
        device.number("sizeBytes", 0),
        device.text("obstacle"));
  }

  private static Mount mount(Node mount) {
    return new Mount(
        mount.text("mountPoint"),
        mount.text("fsType"),
        mount.parsed("number", DEVICE, DeviceNumber::parse),
        mount.truth("dax"),
        mount.number("blockSizeBytes", 0),
        mount.has("allocationGroups") ? groups(mount.node("allocationGroups")) : null);
  }

  private static AllocationGroups groups(Node groups) {
    return new AllocationGroups(groups.number("blocks", 0), (int) groups.number("blockBits", 0));
  }

  private static RunDescription.FileName file(Node file) {
    return new RunDescription.FileName(
        file.parsed("device", DEVICE, DeviceNumber::parse),
        file.number("inode", 0),
        file.text("path"));
  }

  private static RunDescription.UserOf user(Node user) {
    return new RunDescription.UserOf(
        (int) user.number("uid", -1),
        user.textOr("name", ""),
        user.list("processes", process -> process.elements(RunDescriptionReader::number)));
  }

  private static RunDescription.Jvm jvm(Node jvm) {
    return new RunDescription.Jvm(
        (int) jvm.number("pid", -1), jvm.textOr("command", ""), jvm.truth("audited"));
  }

  private static Integer number(Node node) {
    return (int) node.typed(Long.class, "a whole number").longValue();
  }

  private static Object whole(JsonParser parser, Set<String> skipped) {
    return parser.currentToken() == JsonToken.START_OBJECT
        ? object(parser, skipped)
        : value(parser);
  }

  /** Returns the value at the parser's token as map, list, string, long, boolean or null. */
  private static Object value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser, Set.of());
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case null -> throw new IllegalArgumentException("the file is empty");
      default -> throw new IllegalArgumentException("unexpected " + parser.currentToken());
    };
  }

  private static Map<String, Object> object(JsonParser parser, Set<String> skipped) {
    Map<String, Object> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      if (skipped.contains(name)) {
        parser.skipChildren();
      } else {
        members.put(name, value(parser));
      }
    }
    return members;
  }

  private static List<Object> array(JsonParser parser) {
    List<Object> values = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      values.add(value(parser));
    }
    return values;
  }

  /**
   * A JSON value with typed access to its members.
   *
   * @param place where it stands, for messages: {@code kernel.probes[2]}; empty for the whole file
   */
  private record Node(String place, Object value) {
    private Map<?, ?> members() {
      return typed(Map.class, "an object");
    }

    private <T> T typed(Class<T> type, String expected) {
      if (type.isInstance(value)) {
        return type.cast(value);
      }
      throw new IllegalArgumentException(
          "%s: found %s, expected %s"
              .formatted(place.isEmpty() ? "the file" : "member " + place, found(), expected));
    }

    private String found() {
      return switch (value) {
        case null -> "nothing";
        case String text -> "\"" + text + "\"";
        case Map<?, ?> _ -> "an object";
        case List<?> _ -> "an array";
        default -> value.toString();
      };
    }

    List<String> names() {
      return members().keySet().stream().map(String.class::cast).toList();
    }

    boolean has(String name) {
      return members().get(name) != null;
    }

    Node node(String name) {
      return new Node(place.isEmpty() ? name : place + "." + name, members().get(name));
    }

    String text(String name) {
      return has(name) ? node(name).typed(String.class, "a string") : null;
    }

    /** Returns a required string in the form that the parser makes of it. */
    <T> T parsed(String name, String expected, Function<String, T> parser) {
      Node node = node(name);
      try {
        return parser.apply(node.typed(String.class, expected));
      } catch (RuntimeException e) {
        throw new IllegalArgumentException(
            "member %s: found %s, expected %s".formatted(node.place, node.found(), expected), e);
      }
    }

    String textOr(String name, String fallback) {
      return has(name) ? text(name) : fallback;
    }

    long number(String name, long unknown) {
      return has(name) ? node(name).typed(Long.class, "a whole number") : unknown;
    }

    boolean truth(String name) {
      return has(name) && node(name).typed(Boolean.class, "true or false");
    }

    List<String> strings(String name) {
      return list(name, element -> element.typed(String.class, "a string"));
    }

    <T> List<T> list(String name, Function<Node, T> reader) {
      return has(name) ? node(name).elements(reader) : List.of();
    }

    <T> List<T> elements(Function<Node, T> reader) {
      List<?> elements = typed(List.class, "an array");
      return IntStream.range(0, elements.size())
          .mapToObj(i -> new Node(place + "[" + i + "]", elements.get(i)))
          .map(reader)
          .toList();
    }
  }
}
