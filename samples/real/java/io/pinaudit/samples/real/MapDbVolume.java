package io.pinaudit.samples.real;

import java.nio.file.Path;
import org.mapdb.volume.MappedFileVol;
import org.mapdb.volume.Volume;

/**
 * MapDB shortens a mapped volume.
 *
 * <p>Without its cleaner hack MapDB leaves the slices beyond the new end mapped until the garbage
 * collector finds them, and cuts the file below them. With {@code --fixed} the hack unmaps them
 * first; that is right only if no other thread reads the volume.
 */
public final class MapDbVolume {
  private static final int SLICE_SHIFT = 20;
  private static final long BYTES = 4L << SLICE_SHIFT;

  private MapDbVolume() {}

  /** Runs the program; the package describes the arguments. */
  public static void main(String[] args) {
    Folder folder = Folder.of(args);
    Path file = folder.file("volume");
    Volume volume =
        new MappedFileVol(file.toFile(), false, 0, SLICE_SHIFT, folder.fixed(), BYTES, false);
    for (long offset = 0; offset < BYTES; offset += 4096) {
      volume.putLong(offset, offset);
    }
    volume.truncate(BYTES / 4);
    System.out.println("truth: the file has " + file.toFile().length() + " bytes");
    volume.close();
  }
}
