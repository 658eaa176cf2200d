package io.pinaudit.lab.host;

import io.pinaudit.cli.UsageException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The kernels that the lab can boot, each as Debian ships it. */
public enum Kernel {
  /** That of the machine's own Debian release. */
  DEFAULT("default"),
  /** Debian 11's. */
  LINUX_5_10("5.10"),
  /** Debian 12's. */
  LINUX_6_1("6.1"),
  /** Debian 13's, as it is built for Debian 12, or its own. */
  LINUX_6_12("6.12"),
  /** The next Debian's. */
  LINUX_7("7");

  private static final String META_PACKAGE = "linux-image-amd64";

  private final String label;

  Kernel(String label) {
    this.label = label;
  }

  /** Its name on the command line. */
  public String label() {
    return label;
  }

  /** Where Debian has it, the best place first; empty for the machine's own sources. */
  List<String> suites() {
    return switch (this) {
      case DEFAULT -> List.of();
      case LINUX_5_10 -> List.of("bullseye");
      case LINUX_6_1 -> List.of("bookworm");
      case LINUX_6_12 -> List.of("bookworm-backports", "trixie");
      case LINUX_7 -> List.of("forky");
    };
  }

  /** Whether a Debian version, for example {@code 6.1.192-2}, is one of this kernel. */
  boolean is(String version) {
    return version.startsWith(label + ".");
  }

  /** The package that depends on the newest image. */
  static String metaPackage() {
    return META_PACKAGE;
  }

  /** The kernel with that label on the command line. */
  public static Kernel named(String label) {
    for (Kernel kernel : values()) {
      if (kernel.label.equals(label)) {
        return kernel;
      }
    }
    throw new UsageException("lab: unknown kernel '" + label + "': " + labels());
  }

  /** All of them, for a usage message. */
  public static String labels() {
    return Arrays.stream(values()).map(Kernel::label).collect(Collectors.joining(", "));
  }
}
