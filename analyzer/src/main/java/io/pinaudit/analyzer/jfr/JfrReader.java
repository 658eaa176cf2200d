package io.pinaudit.analyzer.jfr;

import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.Frame;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.JavaCall.Effect;
import io.pinaudit.analyzer.trace.JavaCall.Named;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.linux.DeviceNumber;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * Reads one recording. {@link RecordingFile} does not return events in order of time, so all calls
 * are held in memory and sorted.
 */
public final class JfrReader {
  private static final String PREFIX = "pinaudit.";

  private final String name;
  private final Source source;
  private final List<JavaCall> calls = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private boolean hasCoverage;

  private JfrReader(String name) {
    this.name = name;
    this.source = new Source(name, 0);
  }

  /** Reads a recording; what cannot be read is a problem of the result, not an exception. */
  public static JfrRecording read(Path file) {
    JfrReader reader = new JfrReader(file.getFileName().toString());
    try (RecordingFile recording = new RecordingFile(file)) {
      while (recording.hasMoreEvents()) {
        reader.add(recording.readEvent());
      }
    } catch (IOException | RuntimeException | InternalError e) {
      // RecordingFile throws unchecked exceptions of its own on damaged chunks.
      reader.problems.add(reader.name + ": error: not a complete recording: " + reason(e));
    }
    if (!reader.hasCoverage && reader.problems.isEmpty()) {
      reader.problems.add(reader.name + ": recorded without the agent: no hook coverage in it");
    }
    reader.calls.sort(Comparator.comparingLong(call -> call.started().nanos()));
    return new JfrRecording(reader.calls, reader.problems);
  }

  private static String reason(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private void add(RecordedEvent event) {
    String type = event.getEventType().getName();
    switch (type) {
      case "jdk.DataLoss" ->
          problems.add(name + ": JFR lost " + event.getLong("amount") + " bytes of events");
      case PREFIX + "HookCoverage" -> addCoverage(event);
      case PREFIX + "RecordingLoss" ->
          problems.add(
              name
                  + ": the agent could not record %d calls of %s: %s"
                      .formatted(
                          event.getLong("count"),
                          event.getString("hook"),
                          event.getString("reason")));
      default -> {
        if (type.startsWith(PREFIX)) {
          calls.add(call(event, effect(type.substring(PREFIX.length()), event)));
        }
      }
    }
  }

  private void addCoverage(RecordedEvent event) {
    hasCoverage = true;
    if ("failed".equals(event.getString("state"))) {
      String problem =
          name + ": hook " + event.getString("hook") + " failed: " + event.getString("reason");
      if (!problems.contains(problem)) {
        problems.add(problem);
      }
    }
  }

  private JavaCall call(RecordedEvent event, Effect effect) {
    RecordedThread thread = event.getThread();
    String task = thread == null || thread.getJavaName() == null ? "" : thread.getJavaName();
    Stamp started =
        new Stamp(event.getLong("startNanos"), (int) event.getLong("kernelThreadId"), task, source);
    return new JavaCall(
        name,
        event.getString("operation"),
        started,
        event.getLong("endNanos"),
        frames(event.getStackTrace()),
        event.getString("error"),
        effect);
  }

  private static Effect effect(String type, RecordedEvent event) {
    return switch (type) {
      case "FileMap" ->
          new JavaCall.Mapped(
              file(event),
              new ByteRange(event.getLong("offsetBytes"), event.getLong("lengthBytes")),
              event.getLong("address"),
              event.getString("mode"));
      case "FileUnmap" ->
          new JavaCall.Unmapped(event.getLong("address"), event.getLong("lengthBytes"));
      case "FileTruncate" ->
          new JavaCall.Truncated(
              file(event), event.getLong("oldSizeBytes"), event.getLong("newSizeBytes"));
      case "RangeDeallocate" ->
          new JavaCall.Deallocated(
              file(event),
              event.getInt("mode"),
              new ByteRange(event.getLong("offsetBytes"), event.getLong("lengthBytes")));
      case "FileDelete" -> new JavaCall.Deleted(file(event));
      case "FileClose" -> new JavaCall.Closed(file(event));
      case "BufferTransfer" -> transferred(event);
      default -> new JavaCall.Other();
    };
  }

  private static Effect transferred(RecordedEvent event) {
    return new JavaCall.Transferred(
        named(event, "bufferDeviceMajor", "bufferDeviceMinor", "bufferInode", "bufferPath"),
        event.getLong("bufferAddress"),
        new ByteRange(event.getLong("bufferOffsetBytes"), event.getLong("lengthBytes")),
        named(event, "storageDeviceMajor", "storageDeviceMinor", "storageInode", "storagePath"),
        event.getLong("storageOffsetBytes"),
        event.getLong("resultBytes"),
        event.getBoolean("direct"));
  }

  private static Named file(RecordedEvent event) {
    return named(event, "deviceMajor", "deviceMinor", "inode", "path");
  }

  private static Named named(
      RecordedEvent event, String major, String minor, String inode, String path) {
    long number = event.getLong(inode);
    FileId id =
        number == 0 || event.getInt(major) < 0
            ? null
            : new FileId(new DeviceNumber(event.getInt(major), event.getInt(minor)), number);
    return new Named(id, event.getString(path));
  }

  private static List<Frame> frames(RecordedStackTrace stack) {
    return stack == null
        ? List.of()
        : stack.getFrames().stream()
            .filter(RecordedFrame::isJavaFrame)
            .map(JfrReader::frame)
            .filter(frame -> !isHidden(frame))
            .toList();
  }

  /** The agent's own frames, and classes spun for lambdas, whose names differ from run to run. */
  private static boolean isHidden(Frame frame) {
    return frame.className().startsWith("io.pinaudit.agent.")
        || frame.className().contains("$$Lambda")
        || frame.className().contains("LambdaForm$");
  }

  private static Frame frame(RecordedFrame frame) {
    return new Frame(
        frame.getMethod().getType().getName(), frame.getMethod().getName(), frame.getLineNumber());
  }
}
