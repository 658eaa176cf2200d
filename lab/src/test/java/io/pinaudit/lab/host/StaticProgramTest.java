package io.pinaudit.lab.host;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaticProgramTest {
  private static final int PT_LOAD = 1;

  @TempDir Path directory;

  @Test
  void acceptsAProgramWithoutInterpreter() throws IOException {
    ByteBuffer elf = ByteBuffer.allocate(64 + 56).order(ByteOrder.LITTLE_ENDIAN);
    elf.putInt(0, 0x464c457f).putLong(32, 64).putShort(54, (short) 56).putShort(56, (short) 1);
    elf.putInt(64, PT_LOAD);
    assertTrue(StaticProgram.isStatic(Files.write(directory.resolve("elf"), elf.array())));
  }

  @Test
  void refusesADynamicProgram() throws IOException {
    assertFalse(StaticProgram.isStatic(Path.of("/proc/self/exe")));
  }

  @Test
  void refusesWhatIsNoProgram() throws IOException {
    assertFalse(StaticProgram.isStatic(Files.writeString(directory.resolve("text"), "#!/bin/sh")));
  }
}
