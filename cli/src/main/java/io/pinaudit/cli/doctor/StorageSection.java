package io.pinaudit.cli.doctor;

import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.Mount;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reports the devices and mounts whose blocks can be pinned, and whether their blocks can be
 * matched with page frames.
 */
final class StorageSection implements Section {
  private static final int MIB = 1 << 20;

  private final List<BlockDevice> devices;
  private final List<Mount> mounts;

  StorageSection(List<BlockDevice> devices, List<Mount> mounts) {
    this.devices = devices;
    this.mounts = mounts;
  }

  @Override
  public String title() {
    return "Storage";
  }

  @Override
  public List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    devices.stream().filter(BlockDevice::joinable).map(StorageSection::joined).forEach(checks::add);
    mounts.stream().filter(this::isOfInterest).map(this::mount).forEach(checks::add);
    if (mounts.stream().noneMatch(Mount::dax)) {
      checks.add(
          Check.note(
              "no file system is mounted with dax: `pinaudit lab -- COMMAND` runs a command on"
                  + " one"));
    }
    return checks;
  }

  private static Check joined(BlockDevice device) {
    return Check.ok(
        "%s (%s), %s, %d MiB: block 0 is page frame 0x%x"
            .formatted(
                device.name(),
                device.number(),
                device.kind().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
                device.sizeBytes() / MIB,
                device.dataStartBytes() / 4096));
  }

  private boolean isOfInterest(Mount mount) {
    return mount.dax() || device(mount).map(BlockDevice::joinable).orElse(false);
  }

  private Optional<BlockDevice> device(Mount mount) {
    return devices.stream().filter(device -> device.number().equals(mount.number())).findFirst();
  }

  private Check mount(Mount mount) {
    String text = mount.mountPoint() + " (" + mount.fsType() + ", " + mount.number() + ")";
    if (!mount.dax()) {
      return Check.note(
          text + ": on persistent memory without dax=always: only files with their DAX flag set");
    }
    return device(mount)
        .filter(device -> !device.joinable())
        .map(
            device ->
                Check.missing(
                    text + ": dax, but its blocks cannot be joined: " + device.obstacle()))
        .orElseGet(() -> Check.ok(text + ": dax"));
  }
}
