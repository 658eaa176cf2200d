package io.pinaudit.analyzer.jfr;

import io.pinaudit.analyzer.trace.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The pools of one chunk, which hold what its events refer to by number. The place of each entry is
 * noted when the chunk is opened; strings, stacks and names are decoded when they are first asked
 * for.
 *
 * <p>Confined to one thread.
 */
final class JfrPools {
  /** No pools: metadata has none. */
  static final JfrPools NONE = new JfrPools(null, null);

  private static final long CHECKPOINT = 1;

  private final Pool<String> strings = new Pool<>(null, this::readString);
  private final Pool<JfrThread> threads = new Pool<>(JfrThread.UNKNOWN, this::readThread);
  private final Pool<String> symbols = new Pool<>("", this::readSymbol);
  private final Pool<String> classes = new Pool<>("", this::readClass);
  private final Pool<Frame> methods = new Pool<>(new Frame("", "", 0), this::readMethod);
  private final Pool<List<Frame>> stacks = new Pool<>(List.of(), this::readStack);

  /** The pools that are of use; all others are stepped over. */
  private final Map<String, Pool<?>> byType =
      Map.of(
          "java.lang.String", strings,
          "java.lang.Thread", threads,
          "jdk.types.Symbol", symbols,
          "java.lang.Class", classes,
          "jdk.types.Method", methods,
          "jdk.types.StackTrace", stacks);

  private JfrCursor cursor;
  private JfrMetadata metadata;
  private long newest = -1; // where the last checkpoint stands that was read

  /** Decodes the entry of a type that stands at an offset. */
  @FunctionalInterface
  private interface Decoder<V> {
    V decode(JfrType type, int offset);
  }

  /** The entries of one type. */
  private static final class Pool<V> {
    private static final int FEW = 16;

    private final V absent; // stands for an entry that is not there
    private final Decoder<V> decoder;
    private final LongIndex ids = new LongIndex();
    private int[] offsets = new int[FEW];
    private Object[] decoded = new Object[0]; // by the same index; null before it is asked for
    private JfrType type; // null before the first entry

    Pool(V absent, Decoder<V> decoder) {
      this.absent = absent;
      this.decoder = decoder;
    }

    /** Steps over the entries that the cursor is at, and notes those that are new. */
    void note(JfrType entryType, JfrCursor cursor, int count) {
      type = type == null ? entryType : type;
      for (int i = 0; i < count; i++) {
        int before = ids.size();
        int index = ids.add(cursor.number());
        if (index == before) {
          offsets = index < offsets.length ? offsets : Arrays.copyOf(offsets, 2 * index);
          offsets[index] = cursor.position();
        }
        entryType.skip(cursor);
      }
    }

    @SuppressWarnings("unchecked") // only get() writes to the array
    V get(long id) {
      int index = ids.find(id);
      if (index == LongIndex.ABSENT) {
        return absent;
      }
      if (index >= decoded.length) {
        decoded = Arrays.copyOf(decoded, offsets.length);
      }
      if (decoded[index] == null) {
        decoded[index] = decoder.decode(type, offsets[index]);
      }
      return (V) decoded[index];
    }
  }

  private JfrPools(JfrCursor cursor, JfrMetadata metadata) {
    this.cursor = cursor;
    this.metadata = metadata;
  }

  /**
   * Walks the chain of checkpoints, from the last one back to those that were read before.
   *
   * @param cursor this object's own
   * @param earlier the pools of the same chunk when it was shorter, which are added to; may be null
   */
  static JfrPools read(
      JfrCursor cursor, JfrMetadata metadata, long lastCheckpoint, JfrPools earlier) {
    JfrPools pools = earlier == null ? new JfrPools(cursor, metadata) : earlier;
    pools.cursor = cursor;
    pools.metadata = metadata;
    long at = lastCheckpoint;
    for (long delta = -1; delta != 0 && at > pools.newest; at += delta) {
      delta = pools.checkpoint(at);
      if (delta > 0) {
        throw new JfrDamage("checkpoint at offset " + at + " refers to a later one");
      }
    }
    pools.newest = lastCheckpoint;
    return pools;
  }

