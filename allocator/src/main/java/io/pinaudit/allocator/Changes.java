package io.pinaudit.allocator;

import io.pinaudit.allocator.storage.LogRecord;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Several extents that are committed and freed at once: after a crash at any moment, either all of
 * it was done or nothing. To be used by one thread, and once.
 *
 * {@snippet :
 * pool.changes().replace(oldPage, newPage).commit(index, "index 7").apply();
 * }
 */
public final class Changes {
  /** Applies the changes. */
  interface Owner {
    void apply(Changes changes) throws IOException;
  }

  private final Owner owner;
  private final Map<Extent, String> commits = new LinkedHashMap<>();
  private final Set<Extent> frees = new LinkedHashSet<>();

  Changes(Owner owner) {
    this.owner = owner;
  }

  /**
   * Commits an extent, or renames it, as {@link Extent#commit} does.
   *
   * @param name at most 255 bytes of UTF-8
   * @throws IllegalArgumentException if it is freed by this, or the name cannot be
   */
  public Changes commit(Extent extent, String name) {
    LogRecord.requireName(name);
    requireOther(extent, frees.contains(extent));
    commits.put(extent, name);
    return this;
  }

  /**
   * Frees an extent, as {@link Extent#free} does, by the policies of its pins.
   *
   * @throws IllegalArgumentException if it is committed by this
   */
  public Changes free(Extent extent) {
    requireOther(extent, commits.containsKey(extent));
    frees.add(extent);
    return this;
  }

  /**
   * Commits an extent under the name that another one has now, which is freed.
   *
   * @throws IllegalArgumentException if the other one is not committed, and so has no name, or if
   *     one of the two cannot be both committed and freed
   */
  public Changes replace(Extent old, Extent by) {
    if (!old.isCommitted()) {
      throw new IllegalArgumentException(old.describe() + " is not committed: it has no name");
    }
    requireOther(old, commits.containsKey(old) || old.equals(by));
    return commit(by, old.name()).free(old);
  }

  private static void requireOther(Extent extent, boolean contrary) {
    if (contrary) {
      throw new IllegalArgumentException(
          extent.describe() + " cannot be both committed and freed at once");
    }
  }

  /**
   * Does all of it. When this returns, neither {@code kill -9} nor a power cut undoes any of it;
   * the storage of what is freed is given out again when no pin holds it any more.
   *
   * @throws IllegalStateException if one of the extents is freed already, or the pool closed;
   *     nothing is changed then
   * @throws StillPinnedException if a pin on what is freed has the policy WAIT and it waited in
   *     vain; nothing is changed then
   * @throws IllegalArgumentException if one of the extents is of another pool; nothing is changed
   *     then
   * @throws PoolFullException if the extent map has to grow and cannot; nothing is changed then
   * @throws IOException if the extent map cannot be written, see {@link Extent#commit}
   */
  public void apply() throws IOException {
    owner.apply(this);
  }

  Map<Extent, String> commits() {
    return commits;
  }

  Set<Extent> frees() {
    return frees;
  }
}
