package io.pinaudit.allocator.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The committed extents of a pool in memory, by their place in the file. Guarded by the pool's
 * lock.
 *
 * @param <T> the extents
 */
public final class Committed<T> {
  private final BlockMap<T> extents = new BlockMap<>();
  private final Function<T, Durable> durables;
  private long recordBytes;
  private long nextId;

  /**
   * Begins without extents.
   *
   * @param nextId the first identity that no extent ever had
   * @param durables gives what the log says of an extent
   */
  public Committed(long nextId, Function<T, Durable> durables) {
    this.nextId = nextId;
    this.durables = durables;
  }

  private static long block(long offset) {
    return offset >>> FreeMap.BLOCK_SHIFT;
  }

  Durable durable(T extent) {
    return durables.apply(extent);
  }

  /** Adds an extent, which is committed from here on. */
  public void add(T extent) {
    Durable durable = durable(extent);
    extents.put(block(durable.offset()), extent);
    recordBytes += LogRecord.sizeBytes(durable.name());
  }

  /** Removes an extent, which is no longer committed or is about to get another name. */
  public void remove(T extent) {
    Durable durable = durable(extent);
    extents.remove(block(durable.offset()));
    recordBytes -= LogRecord.sizeBytes(durable.name());
  }

  /** Returns the extent that begins at an offset; null if none does. */
  public T at(long offsetBytes) {
    T extent = extents.get(block(offsetBytes));
    return extent != null && durable(extent).offset() == offsetBytes ? extent : null;
  }

  /** Returns the first extent that begins in a block or behind it; null if there is none. */
  T atOrAfter(long block) {
    return extents.atOrAfter(block);
  }

  /** Returns all extents by their place in the file. */
  public List<T> all() {
    List<T> all = new ArrayList<>();
    extents.forEach(all::add);
    return all;
  }

  /** Returns the number of extents. */
  public long size() {
    return extents.size();
  }

  /** Returns how many bytes the records of all extents take at the beginning of a log. */
  public long recordBytes() {
    return recordBytes;
  }

  /** Returns a new identity, for an extent that is committed for the first time. */
  public long newId() {
    return nextId++;
  }

  /** Returns the first identity that no extent ever had. */
  public long nextId() {
    return nextId;
  }
}
