package io.pinaudit.agent.guard;

import io.pinaudit.agent.boot.AgentThread;
import io.pinaudit.agent.jdk.FileKeeper;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The files that the guard keeps mapped, each by a page or a descriptor, until nothing holds the
 * file any more.
 *
 * <p>Any thread may add a file. A thread of the agent lets go of those that nothing holds: the
 * kernel may then free a deleted file, which takes time that the application should not spend. That
 * thread sleeps while there is nothing to look at.
 */
final class KeptFiles {
  private static final int MOST = 64;
  private static final long LOOK_NANOS = 10_000_000;
  // If a look takes long, because much is in use, the next one comes later.
  private static final int REST = 9;

  // Null if nothing is to be kept, or cannot be.
  private final FileKeeper.Means means;
  // Changed under the lock of this, which is held for moments: a file must not be let go after
  // somebody has found that it is kept.
  private final Map<File, FileKeeper> kept = new ConcurrentHashMap<>();
  private final Guard guard;
  private volatile Thread looking;
  // Written before it is looked whether there is anything to look at.
  private volatile boolean asleep;
  private volatile boolean ended;

  /** Whether a file is kept. */
  enum Keeping {
    /** It was kept already. */
    BEFORE,
    /** It is kept from now on. */
    NOW,
    /** It cannot be kept. */
    NOT
  }

  /** Which file. */
  record File(long device, long inode) {
    // By hand: those of a record link code when they are first called.
    @Override
    public boolean equals(Object other) {
      return other instanceof File file && device == file.device && inode == file.inode;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(31 * inode + device);
    }
  }

  KeptFiles(Guard guard, boolean keeps) {
    this.guard = guard;
    this.means = keeps ? FileKeeper.Means.ofThisJdk() : null;
    if (means != null) {
      // Nothing is mapped there: it fails, and has linked what it needs.
      FileKeeper.byPage(means, 0);
    }
  }

  /** Starts the thread that looks. */
  void start() {
    looking = new AgentThread(this::run, "pinaudit guard");
    looking.start();
  }

  boolean isKept(File file) {
    return kept.containsKey(file);
  }

  /**
   * Keeps a file mapped that somebody holds.
   *
   * @param mapped address of a page of it that is mapped now
   * @param path its name, if it is known; needed if the mapping is private
   */
  synchronized Keeping keep(File file, long mapped, String path) {
    if (kept.containsKey(file)) {
      return Keeping.BEFORE;
    }
    if (means == null || ended || kept.size() >= MOST) {
      return Keeping.NOT;
    }
    FileKeeper page = FileKeeper.byPage(means, mapped);
    FileKeeper keeper =
        page != null || path == null
            ? page
            : FileKeeper.byName(means, path, file.device, file.inode);
    if (keeper == null) {
      return Keeping.NOT;
    }
    kept.put(file, keeper);
    look();
    return Keeping.NOW;
  }

  /** Makes the thread look at pipes and files from now on, until there are none. */
  void look() {
    // To wake a thread costs more than all else.
    if (asleep) {
      LockSupport.unpark(looking);
    }
  }

  /** Lets all files go. */
  void end() {
    ended = true;
    look();
    for (File file : kept.keySet()) {
      letGo(file);
    }
  }

  private void run() {
    long tookNanos = 0;
    while (!ended) {
      asleep = true;
      if (kept.isEmpty() && !guard.holdsPipes() && !ended) {
        LockSupport.park(this);
        asleep = false;
      } else {
        asleep = false;
        LockSupport.parkNanos(this, Math.max(LOOK_NANOS, REST * tookNanos));
      }
      long startNanos = System.nanoTime();
      try {
        guard.endWhatIsOver();
        for (File file : kept.keySet()) {
          letGo(file);
        }
      } catch (Throwable t) {
        guard.failed(t);
      }
      tookNanos = System.nanoTime() - startNanos;
    }
  }

  /** Lets a file go unless somebody holds it, as far as is known without a look. */
  private void letGo(File file) {
    FileKeeper keeper;
    synchronized (this) {
      keeper = guard.hasHoldOf(file) ? null : kept.remove(file);
    }
    if (keeper != null) {
      keeper.release(means);
    }
  }
}
