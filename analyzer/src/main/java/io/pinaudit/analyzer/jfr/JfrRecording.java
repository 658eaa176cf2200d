package io.pinaudit.analyzer.jfr;

import io.pinaudit.analyzer.trace.Fault;
import io.pinaudit.analyzer.trace.JavaCall;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The content of one recording of a JVM.
 *
 * @param calls hooked calls in order of their start, decoded anew whenever they are iterated over
 * @param problems reasons why the recording may not be complete, one line each
 * @param withoutDax whether the JVM saw its mounts, and none of them may have files with DAX
 * @param faults the first accesses to mapped memory that failed, at most {@value #MOST_FAULTS}
 * @param full files that were mapped on a file system without room for another page
 */
public record JfrRecording(
    Collection<JavaCall> calls,
    List<String> problems,
    boolean withoutDax,
    List<Fault> faults,
    Set<String> full) {
  /** The largest number of faults that are kept. */
  static final int MOST_FAULTS = 1000;
}
