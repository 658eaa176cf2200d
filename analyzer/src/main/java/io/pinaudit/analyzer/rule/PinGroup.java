package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Doubt;
import io.pinaudit.analyzer.finding.Place;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.BlockMap;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.PageOwners;
import io.pinaudit.analyzer.timeline.Pin;
import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Stamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Pins that one site of the program took and that the same later event concerns.
 *
 * @param pins at least one, in order of page
 */
record PinGroup(List<Pin> pins) {
  /** Groups pins by the site that took them. */
  static List<PinGroup> bySite(List<Pin> pins) {
    Map<Actor.Site, List<Pin>> groups =
        pins.stream()
            .collect(
                Collectors.groupingBy(
                    pin -> pin.holder().site(), LinkedHashMap::new, Collectors.toList()));
    return groups.values().stream().map(PinGroup::new).toList();
  }

  Actor holder() {
    return earliest().holder();
  }

  /** Returns the calls that mapped the pinned memory, as far as they are known. */
  List<JavaCall> mappings() {
    return pins.stream().map(Pin::mapping).filter(Objects::nonNull).distinct().toList();
  }

  Pin earliest() {
    return pins.stream().min(Comparator.comparingLong(pin -> pin.taken().nanos())).orElseThrow();
  }

  /** Returns when the last of the pins was dropped; null if one of them was never dropped. */
  Stamp lastDrop() {
    return pins.stream().anyMatch(pin -> pin.dropped() == null)
        ? null
        : pins.stream().map(Pin::dropped).max(Comparator.comparingLong(Stamp::nanos)).orElseThrow();
  }

  boolean ambiguous() {
    return pins.stream().anyMatch(Pin::ambiguous);
  }

  /**
   * Returns the reasons why the pins may have ended earlier than was seen. There is none if no
   * events were lost while the pins lived and their drops were seen, or if the bio or pipe that
   * holds the pins is known and did not release them.
   */
  Set<Doubt> doubts(Ledgers ledgers) {
    Set<Doubt> doubts = EnumSet.noneOf(Doubt.class);
    if (ledgers.sight().lostBetween(earliest().taken(), lastDrop())) {
      doubts.add(Doubt.EVENTS_LOST);
    }
    if (ledgers.sight().missedEnds()) {
      doubts.add(Doubt.ENDS_MISSED);
    }
    for (Pin pin : pins) {
      if (!ledgers.sight().knowsEnd(pin)) {
        doubts.add(ledgers.sight().mayMissEnd(pin) ? Doubt.END_UNCOUNTED : Doubt.END_UNTRACED);
      }
    }
    return doubts;
  }

  /** Returns how many calls took the pins: the number of reads in flight, for example. */
  long calls() {
    return pins.stream().map(pin -> callKey(pin)).distinct().count();
  }

  private static Object callKey(Pin pin) {
    return pin.holder().call() != null
        ? pin.holder().call()
        : pin.holder().tid() + "/" + pin.holder().syscall();
  }

  /**
   * Returns the place of the pinned pages: their blocks of the device and their ranges of the file.
   */
  Place place(FileRef file, BlockMap blocks, PageOwners owners) {
    TreeSet<Long> frames =
        pins.stream().map(Pin::pfn).collect(Collectors.toCollection(TreeSet::new));
    List<PageRange> blockRanges = new ArrayList<>();
    List<ByteRange> byteRanges = new ArrayList<>();
    for (long frame : frames) {
      blocks
          .block(file.id().device(), frame)
          .ifPresent(block -> new PageRange(block, 1).appendTo(blockRanges));
      PageOwners.Owner owner = owners.owner(frame);
      if (owner != null && owner.file().equals(file)) {
        new PageRange(owner.pageOffset(), 1).bytes().appendTo(byteRanges);
      }
    }
    return new Place(file, List.copyOf(blockRanges), List.copyOf(byteRanges));
  }
}
