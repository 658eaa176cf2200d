package io.pinaudit.lab.guest;

import io.pinaudit.lab.host.CachedKernel;
import io.pinaudit.lab.host.DaxFileSystem;
import io.pinaudit.lab.host.HostPackages;
import io.pinaudit.lab.host.ModuleOrder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The guest's first root file system: busybox, the modules that the boot needs, the two stages and
 * the command.
 */
final class InitRamfs {
  // In loading order; virtio_blk last, see stage1. nfit is for -device nvdimm.
  private static final List<String> BEFORE =
      List.of(
          "virtio_pci", "virtio_console", "9pnet_virtio", "9p", "overlay", "nd_pmem", "nd_e820");
  private static final List<String> IF_KNOWN =
      List.of("virtio_rng", "crc32c_generic", "nfit", "loop");
  private static final List<String> AFTER = List.of("virtio_blk");

  private static final List<String> MOUNT_POINTS =
      List.of("bin", "proc", "sys", "dev", "lower", "upper", "root");
  private static final int EXECUTABLE = 0755;
  private static final int READABLE = 0644;

  private InitRamfs() {}

  /**
   * Writes the file system.
   *
   * @param texts the settings and the command from {@link GuestScript}, by the names of their files
   */
  static void write(
      Path file, CachedKernel kernel, DaxFileSystem fileSystem, Map<String, String> texts)
      throws IOException {
    try (NewcArchive archive =
        new NewcArchive(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
      for (String mountPoint : MOUNT_POINTS) {
        archive.directory(mountPoint);
      }
      archive.file("init", EXECUTABLE, resource("stage1"));
      archive.file("stage2", READABLE, resource("stage2"));
      for (Map.Entry<String, String> text : texts.entrySet()) {
        archive.file(text.getKey(), READABLE, text.getValue().getBytes(StandardCharsets.UTF_8));
      }
      archive.file("bin/busybox", EXECUTABLE, Files.readAllBytes(HostPackages.find("busybox")));
      addModules(archive, kernel, fileSystem);
    }
  }

  private static void addModules(NewcArchive archive, CachedKernel kernel, DaxFileSystem fileSystem)
      throws IOException {
    ModuleOrder order = kernel.moduleOrder();
    List<String> wanted = new ArrayList<>(BEFORE);
    IF_KNOWN.stream().filter(order::knows).forEach(wanted::add);
    wanted.addAll(fileSystem.modules());
    wanted.addAll(AFTER);
    List<String> files = order.filesFor(wanted);
    for (String file : files) {
      archive.file("modules/" + file, READABLE, Files.readAllBytes(kernel.modules().resolve(file)));
    }
    String list = String.join("\n", files) + "\n";
    archive.file("modules/order", READABLE, list.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = InitRamfs.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }
}
