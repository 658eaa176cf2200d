package io.pinaudit.lab.host;

import io.pinaudit.cli.Console;
import io.pinaudit.harness.FileTree;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Kernels fetched with apt from the machine's own Debian archive, unpacked and never installed.
 *
 * <p>A kernel is unpacked beside its final place and renamed when it is complete, under a lock that
 * ends with its process. What has a final name is therefore complete; the next lab that fetches a
 * kernel removes what a killed one left.
 */
public final class KernelCache {
  private static final String UNFINISHED = ".unfinished";
  // Depends: linux-image-6.1.0-56-amd64 (= 6.1.192-2)
  private static final Pattern IMAGE =
      Pattern.compile("^Depends:.*?\\b(linux-image-\\S+) \\(= ([^)]+)\\)", Pattern.MULTILINE);
  // Depends: …, linux-binary-7.2.12+deb14-amd64 (= 7.2.12-1), linux-modules-… (= 7.2.12-1)
  private static final Pattern PART =
      Pattern.compile("\\b(linux-(?:base|binary|modules)-\\d\\S*) \\(= [^)]+\\)");

  private final Path directory;
  private final Console console;

  KernelCache(Path directory, Console console) {
    this.directory = directory;
    this.console = console;
  }

  /** Returns the cache of this user. */
  public static KernelCache ofUser(Console console) {
    return new KernelCache(labDirectory(), console);
  }

  /** Returns the folder in which the lab keeps what it has fetched for this user. */
  static Path labDirectory() {
    return userDirectory(System.getenv()).resolve("pinaudit/lab");
  }

  static Path userDirectory(Map<String, String> environment) {
    // The XDG specification says to ignore a relative path.
    String configured = environment.getOrDefault("XDG_CACHE_HOME", "");
    return configured.startsWith("/")
        ? Path.of(configured)
        : Path.of(environment.getOrDefault("HOME", "/root"), ".cache");
  }

