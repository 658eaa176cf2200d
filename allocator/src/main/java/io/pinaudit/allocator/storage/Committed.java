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
   * None.
   *
   * @param nextId the first identity that no extent ever had
   * @param durables what the log says of an extent
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

  /** The extent is committed from here on. */
  public void add(T extent) {
    Durable durable = durable(extent);
    extents.put(block(durable.offset()), extent);
    recordBytes += LogRecord.sizeBytes(durable.name());
  }

  /** The extent is no longer committed, or is about to have another name. */
  public void remove(T extent) {
    Durable durable = durable(extent);
    extents.remove(block(durable.offset()));
    recordBytes -= LogRecord.sizeBytes(durable.name());
  }

  /** Null if none begins there. */
  public T at(long offsetBytes) {
    T extent = extents.get(block(offsetBytes));
    return extent != null && durable(extent).offset() == offsetBytes ? extent : null;
  }

  /** The first that begins in a block or behind it; null if there is none. */
  T atOrAfter(long block) {
    return extents.atOrAfter(block);
  }

  /** All, by their place in the file. */
  public List<T> all() {
    List<T> all = new ArrayList<>();
    extents.forEach(all::add);
    return all;
  }

  /** How many there are. */
  public long size() {
    return extents.size();
  }

  /** How long the records are with which a log begins that has all of them. */
  public long recordBytes() {
    return recordBytes;
  }

  /** The identity of an extent that is committed for the first time. */
  public long newId() {
    return nextId++;
  }

  /** The first identity that no extent ever had. */
  public long nextId() {
    return nextId;
  }
}
