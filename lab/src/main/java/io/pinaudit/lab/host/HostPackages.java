package io.pinaudit.lab.host;

import static java.util.Map.entry;

import io.pinaudit.cli.Console;
import io.pinaudit.cli.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Finds the programs that the lab needs, and installs the Debian packages that have them. */
public final class HostPackages {
  private static final Map<String, String> PACKAGES =
      Map.ofEntries(
          entry("cc", "gcc libc6-dev"),
          entry("bpftrace", "bpftrace"),
          entry("qemu-system-x86_64", "qemu-system-x86"),
          entry("busybox", "busybox-static"),
          entry("setpriv", "util-linux"),
          entry("dpkg-deb", "dpkg"),
          entry("xz", "xz-utils"),
          entry("mkfs.ext4", "e2fsprogs"),
          entry("mkfs.xfs", "xfsprogs"),
          entry("rdma", "iproute2"),
          entry("/usr/include/infiniband/verbs.h", "libibverbs-dev"),
          entry("/etc/libibverbs.d/rxe.driver", "ibverbs-providers"));

  private static final List<String> ALWAYS =
      List.of("qemu-system-x86_64", "busybox", "setpriv", "dpkg-deb", "xz");

  private final Console console;

  public HostPackages(Console console) {
    this.console = console;
  }

  /**
   * Installs what is missing for a file system; throws with the command to type if this process may
   * not install.
   */
  public void require(DaxFileSystem fileSystem) throws IOException, InterruptedException {
    List<String> commands = new ArrayList<>(ALWAYS);
    commands.add(fileSystem.mkfs());
    require(commands);
  }

  /**
   * Installs what is missing of these commands, or of these files if they are absolute; throws with
   * the command to type if this process may not install.
   */
  public void require(List<String> commands) throws IOException, InterruptedException {
    if (missing(commands).isEmpty()) {
      return;
    }
    try (CacheLock _ = CacheLock.of(KernelCache.labDirectory(), console)) {
      Map<String, String> missing = missing(commands);
      if (!missing.isEmpty()) {
        install(missing);
      }
    }
    Map<String, String> stillMissing = missing(commands);
    if (!stillMissing.isEmpty()) {
      throw new IOException(
          String.join(", ", stillMissing.keySet())
              + " not found although installed: is /usr/sbin readable?");
    }
  }

  /** Returns the path of a program. */
  public static Path find(String command) throws IOException {
    return onPath(command)
        .orElseThrow(
            () -> new IOException(command + " is missing: " + advice(PACKAGES.get(command))));
  }

  private static Map<String, String> missing(List<String> commands) throws IOException {
    Map<String, String> missing = new TreeMap<>();
    for (String command : commands) {
      if (!usable(command)) {
        missing.put(command, PACKAGES.get(command));
      }
    }
    return missing;
  }

  private static boolean usable(String command) throws IOException {
    Optional<Path> file = onPath(command);
    // busybox must be static: the initramfs has no shared libraries.
    return file.isPresent() && (!command.equals("busybox") || StaticProgram.isStatic(file.get()));
  }

  static Optional<Path> onPath(String command) {
    if (command.startsWith("/")) {
      return Optional.of(Path.of(command)).filter(Files::exists);
    }
    String path = System.getenv().getOrDefault("PATH", "");
    return Programs.named(command, "/usr/sbin:/usr/bin:/sbin:/bin:" + path)
        .filter(Path::isAbsolute)
        .findFirst();
  }

  private void install(Map<String, String> missing) throws IOException, InterruptedException {
    List<String> packages =
        missing.values().stream().flatMap(names -> Stream.of(names.split(" "))).distinct().toList();
    if (onPath("apt-get").isEmpty() || !isRoot()) {
      throw new IOException(
          String.join(", ", missing.keySet()) + " missing: " + advice(String.join(" ", packages)));
    }
    console.note("installing " + String.join(" ", packages));
    List<String> words = new ArrayList<>(List.of("apt-get", "install", "-y", "-qq"));
    words.addAll(List.of("--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"));
    words.addAll(packages);
    AptLists.ofMachine(console).run(words.toArray(String[]::new));
  }

  private static String advice(String packages) {
    return "apt-get install -y --no-install-recommends " + packages;
  }

  public static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }
}