  /**
   * Returns the newest image of a kernel; fetches it if it is not in the cache. Without apt,
   * returns the newest one in the cache.
   */
  public CachedKernel get(Kernel kernel) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    try {
      return CachedKernel.at(current(kernel));
    } catch (IOException e) {
      Path place = lastUsed(kernel).orElseThrow(() -> e);
      console.note("using " + place.getFileName() + " from the cache: " + e.getMessage());
      return CachedKernel.at(place);
    }
  }

  private Path current(Kernel kernel) throws IOException, InterruptedException {
    try (CacheLock _ = CacheLock.of(directory, console)) {
      Offer offer = offer(kernel);
      ImagePackage image = offer.image();
      if (!Files.isDirectory(place(image))) {
        removeUnfinished();
        image = fill(offer);
      }
      CachedKernel.at(place(image)).unpackImage();
      remember(kernel, place(image));
      return place(image);
    }
  }

  /** Prefers the machine's own sources if they have the kernel, because of security updates. */
  private Offer offer(Kernel kernel) throws IOException, InterruptedException {
    AptLists ofMachine = AptLists.ofMachine(console);
    if (kernel == Kernel.DEFAULT) {
      return Offer.of(ofMachine);
    }
    HostCommand.Outcome shown = ofMachine.tryOnce(directory, Offer.COMMAND);
    if (shown.succeeded() && kernel.is(ImagePackage.in(shown.output()).version())) {
      return Offer.of(ofMachine);
    }
    List<String> reasons = new ArrayList<>();
    for (String suite : kernel.suites()) {
      try {
        return Offer.of(AptLists.ofSuite(suite, directory.resolve("apt-" + suite), console));
      } catch (IOException e) {
        reasons.add(suite + ": " + e.getMessage());
      }
    }
    throw new IOException("no kernel " + kernel.label() + ": " + String.join("; ", reasons));
  }

  private Path note(Kernel kernel) {
    return directory.resolve("kernel-" + kernel.label());
  }

  private void remember(Kernel kernel, Path place) throws IOException {
    Path fresh = Files.createTempFile(directory, UNFINISHED, "");
    Files.writeString(fresh, place.getFileName().toString());
    Files.move(fresh, note(kernel), StandardCopyOption.ATOMIC_MOVE);
  }

  private Optional<Path> lastUsed(Kernel kernel) throws IOException {
    if (!Files.exists(note(kernel))) {
      return Optional.empty();
    }
    return Optional.of(directory.resolve(Files.readString(note(kernel))))
        .filter(Files::isDirectory);
  }

  private Path place(ImagePackage image) {
    return directory.resolve(image.folder());
  }

  /** The newest image in one set of sources. */
  private record Offer(AptLists lists, ImagePackage image) {
    static final String[] COMMAND = {
      "apt-cache", "show", "--no-all-versions", Kernel.metaPackage()
    };

    static Offer of(AptLists lists) throws IOException, InterruptedException {
      return new Offer(lists, ImagePackage.in(lists.run(COMMAND)));
    }

    /** Returns the newest image after an update of the lists. */
    Offer renewed() throws IOException, InterruptedException {
      lists.update();
      return of(lists);
    }
  }

  /** A package with its exact version. */
  record ImagePackage(String name, String version) {
    /**
     * Returns the image that a meta package depends on, from the output of {@code apt-cache show}.
     */
    static ImagePackage in(String description) throws IOException {
      Matcher matcher = IMAGE.matcher(description);
      if (!matcher.find()) {
        throw new IOException("apt-cache show names no linux-image package with a version");
      }
      return new ImagePackage(matcher.group(1), matcher.group(2));
    }

    /** Returns the packages that make up an image without files of its own. */
    static List<String> parts(String description) {
      return PART.matcher(description).results().map(match -> match.group(1)).distinct().toList();
    }

    String folder() {
      return name + "_" + version.replace(':', '%');
    }
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
      // A child of a killed lab still writes into the folder; the next lab that fetches a kernel
      // removes it.
      return;
    }
  }

  /** Fetches an image, or a newer one if the lists were old. */
  private ImagePackage fill(Offer listed) throws IOException, InterruptedException {
    Path unfinished = Files.createTempDirectory(directory, UNFINISHED);
    ImagePackage image = listed.image();
    console.note("fetching " + image.name() + " " + image.version() + " (once)");
    if (!download(listed, unfinished).succeeded()) {
      Offer renewed = listed.renewed();
      image = renewed.image();
      HostCommand.Outcome second = download(renewed, unfinished);
      if (!second.succeeded()) {
        throw new IOException("apt-get download " + image.name() + ": " + second.reason());
      }
    }
    unpack(unfinished, place(image));
    return image;
  }

  private static HostCommand.Outcome download(Offer offer, Path into)
      throws IOException, InterruptedException {
    String exactly = "=" + offer.image().version();
    String image = offer.image().name() + exactly;
    List<String> words = new ArrayList<>(List.of("apt-get", "download", image));
    for (String part : ImagePackage.parts(offer.lists().run("apt-cache", "show", image))) {
      words.add(part + exactly);
    }
    return offer.lists().tryOnce(into, words.toArray(String[]::new));
  }

  private static void unpack(Path unfinished, Path place) throws IOException, InterruptedException {
    Path root = Files.createDirectory(unfinished.resolve("root"));
    for (Path archive : archivesIn(unfinished)) {
      HostCommand.output(unfinished, "dpkg-deb", "--extract", archive.toString(), root.toString());
    }
    mergeUsr(root);
    decompressModules(root);
    depmod(root);
    Files.move(root, place, StandardCopyOption.ATOMIC_MOVE);
    FileTree.delete(unfinished);
  }

  private static List<Path> archivesIn(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(path -> path.toString().endsWith(".deb")).toList();
    }
  }

  /** Moves usr/lib to lib: newer packages have their modules under usr/lib. */
  private static void mergeUsr(Path root) throws IOException {
    Path merged = root.resolve("usr/lib/modules");
    if (Files.isDirectory(merged)) {
      Files.createDirectories(CachedKernel.modulesParent(root).getParent());
      Files.move(merged, CachedKernel.modulesParent(root));
    }
  }

  /** Decompresses modules, because busybox loads plain ones only. */
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
