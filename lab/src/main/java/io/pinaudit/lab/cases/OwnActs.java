package io.pinaudit.lab.cases;

import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Map.entry;

import io.pinaudit.samples.IoRing;
import io.pinaudit.samples.NativeCall;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the JVM that maps a file does to it: by its own methods, by C functions (FFM), by native
 * code that nobody hooks (JNI), and by entries of rings.
 */
final class OwnActs {
  // linux/falloc.h
  private static final int KEEP_SIZE = 1;
  private static final int PUNCH_HOLE = 2;
  private static final int COLLAPSE_RANGE = 8;
  // fcntl.h
  private static final int WRITE_ONLY = 1;
  private static final int TRUNCATING = 01000;

  private static final int MOST_PAGES = 1024;
  private static final long HALF_BYTES = CachedScene.FILE_BYTES / 2;

  static final Map<String, CachedAct> ALL =
      Map.ofEntries(
          entry("java/truncate", looking(scene -> truncate(scene.file, 100))),
          entry(
              "java/tail-bytes",
              looking(scene -> truncate(scene.file, CachedScene.FILE_BYTES - 9L))),
          entry("java/truncate-other", looking(OwnActs::truncateOther)),
          entry("java/regrown", looking(OwnActs::regrown)),
          entry("java/twin-cut", looking(OwnActs::cutTwin)),
          entry("java/loads", new OfShell(looking(OwnActs::cutAndLoad))),
          entry("java/store-on-full", OwnActs::storeOnFull),
          entry("ffm/ftruncate", looking(scene -> withFile(scene, fd -> ftruncate(fd, 0)))),
          entry(
              "ffm/grow",
              looking(scene -> withFile(scene, fd -> ftruncate(fd, 2L * CachedScene.FILE_BYTES)))),
          entry("ffm/refused", looking(OwnActs::refused)),
          entry("ffm/collapse", looking(scene -> fallocate(scene, COLLAPSE_RANGE))),
          entry("ffm/punch", looking(scene -> fallocate(scene, PUNCH_HOLE | KEEP_SIZE))),
          entry("jni/truncate", looking(scene -> CachedNative.truncate(scene.file, 4096))),
          entry("jni/open", looking(scene -> CachedNative.openTruncating(scene.file))),
          entry("jni/truncate-other", looking(OwnActs::truncateOtherNatively)),
          entry("jni/ring-truncate", looking(scene -> CachedNative.ringTruncate(scene.file, 0))),
          entry(
              "jni/ring-open",
              looking(scene -> CachedNative.ringOpen(scene.file, WRITE_ONLY | TRUNCATING))),
          entry(
              "jni/ring-open-only",
              looking(scene -> CachedNative.ringOpen(scene.file, WRITE_ONLY))),
          entry("ring/open", looking(scene -> ringOpen(scene, WRITE_ONLY | TRUNCATING))),
          entry("ring/open-only", looking(scene -> ringOpen(scene, WRITE_ONLY))));

  private OwnActs() {}

  /** An act in which a shell cuts the file. */
  private record OfShell(CachedAct act) implements CachedAct {
    @Override
    public void act(CachedScene scene) throws IOException, InterruptedException {
      act.act(scene);
    }

    @Override
    public String culprit() {
      return "sh";
    }
  }

  private static CachedAct looking(CachedAct act) {
    return scene -> {
      act.act(scene);
      scene.look();
    };
  }

  private static void truncate(Path path, long sizeBytes) throws IOException {
    try (FileChannel channel = FileChannel.open(path, WRITE)) {
      channel.truncate(sizeBytes);
    }
  }

  private static void truncateOther(CachedScene scene) throws IOException {
    Files.copy(scene.file, scene.other);
    truncate(scene.other, 0);
  }

  private static void truncateOtherNatively(CachedScene scene) throws IOException {
    Files.copy(scene.file, scene.other);
    CachedNative.truncate(scene.other, 0);
  }

  private static void regrown(CachedScene scene) throws IOException {
    truncate(scene.file, 0);
    scene.look();
    scene.writeAnew();
  }

  /** Cuts a file of the same inode number on another device. */
  private static void cutTwin(CachedScene scene) throws IOException {
    scene.makeOther();
    truncate(scene.other, 0);
    if (!scene.hasTwin()) {
      scene.found("absent", scene.other + " has another inode number");
    }
  }

  /** Lets another process cut the file, and then loads from it: here the JVM itself faults. */
  private static void cutAndLoad(CachedScene scene) throws IOException, InterruptedException {
    ShellAct.run(": > \"$f\"", scene, 0);
    try {
      byte loaded = scene.memory().get(ValueLayout.JAVA_BYTE, HALF_BYTES);
      throw new IOException("no fault, but " + loaded);
    } catch (InternalError e) {
      System.out.println("as expected: " + e.getMessage());
    }
  }

  /** Fills the file system, and stores into the file that has its size, but not all its pages. */
  private static void storeOnFull(CachedScene scene) throws IOException {
    try (FileChannel filler = FileChannel.open(scene.small, WRITE)) {
      fillUp(filler);
    }
    try {
      scene.memory().set(ValueLayout.JAVA_BYTE, HALF_BYTES, (byte) 'C');
      scene.found("nothing", "the page was there");
    } catch (InternalError e) {
      scene.found("unbacked", e.getMessage());
    }
    truncate(scene.small, 0);
  }

  private static void fillUp(FileChannel channel) {
    try {
      for (int pages = 0; pages < MOST_PAGES; pages++) {
        channel.write(ByteBuffer.allocate(CachedScene.PAGE_BYTES));
      }
    } catch (IOException e) {
      System.out.println("full: " + e.getMessage());
    }
  }

  private static void ftruncate(int fd, long sizeBytes) throws IOException {
    NativeCall.of("ftruncate", fd, sizeBytes);
  }

  /** Truncates through a descriptor that is for reading only. */
  private static void refused(CachedScene scene) throws IOException {
    int fd = (int) NativeCall.of("open", NativeCall.text(scene.file.toString()), 0);
    try {
      ftruncate(fd, 0);
      throw new IOException("ftruncate of a file that is open for reading only succeeded");
    } catch (IOException e) {
      System.out.println("as expected: " + e.getMessage());
    } finally {
      NativeCall.of("close", fd);
    }
  }

  private static void fallocate(CachedScene scene, int mode) throws IOException {
    withFile(scene, fd -> NativeCall.of("fallocate", fd, mode, 0L, HALF_BYTES));
  }

  private static void withFile(CachedScene scene, MatrixFree.Use use) throws IOException {
    MatrixFree.withDescriptor(scene.file, use);
  }

  private static void ringOpen(CachedScene scene, int flags) throws IOException {
    MemorySegment name = NativeCall.text(scene.file.toString());
    IoRing ring = IoRing.open();
    ring.queueOpen(name, flags);
    ring.submit(1);
    ring.awaitCompletions(1);
  }
}
