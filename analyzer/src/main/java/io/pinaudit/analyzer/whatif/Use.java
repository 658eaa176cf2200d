package io.pinaudit.analyzer.whatif;

import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.Hold;
import io.pinaudit.analyzer.timeline.Pin;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Stamp;

/** A use of a file's pages for I/O: a pin that the kernel's events showed, or a call of a JVM. */
sealed interface Use {
  /** Returns who uses the pages. */
  Actor holder();

  /** Returns when the use began. */
  Stamp since();

  /** Returns when the use ended; null while the use lasts, and if its end cannot be seen. */
  Stamp until();

  /** Returns the number of pages. */
  long pages();

  /** Returns whether a device ends the use, and not a thread that might wait. */
  boolean endsByItself();

  /** Returns whether the end of the use cannot be seen. */
  boolean endUnseen();

  /** The use of one page, which the kernel's events showed. */
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

  /** The use of all pages of the memory that a call handed over. */
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
      return hold.endUnseen();
    }
  }

  /** Returns the call that handed the memory to the kernel, if it did so for an I/O; else null. */
  default JavaCall.Transferred transfer() {
    JavaCall call = holder().call();
    return call != null && call.effect() instanceof JavaCall.Transferred transfer ? transfer : null;
  }

  /**
   * Returns whether there would be such a use if the file were on a DAX file system: long-term pins
   * are refused there, and I/O to a file of the same file system would be a copy.
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

  /** Returns the smallest number of pages that hold a number of bytes. */
  static long pagesOf(long bytes) {
    return (bytes + PageRange.PAGE_BYTES - 1) / PageRange.PAGE_BYTES;
  }
}
