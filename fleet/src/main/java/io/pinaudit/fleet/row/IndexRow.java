package io.pinaudit.fleet.row;

import java.io.Serializable;
import java.time.Instant;
import java.util.Map;

/**
 * One recording that was found under the roots.
 *
 * @param recording its id, or the digest of its files
 * @param host the machine
 * @param boot its boot
 * @param start when the recording began; null if unknown
 * @param app the application
 * @param version its version
 * @param labels all labels
 * @param kernel release
 * @param path where the recording lies
 * @param bytes size of all its files
 * @param error why the recording cannot be read; null if it can be
 */
public record IndexRow(
    String recording,
    String host,
    String boot,
    Instant start,
    String app,
    String version,
    Map<String, String> labels,
    String kernel,
    String path,
    long bytes,
    String error)
    implements Serializable {
  /** The host or application of a recording that names none. */
  public static final String UNKNOWN = "unknown";
}
