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
 * The physical join: maps the blocks of a device to the page frames that they are.
 *
 * <p>The map comes from {@code run.json}, where the recorder wrote the physical start of each
 * device. Without that file it comes from the trace: if events tell a page of a file both as a
 * frame (when the page is mapped) and as a block (when the page is allocated or removed), the
 * distance between the two numbers holds for the whole device. Blocks are taken to be as large as
 * pages: no Linux file system mounts with DAX otherwise.
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

  /** Notes that a page of a file of a DAX file system is a page frame. */
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

  /** Notes that pages of a file are blocks of its device. */
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

  /** Bounds the notes of a device without DAX, which never gets a frame. */
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

  /**
   * Infers a device's first frame. A damaged trace may tell of frames and blocks that do not match.
   */
  private void infer(DeviceNumber device, long firstFrame) {
    if (firstFrame >= 0) {
      firstFrames.put(device, firstFrame);
      inferred.put(device, firstFrame);
    }
  }

  /** Returns the frames of some blocks; empty if the device's blocks have no frames. */
  public Optional<PageRange> frames(DeviceNumber device, PageRange blocks) {
    return Optional.ofNullable(firstFrames.get(device))
        .map(first -> new PageRange(first + blocks.first(), blocks.count()));
  }

  /**
   * Returns the block of a frame; empty if the device's blocks have no frames or the frame is none
   * of them.
   */
  public OptionalLong block(DeviceNumber device, long pfn) {
    Long first = firstFrames.get(device);
    return first == null || pfn < first ? OptionalLong.empty() : OptionalLong.of(pfn - first);
  }

  /**
   * Returns the name of a device, such as {@code pmem0}, or its number, such as {@code 259:0}, if
   * the name is not known.
   */
  public String name(DeviceNumber device) {
    return names.getOrDefault(device, device.toString());
  }

  /** Returns the type of the file system on a device; null if unknown. */
  public String fileSystem(DeviceNumber device) {
    return fileSystems.get(device);
  }

  /**
   * Returns whether files of a device are mapped without a page cache; empty if that is not known.
   */
  public Optional<Boolean> dax(DeviceNumber device) {
    return Optional.ofNullable(dax.get(device));
  }

  /**
   * Returns the first frames of those devices whose first frame was inferred from the trace alone.
   */
  public Map<DeviceNumber, Long> inferred() {
    return Map.copyOf(inferred);
  }
}