  private long checkpoint(long offset) {
    cursor.at(offset);
    cursor.skipNumber(); // size
    if (cursor.number() != CHECKPOINT) {
      throw new JfrDamage("no checkpoint at offset " + offset);
    }
    cursor.skipNumber(); // start
    cursor.skipNumber(); // duration
    long delta = cursor.number();
    cursor.single(); // kind of flush
    int poolCount = cursor.count();
    for (int i = 0; i < poolCount; i++) {
      pool(metadata.type(cursor.number()), cursor.count());
    }
    return delta;
  }

  private void pool(JfrType type, int entries) {
    Pool<?> pool = byType.get(type.name());
    if (pool != null) {
      pool.note(type, cursor, entries);
      return;
    }
    for (int i = 0; i < entries; i++) {
      cursor.skipNumber();
      type.skip(cursor);
    }
  }

  /** Returns a string; null if there is none. */
  String string(long id) {
    return strings.get(id);
  }

  /** Returns a thread. */
  JfrThread thread(long id) {
    return threads.get(id);
  }

  /** Returns a stack, innermost frame first; empty if there is none. */
  List<Frame> stack(long id) {
    return stacks.get(id);
  }

  private JfrRow row(JfrType type, int offset) {
    return new JfrRow(type).read(cursor.at(offset), this);
  }

  /** Reads a string, perhaps in the middle of an entry that refers to it. */
  private String readString(JfrType type, int offset) {
    int resume = cursor.position();
    String string = cursor.at(offset).string(NONE);
    cursor.resume(resume);
    return string;
  }

  private JfrThread readThread(JfrType type, int offset) {
    JfrRow row = row(type, offset);
    return new JfrThread(
        row.textOrEmpty("javaName"),
        (int) row.numberOrZero("osThreadId"),
        row.numberOrZero("javaThreadId"));
  }

  private String readSymbol(JfrType type, int offset) {
    return row(type, offset).textOrEmpty("string");
  }

  private String readClass(JfrType type, int offset) {
    return symbols.get(row(type, offset).numberOrZero("name")).replace('/', '.');
  }

  /** Reads a method, as a frame without a line. */
  private Frame readMethod(JfrType type, int offset) {
    JfrRow row = row(type, offset);
    return new Frame(
        classes.get(row.numberOrZero("type")), symbols.get(row.numberOrZero("name")), 0);
  }

  /** Reads {@code StackTrace{truncated, frames: StackFrame[]{method, lineNumber, …}}}. */
  private List<Frame> readStack(JfrType type, int offset) {
    List<JfrRow> rows = new ArrayList<>();
    cursor.at(offset);
    for (int i = 0; i < type.fieldCount(); i++) {
      JfrType.Field field = type.field(i);
      if (field.form() == JfrType.Form.ARRAY
          && field.element() == JfrType.Form.STRUCTURE
          && field.name().equals("frames")) {
        for (int left = cursor.count(); left > 0; left--) {
          rows.add(new JfrRow(field.type()).read(cursor, this));
        }
      } else {
        field.skip(cursor);
      }
    }
    return rows.stream().map(this::frame).filter(frame -> !isHidden(frame)).toList();
  }

  /**
   * Returns whether a frame is the agent's own, or of a class spun for a lambda: its name differs
   * from run to run.
   */
  private static boolean isHidden(Frame frame) {
    return frame.className().startsWith("io.pinaudit.agent.")
        || frame.className().contains("$$Lambda")
        || frame.className().contains("LambdaForm$");
  }

  private Frame frame(JfrRow frame) {
    Frame method = methods.get(frame.numberOrZero("method"));
    return new Frame(method.className(), method.method(), (int) frame.numberOrZero("lineNumber"));
  }
}
