package io.pinaudit.cli;

/** The version of this program. */
public final class Version {
  /** The version in the jar's manifest. */
  public static final String TEXT = text();

  private Version() {}

  private static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }
}
