package io.pinaudit.cli;

/** The version of this program. */
public final class Version {
  /** As the jar's manifest says. */
  public static final String TEXT = text();

  private Version() {}

  private static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }
}
