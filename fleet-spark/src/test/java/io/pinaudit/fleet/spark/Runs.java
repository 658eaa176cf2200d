package io.pinaudit.fleet.spark;

import io.pinaudit.fleet.Fleet;
import io.pinaudit.fleet.Fleet.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Recordings for tests, made from the recorded ones. */
final class Runs {
  static final String STALL = "linux-7.2.12-ext4-stall";

  private Runs() {}

  /** Each fixture twice, as recordings of several hosts and days; the guard acted in one. */
  static void ofAllKinds(Path folder) throws IOException {
    int number = 0;
    try (Stream<Path> fixtures = Files.list(Fleet.FIXTURES)) {
      for (Path fixture : fixtures.filter(Files::isDirectory).sorted().toList()) {
        for (int i = 0; i < 2; i++) {
          String name = fixture.getFileName().toString();
          Path run = Fleet.copy(name, folder.resolve("r" + number), origin(number));
          if (name.equals(STALL) && i == 1) {
            Fleet.guard(run);
          }
          number++;
        }
      }
    }
  }

  /** Small ones, of as many hosts. */
  static void small(Path folder, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Fleet.copy(STALL, folder.resolve("s" + i), origin(i));
    }
  }

  private static Origin origin(int number) {
    return new Origin(
        "host-" + number,
        "boot-" + number,
        "2026-11-2" + number % 3 + "T08:00:00Z",
        "1." + number % 2);
  }

  /** Recordings that are cut short, hostile or not recordings at all. */
  static void broken(Path folder) throws IOException {
    small(folder, 4);
    Path json = folder.resolve("s0/run.json");
    Files.writeString(json, Files.readString(json).substring(0, 300));
    Files.delete(folder.resolve("s1/run.json"));
    Files.createDirectory(folder.resolve("s1/run.json"));
    Files.writeString(folder.resolve("s2/run.json"), "[".repeat(100_000));
    Files.write(folder.resolve("s3/kernel.ftrace"), new byte[10_000]);
    Files.write(folder.resolve("s4.tar.zst"), new byte[] {1, 2, 3});
  }

  /** One whose description takes 700 MB of memory. */
  static void tooLarge(Path folder) throws IOException {
    Fleet.copy(
        STALL, folder.resolve("large"), new Origin("large", "b", "2026-11-22T01:00:00Z", ""));
    Path json = folder.resolve("large/run.json");
    String words = "\"x\",".repeat(15_000_000);
    Files.writeString(
        json, Files.readString(json).replaceFirst("\"command\":\\[", "\"command\":[" + words));
  }

  /** The names of the places that have failed. */
  static List<String> names(Stream<String> paths) {
    return paths.map(path -> Path.of(path).getFileName().toString()).sorted().toList();
  }
}
