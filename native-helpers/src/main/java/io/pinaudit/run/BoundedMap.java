package io.pinaudit.run;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A map that forgets entries once there are too many, so that a trace of any length takes no more
 * memory. Confined to one thread.
 */
public final class BoundedMap<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1;
  private static final int FIRST_CAPACITY = 16;
  private static final float LOAD_FACTOR = 0.75f;

  private final int most;

  private BoundedMap(int most, boolean byUse) {
    super(FIRST_CAPACITY, LOAD_FACTOR, byUse);
    this.most = most;
  }

  /** Returns a map that forgets the entry that was put first. */
  public static <K, V> Map<K, V> ofYoungest(int most) {
    return new BoundedMap<>(most, false);
  }

  /** Returns a map that forgets the entry that was not used for longest. */
  public static <K, V> Map<K, V> ofLastUsed(int most) {
    return new BoundedMap<>(most, true);
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > most;
  }
}
