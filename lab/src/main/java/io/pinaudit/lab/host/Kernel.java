package io.pinaudit.lab.host;

import io.pinaudit.cli.UsageException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The kernels that the lab can boot, all as Debian ships them. */
public enum Kernel {
  /** The kernel of the machine's own Debian release. */
  DEFAULT("default"),
  /** The kernel of Debian 11. */
  LINUX_5_10("5.10"),
  /** The kernel of Debian 12. */
  LINUX_6_1("6.1"),
  /** The kernel of Debian 13, or its build for Debian 12. */
  LINUX_6_12("6.12"),
  /** The kernel of the next Debian release. */
  LINUX_7("7");

  private static final String META_PACKAGE = "linux-image-amd64";

  private final String label;

  Kernel(String label) {
    this.label = label;
  }

  /** Returns its name on the command line. */
  public String label() {
    return label;
  }

  /** Returns the suites that have it, the best first; empty for the machine's own sources. */
  List<String> suites() {
    return switch (this) {
      case DEFAULT -> List.of();
      case LINUX_5_10 -> List.of("bullseye");
      case LINUX_6_1 -> List.of("bookworm");
      case LINUX_6_12 -> List.of("bookworm-backports", "trixie");
      case LINUX_7 -> List.of("forky");
    };
  }

  /** Returns whether a Debian version, for example {@code 6.1.192-2}, belongs to this kernel. */
  boolean is(String version) {
    return version.startsWith(label + ".");
  }

  /** Returns the name of the package that depends on the newest image. */
  static String metaPackage() {
    return META_PACKAGE;
  }

  /** Returns the kernel with a label. */
  public static Kernel named(String label) {
    for (Kernel kernel : values()) {
      if (kernel.label.equals(label)) {
        return kernel;
      }
    }
    throw new UsageException("lab: unknown kernel '" + label + "': " + labels());
  }

  /** Returns all labels, for a usage message. */
  public static String labels() {
    return Arrays.stream(values()).map(Kernel::label).collect(Collectors.joining(", "));
  }
}
