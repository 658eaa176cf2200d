package io.pinaudit.fleet.find;

import io.pinaudit.analyzer.trace.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The stores that are on the class path, and what is copied out of them. */
final class Stores {
  private static final Pattern SCHEME = Pattern.compile("([a-z][a-z0-9+.-]+):/.*");
  // Not the loader of the thread: a cluster's threads have others.
  private static final List<Store> ALL =
      ServiceLoader.load(Store.class, Store.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .toList();

  private Stores() {}

  /** Returns the scheme of a URI; null for a path of this machine. */
  static String scheme(String text) {
    Matcher scheme = SCHEME.matcher(text);
    return scheme.matches() ? scheme.group(1) : null;
  }

  /**
   * Returns the store of a URI.
   *
   * @throws InputException if there is none
   */
  static Store of(String uri) throws IOException {
    String scheme = scheme(uri);
    for (Store store : ALL) {
      if (store.serves(scheme)) {
        return store;
      }
    }
    throw new InputException(
        uri
            + ": error: "
            + (ALL.isEmpty()
                ? "a store is read by Spark's file systems: add --master 'local[*]', or mount it"
                : "no file system reads " + scheme + ": mount it, or copy the runs here first"));
  }

  /**
   * Copies a run directory.
   *
   * @param folder an empty one
   */
  static void copy(RunFile.Remote run, Path folder) throws IOException {
    Store store = of(run.place());
    for (String name : store.names(run.place())) {
      Path target = folder.resolve(name).normalize();
      if (!target.startsWith(folder)) {
        throw new InputException(run.place() + ": error: names a file outside of itself: " + name);
      }
      Files.createDirectories(target.getParent());
      copy(run.place() + "/" + name, target);
    }
  }

  /** Copies a file. */
  static void copy(String uri, Path target) throws IOException {
    try (InputStream in = of(uri).open(uri)) {
      Files.copy(in, target);
    }
  }
}
