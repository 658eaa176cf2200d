package io.pinaudit.samples.real;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A run of one of the programs: as it is, or with what is wrong in it mended. */
enum RealProgram {
  KAFKA_4_1_0(KafkaIndex.class, true),
  KAFKA_4_1_1(KafkaIndex.class, false),
  MAPDB(MapDbVolume.class, true),
  MAPDB_FIXED(MapDbVolume.class, false),
  LUCENE(LuceneIndex.class, false),
  H2(H2Mapped.class, false),
  RING(RingReader.class, true),
  RING_FIXED(RingReader.class, false),
  ASYNC_READ(AsyncRead.class, true),
  ASYNC_READ_FIXED(AsyncRead.class, false),
  MAPPED_LOG(MappedLog.class, true),
  MAPPED_LOG_FIXED(MappedLog.class, false),
  TWO_PROCESSES(TwoProcesses.class, true),
  TWO_PROCESSES_FIXED(TwoProcesses.class, false);

  private final Class<?> main;
  private final boolean broken;

  RealProgram(Class<?> main, boolean broken) {
    this.main = main;
    this.broken = broken;
  }

  boolean broken() {
    return broken;
  }

  /** Returns the name of its files. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Returns the command.
   *
   * @param java program of a JDK 25
   * @param target where the build has put the jars
   */
  List<String> command(Path java, Path target, Path folder) {
    List<String> path =
        new ArrayList<>(List.of(target + "/pinaudit-real-samples.jar", target + "/lib/*"));
    if (this == KAFKA_4_1_0) {
      path.addFirst(target + "/broken/kafka-storage.jar");
    }
    List<String> words = new ArrayList<>(List.of(java.toString()));
    words.addAll(
        Arrays.asList(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            // MapDB's cleaner hack.
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    words.addAll(List.of("-cp", String.join(":", path), main.getName(), folder.toString()));
    if (!broken) {
      words.add("--fixed");
    }
    return words;
  }
}
