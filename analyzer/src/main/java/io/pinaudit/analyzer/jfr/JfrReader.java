package io.pinaudit.analyzer.jfr;

import io.pinaudit.analyzer.trace.Fault;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.events.DaxMounts;
import io.pinaudit.events.FullFileSystem;
import io.pinaudit.events.HazardFound;
import io.pinaudit.events.HookCoverage;
import io.pinaudit.events.RecordingLoss;
import io.pinaudit.events.TimedEvent;
import io.pinaudit.events.UnresolvedRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Reads one recording.
 *
 * <p>A chunk does not hold its events in order of time, so the reader notes where each call stands
 * and sorts the notes; of a long recording it forgets them, and notes them again chunk by chunk
 * when the calls are wanted. It decodes the chunks itself: {@link jdk.jfr.consumer.RecordingFile}
 * takes ten times as long for a million events and holds them all.
 */
public final class JfrReader {
  private static final String DATA_LOSS = "jdk.DataLoss";
  private static final String ACTIVE_RECORDING = "jdk.ActiveRecording";
  private static final String JVM_INFORMATION = "jdk.JVMInformation";
  private static final String ERROR_THROW = "jdk.JavaErrorThrow";

  /** A part of HotSpot's message when a load or store of mapped memory gets a SIGBUS. */
  private static final String FAULT = "unsafe memory access operation";

  /** Events of the agent that are not numbered, because they are about the recording. */
  private static final Set<String> BOOKKEEPING =
      Set.of(
          HookCoverage.NAME,
          RecordingLoss.NAME,
          UnresolvedRequest.NAME,
          DaxMounts.NAME,
          HazardFound.NAME,
          FullFileSystem.NAME);

  /** The places of these calls take 44 MB. */
  private static final int MOST_KEPT = 1 << 21;

  private final Path file;
  private final String name;
  private final Set<ByteBuffer> chunksRead;
  private final BegunRecordings recordings;
  private final int mostKept;
  private final List<JavaCall> early = new ArrayList<>();
  private final List<ChunkCalls> chunks = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Map<String, Integer> unknown = new TreeMap<>();
  private final List<Fault> faults = new ArrayList<>();
  private final Set<String> full = new TreeSet<>();
  private boolean hasCoverage;
  private boolean mountsSeen;
  private boolean daxSeen;
  private long firstChunkMillis = Long.MAX_VALUE;
  private long latestStartNanos = Long.MIN_VALUE;
  private int events;
  private int kept;

  /**
   * The JVM that a chunk is of. A JVM may leave several files: dumps, or the chunks of a JVM that
   * was killed. Until a chunk names its JVM, all chunks of a file are taken to be of one JVM.
   */
  static final class Jvm {
    private String name;

    Jvm(String name) {
      this.name = name;
    }

    /**
     * Takes the JVM's name from {@code jdk.JVMInformation}, which JFR's own settings write once a
     * chunk.
     */
    void named(JfrRow information) {
      long pid = information.numberOrZero("pid");
      long startMillis = information.numberOrZero("jvmStartTime");
      name = pid == 0 ? name : "JVM " + pid + " of " + startMillis;
    }
  }

  JfrReader(Path file, Set<ByteBuffer> chunksRead) {
    this(file, chunksRead, MOST_KEPT);
  }

  /**
   * Makes a reader of one recording.
   *
   * @param mostKept the largest number of calls whose places are kept; others are found again
   */
  JfrReader(Path file, Set<ByteBuffer> chunksRead, int mostKept) {
    this.file = file;
    this.name = file.getFileName().toString();
    this.chunksRead = chunksRead;
    this.recordings = new BegunRecordings(file);
    this.mostKept = mostKept;
  }

  /** Reads one recording alone. */
  public static JfrRecording read(Path file) {
    return read(file, new HashSet<>());
  }

  /**
   * Reads a recording. What cannot be read becomes a problem of the result, not an exception. A
   * chunk that was read before adds nothing: each dump of a JVM holds all of its chunks.
   *
   * @param chunksRead the heads of the chunks that were read before, of other recordings as well;
   *     this call adds to them
   */
  public static JfrRecording read(Path file, Set<ByteBuffer> chunksRead) {
    return new JfrReader(file, chunksRead).read();
  }

  /** Reads the recording. */
  JfrRecording read() {
    try (FileChannel channel = FileChannel.open(file)) {
      readChunks(channel);
    } catch (IOException | InternalError e) {
      // A mapped file that is cut while it is read gives an InternalError.
      damaged(e.toString());
    }
    early.sort(Comparator.comparingLong(call -> call.started().nanos()));
    return result();
  }

