package io.pinaudit.agent.state;

import io.pinaudit.agent.guard.Hold;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The asynchronous I/O requests under way: who asked for each, how its completion will be
 * recognized, and which memory it uses that belongs to no file.
 *
 * <p>Safe for any thread; takes no lock. If several requests have the same key, the oldest is taken
 * to end first.
 */
public final class Requests {
  /**
   * The key that identifies a request.
   *
   * @param owner the ring, context or channel; compared with equals
   * @param cookie the value that the completion of the request carries
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

  /**
   * A request.
   *
   * @param told whether an event told the beginning of the request, so that another has to tell its
   *     end
   * @param hold ends with the request; null without a guard
   */
  public record Request(
      long id, String operation, long startNanos, long threadId, boolean told, Hold hold) {}

  /** Memory of no file that a request uses. */
  public record Use(Object owner, Request request, long address, long lengthBytes)
      implements Comparable<Use> {
    private static final Request FIRST = new Request(0, null, 0, 0, false, null);

    @Override
    public int compareTo(Use other) {
      int byAddress = Long.compare(address, other.address);
      return byAddress != 0 ? byAddress : Long.compare(request.id, other.request.id);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Use use && compareTo(use) == 0;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(address);
    }
  }

  private final AtomicLong last = new AtomicLong();
  private final Map<Key, Link> underWay = new ConcurrentHashMap<>();
  private final ConcurrentSkipListSet<Use> uses = new ConcurrentSkipListSet<>();
  private final ConcurrentSkipListSet<Use> beingFreed = new ConcurrentSkipListSet<>();

  /** Returns whether no request is under way. */
  public boolean isEmpty() {
    return underWay.isEmpty();
  }

  /** Returns a number that no other request has; never 0. */
  public long nextId() {
    return last.incrementAndGet();
  }

  /**
   * Notes that a request begins.
   *
   * @param pieces the memory that the request uses; if memory of no file is freed before the
   *     request ends, an event has to tell it
   */
  public void begin(Key key, Request request, List<BufferPiece> pieces) {
    List<Use> used = new ArrayList<>(1);
    for (BufferPiece piece : pieces) {
      Mapping memory = piece.mapping();
      if (!memory.file().known()) {
        used.add(new Use(key.owner(), request, memory.address(), memory.lengthBytes()));
      }
    }
    uses.addAll(used);
    Link link = new Link(request, used, null);
    // A queue is replaced and never changed, so that none is removed while it is added to.
    while (!add(key, link)) {
      Thread.onSpinWait();
    }
  }

  private boolean add(Key key, Link link) {
    Link first = underWay.get(key);
    return first == null
        ? underWay.putIfAbsent(key, link) == null
        : underWay.replace(key, first, first.append(link));
  }

  /**
   * Notes that the oldest request of a key has ended; returns its id if an event has to tell that,
   * else 0.
   */
  public long end(Key key) {
    Link ended = remove(key);
    return ended != null && ended.request.told ? ended.request.id : 0;
  }

  private Link remove(Key key) {
    while (true) {
      Link first = underWay.get(key);
      if (first == null) {
        return null;
      }
      if (replace(key, first, first.next)) {
        release(first);
        return first;
      }
    }
  }

  private void release(Link link) {
    for (Use use : link.used) {
      uses.remove(use);
    }
    if (link.request.hold != null) {
      link.request.hold.end();
    }
  }

  /** Notes that a request did not come about after all. */
  public void withdraw(Key key, long id) {
    Link first;
    do {
      first = underWay.get(key);
    } while (first != null && !replace(key, first, first.without(id)));
    for (Link link = first; link != null; link = link.next) {
      if (link.request.id == id) {
        release(link);
      }
    }
  }

  private boolean replace(Key key, Link first, Link other) {
    return other == null ? underWay.remove(key, first) : underWay.replace(key, first, other);
  }

  /**
   * Notes that the owner is gone, and with it all its requests; returns the ids of those whose end
   * an event has to tell.
   */
  public List<Long> endAll(Object owner) {
    List<Long> ended = new ArrayList<>();
    for (Key key : underWay.keySet()) {
      if (key.owner().equals(owner)) {
        for (Link link = remove(key); link != null; link = remove(key)) {
          if (link.request.told) {
            ended.add(link.request.id);
          }
        }
      }
    }
    return ended;
  }

  /** Returns the uses of a range of memory by requests under way. */
  public List<Use> uses(long address, long lengthBytes) {
    if (uses.isEmpty()) {
      return List.of();
    }
    List<Use> found = new ArrayList<>();
    Use from = new Use(null, Use.FIRST, address, 0);
    Use before = uses.lower(from);
    if (before != null && before.address + before.lengthBytes > address) {
      found.add(before);
    }
    for (Use use : uses.tailSet(from)) {
      if (use.address - address >= lengthBytes) {
        break;
      }
      found.add(use);
    }
    return found;
  }

  /**
   * Notes that the memory of a use is about to be freed; returns false if a call under way frees it
   * already.
   */
  public boolean beginFreeing(Use use) {
    return beingFreed.add(use);
  }

  /** Notes that the call that frees the memory is over. */
  public void endFreeing(Use use) {
    beingFreed.remove(use);
  }

  /** Requests of one key, the oldest first; mostly there is one. Compared by identity. */
  private static final class Link {
    final Request request;
    final List<Use> used;
    final Link next;

    Link(Request request, List<Use> used, Link next) {
      this.request = request;
      this.used = used;
      this.next = next;
    }

    Link append(Link last) {
      return new Link(request, used, next == null ? last : next.append(last));
    }

    Link without(long gone) {
      if (request.id == gone) {
        return next;
      }
      return new Link(request, used, next == null ? null : next.without(gone));
    }
  }
}
