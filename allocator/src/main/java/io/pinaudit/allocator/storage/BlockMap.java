package io.pinaudit.allocator.storage;

import java.util.function.Consumer;

/**
 * Maps the first block of a range to a value: a tree of nodes of 64 slots each, as high as the
 * highest block needs. To get, put and remove takes as many steps as the tree is high, whatever it
 * holds: nothing is ever hashed or copied anew, so no single call takes long. Its user guards it.
 *
 * @param <T> the values
 */
final class BlockMap<T> {
  private static final int BITS = 6;
  private static final int SLOTS = 1 << BITS;

  private static final class Node {
    final Object[] slots = new Object[SLOTS];

    /** Bit i says whether slot i is not null. */
    long filled;

    void set(int slot, Object value) {
      slots[slot] = value;
      filled |= 1L << slot;
    }

    void clear(int slot) {
      slots[slot] = null;
      filled &= ~(1L << slot);
    }
  }

  private Node root = new Node();

  /** The number of levels below the root; if it is 0, the root's slots hold values. */
  private int height;

  private long size;

  private static int slot(long block, int level) {
    return (int) (block >>> level * BITS) & SLOTS - 1;
  }

  private boolean isBeyond(long block) {
    int bits = (height + 1) * BITS;
    return bits < Long.SIZE && block >>> bits != 0;
  }

  @SuppressWarnings("unchecked")
  private T value(Object slot) {
    return (T) slot;
  }

  /** Returns the value at a block; null if there is none. */
  T get(long block) {
    if (isBeyond(block)) {
      return null;
    }
    Node node = root;
    for (int level = height; level > 0 && node != null; level--) {
      node = (Node) node.slots[slot(block, level)];
    }
    return node == null ? null : value(node.slots[slot(block, 0)]);
  }

  /** Returns what was there before, or null. */
  T put(long block, T value) {
    while (isBeyond(block)) {
      Node higher = new Node();
      if (root.filled != 0) {
        higher.set(0, root);
      }
      root = higher;
      height++;
    }
    Node node = root;
    for (int level = height; level > 0; level--) {
      int slot = slot(block, level);
      if (node.slots[slot] == null) {
        node.set(slot, new Node());
      }
      node = (Node) node.slots[slot];
    }
    T before = value(node.slots[slot(block, 0)]);
    node.set(slot(block, 0), value);
    size += before == null ? 1 : 0;
    return before;
  }

  /** Returns what was there, or null. */
  T remove(long block) {
    T before = get(block);
    if (before != null) {
      remove(root, height, block);
      size--;
    }
    return before;
  }

  /** Removes a value, and the nodes that are empty then. */
  private static void remove(Node node, int level, long block) {
    int slot = slot(block, level);
    if (level == 0) {
      node.clear(slot);
      return;
    }
    Node below = (Node) node.slots[slot];
    remove(below, level - 1, block);
    if (below.filled == 0) {
      node.clear(slot);
    }
  }

  /** Returns the first value at a block or behind it; null if there is none. */
  T atOrAfter(long block) {
    return isBeyond(block) ? null : first(root, height, block);
  }

  private T first(Node node, int level, long block) {
    int slot = slot(block, level);
    if (level == 0) {
      long from = node.filled & -1L << slot;
      return from == 0 ? null : value(node.slots[Long.numberOfTrailingZeros(from)]);
    }
    if (node.slots[slot] != null) {
      T found = first((Node) node.slots[slot], level - 1, block);
      if (found != null) {
        return found;
      }
    }
    long behind = slot == SLOTS - 1 ? 0 : node.filled & -1L << slot + 1;
    return behind == 0
        ? null
        : first((Node) node.slots[Long.numberOfTrailingZeros(behind)], level - 1, 0);
  }

  /** Visits all values in the order of their blocks. */
  void forEach(Consumer<? super T> action) {
    forEach(root, height, action);
  }

  private void forEach(Node node, int level, Consumer<? super T> action) {
    for (long left = node.filled; left != 0; left &= left - 1) {
      Object slot = node.slots[Long.numberOfTrailingZeros(left)];
      if (level == 0) {
        action.accept(value(slot));
      } else {
        forEach((Node) slot, level - 1, action);
      }
    }
  }

  /** Returns the number of values. */
  long size() {
    return size;
  }
}