  /** Returns what was read, with all reasons why it may not be complete. */
  JfrRecording result() {
    List<String> all = new ArrayList<>(problems);
    if (!hasCoverage && all.isEmpty()) {
      all.add(name + ": recorded without the agent: no hook coverage in it");
    }
    recordings.droppedMillis(firstChunkMillis).ifPresent(millis -> all.add(dropped(millis)));
    unknown.forEach((type, count) -> all.add(unknown(type, count)));
    return new JfrRecording(
        new RecordedCalls(early, chunks),
        List.copyOf(all),
        mountsSeen && !daxSeen,
        List.copyOf(faults),
        full);
  }

  /**
   * Returns the calls that stand in a chunk from an offset on, decoded, in the order of the chunk.
   */
  List<JavaCall> callsOf(JfrChunk chunk, int from, Jvm jvm) {
    LocatedCalls calls = new LocatedCalls(chunk);
    readEvents(chunk, from, calls, jvm);
    List<JavaCall> decoded = new ArrayList<>(calls.size());
    calls.iterator(0, name, jvm.name).forEachRemaining(decoded::add);
    return decoded;
  }

  /** Returns whether a chunk tells from an offset on which JVM wrote it. */
  boolean tellsJvm(JfrChunk chunk, int from) {
    boolean[] told = {false};
    IntConsumer tells = _ -> told[0] = true;
    chunk.forEach(from, type -> type.name().equals(JVM_INFORMATION) ? tells : JfrChunk.NOBODY);
    return told[0];
  }

  /** Notes that a file cannot be read, unless that is known. */
  void damagedOnce(Path file, Throwable e) {
    addOnce(file.getFileName() + ": error: not a complete recording: " + e.getMessage());
  }

  private void readChunks(FileChannel channel) throws IOException {
    long at = 0;
    do {
      try {
        long left = channel.size() - at;
        long size =
            left < JfrChunk.HEADER_BYTES
                ? left + 1
                : JfrChunk.size(ChunkPlace.map(channel, at, JfrChunk.HEADER_BYTES).asByteBuffer());
        if (size > left) {
          throw new JfrDamage("chunk cut off: " + left + " bytes are left");
        }
        readChunk(new ChunkPlace(file, at, size));
        at += size;
      } catch (JfrDamage | IndexOutOfBoundsException e) {
        damaged("chunk at byte " + at + ": " + e.getMessage());
        return;
      }
    } while (at < channel.size());
  }

  /** Reads the head of a chunk: its size, its start and duration, and where its parts lie. */
  private static ByteBuffer head(ByteBuffer chunk) {
    return ByteBuffer.allocate(JfrChunk.HEADER_BYTES)
        .put(chunk.slice(0, JfrChunk.HEADER_BYTES))
        .flip();
  }

  /**
   * Counts calls of an agent that is newer than this reader, which does not know what these calls
   * did.
   */
  private String unknown(String type, int count) {
    return "%s: %d events of the unknown type %s".formatted(name, count, type);
  }

  private void damaged(String reason) {
    problems.add(name + ": error: not a complete recording: " + reason);
  }

  private void readChunk(ChunkPlace place) throws IOException {
    ByteBuffer bytes = place.bytes();
    boolean isNew = chunksRead.add(head(bytes));
    Jvm jvm = new Jvm(name);
    int numberBefore = events;
    JfrChunk chunk = new JfrChunk(bytes);
    LocatedCalls calls = new LocatedCalls(chunk);
    boolean whole = false;
    try {
      readEvents(chunk, JfrChunk.HEADER_BYTES, isNew ? calls : null, jvm);
      whole = true;
    } finally {
      calls.sort();
      int tooEarly = decodeEarly(calls, jvm);
      if (tooEarly < calls.size()) {
        latestStartNanos = calls.lastStartNanos();
        keep(new ChunkCalls(place, jvm.name, numberBefore, calls, tooEarly), whole);
      }
    }
  }

  /** Decodes the calls that began before a call of an earlier chunk; returns how many these are. */
  private int decodeEarly(LocatedCalls calls, Jvm jvm) {
    int count = calls.countBefore(latestStartNanos);
    for (int i = 0; i < count; i++) {
      early.add(calls.decoded(i, name, jvm.name));
    }
    return count;
  }

  /** Keeps the calls of a chunk; forgets where they stand if there are too many. */
  private void keep(ChunkCalls chunk, boolean whole) {
    chunks.add(chunk);
    if (!whole || kept + chunk.size() <= mostKept) {
      kept += chunk.size();
    } else {
      chunk.forget();
    }
  }

