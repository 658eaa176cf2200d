package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.JavaCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The live mappings of each JVM by address, as the JVM's agent told. */
public final class Mappings {
  private final Map<String, RangeMap<Mapping>> byProcess = new HashMap<>();
  private final Map<FileId, Set<Mapping>> byFile = new HashMap<>();

  /** A range of a file that is mapped at an address of a JVM; compared by identity. */
  private static final class Mapping {
    private final JavaCall call;
    private final FileId file;
    private final ByteRange range;
    private final long address;
    private long left; // how many bytes of it are mapped still

    Mapping(JavaCall call, FileId file, ByteRange range, long address) {
      this.left = range.length();
      this.call = call;
      this.file = file;
      this.range = range;
      this.address = address;
    }

    boolean covers(RangeMap.Entry<Mapping> part, FileId page, long offset) {
      long from = range.offset() + part.start() - address;
      return page.equals(file) && from <= offset && offset < from + part.end() - part.start();
    }
  }

  /**
   * The part of a mapping that is still mapped.
   *
   * @param call the call that made the mapping, or the snapshot that told of it
   * @param ranges the bytes of the file that are still mapped
   */
  public record Live(JavaCall call, List<ByteRange> ranges) {}

  void mapped(JavaCall call, JavaCall.Mapped mapping) {
    if (call.error() == null && mapping.range().length() > 0) {
      add(new Mapping(call, mapping.file().id(), mapping.range(), mapping.address()));
    }
  }

  /** Adds a mapping that a snapshot tells, unless the mapping is already known. */
  void stillMapped(JavaCall call, JavaCall.StillMapped mapping) {
    if (mapping.range().length() > 0 && at(call.process(), mapping.address()) == null) {
      add(new Mapping(call, mapping.file().id(), mapping.range(), mapping.address()));
    }
  }

  private void add(Mapping mapping) {
    unmapped(
        byProcess
            .computeIfAbsent(mapping.call.process(), _ -> new RangeMap<>())
            .put(mapping.address, mapping.range.length(), mapping));
    if (mapping.file != null) {
      byFile.computeIfAbsent(mapping.file, _ -> new LinkedHashSet<>()).add(mapping);
    }
  }

  /** Returns whether a page of a file is mapped in a range of addresses. */
  boolean covers(String process, JavaCall.Unmapped range, FileId file, long offset) {
    RangeMap<Mapping> mappings = byProcess.get(process);
    return mappings != null
        && mappings.parts(range.address(), range.address() + range.length()).stream()
            .anyMatch(part -> part.value().covers(part, file, offset));
  }

  /** Returns the files that are mapped in a range of addresses. */
  Set<FileId> files(String process, JavaCall.Unmapped range) {
    Set<FileId> files = new LinkedHashSet<>();
    RangeMap<Mapping> mappings = byProcess.get(process);
    if (mappings != null) {
      mappings
          .parts(range.address(), range.address() + range.length())
          .forEach(part -> files.add(part.value().file));
    }
    return files;
  }

  /** Unmaps a range of addresses; returns the files of which something was unmapped. */
  Set<FileId> unmapped(JavaCall call, JavaCall.Unmapped range) {
    return call.error() == null ? clear(call.process(), range.address(), range.length()) : Set.of();
  }

  private Set<FileId> clear(String process, long address, long length) {
    RangeMap<Mapping> mappings = byProcess.get(process);
    if (mappings == null || length <= 0) {
      return Set.of();
    }
    return unmapped(mappings.clear(address, address + length));
  }

  /** Notes that parts of mappings are gone; returns their files, in the order of the addresses. */
  private Set<FileId> unmapped(List<RangeMap.Entry<Mapping>> parts) {
    if (parts.isEmpty()) {
      return Set.of();
    }
    Set<FileId> files = new LinkedHashSet<>();
    for (RangeMap.Entry<Mapping> part : parts.reversed()) {
      Mapping mapping = part.value();
      mapping.left -= part.end() - part.start();
      if (mapping.file != null) {
        files.add(mapping.file);
        if (mapping.left == 0) {
          remove(mapping);
        }
      }
    }
    return files;
  }

  private void remove(Mapping mapping) {
    Set<Mapping> ofFile = byFile.get(mapping.file);
    ofFile.remove(mapping);
    if (ofFile.isEmpty()) {
      byFile.remove(mapping.file);
    }
  }

  private List<ByteRange> ranges(Mapping mapping) {
    return byProcess
        .get(mapping.call.process())
        .parts(mapping.address, mapping.address + mapping.range.length())
        .stream()
        .filter(part -> part.value().equals(mapping))
        .map(
            part ->
                new ByteRange(
                    mapping.range.offset() + part.start() - mapping.address,
                    part.end() - part.start()))
        .toList();
  }

  /** Returns the call that made the mapping in which an address of a JVM lies; null if unknown. */
  public JavaCall at(String process, long address) {
    RangeMap<Mapping> mappings = byProcess.get(process);
    RangeMap.Entry<Mapping> entry = mappings == null ? null : mappings.get(address);
    return entry == null ? null : entry.value().call;
  }

  /** Returns the files of which something is mapped. */
  Set<FileId> files() {
    return byFile.keySet();
  }

  boolean maps(FileId file) {
    return byFile.containsKey(file);
  }

  /** Returns the live mappings of a file, in the order in which they were made. */
  public List<Live> of(FileId file) {
    List<Live> live = new ArrayList<>();
    for (Mapping mapping : byFile.getOrDefault(file, Set.of())) {
      live.add(new Live(mapping.call, ranges(mapping)));
    }
    return live;
  }
}
