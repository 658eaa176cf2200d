import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.stream.Stream;

/**
 * Makes runs of a fleet from recorded ones: other hosts, boots, times and versions; the traces are
 * hard links. For {@code benchmarks/fleet}.
 *
 * <pre>java FleetRuns.java FIXTURES RUNS COUNT</pre>
 */
public final class FleetRuns {
  private static final int HOSTS = 200;
  private static final int DAYS = 10;
  private static final Instant FIRST = Instant.parse("2026-11-21T00:00:00Z");

  private FleetRuns() {}

  /** Makes them. */
  public static void main(String[] args) throws IOException {
    List<Path> fixtures;
    try (Stream<Path> all = Files.list(Path.of(args[0]))) {
      fixtures = all.filter(Files::isDirectory).sorted().toList();
    }
    int count = Integer.parseInt(args[2]);
    for (int i = 0; i < count; i++) {
      run(fixtures.get(i % fixtures.size()), Path.of(args[1], "run-%06d".formatted(i)), i);
    }
  }

  private static void run(Path fixture, Path target, int number) throws IOException {
    Files.createDirectories(target);
    try (Stream<Path> files = Files.list(fixture)) {
      for (Path file : files.toList()) {
        Path copy = target.resolve(file.getFileName());
        if (file.endsWith("run.json")) {
          Files.writeString(copy, described(Files.readString(file), number));
        } else if (file.toString().matches(".*\\.(jfr|ftrace|bpftrace)")) {
          Files.createLink(copy, file);
        }
      }
    }
  }

  private static String described(String json, int number) {
    Instant start =
        FIRST.plus(Duration.ofMinutes((long) number * DAYS * 24 * 60 / 2_000 % (DAYS * 24 * 60)));
    String origin =
        "{\"recordingId\":\"%s\",\"hostId\":\"host-%03d\",\"startTime\":\"%s\",\"labels\":{\"app.version\":\"1.%d\"},"
            .formatted(new UUID(7, number), number % HOSTS, start, number / 500);
    return json.replaceFirst("\\{", Matcher.quoteReplacement(origin))
        .replaceFirst("\"bootId\":\"[^\"]*\"", "\"bootId\":\"" + new UUID(8, number) + "\"");
  }
}
