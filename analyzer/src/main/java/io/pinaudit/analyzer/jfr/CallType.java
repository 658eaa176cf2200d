package io.pinaudit.analyzer.jfr;

import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.JavaCall.Effect;
import io.pinaudit.analyzer.trace.JavaCall.Named;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.run.DeviceNumber;
import java.util.function.Function;

/**
 * One of the agent's event types as a chunk has it: where each field that a call is made of stands.
 *
 * <p>A field that is missing is found when this is made, so that calls can be decoded late.
 */
final class CallType {
  private static final String LENGTH = "lengthBytes";

  private final int operation;
  private final int startNanos;
  private final int endNanos;
  private final int kernelThreadId;
  private final int thread;
  private final int stack; // -1 if recorded without
  private final int error;
  private final Function<JfrRow, Effect> effect;

  /**
   * Of a type.
   *
   * @param name the type's, without the agent's prefix
   */
  CallType(JfrType type, String name) {
    operation = type.required("operation");
    startNanos = type.required("startNanos");
    endNanos = type.required("endNanos");
    kernelThreadId = type.required("kernelThreadId");
    thread = type.required("eventThread");
    stack = type.column("stackTrace");
    error = type.required("error");
    effect = effect(type, name);
  }

  /** The call of an event. */
  JavaCall call(JfrRow event, JfrChunk chunk, String process, Source source) {
    Stamp started =
        new Stamp(
            event.number(startNanos),
            (int) event.number(kernelThreadId),
            chunk.thread(event.number(thread)),
            source);
    return new JavaCall(
        process,
        Operation.of(event.text(operation)),
        started,
        event.number(endNanos),
        chunk.stack(stack < 0 ? 0 : event.number(stack)),
        event.text(error),
        effect.apply(event));
  }

  private static Function<JfrRow, Effect> effect(JfrType type, String name) {
    return switch (name) {
      case "FileMap" -> mapped(type);
      case "FileUnmap" -> unmapped(type);
      case "FileTruncate" -> truncated(type);
      case "RangeDeallocate" -> deallocated(type);
      case "FileDelete" -> deleted(type);
      case "FileRename" -> renamed(type);
      case "FileTransfer" -> copied(type);
      case "FileClose" -> closed(type);
      case "BufferTransfer" -> transferred(type);
      case "TransferEnd" -> transferEnded(type);
      case "MemoryPin" -> pinned(type, false);
      case "LivePin" -> pinned(type, true);
      case "MemoryUnpin" -> unpinned(type);
      case "LiveMapping" -> stillMapped(type);
      default -> _ -> new JavaCall.Other();
    };
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
    Function<JfrRow, Named> source =
        named(type, "sourceDeviceMajor", "sourceDeviceMinor", "sourceInode", "sourcePath");
    Function<JfrRow, Named> target =
        named(type, "targetDeviceMajor", "targetDeviceMinor", "targetInode", "targetPath");
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
    Function<JfrRow, Named> storage =
        named(type, "storageDeviceMajor", "storageDeviceMinor", "storageInode", "storagePath");
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
    return named(type, "bufferDeviceMajor", "bufferDeviceMinor", "bufferInode", "bufferPath");
  }

  private static Function<JfrRow, Named> file(JfrType type) {
    return named(type, "deviceMajor", "deviceMinor", "inode", "path");
  }

  private static Function<JfrRow, Named> named(
      JfrType type, String majorField, String minorField, String inodeField, String pathField) {
    int major = type.required(majorField);
    int minor = type.required(minorField);
    int inode = type.required(inodeField);
    int path = type.required(pathField);
    return row ->
        new Named(
            row.number(inode) != 0 && row.number(major) >= 0
                ? new FileId(
                    new DeviceNumber((int) row.number(major), (int) row.number(minor)),
                    row.number(inode))
                : null,
            row.text(path));
  }
}
