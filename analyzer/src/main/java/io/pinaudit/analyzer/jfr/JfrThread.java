package io.pinaudit.analyzer.jfr;

/**
 * A thread that events refer to.
 *
 * @param name in Java; empty if it has none
 * @param tid the kernel's number; -1 if unknown
 * @param javaId number of the Java thread; 0 if it is none
 */
record JfrThread(String name, int tid, long javaId) {
  /** A thread of which nothing is known. */
  static final JfrThread UNKNOWN = new JfrThread("", -1, 0);
}
