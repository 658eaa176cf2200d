package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.PageRange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds what each hooked call took from files, by the call's arguments and by what is mapped, and
 * what a process takes that cuts a file without one.
 */
final class Cuts {
  private static final long WHOLE = Long.MAX_VALUE / PageRange.PAGE_BYTES * PageRange.PAGE_BYTES;

  private final Names names;
  private final Mappings mappings;

  /** Files that lost their last name and live on in a mapping. */
  private final Set<FileId> nameless = new HashSet<>();

  Cuts(Names names, Mappings mappings) {
    this.names = names;
    this.mappings = mappings;
  }

  /**
   * Returns what a call took from files. The call has ended, and the mappings already include its
   * effect.
   *
   * @param unmapped the files of which the call unmapped a range
   */
  List<Cut> of(JavaCall call, Set<FileId> unmapped) {
    if (call.error() != null) {
      return List.of();
    }
    return switch (call.effect()) {
      case JavaCall.Truncated truncated -> truncated(truncated).stream().toList();
      case JavaCall.Deallocated deallocated -> deallocated(deallocated).stream().toList();
      case JavaCall.Deleted deleted ->
          deleted.links() > 1 ? List.of() : nameless(deleted.file().id(), false).stream().toList();
      case JavaCall.Closed closed -> nameless(closed.file().id(), true).stream().toList();
      case JavaCall.Unmapped _ -> unmapped(unmapped);
      case JavaCall.Maps _, JavaCall.HandsOver _, JavaCall.GivesBack _, JavaCall.Harmless _ ->
          List.of();
    };
  }

  /** Returns what a truncate took away. The last page stays if a part of it does. */
  private Optional<Cut> truncated(JavaCall.Truncated call) {
    long from = PageRange.up(call.newSize());
    boolean shrinks = call.oldSize() < 0 || from < call.oldSize();
    return shrinks ? cut(call.file().id(), from, WHOLE, true) : Optional.empty();
  }

  /**
   * Returns what somebody takes who sets a file's size, as the kernel tells.
   *
   * @param newSize in bytes; not negative
   */
  Optional<Cut> sized(FileId file, long newSize) {
    return cut(file, PageRange.up(newSize), WHOLE, true);
  }

  private Optional<Cut> deallocated(JavaCall.Deallocated call) {
    FileId file = call.file().id();
    long from = call.range().offset();
    return switch (call.change()) {
      case PUNCH -> cut(file, PageRange.up(from), PageRange.down(call.range().end()), true);
      case ZERO -> cut(file, PageRange.up(from), PageRange.down(call.range().end()), false);
      case COLLAPSE -> cut(file, PageRange.down(from), WHOLE, true);
      case INSERT -> cut(file, PageRange.down(from), WHOLE, false);
      case NOTHING -> Optional.empty();
    };
  }

  /** Returns the cut of a whole file that has lost its name, unless a mapping keeps the file. */
  private Optional<Cut> nameless(FileId file, boolean sure) {
    if (file == null) {
      return Optional.empty();
    }
    if (mappings.maps(file)) {
      nameless.add(file);
      return Optional.empty();
    }
    nameless.remove(file);
    return Optional.of(new Cut(names.current(file), new ByteRange(0, WHOLE), true, sure));
  }

  /** Returns whether there is a file that only mappings keep. */
  boolean anyNameless() {
    return !nameless.isEmpty();
  }

  /** Returns whether only mappings keep a file. */
  boolean isNameless(FileId file) {
    return nameless.contains(file);
  }

  private List<Cut> unmapped(Set<FileId> files) {
    List<Cut> cuts = new ArrayList<>();
    for (FileId file : files) {
      if (nameless.contains(file)) {
        nameless(file, false).ifPresent(cuts::add);
      }
    }
    return cuts;
  }

  private Optional<Cut> cut(FileId file, long from, long to, boolean frees) {
    return file == null || to <= from
        ? Optional.empty()
        : Optional.of(new Cut(names.current(file), new ByteRange(from, to - from), frees, true));
  }
}
