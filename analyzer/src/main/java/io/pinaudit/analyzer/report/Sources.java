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
 * Finds the source files of stack frames below one folder. Without a folder, the path of a file is
 * guessed from the package.
 *
 * <p>Confined to one thread.
 */
public final class Sources {
  /**
   * A line of a source file.
   *
   * @param uri path relative to the source root, percent-encoded
   * @param line line number from 1; 0 or less if unknown
   */
  record CodeLine(String uri, int line) {}

  private static final Set<String> SKIPPED = Set.of("target", "build", "out", "node_modules");
  private static final List<String> ENDINGS = List.of(".java", ".kt", ".scala", ".groovy");

  private final Path root;
  private final Map<String, String> files = new HashMap<>();

  private Sources(Path root) {
    this.root = root;
  }

  /** Returns sources without a folder: paths are guessed from packages. */
  public static Sources unknown() {
    return new Sources(null);
  }

  /**
   * Returns the sources below a folder, for example the root of a repository; hidden folders and
   * those of build output are left out.
   *
   * @throws IOException if the folder cannot be searched
   */
  public static Sources below(Path root) throws IOException {
    Path real = root.toRealPath();
    Sources sources = new Sources(real);
    Files.walkFileTree(real, sources.new Indexer());
    return sources;
  }

  /** Returns the folder, if there is one. */
  Optional<Path> root() {
    return Optional.ofNullable(root);
  }

  /** Returns the line of a frame; empty if the frame's file is not below the folder. */
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

  /** Returns a relative path as a URI reference. */
  static String encoded(String path) {
    return Path.of("/", Words.printable(path)).toUri().getRawPath().substring(1);
  }

  /** Returns the line of the first frame of a stack whose file is below the folder. */
  Optional<CodeLine> locate(List<Frame> stack) {
    return stack.stream().flatMap(frame -> locate(frame).stream()).findFirst();
  }

  /**
   * Returns the path of the source file of a frame. javac puts a nested class into the file of its
   * outermost class.
   */
  private static String sourcePath(Frame frame) {
    String name = printablePath(frame.className());
    int nested = name.indexOf('$', name.lastIndexOf('.') + 2);
    return (nested < 0 ? name : name.substring(0, nested)).replace('.', '/') + ".java";
  }

  /**
   * Returns a class name that cannot lead out of the folder or break a path, even if it is hostile.
   */
  private static String printablePath(String className) {
    return Words.printable(className).replace('/', '_').replace('\\', '_');
  }

  /** Notes each file under every tail of its path that may be a package. */
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
