package io.pinaudit.lab;

import io.pinaudit.analyzer.cli.Console;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Kernels fetched with apt from the machine's own sources, unpacked and never installed.
 *
 * <p>A kernel is unpacked beside its final place and renamed into it when complete, under a lock
 * that dies with its holder: what stands under a final name is whole, and what a killed process
 * left is removed by the next that fills.
 */
final class KernelCache {
  private static final String UNFINISHED = ".unfinished";
  // Depends: linux-image-6.1.0-56-amd64 (= 6.1.192-2)
  private static final Pattern IMAGE =
      Pattern.compile("^Depends:.*?\\b(linux-image-\\S+) \\(= ([^)]+)\\)", Pattern.MULTILINE);

  private final Path directory;
  private final Console console;
  private final AptLists lists;

  KernelCache(Path directory, Console console) {
    this.directory = directory;
    this.console = console;
    this.lists = new AptLists(console);
  }

  /** The cache of this user. */
  static KernelCache ofUser(Console console) {
    return new KernelCache(userDirectory(System.getenv()).resolve("pinaudit/lab"), console);
  }

  static Path userDirectory(Map<String, String> environment) {
    // The XDG specification: a relative path is to be ignored.
    String configured = environment.getOrDefault("XDG_CACHE_HOME", "");
    return configured.startsWith("/")
        ? Path.of(configured)
        : Path.of(environment.getOrDefault("HOME", "/root"), ".cache");
  }

  /**
   * The newest image of that kernel, fetched if it is not there; without apt the newest that is
   * there.
   */
  CachedKernel get(Kernel kernel) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    ImagePackage image;
    try {
      image = resolve(kernel);
    } catch (IOException e) {
      Path cached = newest().orElseThrow(() -> e);
      console.note("using " + cached.getFileName() + " from the cache: " + e.getMessage());
      return CachedKernel.at(cached);
    }
    Path place = place(image);
    return CachedKernel.at(Files.isDirectory(place) ? place : fillAlone(kernel));
  }

  /** By the time at which Debian built it. */
  private Optional<Path> newest() throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(entry -> entry.getFileName().toString().startsWith("linux-image-"))
          .max(Comparator.comparingLong(entry -> entry.toFile().lastModified()));
    }
  }

  private Path place(ImagePackage image) {
    return directory.resolve(image.folder());
  }

  /** A package with its exact version. */
  record ImagePackage(String name, String version) {
    /** The image that a meta package depends on, from what {@code apt-cache show} prints. */
    static ImagePackage in(String description) throws IOException {
      Matcher matcher = IMAGE.matcher(description);
      if (!matcher.find()) {
        throw new IOException("apt-cache show names no linux-image package with a version");
      }
      return new ImagePackage(matcher.group(1), matcher.group(2));
    }

    String folder() {
      return name + "_" + version.replace(':', '%');
    }
  }

  private ImagePackage resolve(Kernel kernel) throws IOException, InterruptedException {
    return ImagePackage.in(
        lists.run("apt-cache", "show", "--no-all-versions", kernel.metaPackage()));
  }

  private Path fillAlone(Kernel kernel) throws IOException, InterruptedException {
    try (FileChannel file =
            FileChannel.open(
                directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(file)) {
      ImagePackage image = resolve(kernel);
      if (lock.isValid() && !Files.isDirectory(place(image))) {
        removeUnfinished();
        image = fill(kernel, image);
      }
      return place(image);
    }
  }

  private FileLock lock(FileChannel file) throws IOException {
    FileLock lock = file.tryLock();
    if (lock != null) {
      return lock;
    }
    console.note("waiting for another lab that fetches a kernel");
    return file.lock();
  }

  private void removeUnfinished() throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, UNFINISHED + "*")) {
      for (Path entry : entries) {
        removeIfPossible(entry);
      }
    }
  }

  private static void removeIfPossible(Path entry) {
    try {
      FileTree.delete(entry);
    } catch (IOException e) {
      // A child of the killed lab still writes there: the next filling removes it.
      return;
    }
  }

  /** Fetches that image, or a newer one where the machine's lists were old. */
  private ImagePackage fill(Kernel kernel, ImagePackage listed)
      throws IOException, InterruptedException {
    Path unfinished = Files.createTempDirectory(directory, UNFINISHED);
    ImagePackage image = listed;
    console.note("fetching " + image.name() + " " + image.version() + " (once)");
    if (!download(image, unfinished).succeeded()) {
      lists.update();
      image = resolve(kernel);
      HostCommand.Outcome second = download(image, unfinished);
      if (!second.succeeded()) {
        throw new IOException("apt-get download " + image.name() + ": " + second.reason());
      }
    }
    unpack(unfinished, place(image));
    return image;
  }

  private static HostCommand.Outcome download(ImagePackage image, Path into)
      throws IOException, InterruptedException {
    return HostCommand.run(into, "apt-get", "download", image.name() + "=" + image.version());
  }

  private static void unpack(Path unfinished, Path place) throws IOException, InterruptedException {
    Path root = Files.createDirectory(unfinished.resolve("root"));
    String archive = archiveIn(unfinished).toString();
    HostCommand.output(unfinished, "dpkg-deb", "--extract", archive, root.toString());
    mergeUsr(root);
    decompressModules(root);
    depmod(root);
    Files.move(root, place, StandardCopyOption.ATOMIC_MOVE);
    FileTree.delete(unfinished);
  }

  private static Path archiveIn(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(path -> path.toString().endsWith(".deb"))
          .findFirst()
          .orElseThrow(() -> new IOException("apt-get download left no package in " + directory));
    }
  }

  /** Newer packages have their modules under usr/lib. */
  private static void mergeUsr(Path root) throws IOException {
    Path merged = root.resolve("usr/lib/modules");
    if (Files.isDirectory(merged)) {
      Files.createDirectories(CachedKernel.modulesParent(root).getParent());
      Files.move(merged, CachedKernel.modulesParent(root));
    }
  }

  /** busybox loads plain modules only. */
  private static void decompressModules(Path root) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("xz", "--decompress", "--"));
    try (Stream<Path> files = Files.walk(CachedKernel.modulesParent(root))) {
      files.map(Path::toString).filter(name -> name.endsWith(".ko.xz")).forEach(words::add);
    }
    if (words.size() > 3) {
      HostCommand.output(root, words.toArray(String[]::new));
    }
  }

  private static void depmod(Path root) throws IOException, InterruptedException {
    CachedKernel kernel = CachedKernel.at(root);
    HostCommand.output(
        root,
        HostPackages.find("busybox").toString(),
        "depmod",
        "-b",
        root.toString(),
        kernel.release());
  }
}
