package io.pinaudit.analyzer.jfr;

import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.JavaCall.Effect;
import io.pinaudit.analyzer.trace.JavaCall.Named;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.linux.DeviceNumber;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.RandomAccess;
import java.util.Set;

/**
 * Reads one recording.
 *
 * <p>A recording does not hold its events in order of time, so the reader notes where each call
 * stands and sorts the notes. It decodes the chunks itself: {@link jdk.jfr.consumer.RecordingFile}
 * takes ten times as long for a million events and holds them all.
 */
public final class JfrReader {
  private static final String PREFIX = "pinaudit.";
  private static final String DATA_LOSS = "jdk.DataLoss";
  private static final String ACTIVE_RECORDING = "jdk.ActiveRecording";

  /** A recording's first chunk begins with it, but for what the clocks differ. */
  private static final long START_TOLERANCE_MILLIS = 1_000;

  private final String name;
  private final List<Located> calls = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private boolean hasCoverage;
  private boolean toldDrop;
  private long firstChunkMillis = Long.MAX_VALUE;

  /** Where a call's event stands: all that is held of it until its time comes. */
  private record Located(long startNanos, JfrChunk chunk, JfrType type, int offset, int number) {}

  private JfrReader(String name) {
    this.name = name;
  }

  /** Reads a recording; what cannot be read is a problem of the result, not an exception. */
  public static JfrRecording read(Path file) {
    JfrReader reader = new JfrReader(file.getFileName().toString());
    try (FileChannel channel = FileChannel.open(file)) {
      reader.readChunks(channel);
    } catch (IOException | InternalError e) {
      // InternalError is what a mapped file gives that is cut while it is read.
      reader.damaged(e.toString());
    }
    if (!reader.hasCoverage && reader.problems.isEmpty()) {
      reader.problems.add(reader.name + ": recorded without the agent: no hook coverage in it");
    }
    reader.calls.sort(Comparator.comparingLong(Located::startNanos));
    return new JfrRecording(reader.new Calls(), reader.problems);
  }

  private void readChunks(FileChannel channel) throws IOException {
    long at = 0;
    do {
      try {
        long left = channel.size() - at;
        long size =
            left < JfrChunk.HEADER_BYTES
                ? left + 1
                : JfrChunk.size(map(channel, at, JfrChunk.HEADER_BYTES));
        if (size > left) {
          throw new JfrDamage("chunk cut off: " + left + " bytes are left");
        }
        readChunk(map(channel, at, size));
        at += size;
      } catch (JfrDamage | IndexOutOfBoundsException e) {
        damaged("chunk at byte " + at + ": " + e.getMessage());
        return;
      }
    } while (at < channel.size());
  }

  private static ByteBuffer map(FileChannel channel, long at, long size) throws IOException {
    return channel.map(FileChannel.MapMode.READ_ONLY, at, size);
  }

  private void damaged(String reason) {
    problems.add(name + ": error: not a complete recording: " + reason);
  }

  private void readChunk(ByteBuffer bytes) {
    JfrChunk chunk = new JfrChunk(bytes);
    firstChunkMillis = Math.min(firstChunkMillis, chunk.startMillis());
    Set<JfrType> known = new HashSet<>();
    chunk.forEach(
        type -> type.startsWith(PREFIX) || type.equals(DATA_LOSS) || type.equals(ACTIVE_RECORDING),
        (type, offset) -> {
          switch (type.name()) {
            case ACTIVE_RECORDING -> addRecording(chunk.event(type, offset));
            case DATA_LOSS, PREFIX + "HookCoverage", PREFIX + "RecordingLoss" ->
                note(chunk.event(type, offset));
            default -> {
              if (known.add(type)) {
                call(chunk, chunk.event(type, offset), 0); // fails now if it lacks a field
              }
              long startNanos = chunk.number(type, offset, "startNanos");
              calls.add(new Located(startNanos, chunk, type, offset, calls.size() + 1));
            }
          }
        });
  }

  private void note(JfrRow event) {
    switch (event.typeName()) {
      case DATA_LOSS ->
          problems.add(name + ": JFR lost " + event.number("amount") + " bytes of events");
      case PREFIX + "HookCoverage" -> addCoverage(event);
      default ->
          problems.add(
              name
                  + ": the agent could not record %d calls of %s: %s"
                      .formatted(event.number("count"), event.text("hook"), event.text("reason")));
    }
  }

  /** The calls in order of their start, each decoded when it is asked for. */
  private final class Calls extends AbstractList<JavaCall> implements RandomAccess {
    @Override
    public JavaCall get(int index) {
      Located at = calls.get(index);
      JfrRow event = at.chunk().event(at.type(), at.offset());
      return call(at.chunk(), event, at.number());
    }

    @Override
    public int size() {
      return calls.size();
    }
  }

