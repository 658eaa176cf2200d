package io.pinaudit.analyzer.jfr;

import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.JavaCall.Effect;
import io.pinaudit.analyzer.trace.JavaCall.Named;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.Use;
import io.pinaudit.analyzer.trace.Word;
import io.pinaudit.events.BriefTransfer;
import io.pinaudit.events.BufferTransfer;
import io.pinaudit.events.FileClose;
import io.pinaudit.events.FileDelete;
import io.pinaudit.events.FileMap;
import io.pinaudit.events.FileRename;
import io.pinaudit.events.FileTransfer;
import io.pinaudit.events.FileTruncate;
import io.pinaudit.events.FileUnmap;
import io.pinaudit.events.Intervention;
import io.pinaudit.events.LiveMapping;
import io.pinaudit.events.LivePin;
import io.pinaudit.events.MappingCheck;
import io.pinaudit.events.MeetingWait;
import io.pinaudit.events.MemoryFree;
import io.pinaudit.events.MemoryPin;
import io.pinaudit.events.MemoryUnpin;
import io.pinaudit.events.NativeCall;
import io.pinaudit.events.RangeDeallocate;
import io.pinaudit.events.ThreadOrder;
import io.pinaudit.events.TransferEnd;
import java.util.Map;
import java.util.function.Function;

/**
 * Decodes the events of one of the agent's types in one chunk: it knows where each field of a call
 * stands.
 *
 * <p>The constructor throws if a field is missing, so that calls can be decoded later without a
 * check.
 */
final class CallType {
  private static final String LENGTH = "lengthBytes";

  /** The functions that read the effect of a call, by the type of the event. */
  private static final Map<String, Function<JfrType, Function<JfrRow, Effect>>> EFFECTS =
      Map.ofEntries(
          Map.entry(FileMap.NAME, CallType::mapped),
          Map.entry(FileUnmap.NAME, CallType::unmapped),
          Map.entry(FileTruncate.NAME, CallType::truncated),
          Map.entry(RangeDeallocate.NAME, CallType::deallocated),
          Map.entry(FileDelete.NAME, CallType::deleted),
          Map.entry(FileRename.NAME, CallType::renamed),
          Map.entry(FileTransfer.NAME, CallType::copied),
          Map.entry(FileClose.NAME, CallType::closed),
          Map.entry(BufferTransfer.NAME, CallType::transferred),
          Map.entry(BriefTransfer.NAME, CallType::transferred),
          Map.entry(TransferEnd.NAME, CallType::transferEnded),
          Map.entry(MemoryPin.NAME, type -> pinned(type, false)),
          Map.entry(LivePin.NAME, type -> pinned(type, true)),
          Map.entry(MemoryUnpin.NAME, CallType::unpinned),
          Map.entry(LiveMapping.NAME, CallType::stillMapped),
          Map.entry(MappingCheck.NAME, CallType::foundShort),
          Map.entry(MemoryFree.NAME, CallType::freed),
          Map.entry(ThreadOrder.NAME, CallType::threadOrdered),
          Map.entry(MeetingWait.NAME, CallType::waited),
          Map.entry(Intervention.NAME, CallType::guarded),
          Map.entry(NativeCall.NAME, _ -> _ -> new JavaCall.Other()));

  private final int operation;
  private final int startNanos;
  private final int endNanos;
  private final int kernelThreadId;
  private final int thread;
  private final int stack; // -1 if recorded without
  private final int error;
  private final Function<JfrRow, Effect> effect;

  /** Returns whether events of a type of this name stand for calls. */
  static boolean isCall(String type) {
    return EFFECTS.containsKey(type);
  }

  /** Makes the decoder of a type whose events stand for calls. */
  CallType(JfrType type) {
    operation = type.required("operation");
    startNanos = type.required("startNanos");
    endNanos = type.required("endNanos");
    kernelThreadId = type.required("kernelThreadId");
    thread = type.required("eventThread");
    stack = type.column("stackTrace");
    error = type.required("error");
    effect = EFFECTS.get(type.name()).apply(type);
  }

  /** Returns the call of an event. */
  JavaCall call(JfrRow event, JfrChunk chunk, String process, Source source) {
    JfrThread caller = chunk.thread(event.number(thread));
    Stamp started =
        new Stamp(
            event.number(startNanos), (int) event.number(kernelThreadId), caller.name(), source);
    return new JavaCall(
        process,
        Operation.of(event.text(operation)),
        started,
        event.number(endNanos),
        chunk.stack(stack < 0 ? 0 : event.number(stack)),
        event.text(error),
        effect(event),
        caller.javaId());
  }

  private Effect effect(JfrRow event) {
    try {
      return effect.apply(event);
    } catch (UnknownWord unknown) {
      return new JavaCall.Unread(unknown.field, unknown.word);
    }
  }

  private static Function<JfrRow, Effect> mapped(JfrType type) {
    Function<JfrRow, Named> file = file(type);
    Function<JfrRow, ByteRange> range = range(type, "offsetBytes");
    int address = type.required("address");
    int mode = type.required("mode");
    return row ->
        new JavaCall.Mapped(file.apply(row), range.apply(row), row.number(address), row.text(mode));
  }

