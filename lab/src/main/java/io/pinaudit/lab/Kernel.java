package io.pinaudit.lab;

import io.pinaudit.analyzer.cli.UsageException;

/** The kernels that the lab can boot, each as Debian ships it. */
public enum Kernel {
  /** That of the machine's own Debian release. */
  DEFAULT("default", "linux-image-amd64");

  private final String label;
  private final String metaPackage;

  Kernel(String label, String metaPackage) {
    this.label = label;
    this.metaPackage = metaPackage;
  }

  /** The package that depends on the newest image. */
  String metaPackage() {
    return metaPackage;
  }

  /** The kernel with that label on the command line. */
  static Kernel named(String label) {
    for (Kernel kernel : values()) {
      if (kernel.label.equals(label)) {
        return kernel;
      }
    }
    throw new UsageException("lab: unknown kernel '" + label + "': there is only 'default'");
  }
}
