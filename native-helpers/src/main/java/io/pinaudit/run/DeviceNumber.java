package io.pinaudit.run;

/**
 * A block device number as the kernel prints it.
 *
 * @param major number of the driver
 * @param minor number of the device
 */
public record DeviceNumber(int major, int minor) implements Comparable<DeviceNumber> {
  private static final int KERNEL_MINOR_BITS = 20;

  /**
   * Makes a number from the kernel's own {@code dev_t}, as in {@code super_block.s_dev}: the major
   * number is in bits 20 to 31.
   */
  public static DeviceNumber ofKernel(long dev) {
    return new DeviceNumber(
        (int) (dev >>> KERNEL_MINOR_BITS), (int) (dev & ((1L << KERNEL_MINOR_BITS) - 1)));
  }

  /**
   * Makes a number from {@code st_dev} of stat(2), as glibc's {@code gnu_dev_major} and {@code
   * _minor} do.
   */
  public static DeviceNumber ofStat(long dev) {
    long major = ((dev >>> 8) & 0xfff) | ((dev >>> 32) & ~0xfffL);
    long minor = (dev & 0xff) | ((dev >>> 12) & ~0xffL);
    return new DeviceNumber((int) major, (int) minor);
  }

  /** Returns the kernel's own {@code dev_t}: the inverse of {@link #ofKernel}. */
  public long toKernel() {
    return (long) major << KERNEL_MINOR_BITS | minor;
  }

  /** Parses a number such as {@code 259:0}, as in sysfs and mountinfo. */
  public static DeviceNumber parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("expected MAJOR:MINOR, found '" + text + "'");
    }
    return new DeviceNumber(
        Integer.parseInt(text.substring(0, colon)),
        Integer.parseInt(text.substring(colon + 1).strip()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DeviceNumber number && number.major == major && number.minor == minor;
  }

  @Override
  public int hashCode() {
    return 31 * major + minor;
  }

  @Override
  public int compareTo(DeviceNumber other) {
    return major != other.major
        ? Integer.compare(major, other.major)
        : Integer.compare(minor, other.minor);
  }

  @Override
  public String toString() {
    return major + ":" + minor;
  }
}
