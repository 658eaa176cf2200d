package io.pinaudit.run;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Where a recording comes from: what tells it from all others when thousands lie in one store.
 *
 * @param recordingId a random UUID, new for each recording; null if an older recorder wrote it
 * @param hostId the machine, the same after each boot of it; null if unknown
 * @param start when the recording began, by the host's calendar; null if unknown
 * @param labels what the user says of the recording, such as {@code app.version}; in their order
 * @param storage what the file systems and devices are recognized by on another host or boot
 */
public record Origin(
    String recordingId,
    String hostId,
    Instant start,
    Map<String, String> labels,
    List<StorageId> storage) {
  /** Nothing is known: an older recorder wrote the run. */
  public static final Origin UNKNOWN = new Origin(null, null, null, Map.of(), List.of());

  /**
   * What a file system or device is recognized by, whatever number it has in this boot.
   *
   * @param device its number in this boot
   * @param kind which name it is
   * @param id the name
   */
  public record StorageId(DeviceNumber device, Kind kind, String id) {
    /** Which of its names. */
    public enum Kind {
      /** The UUID in the file system's superblock. */
      FILE_SYSTEM,
      /** The tag under which a host lends a folder to its virtual machine. */
      VIRTIOFS,
      /** The UUID of a persistent-memory namespace. */
      PMEM
    }
  }
}
