package io.pinaudit.analyzer.jfr;

/** Says that a chunk does not hold what its header or metadata promise. The message says where. */
final class JfrDamage extends RuntimeException {
  private static final long serialVersionUID = 1;

  JfrDamage(String message) {
    super(message, null, false, false);
  }
}
