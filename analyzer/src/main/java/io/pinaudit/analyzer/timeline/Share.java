package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.KernelSide;
import io.pinaudit.run.Mount;
import io.pinaudit.run.RunDescription;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The page frames that one of several audits of the same run judges. Each audit reads all events,
 * because calls, names and threads concern every device; it keeps pins and owners only of its own
 * frames. All shares of a run together find what one audit of the whole run finds.
 *
 * <p>Devices whose memory overlaps, such as partitions and device-mapper's, share their frames and
 * are in one share. All frames of no device, and what only calls tell, are in a share of their own.
 *
 * @param frames page frames of devices, in ascending order
 * @param inside whether the share consists of these frames, rather than of all others
 */
public record Share(List<PageRange> frames, boolean inside) implements Serializable {
  /** All frames: the only share of a run that is not split. */
  public static final Share ALL = new Share(List.of(), false);

  /** Keeps its own copy of the frames. */
  public Share {
    frames = new ArrayList<>(frames); // which can be sent to another machine
  }

  /**
   * Returns the frames of those devices of a run by which its audit can be split, a range for each
   * share; empty if the audit of this run cannot be split.
   *
   * <p>It cannot be split if the kernel does not name the page that a truncate waits for, because
   * then the pins of all devices may be what it waits for; nor if a file system with DAX lies on a
   * device whose frames are not known, because then files of that device may have frames in several
   * shares.
   */
  public static List<PageRange> frames(RunDescription run) {
    return run.kernel() == null || !namesBusyPages(run.kernel()) || hasUnknownFrames(run)
        ? List.of()
        : connected(run.devices().stream().filter(BlockDevice::joinable).map(Share::frames));
  }

  private static boolean namesBusyPages(KernelSide kernel) {
    return kernel.probes().stream()
        .anyMatch(probe -> probe.name().equals(Sight.BUSY_PAGE_PROBE) && probe.attached());
  }

  private static boolean hasUnknownFrames(RunDescription run) {
    return run.mounts().stream()
        .filter(Mount::dax)
        .anyMatch(
            mount ->
                mount.blockSizeBytes() != PageRange.PAGE_BYTES && mount.blockSizeBytes() != 0
                    || run.devices().stream()
                        .noneMatch(
                            device -> device.number().equals(mount.number()) && device.joinable()));
  }

  private static PageRange frames(BlockDevice device) {
    long first = device.dataStartBytes() / PageRange.PAGE_BYTES;
    long end = (device.endBytes() + PageRange.PAGE_BYTES - 1) / PageRange.PAGE_BYTES;
    return new PageRange(first, Math.max(1, end - first));
  }

  /** Makes one range of all ranges that overlap, and returns these in ascending order. */
  private static List<PageRange> connected(Stream<PageRange> ranges) {
    List<PageRange> connected = new ArrayList<>();
    ranges
        .sorted(Comparator.comparingLong(PageRange::first))
        .forEach(
            range -> {
              PageRange last = connected.isEmpty() ? null : connected.getLast();
              if (last == null || last.end() <= range.first()) {
                connected.add(range);
              } else {
                connected.removeLast();
                long end = Math.max(last.end(), range.end());
                connected.add(new PageRange(last.first(), end - last.first()));
              }
            });
    return connected;
  }

  /**
   * Splits a run that several recordings are of.
   *
   * @param recordings what {@link #frames(RunDescription)} returns for each of them that traced the
   *     kernel
   * @return the share of all other frames, then one for each device; only {@link #ALL} if the audit
   *     cannot be split
   */
  public static List<Share> of(List<List<PageRange>> recordings) {
    if (recordings.isEmpty() || recordings.stream().anyMatch(List::isEmpty)) {
      return List.of(ALL);
    }
    List<PageRange> devices = connected(recordings.stream().flatMap(List::stream));
    List<Share> shares = new ArrayList<>(List.of(new Share(devices, false)));
    devices.forEach(device -> shares.add(new Share(List.of(device), true)));
    return List.copyOf(shares);
  }

  /** Returns whether a page frame is in the share. */
  public boolean has(long pfn) {
    for (PageRange range : frames) { // of all events of pages
      if (range.contains(pfn)) {
        return inside;
      }
    }
    return !inside;
  }

  /** Returns whether what calls tell without a page frame is in the share. */
  public boolean judgesCalls() {
    return !inside;
  }
}
