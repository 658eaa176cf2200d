package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The events against what strace sees of the same run: each system call on a file of the program
 * has its event, and no event lacks its system call.
 */
class SystemCallsIT {
  private static final String STRACE = "/usr/bin/strace";
  private static final String CALLS =
      "ftruncate,truncate,unlink,unlinkat,rename,renameat,renameat2,fallocate,openat,mmap";
  // 13:37:01 ftruncate(7</data/mapped.dat>, 777777) = 0
  private static final Pattern LINE = Pattern.compile("(\\w+)\\((.*)\\) += (-?\\w+).*");

  @ParameterizedTest(name = "JDK {0}, {1}")
  @CsvSource({
    "17, ChannelProgram", "25, ChannelProgram", "17, MappingProgram", "25, MappingProgram",
    "17, AsyncProgram", "25, AsyncProgram", "17, LibraryProgram", "25, LibraryProgram",
    "25, ForeignProgram"
  })
  void agree(int feature, String program) throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of(STRACE)), "skipped: no " + STRACE);
    AgentRun.Builder builder = AgentRun.of(TestJdk.of(feature), program).agent("").recording();
    Path traces = Files.createDirectory(builder.folder().resolve("strace"));
    builder.under(
        STRACE, "-ff", "-y", "-s", "300", "-e", "trace=" + CALLS, "-o", traces + "/thread");
    if (feature > 17) {
      builder.option("--enable-native-access=ALL-UNNAMED");
    }
    AgentRun run =
        builder.run(
            program.equals("ForeignProgram") ? 25 : program.equals("MappingProgram") ? 0 : 17);
    assertEquals(0, run.exitCode(), run.err());
    Map<String, Integer> calls = calls(traces, run.folder());
    assertFalse(calls.isEmpty());
    assertEquals(calls, events(run));
  }

  private static void count(Map<String, Integer> counts, String what) {
    counts.merge(what, 1, Integer::sum);
  }

  /** How often each call succeeded on files in the folder of the program. */
  private static Map<String, Integer> calls(Path traces, Path folder) throws IOException {
    Map<String, Integer> counts = new TreeMap<>();
    try (Stream<Path> files = Files.list(traces)) {
      for (Path file : files.toList()) {
        for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
          Matcher call = LINE.matcher(line);
          if (call.matches()
              && !call.group(3).startsWith("-")
              && call.group(2).contains(folder + "/")
              && !call.group(2).contains("run.jfr")) {
            count(call.group(1), call.group(2), counts);
          }
        }
      }
    }
    return counts;
  }

  private static void count(String call, String arguments, Map<String, Integer> counts) {
    switch (call) {
      case "ftruncate", "truncate" -> count(counts, "size");
      case "unlink", "unlinkat" -> count(counts, "unlink");
      case "rename", "renameat", "renameat2" -> count(counts, "rename");
      case "fallocate" -> count(counts, "fallocate");
      case "openat" -> {
        if (arguments.contains("O_TRUNC")) {
          count(counts, "size");
        }
      }
      case "mmap" -> {
        // The JVM maps jars and archives privately, the programs only map .dat files.
        if (arguments.contains(".dat")) {
          String[] words = arguments.split(", ");
          count(counts, "map at " + Long.decode(words[words.length - 1]));
        }
      }
      default -> throw new AssertionError(call);
    }
  }

  private static Map<String, Integer> events(AgentRun run) throws IOException {
    Map<String, Integer> counts = new TreeMap<>();
    for (int i = succeeded(run, "FileTruncate").size(); i > 0; i--) {
      count(counts, "size");
    }
    for (RecordedEvent event : succeeded(run, "FileDelete")) {
      if (!event.getString("operation").matches(".*(rename|move|renameTo).*")) {
        count(counts, "unlink");
      }
    }
    for (int i = succeeded(run, "FileRename").size(); i > 0; i--) {
      count(counts, "rename");
    }
    for (int i = succeeded(run, "RangeDeallocate").size(); i > 0; i--) {
      count(counts, "fallocate");
    }
    for (RecordedEvent event : succeeded(run, "FileMap")) {
      count(counts, "map at " + event.getLong("offsetBytes"));
    }
    return counts;
  }

  /** Libraries unpack their native code elsewhere. */
  private static List<RecordedEvent> succeeded(AgentRun run, String kind) throws IOException {
    return run.events(kind).stream()
        .filter(event -> event.getString("error") == null)
        .filter(event -> event.getString("path").startsWith(run.folder() + "/"))
        .toList();
  }
}
