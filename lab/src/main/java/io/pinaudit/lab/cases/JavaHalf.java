package io.pinaudit.lab.cases;

import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Runs the Java half of the lab's truth table: {@code JavaHalf TABLE FILE_SYSTEM=DIRECTORY…}.
 *
 * <p>Each case measures its truth without pinaudit and prints it; {@code lab/matrix.d/main.c}, the
 * other half, describes the line and the truths.
 */
public final class JavaHalf {
  private static final int MARGIN_MILLIS = 3;

  private final Map<String, Path> directories = new HashMap<>();
  private final Set<String> rehearsed = new HashSet<>();

  private JavaHalf(List<String> mounts) {
    for (String mount : mounts) {
      int equals = mount.indexOf('=');
      directories.put(mount.substring(0, equals), Path.of(mount.substring(equals + 1)));
    }
  }

  /** Runs all Java cases of a table; the class describes the arguments. */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> arguments = Arrays.asList(args);
    JavaHalf half = new JavaHalf(arguments.subList(1, arguments.size()));
    int number = 0;
    for (MatrixRow row : MatrixRow.ofJava(Path.of(arguments.getFirst()))) {
      number++;
      half.rehearse(row);
      half.run(row, number);
    }
  }

  /**
   * Frees once elsewhere without a pin, so that the time that Java takes to load and link is not
   * taken for a wait.
   */
  private void rehearse(MatrixRow row) throws IOException {
    if (!rehearsed.add(row.free())) {
      return;
    }
    try (MatrixScene scene =
        new MatrixScene(directories.get("tmpfs"), directories.get("tmpfs"), 0)) {
      MatrixFree.ALL.get(row.free()).act(scene);
    } catch (IOException e) {
      System.out.println("not on tmpfs: " + e.getMessage());
    }
  }

  private void run(MatrixRow row, int number) throws IOException, InterruptedException {
    Path other = directories.get(row.fileSystem().equals("ext4-dax") ? "xfs-dax" : "ext4-dax");
    long startNanos = System.nanoTime();
    Truth truth;
    String file = "0:0\t0";
    try (MatrixScene scene = new MatrixScene(directories.get(row.fileSystem()), other, number)) {
      file = scene.deviceNumber() + "\t" + scene.inode;
      truth = truth(row, scene);
    } catch (IOException | RuntimeException e) {
      truth = new Truth("failed", e + (e.getCause() == null ? "" : ": " + e.getCause()));
    }
    Thread.sleep(MARGIN_MILLIS);
    System.out.printf(
        "case\t%s\t%d\t%d\t%s\t%s\t%s%n",
        row.name(), startNanos, System.nanoTime(), file, truth.kind, truth.detail);
    Thread.sleep(MARGIN_MILLIS);
  }

  /** What happened to the pages. */
  private record Truth(String kind, String detail) {}

  /** What the free did: how many blocks, and how long it took. */
  private record Freed(long blocks, long nanos) {
    Truth nothing() {
      return new Truth(
          "nothing", blocks + " blocks freed after " + seconds(nanos) + ", 0 foreign bytes");
    }
  }

  private static Truth truth(MatrixRow row, MatrixScene scene)
      throws IOException, InterruptedException {
    MatrixPin pin = MatrixPin.take(row.pin(), scene);
    if (row.isUnmapped()) {
      scene.unmap();
    }
    if (row.isDroppedBefore()) {
      pin.drop();
      Thread.sleep(1);
    }
    try (Dropper dropper = row.isDroppedBefore() ? null : new Dropper(pin)) {
      MatrixFree free = MatrixFree.ALL.get(row.free());
      long startNanos = System.nanoTime();
      free.act(scene);
      long endNanos = System.nanoTime();
      if (dropper != null) {
        dropper.freeReturned();
      }
      long freed = row.isDax() ? scene.countFreed() : 0;
      if (!row.isDax()) {
        writeAnew(scene);
      } else if (freed > 0 || scene.alsoFreed != null) {
        scene.growVictim();
      }
      if (dropper != null) {
        dropper.drop();
        if (dropper.wasAwaited(startNanos, endNanos)) {
          return new Truth("waited", seconds(endNanos - startNanos) + " for the pin");
        }
      }
      return truth(row, scene, pin, new Freed(freed, endNanos - startNanos));
    }
  }

  private static Truth truth(MatrixRow row, MatrixScene scene, MatrixPin pin, Freed freed)
      throws IOException {
    long foreign = pin.countForeign(scene.victim);
    if (row.isDax() && foreign > 0) {
      return new Truth("foreign", foreign + " bytes");
    }
    if (row.isDax() && freed.blocks > 0 && row.isPinned()) {
      return new Truth("freed", freed.blocks + " blocks");
    }
    if (!row.isDax() && row.isPinned()) {
      long orphaned = pin.countOrphaned(scene.file, scene.victim.letter());
      return orphaned == 0 ? freed.nothing() : new Truth("orphaned", orphaned + " bytes");
    }
    return freed.nothing();
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.3f s", nanos / 1e9);
  }

  /**
   * Writes to the file where the pinned pages are or were; a pin on a page of the file shows it.
   */
  private static void writeAnew(MatrixScene scene) throws IOException {
    if (!Files.exists(scene.file.path())) {
      return;
    }
    byte[] bytes = new byte[MatrixScene.PINNED_BYTES];
    Arrays.fill(bytes, (byte) scene.victim.letter());
    try (FileChannel channel = FileChannel.open(scene.file.path(), WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      channel.position((long) MatrixScene.FIRST_PAGE * MatrixScene.PAGE_BYTES);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
    }
  }
}
