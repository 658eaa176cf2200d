package io.pinaudit.fleet.find;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;

/**
 * File systems of other machines, which are named by URIs. A module that knows some provides one
 * through {@link java.util.ServiceLoader}. Threads may share it.
 */
public interface Store {
  /** Returns whether URIs of this scheme are its. */
  boolean serves(String scheme);

  /**
   * Finds the runs and archives below a root.
   *
   * @param root the URI of a folder or of an archive, in which wildcards may stand
   * @throws IOException if there is no such root, or it cannot be read
   */
  Collection<RunFile.Remote> find(String root) throws IOException;

  /** Returns the names of the regular files of a folder, relative to it, with those below it. */
  List<String> names(String folder) throws IOException;

  /** Opens a file for reading. */
  InputStream open(String file) throws IOException;
}
