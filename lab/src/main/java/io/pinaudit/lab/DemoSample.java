package io.pinaudit.lab;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A sample program and what its report must say, from {@code samples/NAME/sample.properties}.
 *
 * @param name the name of its folder
 * @param mainClass main class of the broken program, in the samples' jar
 * @param fixedClass main class of its twin on the allocator
 * @param rules that the broken program violates, in the order of a report
 * @param pinnedBy source text of the line that pins
 * @param actedBy source text of the line that frees or waits
 * @param guarded how the truth of the broken program begins if the agent keeps its files
 * @param source its Java file
 */
record DemoSample(
    String name,
    String mainClass,
    String fixedClass,
    List<String> rules,
    String pinnedBy,
    String actedBy,
    String guarded,
    Path source) {
  private static final String FILE = "sample.properties";

  /** Returns all samples of an installation, sorted by name. */
  static List<DemoSample> all(Path home) throws IOException {
    try (Stream<Path> folders = Files.list(home.resolve("samples"))) {
      List<Path> samples =
          folders.filter(folder -> Files.exists(folder.resolve(FILE))).sorted().toList();
      List<DemoSample> all = new java.util.ArrayList<>();
      for (Path folder : samples) {
        all.add(read(folder));
      }
      return all;
    }
  }

  private static DemoSample read(Path folder) throws IOException {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(folder.resolve(FILE))) {
      properties.load(in);
    }
    String mainClass = properties.getProperty("main");
    return new DemoSample(
        folder.getFileName().toString(),
        mainClass,
        properties.getProperty("fixed"),
        List.of(properties.getProperty("rules").split(" ")),
        properties.getProperty("pinnedBy"),
        properties.getProperty("actedBy"),
        properties.getProperty("guarded"),
        folder.resolve("java/" + mainClass.replace('.', '/') + ".java"));
  }
}
