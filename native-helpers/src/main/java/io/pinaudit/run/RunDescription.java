package io.pinaudit.run;

import java.util.List;

/**
 * What {@code run.json} says about one audit: all that the analyzer needs to read the recordings on
 * any other machine.
 *
 * @param toolVersion version of the recorder
 * @param kernelRelease {@code uname -r}
 * @param bootId /proc/sys/kernel/random/boot_id
 * @param startNanos CLOCK_MONOTONIC at the start
 * @param endNanos CLOCK_MONOTONIC at the end; -1 while recording, or if the recorder was killed
 * @param command the application
 * @param exitStatus of the application; -1 if it did not end
 * @param kernel the kernel's side; null if it was not recorded
 * @param kernelAbsent why there is no kernel side; null if there is one
 * @param devices block devices
 * @param mounts mounted file systems
 * @param files inodes of DAX file systems and their paths at the end of the run
 * @param kernelWarnings lines about DAX that the kernel logged during the run
 * @param users of the machine, and for whom its processes worked when the recording began
 * @param origin which recording of which host it is
 */
public record RunDescription(
    String toolVersion,
    String kernelRelease,
    String bootId,
    long startNanos,
    long endNanos,
    List<String> command,
    int exitStatus,
    KernelSide kernel,
    String kernelAbsent,
    List<BlockDevice> devices,
    List<Mount> mounts,
    List<FileName> files,
    List<String> kernelWarnings,
    List<UserOf> users,
    Origin origin) {
  /** The storage of a machine on which nothing was recorded. */
  public static RunDescription ofMachine(List<BlockDevice> devices, List<Mount> mounts) {
    return new RunDescription(
        "",
        "",
        "",
        0,
        -1,
        List.of(),
        -1,
        null,
        null,
        devices,
        mounts,
        List.of(),
        List.of(),
        List.of(),
        Origin.UNKNOWN);
  }

  /**
   * Returns the same run as if its kernel had not been recorded.
   *
   * @param why what {@code kernelAbsent} says
   */
  public RunDescription withoutKernel(String why) {
    return new RunDescription(
        toolVersion,
        kernelRelease,
        bootId,
        startNanos,
        endNanos,
        command,
        exitStatus,
        null,
        why,
        devices,
        mounts,
        files,
        kernelWarnings,
        users,
        origin);
  }

  /** Version of the file's layout. */
  public static final int SCHEMA_VERSION = 1;

  /** The file's name in a run directory. */
  public static final String FILE_NAME = "run.json";

  /**
   * The path of an inode at the end of the run.
   *
   * @param device its file system
   * @param inode its number
   * @param path one of its names
   */
  public record FileName(DeviceNumber device, long inode, String path) {}

  /**
   * A user.
   *
   * @param uid its number
   * @param name empty if it has none here
   * @param processes that worked for it when the recording began: of each its number, and then
   *     those of its other threads
   */
  public record UserOf(int uid, String name, List<List<Integer>> processes) {}
}
