package io.pinaudit.samples.real;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The arguments of a program: a folder, and perhaps {@code --fixed}. */
record Folder(Path path, boolean fixed) {
  static Folder of(String... args) {
    List<String> words = Arrays.asList(args);
    return new Folder(Path.of(words.getFirst()), words.contains("--fixed"));
  }

  Path file(String name) {
    return path.resolve(name);
  }
}
