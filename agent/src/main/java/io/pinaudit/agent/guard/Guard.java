package io.pinaudit.agent.guard;

import io.pinaudit.agent.guard.GuardAction.Deed;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.stand.CallStack;
import io.pinaudit.agent.stand.Reach;
import io.pinaudit.agent.stand.RefusedBy;
import io.pinaudit.agent.stand.Stand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Knows what the kernel uses at this moment, and steps in where a call is about to take it away.
 *
 * <p>Any thread; takes no lock that it holds while anybody waits. It is bounded: in the number of
 * holds and of interventions, and in the time that a call may wait.
 */
public final class Guard {
  /** Of an agent without a guard. */
  public static final Guard NONE = new Guard(GuardRules.OFF);

  private static final int MOST_HOLDS = 100_000;
  private static final int MOST_INTERVENTIONS = 10_000;
  // Some holds end without anybody being told: the guard looks again.
  private static final long LOOK_NANOS = 5_000_000;

  private final GuardRules rules;
  private final Map<Hold, Boolean> holds = new ConcurrentHashMap<>();
  private final FileUses uses = new FileUses();
  private final AtomicInteger interventions = new AtomicInteger();
  private final Queue<Thread> waiting = new ConcurrentLinkedQueue<>();
  private final KeptFiles files;
  private volatile boolean on;

  /** Makes the guard of one JVM. */
  public Guard(GuardRules rules) {
    this.rules = rules;
    this.on = rules.mode() != GuardRules.Mode.OFF;
    this.files = new KeptFiles(this, keeps());
    if (on) {
      // Has code linked before a thread of the application comes by.
      CallStack.ofThisThread();
      JdkInternals.isInterrupted(Thread.currentThread());
      files.start();
    }
  }

  /** Returns whether there is anything to guard. */
  public boolean isOn() {
    return on;
  }

  /** Returns whether it does what others ask for. */
  public boolean isOf(GuardRules asked) {
    return rules.isLike(asked);
  }

  /** Returns whether files are kept mapped while they are in use. */
  public boolean keeps() {
    return rules.mode() == GuardRules.Mode.KEEP;
  }

  /** Returns whether the kernel uses anything at this moment, as far as is known. */
  public boolean holdsAny() {
    return !holds.isEmpty();
  }

  /** Steps in no more, and lets go whoever waits. */
  public void end() {
    on = false;
    holds.clear();
    wake();
    files.end();
  }

  /**
   * Notes that the kernel is about to use what a call hands over.
   *
   * @param threadId the kernel thread of the current thread
   * @return null if there is no guard, or there are too many holds already
   */
  public Hold hold(Stand hands, Hold.Ending ending, long threadId) {
    if (!on || holds.size() >= MOST_HOLDS) {
      return null;
    }
    Hold hold = new Hold(this, hands, ending, threadId);
    uses.add(hands, 1);
    holds.put(hold, true);
    if (ending == Hold.Ending.READER) {
      files.look();
    }
    return hold;
  }

  /** Returns what is in use now. */
  public Set<Hold> holds() {
    return holds.keySet();
  }

  /** Ends those that have ended without telling: a pipe is empty, a ring is gone. */
  void endWhatIsOver() {
    for (Hold hold : holds.keySet()) {
      if (!hold.isLive(null)) {
        hold.end();
      }
    }
  }

