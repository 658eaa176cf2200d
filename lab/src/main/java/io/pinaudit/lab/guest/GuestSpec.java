package io.pinaudit.lab.guest;

import io.pinaudit.lab.host.DaxFileSystem;
import io.pinaudit.lab.host.Kernel;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Describes what to boot.
 *
 * @param kernel which kernel
 * @param fileSystem what to mount with {@code dax=always} on {@code /mnt/dax}
 * @param hardware the emulated machine
 * @param runDirectory an existing folder, writable from the guest under the same path; it receives
 *     the kernel log and {@code lab.json}
 * @param timeout the longest the guest may live, from QEMU's start
 */
public record GuestSpec(
    Kernel kernel,
    DaxFileSystem fileSystem,
    GuestHardware hardware,
    Path runDirectory,
    Duration timeout) {
  /** Ten minutes. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(10);

  public GuestSpec {
    runDirectory = runDirectory.toAbsolutePath().normalize();
  }

  /** Returns the default kernel with ext4 on the default machine. */
  public static GuestSpec inDirectory(Path runDirectory) {
    return new GuestSpec(
        Kernel.DEFAULT, DaxFileSystem.EXT4, GuestHardware.DEFAULT, runDirectory, DEFAULT_TIMEOUT);
  }

  /** Returns the file that keeps what the guest's console prints. */
  public Path kernelLog() {
    return runDirectory.resolve("guest-kernel.log");
  }

  /** Returns the same with another file system. */
  public GuestSpec withFileSystem(DaxFileSystem other) {
    return new GuestSpec(kernel, other, hardware, runDirectory, timeout);
  }

  /** Returns the same with another kernel. */
  public GuestSpec withKernel(Kernel other) {
    return new GuestSpec(other, fileSystem, hardware, runDirectory, timeout);
  }

  /** Returns the same on another machine. */
  public GuestSpec withHardware(GuestHardware other) {
    return new GuestSpec(kernel, fileSystem, other, runDirectory, timeout);
  }

  /** Returns the same with another time limit. */
  public GuestSpec withTimeout(Duration other) {
    return new GuestSpec(kernel, fileSystem, hardware, runDirectory, other);
  }
}
