package io.pinaudit.agent.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The live mappings of this process that the agent has seen made.
 *
 * <p>Safe for any thread; takes no lock. Ranges do not overlap. A change that concerns several
 * ranges is not atomic: two threads that unmap and map the same addresses at once race in the
 * application already.
 */
public final class Mappings {
  private final ConcurrentNavigableMap<Long, Mapping> byAddress = new ConcurrentSkipListMap<>();

  boolean isEmpty() {
    return byAddress.isEmpty();
  }

  /** Returns all mappings by rising address. */
  public Collection<Mapping> all() {
    return byAddress.values();
  }

  /** Returns whether a mapping is live as a whole: nobody has begun to unmap a part of it. */
  boolean has(Mapping mapping) {
    return mapping.equals(byAddress.get(mapping.address()));
  }

  /** Returns the mappings that begin at an address or above, by rising address. */
  Collection<Mapping> from(long address) {
    return byAddress.tailMap(address).values();
  }

  /** Adds a mapping in place of the mappings that were there, as mmap(2) with MAP_FIXED does. */
  public void add(Mapping mapping) {
    remove(mapping.address(), mapping.lengthBytes());
    byAddress.put(mapping.address(), mapping);
  }

  /**
   * Forgets the parts of mappings that lie in a range, and returns these parts; the parts outside
   * the range stay.
   */
  public List<Mapping> remove(long address, long lengthBytes) {
    long end = end(address, lengthBytes);
    List<Mapping> removed = new ArrayList<>();
    for (Mapping mapping : touching(address, end)) {
      if (byAddress.remove(mapping.address(), mapping)) {
        removed.add(mapping.clip(address, end));
        keep(mapping, mapping.address(), address);
        keep(mapping, end, mapping.endAddress());
      }
    }
    return removed;
  }

  private void keep(Mapping mapping, long fromAddress, long toAddress) {
    if (fromAddress < toAddress) {
      byAddress.put(fromAddress, mapping.clip(fromAddress, toAddress));
    }
  }

  /** Returns the mapped parts of a range of memory by rising address. */
  public List<Mapping> overlapping(long address, long lengthBytes) {
    long end = end(address, lengthBytes);
    List<Mapping> found = touching(address, end);
    for (int i = 0; i < found.size(); i++) {
      found.set(i, found.get(i).clip(address, end));
    }
    return found;
  }

  // Lengths come from the application: the kernel refuses what is absurd, later.
  private static long end(long address, long lengthBytes) {
    long end = address + Math.max(0, lengthBytes);
    return end < address ? Long.MAX_VALUE : end;
  }

  private List<Mapping> touching(long address, long end) {
    List<Mapping> found = new ArrayList<>(1);
    Map.Entry<Long, Mapping> entry = byAddress.lowerEntry(end);
    while (entry != null && entry.getValue().endAddress() > address) {
      found.add(0, entry.getValue());
      entry = byAddress.lowerEntry(entry.getKey());
    }
    return found;
  }
}
