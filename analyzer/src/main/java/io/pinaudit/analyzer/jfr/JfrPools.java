package io.pinaudit.analyzer.jfr;

import io.pinaudit.analyzer.trace.Frame;
import java.util.ArrayList;
import java.util.HashMap;
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
  private static final String STRING = "java.lang.String";
  private static final String THREAD = "java.lang.Thread";
  private static final String CLASS = "java.lang.Class";
  private static final String METHOD = "jdk.types.Method";
  private static final String SYMBOL = "jdk.types.Symbol";
  private static final String STACK = "jdk.types.StackTrace";

  private JfrCursor cursor;
  private JfrMetadata metadata;
  private long newest = -1; // where the last checkpoint stands that was read
  private final Map<String, Pool> pools = new HashMap<>();
  private final Map<Long, String> strings = new HashMap<>();
  private final Map<Long, String> threads = new HashMap<>();
  private final Map<Long, Long> javaThreads = new HashMap<>();
  private final Map<Long, String> symbols = new HashMap<>();
  private final Map<Long, List<Frame>> stacks = new HashMap<>();

  private record Pool(JfrType type, Map<Long, Integer> offsets) {}

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
    cursor.number(); // size
    if (cursor.number() != CHECKPOINT) {
      throw new JfrDamage("no checkpoint at offset " + offset);
    }
    cursor.number(); // start
    cursor.number(); // duration
    long delta = cursor.number();
    cursor.single(); // kind of flush
    int poolCount = cursor.count();
    for (int i = 0; i < poolCount; i++) {
      JfrType type = metadata.type(cursor.number());
      Pool pool = pools.computeIfAbsent(type.name(), _ -> new Pool(type, new HashMap<>()));
      int entries = cursor.count();
      for (int j = 0; j < entries; j++) {
        long key = cursor.number();
        pool.offsets().putIfAbsent(key, cursor.position());
        type.skip(cursor);
      }
    }
    return delta;
  }

  /** Returns an entry as a row; null if the pool has none with this number. */
  private JfrRow row(String type, long id) {
    Pool pool = pools.get(type);
    Integer offset = pool == null ? null : pool.offsets().get(id);
    return offset == null ? null : JfrRow.read(pool.type(), cursor.at(offset), this);
  }

  String string(long id) {
    String known = strings.get(id);
    if (known == null && id != 0) {
      Pool pool = pools.get(STRING);
      Integer offset = pool == null ? null : pool.offsets().get(id);
      if (offset != null) {
        int resume = cursor.position();
        known = cursor.at(offset).string(NONE);
        cursor.resume(resume);
        strings.put(id, known);
      }
    }
    return known;
  }

  /** Returns a thread's name in Java; empty if it has none. */
  String thread(long id) {
    return threads.computeIfAbsent(id, this::readThread);
  }

  private String readThread(long id) {
    JfrRow row = row(THREAD, id);
    return row == null ? "" : row.textOrEmpty("javaName");
  }

  /** Returns a thread's number in the kernel; -1 if unknown. */
  int tid(long id) {
    JfrRow row = row(THREAD, id);
    return row == null ? -1 : (int) row.numberOrZero("osThreadId");
  }

  /** Returns a thread's number in Java; 0 if it has none. */
  long javaThread(long id) {
    return javaThreads.computeIfAbsent(id, this::readJavaThread);
  }

  private long readJavaThread(long id) {
    JfrRow row = row(THREAD, id);
    return row == null ? 0 : row.numberOrZero("javaThreadId");
  }

  /** Returns a stack, innermost frame first; empty if there is none. */
  List<Frame> stack(long id) {
    List<Frame> known = stacks.get(id);
    if (known == null) {
      known = readStack(id);
      stacks.put(id, known);
    }
    return known;
  }

  /** Reads {@code StackTrace{truncated, frames: StackFrame[]{method, lineNumber, …}}}. */
  private List<Frame> readStack(long id) {
    Pool pool = pools.get(STACK);
    Integer offset = pool == null ? null : pool.offsets().get(id);
    if (offset == null) {
      return List.of();
    }
    List<JfrRow> rows = new ArrayList<>();
    cursor.at(offset);
    for (JfrType.Field field : pool.type().fields()) {
      if (field.form() == JfrType.Form.ARRAY
          && field.element() == JfrType.Form.STRUCTURE
          && field.name().equals("frames")) {
        int count = cursor.count();
        for (int i = 0; i < count; i++) {
          rows.add(JfrRow.read(field.type(), cursor, this));
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
    JfrRow method = row(METHOD, frame.numberOrZero("method"));
    if (method == null) {
      return new Frame("", "", 0);
    }
    JfrRow owner = row(CLASS, method.numberOrZero("type"));
    String className = owner == null ? "" : symbol(owner.numberOrZero("name"));
    return new Frame(
        className.replace('/', '.'),
        symbol(method.numberOrZero("name")),
        (int) frame.numberOrZero("lineNumber"));
  }

  private String symbol(long id) {
    String known = symbols.get(id);
    if (known == null) {
      JfrRow row = row(SYMBOL, id);
      known = row == null ? "" : row.textOrEmpty("string");
      symbols.put(id, known);
    }
    return known;
  }
}
