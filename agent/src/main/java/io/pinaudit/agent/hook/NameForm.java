package io.pinaudit.agent.hook;

import io.pinaudit.agent.jdk.ProcessMemory;
import io.pinaudit.agent.state.FileState;
import java.io.File;
import java.nio.file.Path;

/** The forms in which hooked methods of the JDK get the name of a file. */
public enum NameForm {
  /** A path of java.nio.file. */
  PATH {
    @Override
    Path path(long directory, Object name) {
      return (Path) name;
    }
  },
  /** The descriptor of an open directory and the bytes of a name in it. */
  RELATIVE {
    @Override
    Path path(long directory, Object name) {
      byte[] bytes = (byte[]) name;
      return FileState.resolve((int) directory, ProcessMemory.decode(bytes, bytes.length));
    }
  },
  /** A file of java.io, whose methods return false when they fail. */
  FILE {
    @Override
    Path path(long directory, Object name) {
      return ((File) name).toPath();
    }
  };

  /**
   * Returns the path that a name means.
   *
   * @param directory the descriptor of the directory; used by {@link #RELATIVE} only
   */
  abstract Path path(long directory, Object name);
}
