package io.pinaudit.run;

import java.util.List;

/**
 * The content of {@code run.json}, which describes one run: all that the analyzer needs to read the
 * recordings of the run on another machine.
 *
 * @param toolVersion version of the recorder
 * @param kernelRelease {@code uname -r}
 * @param bootId /proc/sys/kernel/random/boot_id
 * @param startNanos CLOCK_MONOTONIC at the start, in nanoseconds
 * @param endNanos CLOCK_MONOTONIC at the end, in nanoseconds; -1 while recording, or if the
 *     recorder was killed
 * @param command the command line of the application
 * @param exitStatus exit status of the application; -1 if the application did not end
 * @param kernel the description of the kernel's trace; null if the kernel was not recorded
 * @param kernelAbsent why the kernel was not recorded; null if it was
 * @param devices block devices
 * @param mounts mounted file systems
 * @param files inodes of DAX file systems and their paths at the end of the run
 * @param kernelWarnings lines about DAX that the kernel logged during the run
 * @param users the users of the machine, and the processes that worked for each when the recording
 *     began
 * @param jvms the JVMs that were found among the processes of the command
 * @param origin which recording of which host this is
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
    List<Jvm> jvms,
    Origin origin) {
  /** Returns a description of the storage of a machine on which nothing was recorded. */
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
        jvms,
        origin);
  }

  /**
   * Returns the same run as if the recorder had ended it.
   *
   * @param nanos CLOCK_MONOTONIC at the end, in nanoseconds
   */
  public RunDescription endingAt(long nanos) {
    return new RunDescription(
        toolVersion,
        kernelRelease,
        bootId,
        startNanos,
        nanos,
        command,
        exitStatus,
        kernel,
        kernelAbsent,
        devices,
        mounts,
        files,
        kernelWarnings,
        users,
        jvms,
        origin);
  }

  /** Version of the layout of {@code run.json}. */
  public static final int SCHEMA_VERSION = 1;

  /** Name of the file in a run directory. */
  public static final String FILE_NAME = "run.json";

  /**
   * The path of an inode at the end of the run.
   *
   * @param device device number of the file system
   * @param inode inode number
   * @param path one of the paths of the inode
   */
  public record FileName(DeviceNumber device, long inode, String path) {}

  /**
   * A user.
   *
   * @param uid number of the user
   * @param name name of the user; empty if the user has none on this machine
   * @param processes the processes that worked for the user when the recording began: for each, its
   *     number and then the numbers of its other threads
   */
  public record UserOf(int uid, String name, List<List<Integer>> processes) {}

  /**
   * A JVM of the command.
   *
   * @param pid its process number, as the recorder saw it
   * @param command the beginning of its command line
   * @param audited whether it had the agent
   */
  public record Jvm(int pid, String command, boolean audited) {}
}
