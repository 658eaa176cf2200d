package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.DeviceNumber;
import io.pinaudit.run.Mount;
import io.pinaudit.run.RunDescription;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The physical join: which page frames the blocks of a device are.
 *
 * <p>From {@code run.json}, where the recorder wrote each device's physical start. Without it, from
 * the trace: a file page that is told both as a frame (when it is mapped) and as a block (when it
 * is allocated or removed) gives the distance between the two, which is the same for the whole
 * device. Blocks are taken to be as large as pages: no Linux file system mounts with DAX otherwise.
 */
public final class BlockMap {
  private static final int MOST_NOTED = 1 << 16;

  private final Map<DeviceNumber, Long> firstFrames = new HashMap<>();
  private final Map<DeviceNumber, String> names = new HashMap<>();
  private final Map<DeviceNumber, String> fileSystems = new HashMap<>();
  private final Map<DeviceNumber, Boolean> dax = new HashMap<>();
  private final Map<DeviceNumber, Long> inferred = new HashMap<>();
  private final Map<FileId, RangeMap<Long>> framesOfFiles = new HashMap<>();
  private final Map<FileId, RangeMap<Long>> blocksOfFiles = new HashMap<>();
  private int noted;

  BlockMap(RunDescription run) {
    if (run != null) {
      run.devices().forEach(this::add);
      run.mounts().forEach(this::add);
    }
  }

  private void add(BlockDevice device) {
    names.put(device.number(), device.name());
    if (device.joinable()) {
      firstFrames.put(device.number(), device.dataStartBytes() / PageRange.PAGE_BYTES);
    }
  }

  private void add(Mount mount) {
    dax.merge(mount.number(), mount.dax(), Boolean::logicalOr);
    fileSystems.put(mount.number(), mount.fsType());
    if (mount.number().major() == 0) {
      // No block device: people know it by where it is mounted.
      names.putIfAbsent(mount.number(), mount.mountPoint());
    }
    if (mount.blockSizeBytes() != 0 && mount.blockSizeBytes() != PageRange.PAGE_BYTES) {
      firstFrames.remove(mount.number());
    }
  }

  /** A page of a file of a DAX file system is a frame. */
  void pageIsFrame(FileId file, long pageOffset, long pfn) {
    dax.put(file.device(), true);
    if (!names.containsKey(file.device()) && !firstFrames.containsKey(file.device())) {
      bound();
      RangeMap.Entry<Long> block = at(blocksOfFiles, file, pageOffset);
      framesOfFiles.computeIfAbsent(file, _ -> new RangeMap<>()).put(pageOffset, 1, pfn);
      if (block != null) {
        infer(file.device(), pfn - (block.value() + pageOffset - block.start()));
      }
    }
  }

  /** Pages of a file are blocks. */
  void pagesAreBlocks(FileId file, long pageOffset, PageRange blocks) {
    if (!names.containsKey(file.device()) && !firstFrames.containsKey(file.device())) {
      bound();
      blocksOfFiles
          .computeIfAbsent(file, _ -> new RangeMap<>())
          .put(pageOffset, blocks.count(), blocks.first());
      for (long i = 0; i < blocks.count() && !firstFrames.containsKey(file.device()); i++) {
        RangeMap.Entry<Long> frame = at(framesOfFiles, file, pageOffset + i);
        if (frame != null) {
          infer(file.device(), frame.value() - (blocks.first() + i));
        }
      }
    }
  }

  /** A device without DAX never gets a frame: what is noted of it must not pile up. */
  private void bound() {
    noted++;
    if (noted > MOST_NOTED) {
      noted = 0;
      framesOfFiles.clear();
      blocksOfFiles.clear();
    }
  }

  private static RangeMap.Entry<Long> at(
      Map<FileId, RangeMap<Long>> files, FileId file, long pageOffset) {
    RangeMap<Long> ranges = files.get(file);
    return ranges == null ? null : ranges.get(pageOffset);
  }

  /** A damaged trace may tell of frames and blocks that cannot be the same. */
  private void infer(DeviceNumber device, long firstFrame) {
    if (firstFrame >= 0) {
      firstFrames.put(device, firstFrame);
      inferred.put(device, firstFrame);
    }
  }

  /** The frames of some blocks, if the device's blocks have frames. */
  public Optional<PageRange> frames(DeviceNumber device, PageRange blocks) {
    return Optional.ofNullable(firstFrames.get(device))
        .map(first -> new PageRange(first + blocks.first(), blocks.count()));
  }

  /** The block of a frame, if the device's blocks have frames and that can be one of them. */
  public OptionalLong block(DeviceNumber device, long pfn) {
    Long first = firstFrames.get(device);
    return first == null || pfn < first ? OptionalLong.empty() : OptionalLong.of(pfn - first);
  }

  /** {@code pmem0}, or {@code 259:0} if the device has no known name. */
  public String name(DeviceNumber device) {
    return names.getOrDefault(device, device.toString());
  }

  /** Type of the file system on a device; null if unknown. */
  public String fileSystem(DeviceNumber device) {
    return fileSystems.get(device);
  }

  /** Whether files of a device are mapped without a page cache; empty if that is not known. */
  public Optional<Boolean> dax(DeviceNumber device) {
    return Optional.ofNullable(dax.get(device));
  }

  /** Devices whose first frame was found from the trace alone. */
  public Map<DeviceNumber, Long> inferred() {
    return Map.copyOf(inferred);
  }
}
