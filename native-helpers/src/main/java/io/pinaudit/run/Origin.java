package io.pinaudit.run;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The origin of a recording, which tells the recording from all others of a store.
 *
 * @param recordingId a random UUID, new for each recording; null if an older recorder wrote it
 * @param hostId identity of the machine, which stays the same after a boot; null if unknown
 * @param start when the recording began, by the host's calendar; null if unknown
 * @param labels labels that the user gave the recording, such as {@code app.version}, in the user's
 *     order
 * @param storage identities of file systems and devices that hold on other hosts and after other
 *     boots
 */
public record Origin(
    String recordingId,
    String hostId,
    Instant start,
    Map<String, String> labels,
    List<StorageId> storage) {
  /** The origin of a run of an older recorder, of which nothing is known. */
  public static final Origin UNKNOWN = new Origin(null, null, null, Map.of(), List.of());

  /**
   * An identity of a file system or device that does not depend on its number in this boot.
   *
   * @param device the device number in this boot
   * @param kind the kind of the identity
   * @param id the identity
   */
  public record StorageId(DeviceNumber device, Kind kind, String id) {
    /** The kind of an identity. */
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