  private static Function<JfrRow, Effect> unmapped(JfrType type) {
    int address = type.required("address");
    int length = type.required(LENGTH);
    return row -> new JavaCall.Unmapped(row.number(address), row.number(length));
  }

  private static Function<JfrRow, Effect> truncated(JfrType type) {
    Function<JfrRow, Named> file = file(type);
    int oldSize = type.required("oldSizeBytes");
    int newSize = type.required("newSizeBytes");
    return row -> new JavaCall.Truncated(file.apply(row), row.number(oldSize), row.number(newSize));
  }

  private static Function<JfrRow, Effect> deallocated(JfrType type) {
    Function<JfrRow, Named> file = file(type);
    Function<JfrRow, ByteRange> range = range(type, "offsetBytes");
    int mode = type.required("mode");
    return row ->
        new JavaCall.Deallocated(file.apply(row), (int) row.number(mode), range.apply(row));
  }

  private static Function<JfrRow, Effect> deleted(JfrType type) {
    Function<JfrRow, Named> file = file(type);
    int links = type.required("linksBefore");
    return row -> new JavaCall.Deleted(file.apply(row), row.number(links));
  }

  private static Function<JfrRow, Effect> renamed(JfrType type) {
    Function<JfrRow, Named> file = file(type);
    int newPath = type.required("newPath");
    return row -> new JavaCall.Renamed(file.apply(row), row.text(newPath));
  }

  private static Function<JfrRow, Effect> copied(JfrType type) {
    Function<JfrRow, Named> source = named(type, "source");
    Function<JfrRow, Named> target = named(type, "target");
    return row -> new JavaCall.Copied(source.apply(row), target.apply(row));
  }

  private static Function<JfrRow, Effect> closed(JfrType type) {
    Function<JfrRow, Named> file = file(type);
    return row -> new JavaCall.Closed(file.apply(row));
  }

  private static Function<JfrRow, Effect> transferred(JfrType type) {
    Function<JfrRow, Named> buffer = buffer(type);
    int address = type.required("bufferAddress");
    Function<JfrRow, ByteRange> range = range(type, "bufferOffsetBytes");
    Function<JfrRow, Named> storage = named(type, "storage");
    int storageOffset = type.required("storageOffsetBytes");
    int result = type.required("resultBytes");
    int direct = type.required("direct");
    int requestId = type.column("requestId"); // recordings of the first agent have none
    return row ->
        new JavaCall.Transferred(
            buffer.apply(row),
            row.number(address),
            range.apply(row),
            storage.apply(row),
            row.number(storageOffset),
            row.number(result),
            row.number(direct) != 0,
            requestId < 0 ? 0 : row.number(requestId));
  }

  private static Function<JfrRow, Effect> transferEnded(JfrType type) {
    int requestId = type.required("requestId");
    int result = type.required("resultBytes");
    return row -> new JavaCall.TransferEnded(row.number(requestId), row.number(result));
  }

  private static Function<JfrRow, Effect> pinned(JfrType type, boolean alive) {
    int pinId = type.required("pinId");
    Function<JfrRow, Named> buffer = buffer(type);
    int address = type.required("bufferAddress");
    Function<JfrRow, ByteRange> range = range(type, "bufferOffsetBytes");
    int longTerm = type.required("longTerm");
    int holder = type.required("holder");
    return row ->
        new JavaCall.Pinned(
            row.number(pinId),
            buffer.apply(row),
            row.number(address),
            range.apply(row),
            row.number(longTerm) != 0,
            row.text(holder),
            alive);
  }

  private static Function<JfrRow, Effect> unpinned(JfrType type) {
    int pinId = type.required("pinId");
    return row -> new JavaCall.Unpinned(row.number(pinId));
  }

  private static Function<JfrRow, Effect> foundShort(JfrType type) {
    Function<JfrRow, Named> file = file(type);
    int address = type.required("address");
    Function<JfrRow, ByteRange> range = range(type, "offsetBytes");
    int oldSize = type.required("previousSizeBytes");
    int newSize = type.required("sizeBytes");
    int previousNanos = type.required("previousNanos");
    Function<JfrRow, JavaCall.Page> page = word(type, "page", JavaCall.Page.values());
    return row ->
        new JavaCall.FoundShort(
            file.apply(row),
            row.number(address),
            range.apply(row),
            row.number(oldSize),
            row.number(newSize),
            row.number(previousNanos),
            page.apply(row));
  }

  private static Function<JfrRow, Effect> freed(JfrType type) {
    int address = type.required("address");
    int length = type.required(LENGTH);
    int id = type.required("requestId");
    int operation = type.required("requestOperation");
    int requestAddress = type.required("requestAddress");
    int requestLength = type.required("requestLengthBytes");
    int nanos = type.required("requestNanos");
    int tid = type.required("requestThreadId");
    return row ->
        new JavaCall.Freed(
            row.number(address),
            row.number(length),
            new JavaCall.Request(
                row.number(id),
                Operation.of(row.text(operation)),
                new ByteRange(row.number(requestAddress), row.number(requestLength)),
                row.number(nanos),
                (int) row.number(tid)));
  }

