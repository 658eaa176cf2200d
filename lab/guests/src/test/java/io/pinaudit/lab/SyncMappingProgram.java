package io.pinaudit.lab;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import jdk.nio.mapmode.ExtendedMapMode;

/** Maps a file with MAP_SYNC, which only persistent memory allows, and writes through it. */
final class SyncMappingProgram {
  private SyncMappingProgram() {}

  public static void main(String[] args) throws IOException {
    try (FileChannel channel = FileChannel.open(Path.of(args[0]), CREATE, READ, WRITE)) {
      MappedByteBuffer written = channel.map(ExtendedMapMode.READ_WRITE_SYNC, 0, 8192);
      written.put(4097, (byte) 42);
      written.force();
      MappedByteBuffer read = channel.map(ExtendedMapMode.READ_ONLY_SYNC, 4096, 4096);
      System.out.println(read.get(1));
    }
  }
}
