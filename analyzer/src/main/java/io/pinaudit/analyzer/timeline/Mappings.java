package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.JavaCall;
import java.util.HashMap;
import java.util.Map;

/** The live mappings of each JVM, by address, as its agent told. */
final class Mappings {
  private final Map<String, RangeMap<JavaCall>> byProcess = new HashMap<>();

  void mapped(JavaCall call, JavaCall.Mapped mapping) {
    if (call.error() == null && mapping.range().length() > 0) {
      byProcess
          .computeIfAbsent(call.process(), _ -> new RangeMap<>())
          .put(mapping.address(), mapping.range().length(), call);
    }
  }

  void unmapped(JavaCall call, JavaCall.Unmapped range) {
    RangeMap<JavaCall> mappings = byProcess.get(call.process());
    if (mappings != null && call.error() == null) {
      mappings.clear(range.address(), range.address() + range.length());
    }
  }

  /** The call that made the mapping an address of a JVM lies in; null if unknown. */
  JavaCall at(String process, long address) {
    RangeMap<JavaCall> mappings = byProcess.get(process);
    RangeMap.Entry<JavaCall> entry = mappings == null ? null : mappings.get(address);
    return entry == null ? null : entry.value();
  }
}
