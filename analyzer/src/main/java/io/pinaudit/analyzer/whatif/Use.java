package io.pinaudit.analyzer.whatif;

import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.Hold;
import io.pinaudit.analyzer.timeline.Pin;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Stamp;

/** Pages of a file that somebody uses for I/O: a pin that the kernel showed, or a JVM's call. */
sealed interface Use {
  /** Who uses them. */
  Actor holder();

  /** Since when. */
  Stamp since();

  /** When the use ended; null while it lasts, and if its end cannot be seen. */
  Stamp until();

  /** How many pages. */
  long pages();

  /** Whether a device ends it, and not a thread that might wait. */
  boolean endsByItself();

  /** Whether its end cannot be seen. */
  boolean endUnseen();

  /** One page. */
  record OfPin(Pin pin) implements Use {
    @Override
    public Actor holder() {
      return pin.holder();
    }

    @Override
    public Stamp since() {
      return pin.taken();
    }

    @Override
    public Stamp until() {
      return pin.dropped();
    }

    @Override
    public long pages() {
      return 1;
    }

    @Override
    public boolean endsByItself() {
      return pin.inBio();
    }

    @Override
    public boolean endUnseen() {
      return false;
    }
  }

  /** All pages of the memory that a call handed over. */
  record OfHold(Hold hold) implements Use {
    @Override
    public Actor holder() {
      return Actor.of(hold.call());
    }

    @Override
    public Stamp since() {
      return hold.call().started();
    }

    @Override
    public Stamp until() {
      return hold.ended();
    }

    @Override
    public long pages() {
      return pagesOf(hold.bufferRange().length());
    }

    @Override
    public boolean endsByItself() {
      return switch (hold.kind()) {
        case CALL, REQUEST -> true;
        case PIPE, DECLARED -> false;
      };
    }

    @Override
    public boolean endUnseen() {
      return hold.kind() == Hold.Kind.PIPE;
    }
  }

  /** The call that handed the memory to the kernel, if it did so for an I/O; else null. */
  default JavaCall.Transferred transfer() {
    JavaCall call = holder().call();
    return call != null && call.effect() instanceof JavaCall.Transferred transfer ? transfer : null;
  }

  /**
   * Whether there would be such a use if the file were on a DAX file system: long-term pins are
   * refused there, and I/O to a file of the same file system would be a copy.
   */
  default boolean isPossibleOnDax() {
    JavaCall.Transferred transfer = transfer();
    boolean sameFileSystem =
        transfer != null
            && transfer.storage().id() != null
            && transfer.buffer().id() != null
            && transfer.storage().id().device().equals(transfer.buffer().id().device());
    return !sameFileSystem && holder().does().keeper() != Operation.Keeper.REGISTRATION;
  }

  /** How many pages so many bytes are at least. */
  static long pagesOf(long bytes) {
    return (bytes + PageRange.PAGE_BYTES - 1) / PageRange.PAGE_BYTES;
  }
}
