package io.pinaudit.fleet.row;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One recording and the result of its audit.
 *
 * @param recording its id, or the digest of its files
 * @param timeline id of the timeline: the recordings that were judged together with this one
 * @param recordings number of recordings of the timeline, with this one
 * @param host the machine
 * @param boot its boot
 * @param start when the recording began; null if unknown
 * @param durationNanos how long the recording lasted, in nanoseconds; -1 if its end is not known
 * @param app the application
 * @param version its version
 * @param labels all labels
 * @param command the command that was recorded
 * @param exitStatus exit status of the command; -1 if the command did not end
 * @param kernel release
 * @param kernelLine the first two numbers of the release
 * @param fileSystems types of the file systems with DAX
 * @param storage identities of the storage
 * @param recorder version of the recorder
 * @param analyzer version of the analyzer; empty if none could judge the recording because a disk
 *     or a store failed, so that the next audit tries again
 * @param path where the recording lay
 * @param bytes size of all its files
 * @param state {@code OK} or {@code FAILED}
 * @param error why the recording could not be audited; null if it was
 * @param completeness {@code complete}, {@code partial}, {@code inconclusive}; null if the audit
 *     failed
 * @param reasons the first reasons why the run is not complete
 * @param findings number of findings of the timeline
 * @param kernelEvents number of kernel events of the timeline
 * @param javaCalls number of hooked calls of the timeline
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
    long javaCalls)
    implements Serializable {
  /** The state of a recording that was audited. */
  public static final String OK = "OK";

  /** The state of a recording that could not be audited. */
  public static final String FAILED = "FAILED";

  /** Returns whether the recording was audited. */
  public boolean audited() {
    return state.equals(OK);
  }

  /** Returns this row with another number of findings. */
  public RunRow withFindings(int count) {
    return new RunRow(
        recording,
        timeline,
        recordings,
        host,
        boot,
        start,
        durationNanos,
        app,
        version,
        labels,
        command,
        exitStatus,
        kernel,
        kernelLine,
        fileSystems,
        storage,
        recorder,
        analyzer,
        path,
        bytes,
        state,
        error,
        completeness,
        reasons,
        count,
        kernelEvents,
        javaCalls);
  }
}
