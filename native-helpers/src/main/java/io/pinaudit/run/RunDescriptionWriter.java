package io.pinaudit.run;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes {@code run.json} as a whole or not at all, so that a reader never sees a part of it.
 * Confined to one thread.
 */
public final class RunDescriptionWriter {
  private final JsonGenerator json;

  private RunDescriptionWriter(JsonGenerator json) {
    this.json = json;
  }

  /** Writes the description into a run directory; replaces an earlier one. */
  public static void write(RunDescription run, Path directory) throws IOException {
    Path temporary = directory.resolve(RunDescription.FILE_NAME + ".new");
    Files.deleteIfExists(temporary);
    // The folder may belong to another user, so this never writes through a link that stands
    // there.
    try (Writer out = Files.newBufferedWriter(temporary, StandardOpenOption.CREATE_NEW);
        JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), out)) {
      new RunDescriptionWriter(json).run(run);
    } catch (JacksonException e) {
      throw new IOException(temporary + ": " + e.getMessage(), e);
    }
    Files.move(
        temporary,
        directory.resolve(RunDescription.FILE_NAME),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private void run(RunDescription run) {
    json.writeStartObject();
    json.writeNumberProperty("schemaVersion", RunDescription.SCHEMA_VERSION);
    json.writeStringProperty("toolVersion", run.toolVersion());
    json.writeStringProperty("kernelRelease", run.kernelRelease());
    json.writeStringProperty("bootId", run.bootId());
    json.writeStringProperty("clock", "CLOCK_MONOTONIC");
    json.writeNumberProperty("startNanos", run.startNanos());
    json.writeNumberProperty("endNanos", run.endNanos());
    strings("command", run.command());
    json.writeNumberProperty("exitStatus", run.exitStatus());
    if (run.kernel() != null) {
      kernel(run.kernel());
    }
    text("kernelAbsent", run.kernelAbsent());
    objects("devices", run.devices(), this::device);
    objects("mounts", run.mounts(), this::mount);
    objects("files", run.files(), this::file);
    strings("kernelWarnings", run.kernelWarnings());
    objects("users", run.users(), this::user);
    objects("jvms", run.jvms(), this::jvm);
    origin(run.origin());
    json.writeEndObject();
  }

  private void origin(Origin origin) {
    text("recordingId", origin.recordingId());
    text("hostId", origin.hostId());
    text("startTime", origin.start() == null ? null : origin.start().toString());
    json.writeObjectPropertyStart("labels");
    origin.labels().forEach(json::writeStringProperty);
    json.writeEndObject();
    objects("storage", origin.storage(), this::storage);
  }

  private void storage(Origin.StorageId storage) {
    json.writeStringProperty("number", storage.device().toString());
    json.writeStringProperty("kind", storage.kind().name());
    json.writeStringProperty("id", storage.id());
  }

  private void kernel(KernelSide kernel) {
    json.writeObjectPropertyStart("kernel");
    json.writeStringProperty("traceFile", kernel.traceFile());
    text("syscallsFile", kernel.syscallsFile());
    json.writeStringProperty("probeSet", kernel.probeSet());
    json.writeObjectPropertyStart("constants");
    kernel.constants().forEach(json::writeNumberProperty);
    json.writeEndObject();
    json.writeStringProperty("vmemmapBase", "0x" + Long.toHexString(kernel.vmemmapBase()));
    json.writeNumberProperty("pageStructBytes", kernel.pageStructBytes());
    json.writeNumberProperty("pageSizeBytes", kernel.pageSizeBytes());
    objects("probes", kernel.probes(), this::probe);
    objects("cpus", kernel.cpus(), this::cpu);
    json.writeNumberProperty("clockAheadNanos", kernel.clockAheadNanos());
    json.writeBooleanProperty("finished", kernel.finished());
    json.writeEndObject();
  }

  private void probe(KernelSide.ProbeState probe) {
    json.writeStringProperty("name", probe.name());
    json.writeStringProperty("evidence", probe.evidence());
    json.writeBooleanProperty("attached", probe.attached());
    text("reason", probe.reason());
    json.writeNumberProperty("missed", probe.missed());
  }

  private void cpu(CpuStatistics cpu) {
    json.writeNumberProperty("cpu", cpu.cpu());
    json.writeNumberProperty("overrun", cpu.overrun());
    json.writeNumberProperty("droppedEvents", cpu.droppedEvents());
    json.writeNumberProperty("commitOverrun", cpu.commitOverrun());
  }

  private void device(BlockDevice device) {
    json.writeStringProperty("name", device.name());
    json.writeStringProperty("number", device.number().toString());
    json.writeStringProperty("kind", device.kind().name());
    json.writeNumberProperty("dataStartBytes", device.dataStartBytes());
    json.writeNumberProperty("sizeBytes", device.sizeBytes());
    text("obstacle", device.obstacle());
  }

  private void mount(Mount mount) {
    json.writeStringProperty("mountPoint", mount.mountPoint());
    json.writeStringProperty("fsType", mount.fsType());
    json.writeStringProperty("number", mount.number().toString());
    json.writeBooleanProperty("dax", mount.dax());
    json.writeNumberProperty("blockSizeBytes", mount.blockSizeBytes());
    if (mount.groups() != null) {
      json.writeObjectPropertyStart("allocationGroups");
      json.writeNumberProperty("blocks", mount.groups().blocks());
      json.writeNumberProperty("blockBits", mount.groups().blockBits());
      json.writeEndObject();
    }
  }

  private void file(RunDescription.FileName file) {
    json.writeStringProperty("device", file.device().toString());
    json.writeNumberProperty("inode", file.inode());
    json.writeStringProperty("path", file.path());
  }

  private void user(RunDescription.UserOf user) {
    json.writeNumberProperty("uid", user.uid());
    json.writeStringProperty("name", user.name());
    json.writeArrayPropertyStart("processes");
    for (List<Integer> threads : user.processes()) {
      json.writeStartArray();
      threads.forEach(json::writeNumber);
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  private void jvm(RunDescription.Jvm jvm) {
    json.writeNumberProperty("pid", jvm.pid());
    json.writeStringProperty("command", jvm.command());
    json.writeBooleanProperty("audited", jvm.audited());
  }

  private <T> void objects(String name, List<T> values, Consumer<T> fields) {
    json.writeArrayPropertyStart(name);
    for (T value : values) {
      json.writeStartObject();
      fields.accept(value);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void strings(String name, List<String> values) {
    json.writeArrayPropertyStart(name);
    values.forEach(json::writeString);
    json.writeEndArray();
  }

  private void text(String name, String value) {
    if (value != null) {
      json.writeStringProperty(name, value);
    }
  }
}
