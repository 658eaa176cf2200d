package io.pinaudit.lab.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A kernel package, unpacked.
 *
 * @param root the folder with the package's files, named after package and version
 * @param release what {@code uname -r} prints under this kernel
 */
public record CachedKernel(Path root, String release) {
  /** Returns the kernel that is unpacked in a folder. */
  static CachedKernel at(Path root) throws IOException {
    try (Stream<Path> releases = Files.list(modulesParent(root))) {
      Path modules =
          releases.findFirst().orElseThrow(() -> new IOException(root + " has no kernel modules"));
      return new CachedKernel(root, modules.getFileName().toString());
    }
  }

  /** Returns package and version, for example {@code linux-image-6.1.0-56-amd64_6.1.192-2}. */
  public String packageName() {
    return root.getFileName().toString();
  }

  /** Returns the kernel image as the package has it. */
  public Path image() {
    Path boot = root.resolve("boot/vmlinuz-" + release);
    // Since Debian 14 the image lies beside its modules.
    return Files.exists(boot) ? boot : modules().resolve("vmlinuz");
  }

  /**
   * Returns the kernel in the form that an emulated machine starts soonest, see {@link
   * KernelImage}.
   */
  public Path unpackedImage() {
    return Files.exists(elf()) ? elf() : image();
  }

  /** Unpacks the image, unless it is unpacked already or cannot be. */
  void unpackImage() throws IOException, InterruptedException {
    if (!Files.exists(elf())) {
      KernelImage.unpack(image(), elf());
    }
  }

  private Path elf() {
    return root.resolve("vmlinux");
  }

  /** Returns the folder that becomes {@code /lib/modules/RELEASE} in the guest. */
  public Path modules() {
    return modulesParent(root).resolve(release);
  }

  /** Returns the order of the modules, as depmod has written it. */
  public ModuleOrder moduleOrder() throws IOException {
    try (Stream<String> dependencies = Files.lines(modules().resolve("modules.dep"));
        Stream<String> builtin = Files.lines(modules().resolve("modules.builtin"))) {
      return new ModuleOrder(dependencies, builtin);
    }
  }

  static Path modulesParent(Path root) {
    return root.resolve("lib/modules");
  }
}
