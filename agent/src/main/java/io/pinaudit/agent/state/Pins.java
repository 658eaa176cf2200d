package io.pinaudit.agent.state;

import io.pinaudit.agent.guard.Hold;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The live pins that the program itself ends: registrations and declared pins.
 *
 * <p>Safe for any thread; takes no lock. If there are several pins under one key, the youngest is
 * taken to end first.
 */
public final class Pins {
  /**
   * One piece of pinned memory.
   *
   * @param memory the memory; its file is unknown if it lies in no mapping
   * @param hold ends with the pin; several pins may share it; null without a guard
   */
  public record Pin(long id, Mapping memory, boolean longTerm, String holder, Hold hold) {}

  private final AtomicLong last = new AtomicLong();
  private final Map<Object, Stack> byKey = new ConcurrentHashMap<>();

  public long nextId() {
    return last.incrementAndGet();
  }

  /**
   * Adds pins that live from now on.
   *
   * @param key the value by which the program will end the pins
   */
  public void add(Object key, List<Pin> pins) {
    while (true) {
      Stack below = byKey.get(key);
      Stack above = new Stack(pins, below);
      if (below == null
          ? byKey.putIfAbsent(key, above) == null
          : byKey.replace(key, below, above)) {
        return;
      }
    }
  }

  /** Returns whether there are pins under a key. */
  public boolean holds(Object key) {
    return byKey.containsKey(key);
  }

  /** Forgets the youngest pins under a key and returns them. */
  public List<Pin> remove(Object key) {
    while (true) {
      Stack top = byKey.get(key);
      if (top == null) {
        return List.of();
      }
      if (top.below == null ? byKey.remove(key, top) : byKey.replace(key, top, top.below)) {
        return top.pins;
      }
    }
  }

  /** Returns all live pins. */
  public Collection<Pin> live() {
    List<Pin> live = new ArrayList<>();
    for (Stack top : byKey.values()) {
      for (Stack stack = top; stack != null; stack = stack.below) {
        live.addAll(stack.pins);
      }
    }
    return live;
  }

  /** Pins of one key, the youngest first; never changed, compared by identity. */
  private static final class Stack {
    final List<Pin> pins;
    final Stack below;

    Stack(List<Pin> pins, Stack below) {
      this.pins = pins;
      this.below = below;
    }
  }
}
