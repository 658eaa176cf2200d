package io.pinaudit.fleet.find;

import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.trace.InputException;
import io.pinaudit.run.RunDescription;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the recordings below roots: folders, which are searched; globs; {@code *.tar.zst}; and
 * manifests, files that name a root a line; URIs of a {@link Store}. Symbolic links within a folder
 * are not followed, so that no circle is searched for ever.
 */
public final class Roots {
  /** A manifest may name manifests, but not without end. */
  private static final int DEEPEST_MANIFEST = 4;

  private static final long LONGEST_MANIFEST_BYTES = 256L << 20;
  private static final Pattern GLOB = Pattern.compile("[*?\\[{]");

  // By path, so that the order of the roots does not matter, and one that two roots name is one.
  private final TreeMap<String, RunFile> found = new TreeMap<>();

  private final Consumer<Path> unreadable;

  private Roots(Consumer<Path> unreadable) {
    this.unreadable = unreadable;
  }

  /**
   * Finds all recordings, in the order of their paths.
   *
   * @throws InputException if a root is none
   */
  public static Collection<RunFile> find(List<String> roots) throws IOException {
    return find(roots, _ -> {});
  }

  /**
   * Finds all recordings, in the order of their paths.
   *
   * @param unreadable is told of each folder that could not be searched, and may hold runs
   * @throws InputException if a root is none
   */
  public static Collection<RunFile> find(List<String> roots, Consumer<Path> unreadable)
      throws IOException {
    Roots search = new Roots(unreadable);
    for (String root : roots) {
      search.root(root, Path.of(""), 0);
    }
    return search.found.values();
  }

  private void root(String text, Path base, int depth) throws IOException {
    String scheme = Stores.scheme(text);
    if (scheme != null && !scheme.equals("file")) {
      Stores.of(text).find(text).forEach(this::add);
      return;
    }
    Path path = base.resolve(local(text)).toAbsolutePath().normalize();
    if (Files.isDirectory(path)) {
      folder(path);
    } else if (Files.isRegularFile(path)) {
      file(path, depth);
    } else if (GLOB.matcher(text).find()) {
      glob(text, base, depth);
    } else if (Files.exists(path)) {
      throw new InputException(path + ": error: neither a folder nor a regular file");
    } else {
      throw new NoSuchFileException(path.toString());
    }
  }

  private void add(RunFile file) {
    found.put(file.place(), file);
  }

  private static String local(String text) throws IOException {
    if (Stores.scheme(text) == null) {
      return text;
    }
    try {
      return Path.of(URI.create(text)).toString();
    } catch (IllegalArgumentException e) {
      throw new InputException(text + ": error: no file: URI: " + e.getMessage());
    }
  }

  private void file(Path file, int depth) throws IOException {
    if (isArchive(file)) {
      add(new RunFile.Archive(file));
    } else {
      manifest(file, depth);
    }
  }

  static boolean isArchive(Path file) {
    return file.getFileName().toString().endsWith(RunFile.Archive.SUFFIX);
  }

  /**
   * Adds the roots of a manifest, one a line. A name may have blanks in it; {@code #} begins a
   * comment line.
   */
  private void manifest(Path file, int depth) throws IOException {
    if (depth >= DEEPEST_MANIFEST || Files.size(file) > LONGEST_MANIFEST_BYTES) {
      throw new InputException(file + ": error: manifests that name each other, or one too long");
    }
    int number = 0;
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      number++;
      if (!line.isBlank() && !line.startsWith("#")) {
        try {
          root(line.strip(), file.getParent(), depth + 1);
        } catch (NoSuchFileException e) {
          throw new InputException(
              "%s:%d: error: found %s, expected a folder, a glob or a file: no such file"
                  .formatted(file, number, line.strip()));
        }
      }
    }
  }

  /** Searches from the last folder that is named without wildcards. */
  private void glob(String text, Path base, int depth) throws IOException {
    Path pattern = base.resolve(text).toAbsolutePath().normalize();
    Path start = pattern;
    while (GLOB.matcher(start.toString()).find()) {
      start = start.getParent();
    }
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    List<Path> matches = new ArrayList<>();
    if (Files.isDirectory(start)) {
      int levels = text.contains("**") ? Integer.MAX_VALUE : depth(pattern) - depth(start);
      walk(start, levels, matcher, matches);
    }
    if (matches.isEmpty()) {
      throw new InputException(text + ": error: matches nothing");
    }
    for (Path match : matches) {
      if (Files.isDirectory(match)) {
        folder(match);
      } else {
        file(match, depth);
      }
    }
  }

  private static int depth(Path path) {
    return path.getNameCount();
  }

  private void walk(Path start, int levels, PathMatcher matcher, List<Path> matches)
      throws IOException {
    Files.walkFileTree(
        start,
        Set.of(),
        levels,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            if (!matcher.matches(folder)) {
              return FileVisitResult.CONTINUE;
            }
            matches.add(folder);
            return FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (matcher.matches(file)) {
              matches.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return passOver(file, e);
          }
        });
  }

  /** Adds a folder if it is a run; otherwise the folders and archives below it that are runs. */
  private void folder(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (!isRun(folder)) {
              return FileVisitResult.CONTINUE;
            }
            add(new RunFile.Folder(folder));
            return FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            // What an upload has not finished has another name.
            if (attributes.isRegularFile() && isArchive(file)) {
              add(new RunFile.Archive(file));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return passOver(file, e);
          }
        });
  }

  /** Goes on without what somebody deleted meanwhile, or what is not ours to read. */
  private FileVisitResult passOver(Path file, IOException e) {
    if (e instanceof AccessDeniedException) {
      unreadable.accept(file);
    }
    return FileVisitResult.CONTINUE;
  }

  private static boolean isRun(Path folder) throws IOException {
    if (Files.exists(folder.resolve(RunDescription.FILE_NAME))) {
      return true;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .anyMatch(name -> name.endsWith(".jfr") || Inputs.isTrace(name));
    } catch (AccessDeniedException e) {
      return false;
    }
  }
}