  /** Returns whether events of a type are numbered: all of the agent's that may be calls. */
  static boolean isNumbered(String type) {
    return type.startsWith(TimedEvent.PREFIX) && !BOOKKEEPING.contains(type);
  }

  /**
   * Notes the events of a chunk.
   *
   * @param from where in the chunk the first of them stands
   * @param calls to which its calls are added; null if the chunk was read before
   */
  private void readEvents(JfrChunk chunk, int from, LocatedCalls calls, Jvm jvm) {
    firstChunkMillis = Math.min(firstChunkMillis, chunk.startMillis());
    chunk.forEach(
        from,
        type ->
            isNumbered(type.name())
                ? numbered(type, calls)
                : aboutTheRecording(chunk, type, calls != null, jvm));
  }

  /** Returns who takes the events of a type that all are calls, or are counted as unknown. */
  private IntConsumer numbered(JfrType type, LocatedCalls calls) {
    if (calls == null) {
      return _ -> events++;
    }
    if (!CallType.isCall(type.name())) {
      return _ -> {
        events++;
        unknown.merge(type.name(), 1, Integer::sum);
      };
    }
    LocatedCalls.Kind kind = calls.kind(type);
    return offset -> calls.add(kind, offset, ++events);
  }

  private IntConsumer aboutTheRecording(JfrChunk chunk, JfrType type, boolean isNew, Jvm jvm) {
    Consumer<JfrRow> taker =
        switch (type.name()) {
          case JVM_INFORMATION -> jvm::named;
          case ACTIVE_RECORDING -> recordings::add;
          case ERROR_THROW -> isNew ? error -> addFault(chunk, error) : null;
          case DATA_LOSS -> this::addDataLoss;
          case HookCoverage.NAME -> this::addCoverage;
          case RecordingLoss.NAME -> this::addLoss;
          case UnresolvedRequest.NAME -> this::addUnresolved;
          case DaxMounts.NAME -> this::addMounts;
          case FullFileSystem.NAME -> row -> full.add(row.textOrEmpty("path"));
          default -> null; // of others; HazardFound: by a watch of this very run
        };
    return taker == null ? JfrChunk.NOBODY : offset -> taker.accept(chunk.event(type, offset));
  }

  /**
   * Adds what JFR had no buffer for. The event stands in the buffer that is emptied next: where
   * that is lost as well, only the total of the thread still tells of it.
   */
  private void addDataLoss(JfrRow event) {
    problems.add(name + ": JFR lost " + event.number("total") + " bytes of the events of a thread");
  }

  private void addLoss(JfrRow event) {
    problems.add(
        name
            + ": the agent could not record %d calls of %s: %s"
                .formatted(event.number("count"), event.text("hook"), event.text("reason")));
  }

  private void addMounts(JfrRow event) {
    mountsSeen |= event.number("mounts") > 0;
    daxSeen |= event.number("withDax") > 0;
  }

  private void addUnresolved(JfrRow event) {
    String problem =
        "%s: a request of an io_uring named its %s by a number that is not known (%d): which file it"
                .formatted(name, event.text("kind"), event.number("number"))
            + " cut, or whose memory it used, was not seen";
    addOnce(problem);
  }

  /** Adds a reason why the recording may not be complete, unless it was told before. */
  void addOnce(String problem) {
    if (!problems.contains(problem)) {
      problems.add(problem);
    }
  }

  /** Adds a fault, unless the error is another one: every JVM throws and catches errors. */
  private void addFault(JfrChunk chunk, JfrRow error) {
    String message = error.textOrEmpty("message");
    if (message.contains(FAULT) && faults.size() < JfrRecording.MOST_FAULTS) {
      JfrThread thread = chunk.thread(error.numberOrZero("eventThread"));
      faults.add(
          new Fault(
              new Stamp(Fault.UNKNOWN, thread.tid(), thread.name(), new Source(name, 0)),
              "InternalError: " + message,
              chunk.stack(error.numberOrZero("stackTrace"))));
    }
  }

  private String dropped(long millis) {
    return name + ": JFR dropped the first " + millis + " ms of the recording: maxsize or maxage";
  }

  private void addCoverage(JfrRow event) {
    hasCoverage = true;
    if ("failed".equals(event.text("state"))) {
      String problem = name + ": hook " + event.text("hook") + " failed: " + event.text("reason");
      addOnce(problem);
    }
  }
}
