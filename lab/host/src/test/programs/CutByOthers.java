import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Maps a file for each line of a list, has a shell do to it what the line says, and reads the last
 * byte of the mapping: {@code NAME BYTES COMMAND}. Each file has 64 KiB, of which so many are
 * mapped; in the command $F is the file.
 *
 * <p>Some names are special: what happens to {@code early*} does so before it is mapped, what
 * happens to {@code late*} after it was unmapped; {@code full*} is made by its command, and stays
 * mapped. Prints the names of those that faulted.
 */
final class CutByOthers {
  private static final int SIZE = 65536;

  public static void main(String[] args) throws Exception {
    for (String line : Files.readAllLines(Path.of(args[1]))) {
      String[] words = line.split(" ", 3);
      Path file = Path.of(args[0], words[0]);
      if (words[0].startsWith("shm")) {
        file = Path.of("/dev/shm", Path.of(args[0]).getFileName() + words[0]);
      }
      Files.write(file, new byte[SIZE]);
      meet(file, words[0], Integer.parseInt(words[1]), words[2]);
      if (!words[0].startsWith("full")) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void meet(Path file, String name, int bytes, String command) throws Exception {
    if (name.startsWith("early")) {
      shell(file, command);
      Files.write(file, new byte[SIZE], StandardOpenOption.WRITE);
    }
    if (name.startsWith("full")) {
      shell(file, command);
      touch(name, map(file, bytes, Arena.global()));
      return;
    }
    try (Arena arena = Arena.ofShared()) {
      MemorySegment mapping = map(file, bytes, arena);
      if (!name.startsWith("early") && !name.startsWith("late")) {
        shell(file, command);
      }
      touch(name, mapping);
    }
    if (name.startsWith("late")) {
      shell(file, command);
    }
  }

  private static MemorySegment map(Path file, int bytes, Arena arena) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
    }
  }

  private static void touch(String name, MemorySegment mapping) {
    try {
      mapping.set(ValueLayout.JAVA_BYTE, mapping.byteSize() - 1, (byte) 1);
    } catch (InternalError e) {
      System.out.println("fault " + name);
    }
  }

  private static void shell(Path file, String command) throws Exception {
    ProcessBuilder shell = new ProcessBuilder(List.of("sh", "-c", command)).inheritIO();
    shell.environment().put("F", file.toString());
    shell.environment().remove("JAVA_TOOL_OPTIONS");
    if (shell.start().waitFor() != 0) {
      throw new IllegalStateException(command + " failed");
    }
  }
}
