package io.pinaudit.agent.guard;

import io.pinaudit.agent.boot.AgentThread;
import io.pinaudit.agent.jdk.SharedPage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The files that the guard keeps mapped, each by one page, until nothing holds the file any more.
 *
 * <p>Any thread may add a file. A thread of the agent looks for those that nothing holds, and lets
 * them go: the kernel may then free a deleted file, which takes time that the application should
 * not spend. The thread ends when there is nothing to look at.
 */
final class KeptFiles {
  private static final int MOST = 64;
  private static final long LOOK_NANOS = 10_000_000;

  // Null if nothing is to be kept, or cannot be.
  private final SharedPage.Means means;
  private final Map<File, SharedPage> kept = new ConcurrentHashMap<>();
  private final Guard guard;
  private volatile boolean ended;
  // Guarded by this.
  private Thread looking;

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
  }

  boolean isKept(File file) {
    return kept.containsKey(file);
  }

  /**
   * Keeps a file mapped.
   *
   * @param mapped address of a page of it that is mapped now
   * @return false if that is not possible
   */
  boolean keep(File file, long mapped, String path) {
    if (means == null || ended || kept.size() >= MOST) {
      return false;
    }
    SharedPage page = SharedPage.of(means, mapped, path, file.device, file.inode);
    if (page == null) {
      return false;
    }
    SharedPage before = kept.putIfAbsent(file, page);
    if (before != null) {
      page.release(means);
    }
    look();
    return true;
  }

  /** Has somebody look at holds and files from now on, until there are none. */
  synchronized void look() {
    if (looking == null && !ended) {
      looking = new AgentThread(this::run, "pinaudit guard");
      looking.start();
    }
  }

  /** Lets all files go. */
  void end() {
    ended = true;
    for (File file : kept.keySet()) {
      letGo(file);
    }
  }

  private void run() {
    do {
      LockSupport.parkNanos(LOOK_NANOS);
      guard.lookAtPipes();
      for (File file : kept.keySet()) {
        if (!guard.holdsFile(file)) {
          letGo(file);
        }
      }
    } while (!isOver());
  }

  private synchronized boolean isOver() {
    boolean over = kept.isEmpty() && !guard.holdsPipes();
    if (over) {
      looking = null;
    }
    return over;
  }

  private void letGo(File file) {
    SharedPage page = kept.remove(file);
    if (page != null) {
      page.release(means);
    }
  }
}
