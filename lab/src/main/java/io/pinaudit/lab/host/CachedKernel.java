package io.pinaudit.lab.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A kernel package, unpacked.
 *
 * @param root where: the package's files below it, named after package and version
 * @param release what {@code uname -r} says in it
 */
public record CachedKernel(Path root, String release) {
  /** The one unpacked at that place. */
  static CachedKernel at(Path root) throws IOException {
    try (Stream<Path> releases = Files.list(modulesParent(root))) {
      Path modules =
          releases.findFirst().orElseThrow(() -> new IOException(root + " has no kernel modules"));
      return new CachedKernel(root, modules.getFileName().toString());
    }
  }

  /** Package and version, for example {@code linux-image-6.1.0-56-amd64_6.1.192-2}. */
  public String packageName() {
    return root.getFileName().toString();
  }

  /** The kernel as the package has it. */
  public Path image() {
    Path boot = root.resolve("boot/vmlinuz-" + release);
    // Since Debian 14 it lies beside its modules.
    return Files.exists(boot) ? boot : modules().resolve("vmlinuz");
  }

  /** The kernel in the form that an emulated machine starts soonest, see {@link KernelImage}. */
  public Path unpackedImage() {
    return Files.exists(elf()) ? elf() : image();
  }

  /** Unpacks the image if it was not and can be. */
  void unpackImage() throws IOException, InterruptedException {
    if (!Files.exists(elf())) {
      KernelImage.unpack(image(), elf());
    }
  }

  private Path elf() {
    return root.resolve("vmlinux");
  }

  /** The folder that is {@code /lib/modules/RELEASE} in the guest. */
  public Path modules() {
    return modulesParent(root).resolve(release);
  }

  /** What depmod found out about the modules. */
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
