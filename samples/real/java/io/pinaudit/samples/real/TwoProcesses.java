package io.pinaudit.samples.real;

import static java.nio.channels.FileChannel.MapMode.READ_ONLY;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * One process reads a mapped table that another process replaces by writing it anew. With {@code
 * --fixed} the other process writes a new file and moves it over the old one: the mapping keeps the
 * old file.
 */
public final class TwoProcesses {
  private static final int TABLE_BYTES = 65_536;

  private TwoProcesses() {}

  /** Runs the program; with {@code --writer} as well, it is the other process. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Folder folder = Folder.of(args);
    Path table = folder.file("table");
    if (List.of(args).contains("--writer")) {
      replace(table, folder.fixed());
      return;
    }
    Files.write(table, new byte[TABLE_BYTES]);
    MappedByteBuffer mapped;
    try (FileChannel channel = FileChannel.open(table, READ)) {
      mapped = channel.map(READ_ONLY, 0, TABLE_BYTES);
    }
    startWriter(args);
    System.out.println("truth: the reader " + (reads(mapped) ? "reads on" : "faults"));
  }

  private static void replace(Path table, boolean fixed) throws IOException {
    if (fixed) {
      Path next = Files.write(table.resolveSibling("table.next"), new byte[100]);
      Files.move(next, table, StandardCopyOption.ATOMIC_MOVE);
    } else {
      Files.write(table, new byte[100]);
    }
  }

  private static void startWriter(String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(TwoProcesses.class.getName());
    command.addAll(List.of(args));
    command.add("--writer");
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IOException("the writer failed");
    }
  }

  private static boolean reads(MappedByteBuffer mapped) {
    try {
      return mapped.get(TABLE_BYTES / 2) == 0;
    } catch (InternalError e) {
      return false;
    }
  }
}
