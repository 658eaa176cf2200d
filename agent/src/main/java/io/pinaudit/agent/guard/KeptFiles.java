package io.pinaudit.agent.guard;

import io.pinaudit.agent.boot.AgentThread;
import io.pinaudit.agent.jdk.SharedPage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The files that the guard keeps mapped, each by one page, until nothing holds the file any more.
 *
 * <p>Any thread may add a file. A thread of the agent lets go of those that nothing holds: the
 * kernel may then free a deleted file, which takes time that the application should not spend. That
 * thread sleeps while there is nothing to look at.
 */
final class KeptFiles {
  private static final int MOST = 64;
  private static final long LOOK_NANOS = 10_000_000;

  // Null if nothing is to be kept, or cannot be.
  private final SharedPage.Means means;
  // Changed under the lock of this, which is held for moments: a file must not be let go after
  // somebody has found that it is kept.
  private final Map<File, SharedPage> kept = new ConcurrentHashMap<>();
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
    this.means = keeps ? SharedPage.Means.ofThisJdk() : null;
    if (means != null) {
      // Nothing is mapped there: it fails, and has linked what it needs.
      SharedPage.of(means, 0);
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
   */
  synchronized Keeping keep(File file, long mapped) {
    if (kept.containsKey(file)) {
      return Keeping.BEFORE;
    }
    if (means == null || ended || kept.size() >= MOST) {
      return Keeping.NOT;
    }
    SharedPage page = SharedPage.of(means, mapped);
    if (page == null) {
      return Keeping.NOT;
    }
    kept.put(file, page);
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
    while (!ended) {
      asleep = true;
      if (kept.isEmpty() && !guard.holdsPipes() && !ended) {
        LockSupport.park(this);
        asleep = false;
      } else {
        asleep = false;
        LockSupport.parkNanos(this, LOOK_NANOS);
      }
      try {
        guard.endWhatIsOver();
        for (File file : kept.keySet()) {
          letGo(file);
        }
      } catch (Throwable t) {
        guard.failed(t);
      }
    }
  }

  /** Lets a file go unless somebody holds it, as far as is known without a look. */
  private void letGo(File file) {
    SharedPage page;
    synchronized (this) {
      page = guard.hasHoldOf(file) ? null : kept.remove(file);
    }
    if (page != null) {
      page.release(means);
    }
  }
}
