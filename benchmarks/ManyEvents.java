import io.pinaudit.events.BufferTransfer;
import io.pinaudit.events.FileMap;
import io.pinaudit.events.FileUnmap;
import io.pinaudit.events.HookCoverage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.IntConsumer;
import jdk.jfr.Event;
import jdk.jfr.Recording;

/**
 * Records a million events, or COUNT, of which every so manieth is one of the agent's: {@code java
 * ManyEvents.java FILE EVERY [COUNT]}. Each has a stack, as theirs have.
 */
final class ManyEvents {
  private static final String EVENTS = "1000000";

  private ManyEvents() {}

  /** Any event that is not pinaudit's. */
  static final class Tick extends Event {
    long number;
    String text;
  }

  /** Does it. */
  public static void main(String... arguments) throws IOException {
    int every = Integer.parseInt(arguments[1]);
    int events = Integer.parseInt(arguments.length > 2 ? arguments[2] : EVENTS);
    try (Recording recording = new Recording()) {
      recording.setToDisk(true);
      recording.start();
      HookCoverage coverage = new HookCoverage();
      coverage.hook = "FileChannel.map";
      coverage.state = "installed";
      coverage.commit();
      IntConsumer[] callers = {
        number -> commit(number, every), number -> commit(number, every),
      };
      for (int i = 0; i < events; i++) {
        callers[i % callers.length].accept(i);
      }
      recording.stop();
      recording.dump(Path.of(arguments[0]));
    }
  }

  private static void commit(int number, int every) {
    if (number % every != 0) {
      Tick tick = new Tick();
      tick.number = number;
      tick.text = "tick";
      tick.commit();
      return;
    }
    long address = 0x7f0000000000L + number % 64 * 8192L;
    switch (number / every % 4) {
      case 0 -> map(address, number % 64);
      case 1, 2 -> transfer(address, number % 64);
      default -> unmap(address);
    }
  }

  private static void map(long address, int inode) {
    FileMap event = new FileMap();
    event.startNanos = System.nanoTime();
    event.kernelThreadId = 4711;
    event.operation = "FileChannel.map";
    event.deviceMajor = 259;
    event.deviceMinor = 0;
    event.inode = 12 + inode;
    event.path = "/mnt/dax/file-" + inode;
    event.lengthBytes = 8192;
    event.address = address;
    event.mode = "READ_WRITE";
    event.endNanos = System.nanoTime();
    event.commit();
  }

  private static void transfer(long address, int inode) {
    BufferTransfer event = new BufferTransfer();
    event.startNanos = System.nanoTime();
    event.kernelThreadId = 4711;
    event.operation = "FileChannel.read";
    event.bufferAddress = address;
    event.lengthBytes = 4096;
    event.bufferDeviceMajor = 259;
    event.bufferDeviceMinor = 0;
    event.bufferInode = 12 + inode;
    event.bufferPath = "/mnt/dax/file-" + inode;
    event.bufferOffsetBytes = 0;
    event.resultBytes = 4096;
    event.storageDeviceMajor = 8;
    event.storageDeviceMinor = 1;
    event.storageInode = 99;
    event.storagePath = "/data/disk";
    event.direct = true;
    event.endNanos = System.nanoTime();
    event.commit();
  }

  private static void unmap(long address) {
    FileUnmap event = new FileUnmap();
    event.startNanos = System.nanoTime();
    event.kernelThreadId = 4711;
    event.operation = "Arena.close";
    event.address = address;
    event.lengthBytes = 8192;
    event.endNanos = System.nanoTime();
    event.commit();
  }
}