  private static Function<JfrRow, Effect> threadOrdered(JfrType type) {
    int other = type.required("otherThreadId");
    int joined = type.required("joined");
    return row -> new JavaCall.ThreadOrdered(row.number(other), row.number(joined) != 0);
  }

  private static Function<JfrRow, Effect> waited(JfrType type) {
    Function<JfrRow, Named> file = file(type);
    Function<JfrRow, ByteRange> range = range(type, "offsetBytes");
    int pair = type.required("pair");
    Function<JfrRow, JavaCall.Side> side = word(type, "side", JavaCall.Side.values());
    Function<JfrRow, JavaCall.WaitEnd> outcome = word(type, "outcome", JavaCall.WaitEnd.values());
    int meeting = type.required("meetingId");
    Function<JfrRow, JavaCall.Side> first = wordOrNone(type, "first", JavaCall.Side.values());
    Function<JfrRow, Use> subject = wordOrNone(type, "subject", Use.values());
    return row ->
        new JavaCall.Waited(
            row.text(pair),
            side.apply(row),
            outcome.apply(row),
            row.number(meeting),
            first.apply(row),
            subject.apply(row),
            file.apply(row),
            range.apply(row));
  }

  private static Function<JfrRow, Effect> guarded(JfrType type) {
    Function<JfrRow, Named> file = file(type);
    Function<JfrRow, ByteRange> range = range(type, "offsetBytes");
    Function<JfrRow, JavaCall.Holder> holder = holder(type);
    Function<JfrRow, JavaCall.Mode> mode = word(type, "mode", JavaCall.Mode.values());
    Function<JfrRow, JavaCall.Deed> deed = word(type, "done", JavaCall.Deed.values());
    int reason = type.required("reason");
    Function<JfrRow, Use> use = word(type, "subject", Use.values());
    int holds = type.required("holds");
    return row ->
        new JavaCall.Guarded(
            mode.apply(row),
            deed.apply(row),
            row.text(reason),
            use.apply(row),
            file.apply(row),
            range.apply(row),
            (int) row.number(holds),
            holder.apply(row));
  }

  private static Function<JfrRow, JavaCall.Holder> holder(JfrType type) {
    int operation = type.required("holdOperation");
    int nanos = type.required("holdNanos");
    int tid = type.required("holdThreadId");
    int thread = type.required("holdThread");
    int stack = type.required("holdStack");
    return row ->
        new JavaCall.Holder(
            Operation.of(row.text(operation)),
            row.number(nanos),
            (int) row.number(tid),
            row.text(thread),
            row.text(stack));
  }

  /** A field has a word that this analyzer does not know. */
  private static final class UnknownWord extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String field;
    private final String word;

    UnknownWord(String field, String word) {
      super(null, null, false, false);
      this.field = field;
      this.word = word;
    }
  }

  /**
   * Returns the reader of a field that has one of a closed set of words.
   *
   * @throws UnknownWord when the reader meets another word, or none
   */
  private static <E extends Enum<E> & Word> Function<JfrRow, E> word(
      JfrType type, String field, E[] values) {
    Function<JfrRow, E> reader = wordOrNone(type, field, values);
    return row -> {
      E value = reader.apply(row);
      if (value == null) {
        throw new UnknownWord(field, null);
      }
      return value;
    };
  }

  /** Returns the same for a field that may be null; the reader then returns null. */
  private static <E extends Enum<E> & Word> Function<JfrRow, E> wordOrNone(
      JfrType type, String field, E[] values) {
    int column = type.required(field);
    return row -> {
      String text = row.text(column);
      for (E value : values) {
        if (value.word().equals(text)) {
          return value;
        }
      }
      if (text != null) {
        throw new UnknownWord(field, text);
      }
      return null;
    };
  }

  private static Function<JfrRow, Effect> stillMapped(JfrType type) {
    Function<JfrRow, Named> file = file(type);
    Function<JfrRow, ByteRange> range = range(type, "offsetBytes");
    int address = type.required("address");
    return row -> new JavaCall.StillMapped(file.apply(row), range.apply(row), row.number(address));
  }

  private static Function<JfrRow, ByteRange> range(JfrType type, String offsetField) {
    int offset = type.required(offsetField);
    int length = type.required(LENGTH);
    return row -> new ByteRange(row.number(offset), row.number(length));
  }

  private static Function<JfrRow, Named> buffer(JfrType type) {
    return named(type, "buffer");
  }

  private static Function<JfrRow, Named> file(JfrType type) {
    return named(type, "");
  }

  /** Returns the reader of a file from the fields whose names begin with a word, or with none. */
  private static Function<JfrRow, Named> named(JfrType type, String word) {
    int major = type.required(field(word, "deviceMajor"));
    int minor = type.required(field(word, "deviceMinor"));
    int inode = type.required(field(word, "inode"));
    int path = type.required(field(word, "path"));
    RecentFiles files = new RecentFiles();
    return row ->
        files.file(row.number(inode), row.number(major), row.number(minor), row.text(path));
  }

  private static String field(String word, String name) {
    return word.isEmpty() ? name : word + Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }
}
