package io.pinaudit.analyzer.tracedat;

import java.nio.ByteBuffer;

/**
 * Walks through the events of one page of the ring buffer (kernel/trace/ring_buffer.c):
 *
 * <pre>
 * u64 time stamp | long commit: bytes of data, bit 31 events were lost before, bit 30 how many is
 * at the end | data
 * event: u32 type_len:5, time_delta:27, then by type_len: 1..28 that many words of payload; 0 the
 * next word
 * is 4 + the payload's bytes; 29 padding; 30 time_delta is extended by the next word; 31 absolute
 * time
 * </pre>
 *
 * <p>The events of a damaged page end before the damage; {@link #damaged} then returns true.
 */
final class PageEvents {
  private static final long MISSED = 1L << 31;
  private static final long MISSED_STORED = 1L << 30;
  private static final long COMMIT_MASK = MISSED_STORED - 1;
  private static final int PADDING = 29;
  private static final int TIME_EXTEND = 30;
  private static final int TIME_STAMP = 31;
  private static final int DELTA_BITS = 27;

  /** The bits of an absolute time stamp; the bits above them are those of the page's time stamp. */
  private static final int STAMP_BITS = 59;

  private final ByteBuffer page;
  private final int end;
  private final boolean missed;
  private final long missedCount;
  private int at;
  private long nanos;
  private ByteBuffer payload;
  private boolean damaged;

  PageEvents(ByteBuffer page, PageLayout layout) {
    this.page = page;
    this.nanos = page.getLong(0);
    long commit =
        layout.commitBytes() == Long.BYTES ? page.getLong(8) : page.getInt(8) & 0xffffffffL;
    long used = layout.dataOffset() + (commit & COMMIT_MASK);
    this.missed = (commit & MISSED) != 0;
    this.damaged = used > page.limit();
    this.end = (int) Math.min(page.limit(), used);
    this.missedCount =
        missed && (commit & MISSED_STORED) != 0 && end + Long.BYTES <= page.limit()
            ? page.getLong(end)
            : 0;
    this.at = layout.dataOffset();
  }

  /** Returns whether nothing was ever written to the page, as in a file whose machine died. */
  boolean blank() {
    return page.getLong(0) == 0 && page.getLong(Long.BYTES) == 0;
  }

  /** Returns whether events were lost before the page. */
  boolean missed() {
    return missed;
  }

  /** Returns how many events were lost; 0 if the kernel does not say. */
  long missedCount() {
    return missedCount;
  }

  /** Returns whether the page does not hold what its head claims. */
  boolean damaged() {
    return damaged;
  }

  /** Returns the time of the current event; before the first event that of the page. */
  long nanos() {
    return nanos;
  }

  /** Returns the data of the current event, which begin with the common fields. */
  ByteBuffer payload() {
    return payload;
  }

  /** Goes to the next event; returns false at the end of the page. */
  boolean next() {
    while (!damaged && at + Integer.BYTES <= end) {
      int head = page.getInt(at);
      int type = head & 31;
      long delta = (head & 0xffffffffL) >>> 5;
      at += Integer.BYTES;
      if (type < PADDING) {
        nanos += delta;
        return take(type);
      }
      if (!skip(type, delta)) {
        return false;
      }
    }
    return false;
  }

  private boolean take(int type) {
    int start = at;
    long length = type * (long) Integer.BYTES;
    if (type == 0) {
      if (at + Integer.BYTES > end) {
        return damage();
      }
      length = (page.getInt(at) & 0xffffffffL) - Integer.BYTES;
      start += Integer.BYTES;
    }
    if (length < 0 || start + length > end) {
      return damage();
    }
    payload = page.slice(start, (int) length).order(page.order());
    at = start + (int) ((length + 3) & ~3L);
    return true;
  }

  private boolean damage() {
    damaged = true;
    return false;
  }

  /** Steps over padding and time stamps; returns false if nothing follows. */
  private boolean skip(int type, long delta) {
    if (type == PADDING && delta == 0) {
      return false;
    }
    if (at + Integer.BYTES > end) {
      return damage();
    }
    long word = page.getInt(at) & 0xffffffffL;
    if (type == PADDING) {
      at += (int) Math.min(word, end - at);
      return word >= Integer.BYTES || damage();
    }
    at += Integer.BYTES;
    long extended = delta + (word << DELTA_BITS);
    if (type == TIME_EXTEND) {
      nanos += extended;
    } else if (type == TIME_STAMP) {
      nanos = extended | nanos >>> STAMP_BITS << STAMP_BITS;
    }
    return true;
  }
}
