package io.pinaudit.analyzer.jfr;

/** A chunk does not hold what its header or its metadata promise; the message says where. */
final class JfrDamage extends RuntimeException {
  private static final long serialVersionUID = 1;

  JfrDamage(String message) {
    super(message, null, false, false);
  }
}
