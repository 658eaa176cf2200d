package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.trace.Frame;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the source files of stack frames below one folder; without a folder a file is called what
 * its package says.
 *
 * <p>Confined to one thread.
 */
public final class Sources {
  private static final Set<String> SKIPPED = Set.of("target", "build", "out", "node_modules");
  private static final List<String> ENDINGS = List.of(".java", ".kt", ".scala", ".groovy");

  private final Path root;
  private final Map<String, String> files = new HashMap<>();

  private Sources(Path root) {
    this.root = root;
  }

  /** Without a folder: names are guessed from packages. */
  public static Sources unknown() {
    return new Sources(null);
  }

  /**
   * Below a folder, for example the root of a repository; hidden and built folders are left out.
   *
   * @throws IOException if it cannot be searched
   */
  public static Sources below(Path root) throws IOException {
    Path real = root.toRealPath();
    Sources sources = new Sources(real);
    Files.walkFileTree(real, sources.new Indexer());
    return sources;
  }

  /** The folder, if there is one. */
  Optional<Path> root() {
    return Optional.ofNullable(root);
  }

  /** Where a frame's line is; empty if its file is not below the folder. */
  Optional<CodeLine> locate(Frame frame) {
    String path = sourcePath(frame);
    if (root == null) {
      return Optional.of(new CodeLine(encoded(path), frame.line()));
    }
    return ENDINGS.stream()
        .map(ending -> files.get(path.substring(0, path.length() - ".java".length()) + ending))
        .filter(uri -> uri != null)
        .findFirst()
        .map(uri -> new CodeLine(uri, frame.line()));
  }

  /** A relative path as a URI reference. */
  static String encoded(String path) {
    return Path.of("/", Prose.printable(path)).toUri().getRawPath().substring(1);
  }

  /** The first frame of a stack that has a line below the folder. */
  Optional<CodeLine> locate(List<Frame> stack) {
    return stack.stream().flatMap(frame -> locate(frame).stream()).findFirst();
  }

  /** javac puts a nested class into the file of its outermost class. */
  private static String sourcePath(Frame frame) {
    String name = printablePath(frame.className());
    int nested = name.indexOf('$', name.lastIndexOf('.') + 2);
    return (nested < 0 ? name : name.substring(0, nested)).replace('.', '/') + ".java";
  }

  /** A hostile class name must not lead out of the folder or break a path. */
  private static String printablePath(String className) {
    return Prose.printable(className).replace('/', '_').replace('\\', '_');
  }

  /** Knows each file by every tail of its path that may be a package. */
  private final class Indexer extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      String name = String.valueOf(folder.getFileName());
      boolean skipped = !folder.equals(root) && (name.startsWith(".") || SKIPPED.contains(name));
      return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (ENDINGS.stream().anyMatch(ending -> file.toString().endsWith(ending))) {
        String uri = root.toUri().relativize(file.toUri()).getRawPath();
        Path relative = root.relativize(file);
        for (int from = 0; from < relative.getNameCount(); from++) {
          files.putIfAbsent(relative.subpath(from, relative.getNameCount()).toString(), uri);
        }
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (file.equals(root)) {
        throw e;
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
