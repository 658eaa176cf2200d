package io.pinaudit.lab.guest;

import io.pinaudit.lab.host.CachedKernel;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes {@code lab.json}: which guest ran which command, and how it ended. */
final class LabRecord {
  private static final int SCHEMA_VERSION = 1;

  private final GuestSpec spec;
  private final CachedKernel kernel;
  private final GuestCommand command;
  private final Instant start = Instant.now();

  LabRecord(GuestSpec spec, CachedKernel kernel, GuestCommand command) {
    this.spec = spec;
    this.kernel = kernel;
    this.command = command;
  }

  /** Writes the file after the command has ended. */
  void write(GuestResult result) throws IOException {
    try (JsonGenerator json = open()) {
      writeGuest(json);
      json.writeStringProperty("acceleration", result.acceleration().label());
      json.writeNumberProperty("exitStatus", result.exitStatus());
      json.writeNumberProperty("bootMillis", result.bootTime().toMillis());
      json.writeNumberProperty("commandMillis", result.commandTime().toMillis());
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  /** Writes the file after the guest has failed. */
  void write(GuestFailure failure) throws IOException {
    try (JsonGenerator json = open()) {
      writeGuest(json);
      json.writeStringProperty("failure", failure.getMessage());
      json.writeNumberProperty("exitStatus", failure.exitStatus());
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  private JsonGenerator open() throws IOException {
    Path file = spec.runDirectory().resolve("lab.json");
    OutputStream out = Files.newOutputStream(file);
    return new JsonFactory().createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8);
  }

  private void writeGuest(JsonGenerator json) {
    json.writeStartObject();
    json.writeNumberProperty("schemaVersion", SCHEMA_VERSION);
    json.writeStringProperty("started", start.toString());
    json.writeStringProperty("kernelPackage", kernel.packageName());
    json.writeStringProperty("kernelRelease", kernel.release());
    json.writeStringProperty("fileSystem", spec.fileSystem().label());
    json.writeNumberProperty("cpus", spec.hardware().cpus());
    json.writeNumberProperty("memoryMib", spec.hardware().memoryMib());
    json.writeStringProperty("pmem", spec.hardware().pmem().label());
    json.writeNumberProperty("pmemMib", Pmem.SIZE_MIB);
    spec.hardware()
        .pmemFile()
        .ifPresent(file -> json.writeStringProperty("pmemFile", file.toString()));
    json.writeNumberProperty("slowDiskIops", spec.hardware().slowDiskIops());
    json.writeStringProperty("workingDirectory", command.workingDirectory().toString());
    writeWords(json, command.words());
  }

  private static void writeWords(JsonGenerator json, List<String> words) {
    json.writeArrayPropertyStart("command");
    words.forEach(json::writeString);
    json.writeEndArray();
  }
}