  boolean holdsPipes() {
    for (Hold hold : holds.keySet()) {
      if (hold.ending() == Hold.Ending.READER) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether somebody holds a file, as far as is known without a look. */
  boolean hasHoldOf(KeptFiles.File file) {
    if (!uses.mayBeOf(file)) {
      return false;
    }
    for (Hold hold : holds.keySet()) {
      if (hold.isOf(file)) {
        return true;
      }
    }
    return false;
  }

  private Hold holderOf(KeptFiles.File file) {
    if (!uses.mayBeOf(file)) {
      return null;
    }
    for (Hold hold : holds.keySet()) {
      if (hold.isOf(file) && hold.isLive(null)) {
        return hold;
      }
    }
    return null;
  }

  /**
   * Keeps a file whose pages the current thread is about to unmap: if the kernel still uses some of
   * them, one page of the file stays mapped until it does not.
   *
   * @param unmapping about the pages of the file that are unmapped
   * @param mapped address of the first of them
   * @return null if there is nothing to be kept
   */
  public GuardAction keep(Taking unmapping, long mapped) {
    try {
      return kept(unmapping, mapped);
    } catch (RuntimeException | Error e) {
      return failed(e);
    }
  }

  /**
   * Returns that the call goes on after a failure of the guard's own, and ends the guard unless
   * only stack or memory ran out.
   */
  GuardAction failed(Throwable thrown) {
    if (!(thrown instanceof VirtualMachineError)) {
      end();
    }
    return null;
  }

  private GuardAction kept(Taking unmapping, long mapped) {
    if (!on || !keeps() || holds.isEmpty()) {
      return null;
    }
    long startNanos = System.nanoTime();
    Reach pages = unmapping.stand().reaches().get(0);
    KeptFiles.File file = new KeptFiles.File(pages.device(), pages.inode());
    Hold holder = holderOf(file);
    if (holder == null || !selects(unmapping)) {
      return null;
    }
    KeptFiles.Keeping keeping = files.keep(file, mapped, unmapping.path());
    if (keeping == KeptFiles.Keeping.BEFORE) {
      return null;
    }
    return new GuardAction(
        unmapping,
        rules.mode(),
        keeping == KeptFiles.Keeping.NOW ? Deed.KEPT : Deed.UNKEPT,
        holder,
        pages,
        1,
        startNanos,
        System.nanoTime());
  }

  /**
   * Returns whether a file is guarded.
   *
   * @param path null if it is not known, or if the memory is that of no file
   */
  public boolean selectsPath(String path) {
    return rules.selectsPath(path);
  }

  /** Returns whether a call is guarded; walks the stack only if that matters. */
  private boolean selects(Taking taking) {
    return rules.selectsPath(taking.path())
        && (rules.classes().isEmpty() || selects(CallStack.ofThisThread()));
  }

  /**
   * Returns whether calls from a stack are guarded.
   *
   * @param stack null if its thread must not be held
   */
  private boolean selects(CallStack stack) {
    return stack == null ? rules.classes().isEmpty() : rules.selectsFrames(stack.frames());
  }

  void ended(Hold hold) {
    if (holds.remove(hold) != null) {
      uses.add(hold.stand(), -1);
    }
    if (!waiting.isEmpty()) {
      wake();
    }
  }

  private void wake() {
    for (Thread thread : waiting) {
      LockSupport.unpark(thread);
    }
  }

  /**
   * Decides on a call of the current thread that is about to take something away.
   *
   * @return what was done; null if nothing that is guarded is in use
   */
  public GuardAction take(Taking taking) {
    if (!on || holds.isEmpty()) {
      return null;
    }
    try {
      return taken(taking);
    } catch (RuntimeException | Error e) {
      return failed(e);
    }
  }

  private GuardAction taken(Taking taking) {
    if (taking.kind() == Taking.Kind.NAME && isKept(taking.stand())) {
      return null;
    }
    Stand stand = whole(taking);
    Meeting first = meeting(stand);
    if (first == null || !rules.selectsPath(taking.path())) {
      return null;
    }
    Thread thread = Thread.currentThread();
    CallStack stack = JdkInternals.isOfTheJvm(thread) ? null : CallStack.ofThisThread();
    if (!selects(stack)) {
      return null;
    }
    int before = interventions.getAndIncrement();
    if (before > MOST_INTERVENTIONS) {
      return null;
    }
    long startNanos = System.nanoTime();
    Deed deed =
        before == MOST_INTERVENTIONS
            ? Deed.EXHAUSTED
            : deed(taking.refusedBy(), stand, first, stack == null);
    return new GuardAction(
        taking,
        rules.mode(),
        deed,
        first.holder,
        first.reach,
        first.count,
        startNanos,
        System.nanoTime());
  }

  /**
   * Returns what a call takes. Of a file that is kept mapped it is all: up to Linux 6.14 a truncate
   * of a mapped file waits for pins anywhere in it.
   */
  private Stand whole(Taking taking) {
    Stand stand = taking.stand();
    if (!keeps() || taking.kind() != Taking.Kind.CUT) {
      return stand;
    }
    List<Reach> reaches = new ArrayList<>(stand.reaches());
    for (Reach reach : stand.reaches()) {
      if (isKept(reach)) {
        reaches.add(Reach.file(Reach.Use.BUFFER, reach.device(), reach.inode(), 0, Long.MAX_VALUE));
      }
    }
    return new Stand(stand.operation(), stand.takes(), reaches, stand.monitor(), stand.check());
  }

  /** Returns whether the file has a page that keeps it, whatever its names are. */
  private boolean isKept(Stand stand) {
    for (Reach reach : stand.reaches()) {
      if (isKept(reach)) {
        return true;
      }
    }
    return false;
  }

  private boolean isKept(Reach reach) {
    return reach.use() == Reach.Use.BUFFER
        && files.isKept(new KeptFiles.File(reach.device(), reach.inode()));
  }

  private Deed deed(RefusedBy refusedBy, Stand taking, Meeting first, boolean isSpared) {
    boolean mayWait = !isSpared && refusedBy != RefusedBy.NEVER;
    return switch (rules.mode()) {
      case OFF, REPORT -> Deed.REPORTED;
      case FAIL -> mayWait ? refused(refusedBy, Deed.REFUSED) : spared(isSpared);
      case WAIT, KEEP -> mayWait ? refused(refusedBy, await(taking, first)) : spared(isSpared);
    };
  }

  private static Deed spared(boolean isSpared) {
    return isSpared ? Deed.SPARED : Deed.UNREFUSABLE;
  }

  private static Deed refused(RefusedBy refusedBy, Deed deed) {
    return refusedBy == RefusedBy.NONE && deed != Deed.WAITED ? Deed.UNREFUSABLE : deed;
  }

  private Deed await(Stand taking, Meeting first) {
    Thread thread = Thread.currentThread();
    long deadline = System.nanoTime() + rules.waitNanos();
    waiting.add(thread);
    try {
      for (Meeting now = first; now != null; now = meeting(taking)) {
        long left = deadline - System.nanoTime();
        if (now.holder.isOwn()) {
          return Deed.OWN;
        }
        if (JdkInternals.isInterrupted(thread)) {
          return Deed.INTERRUPTED;
        }
        if (left <= 0) {
          return Deed.LATE;
        }
        LockSupport.parkNanos(this, Math.min(left, LOOK_NANOS));
      }
      return Deed.WAITED;
    } finally {
      waiting.remove(thread);
      JdkInternals.givePermitBack();
    }
  }

  /** A call that takes, and one of those who use what it takes. */
  private record Meeting(Hold holder, Reach reach, int count) {}

  /** Returns the oldest of those who use what a call takes; null if there is none. */
  private Meeting meeting(Stand taking) {
    Hold oldest = null;
    Reach reach = null;
    int count = 0;
    Thread asker = Thread.currentThread();
    for (Hold hold : holds.keySet()) {
      Reach common = hold.stand().common(taking);
      if (common != null && hold.isLive(asker)) {
        count++;
        if (oldest == null || hold.startNanos() < oldest.startNanos()) {
          oldest = hold;
          reach = common;
        }
      }
    }
    return oldest == null ? null : new Meeting(oldest, reach, count);
  }
}
