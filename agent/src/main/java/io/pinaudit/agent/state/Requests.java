package io.pinaudit.agent.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asynchronous I/O under way: by whom it was asked for and how its completion will be known.
 *
 * <p>Any thread, no lock. Of several requests with the same key the oldest is taken to end first.
 */
public final class Requests {
  /**
   * What identifies a request.
   *
   * @param owner the ring, context or channel; compared with equals
   * @param cookie what its completion brings along
   */
  public record Key(Object owner, long cookie) {
    // By hand, here and in other keys: those of a record spin classes when they are first called,
    // which a hook must not.
    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && cookie == key.cookie && owner.equals(key.owner);
    }

    @Override
    public int hashCode() {
      return 31 * owner.hashCode() + Long.hashCode(cookie);
    }
  }

  private final AtomicLong last = new AtomicLong();
  private final Map<Key, Link> underWay = new ConcurrentHashMap<>();

  public boolean isEmpty() {
    return underWay.isEmpty();
  }

  /** A request begins; returns its id, which is never 0. */
  public long begin(Key key) {
    long id = last.incrementAndGet();
    Link link = new Link(id);
    // A queue is replaced and never changed, so that none is removed while it is added to.
    while (!add(key, link)) {
      Thread.onSpinWait();
    }
    return id;
  }

  private boolean add(Key key, Link link) {
    Link first = underWay.get(key);
    return first == null
        ? underWay.putIfAbsent(key, link) == null
        : underWay.replace(key, first, first.append(link));
  }

  /** The oldest request of this key has ended; returns its id, or 0 if there is none. */
  public long end(Key key) {
    while (true) {
      Link first = underWay.get(key);
      if (first == null) {
        return 0;
      }
      if (replace(key, first, first.next)) {
        return first.id;
      }
    }
  }

  /** A request that was begun has not come about. */
  public void withdraw(Key key, long id) {
    Link first;
    do {
      first = underWay.get(key);
    } while (first != null && !replace(key, first, first.without(id)));
  }

  private boolean replace(Key key, Link first, Link other) {
    return other == null ? underWay.remove(key, first) : underWay.replace(key, first, other);
  }

  /** The owner is gone, and with it all its requests; returns their ids. */
  public List<Long> endAll(Object owner) {
    List<Long> ended = new ArrayList<>();
    for (Key key : underWay.keySet()) {
      if (key.owner().equals(owner)) {
        for (long id = end(key); id != 0; id = end(key)) {
          ended.add(id);
        }
      }
    }
    return ended;
  }

  /** Requests of one key, the oldest first; mostly there is one. Compared by identity. */
  private static final class Link {
    final long id;
    final Link next;

    Link(long id) {
      this(id, null);
    }

    private Link(long id, Link next) {
      this.id = id;
      this.next = next;
    }

    Link append(Link last) {
      return new Link(id, next == null ? last : next.append(last));
    }

    Link without(long gone) {
      if (id == gone) {
        return next;
      }
      return new Link(id, next == null ? null : next.without(gone));
    }
  }
}
