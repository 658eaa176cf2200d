package io.pinaudit.agent.state;

import io.pinaudit.agent.jdk.ProcessMemory;
import java.nio.file.Path;

/** Names of files as the native dispatcher of java.nio.file passes them. */
public final class NativeNames {
  private NativeNames() {}

  /**
   * Resolves a name that a native function was given.
   *
   * @param name the bytes of the name, relative to an open directory
   */
  public static Path resolve(long directory, Object name) {
    byte[] bytes = (byte[]) name;
    return FileState.resolve((int) directory, ProcessMemory.decode(bytes, bytes.length));
  }
}
