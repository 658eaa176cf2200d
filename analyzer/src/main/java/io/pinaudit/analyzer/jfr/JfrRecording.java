package io.pinaudit.analyzer.jfr;

import io.pinaudit.analyzer.trace.JavaCall;
import java.util.List;

/**
 * What the recordings of one JVM hold.
 *
 * @param calls hooked calls in order of their start
 * @param problems reasons for not trusting it to be whole, one line each
 */
public record JfrRecording(List<JavaCall> calls, List<String> problems) {}