  /** JFR drops its oldest chunks without a word when a recording outgrows its maxsize. */
  private void addRecording(JfrRow recording) {
    long lostMillis = firstChunkMillis - recording.number("recordingStart");
    if (lostMillis > START_TOLERANCE_MILLIS && !toldDrop) {
      toldDrop = true;
      problems.add(
          name
              + ": JFR dropped the first "
              + lostMillis
              + " ms of the recording: maxsize or maxage");
    }
  }

  private void addCoverage(JfrRow event) {
    hasCoverage = true;
    if ("failed".equals(event.text("state"))) {
      String problem = name + ": hook " + event.text("hook") + " failed: " + event.text("reason");
      if (!problems.contains(problem)) {
        problems.add(problem);
      }
    }
  }

  private JavaCall call(JfrChunk chunk, JfrRow event, int number) {
    Stamp started =
        new Stamp(
            event.number("startNanos"),
            (int) event.number("kernelThreadId"),
            chunk.thread(event),
            new Source(name, number));
    return new JavaCall(
        name,
        event.text("operation"),
        started,
        event.number("endNanos"),
        chunk.stack(event),
        event.text("error"),
        effect(event.typeName().substring(PREFIX.length()), event));
  }

  private static Effect effect(String type, JfrRow event) {
    return switch (type) {
      case "FileMap" ->
          new JavaCall.Mapped(
              file(event),
              new ByteRange(event.number("offsetBytes"), event.number("lengthBytes")),
              event.number("address"),
              event.text("mode"));
      case "FileUnmap" ->
          new JavaCall.Unmapped(event.number("address"), event.number("lengthBytes"));
      case "FileTruncate" ->
          new JavaCall.Truncated(
              file(event), event.number("oldSizeBytes"), event.number("newSizeBytes"));
      case "RangeDeallocate" ->
          new JavaCall.Deallocated(
              file(event),
              (int) event.number("mode"),
              new ByteRange(event.number("offsetBytes"), event.number("lengthBytes")));
      case "FileDelete" -> new JavaCall.Deleted(file(event), event.number("linksBefore"));
      case "FileRename" -> new JavaCall.Renamed(file(event), event.text("newPath"));
      case "FileTransfer" ->
          new JavaCall.Copied(
              named(event, "sourceDeviceMajor", "sourceDeviceMinor", "sourceInode", "sourcePath"),
              named(event, "targetDeviceMajor", "targetDeviceMinor", "targetInode", "targetPath"));
      case "FileClose" -> new JavaCall.Closed(file(event));
      case "BufferTransfer" -> transferred(event);
      case "TransferEnd" ->
          new JavaCall.TransferEnded(event.number("requestId"), event.number("resultBytes"));
      case "MemoryPin" -> pinned(event, false);
      case "LivePin" -> pinned(event, true);
      case "MemoryUnpin" -> new JavaCall.Unpinned(event.number("pinId"));
      case "LiveMapping" ->
          new JavaCall.StillMapped(
              file(event),
              new ByteRange(event.number("offsetBytes"), event.number("lengthBytes")),
              event.number("address"));
      default -> new JavaCall.Other();
    };
  }

  private static Effect transferred(JfrRow event) {
    return new JavaCall.Transferred(
        buffer(event),
        event.number("bufferAddress"),
        new ByteRange(event.number("bufferOffsetBytes"), event.number("lengthBytes")),
        named(event, "storageDeviceMajor", "storageDeviceMinor", "storageInode", "storagePath"),
        event.number("storageOffsetBytes"),
        event.number("resultBytes"),
        event.flag("direct"),
        // Recordings of the first agent have none.
        event.has("requestId") ? event.number("requestId") : 0);
  }

  private static Effect pinned(JfrRow event, boolean alive) {
    return new JavaCall.Pinned(
        event.number("pinId"),
        buffer(event),
        event.number("bufferAddress"),
        new ByteRange(event.number("bufferOffsetBytes"), event.number("lengthBytes")),
        event.flag("longTerm"),
        event.text("holder"),
        alive);
  }

  private static Named buffer(JfrRow event) {
    return named(event, "bufferDeviceMajor", "bufferDeviceMinor", "bufferInode", "bufferPath");
  }

  private static Named file(JfrRow event) {
    return named(event, "deviceMajor", "deviceMinor", "inode", "path");
  }

  private static Named named(JfrRow event, String major, String minor, String inode, String path) {
    // All are looked up whatever they are: a field that is missing is found with the first event.
    long number = event.number(inode);
    DeviceNumber device = new DeviceNumber((int) event.number(major), (int) event.number(minor));
    boolean known = number != 0 && device.major() >= 0;
    return new Named(known ? new FileId(device, number) : null, event.text(path));
  }
}
