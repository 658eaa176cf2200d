package io.pinaudit.fleet.row;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One recording, and what became of its audit.
 *
 * @param recording its id, or the digest of its files
 * @param timeline the recordings that were judged as one with it
 * @param recordings how many those are, itself included
 * @param host the machine
 * @param boot its boot
 * @param start when it began; null if unknown
 * @param durationNanos how long it lasted; -1 if its end is not known
 * @param app the application
 * @param version its version
 * @param labels all labels
 * @param command what was recorded
 * @param exitStatus of the command; -1 if it did not end
 * @param kernel release
 * @param kernelLine the first two numbers of the release
 * @param fileSystems types of the file systems with DAX
 * @param storage identities of the storage
 * @param recorder version of the recorder
 * @param analyzer version of the analyzer
 * @param path where it lay
 * @param bytes of all its files
 * @param state {@code OK} or {@code FAILED}
 * @param error why it could not be audited; null if it was
 * @param completeness {@code complete}, {@code partial}, {@code inconclusive}; null if it failed
 * @param reasons why it is not complete, the first of them
 * @param findings how many its timeline has
 * @param kernelEvents of its timeline
 * @param javaCalls of its timeline
 */
public record RunRow(
    String recording,
    String timeline,
    int recordings,
    String host,
    String boot,
    Instant start,
    long durationNanos,
    String app,
    String version,
    Map<String, String> labels,
    String command,
    int exitStatus,
    String kernel,
    String kernelLine,
    List<String> fileSystems,
    List<String> storage,
    String recorder,
    String analyzer,
    String path,
    long bytes,
    String state,
    String error,
    String completeness,
    List<String> reasons,
    int findings,
    long kernelEvents,
    long javaCalls) {
  /** The state of a recording that was audited. */
  public static final String OK = "OK";

  /** The state of one that could not be. */
  public static final String FAILED = "FAILED";

  /** Whether it was audited. */
  public boolean audited() {
    return state.equals(OK);
  }
}
