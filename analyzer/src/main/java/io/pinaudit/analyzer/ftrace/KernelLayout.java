package io.pinaudit.analyzer.ftrace;

import io.pinaudit.run.AllocationGroups;
import io.pinaudit.run.DeviceNumber;
import io.pinaudit.run.KernelSide;
import io.pinaudit.run.Mount;
import io.pinaudit.run.RunDescription;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Facts about a kernel that its trace does not hold: how page structs are numbered, which flags
 * pins have, and where the groups of each xfs lie.
 *
 * @param vmemmapBase address of the page struct of frame 0; 0 if each line has its own ({@code
 *     vb=})
 * @param pageStructBytes size of a page struct in bytes
 * @param follGet flag of a reference that adds one to the page's count
 * @param follPin flag of a reference that adds 1024 to the page's count
 * @param idleCount reference count of a DAX page that nobody uses: 1 up to 6.14, then 0
 * @param groups allocation groups of each xfs
 */
public record KernelLayout(
    long vmemmapBase,
    int pageStructBytes,
    long follGet,
    long follPin,
    int idleCount,
    Map<DeviceNumber, AllocationGroups> groups) {
  private static final int USUAL_PAGE_STRUCT_BYTES = 64;
  private static final long FOLL_GET_BEFORE_6_4 = 0x4;
  private static final long FOLL_PIN_BEFORE_6_4 = 0x40000;
  private static final int IDLE_COUNT_BEFORE_6_15 = 1;

  /** The layout for a trace without {@code run.json}: that of a usual x86-64 kernel before 6.4. */
  public static final KernelLayout ASSUMED =
      new KernelLayout(
          0,
          USUAL_PAGE_STRUCT_BYTES,
          FOLL_GET_BEFORE_6_4,
          FOLL_PIN_BEFORE_6_4,
          IDLE_COUNT_BEFORE_6_15,
          Map.of());

  /** Returns the layout that the recorder found. */
  public static KernelLayout of(RunDescription run) {
    KernelSide kernel = run.kernel();
    Map<String, Long> constants = kernel.constants();
    return new KernelLayout(
        kernel.vmemmapBase(),
        kernel.pageStructBytes(),
        constants.getOrDefault("FOLL_GET", FOLL_GET_BEFORE_6_4),
        constants.getOrDefault("FOLL_PIN", FOLL_PIN_BEFORE_6_4),
        constants.getOrDefault("IDLE_COUNT", (long) IDLE_COUNT_BEFORE_6_15).intValue(),
        run.mounts().stream()
            .filter(mount -> mount.groups() != null)
            .collect(Collectors.toMap(Mount::number, Mount::groups, (first, _) -> first)));
  }

  /** Returns the frame of a page struct; -1 if no page struct has this address. */
  long pfn(long page, long base) {
    long offset = page - base;
    return base == 0 || offset < 0 || offset % pageStructBytes != 0 ? -1 : offset / pageStructBytes;
  }
}
