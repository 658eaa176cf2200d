package io.pinaudit.probe;

import io.pinaudit.linux.Btf;
import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.DeviceNumber;
import io.pinaudit.run.Mount;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Replaces the placeholders in braces of a {@code .probes} file by the values of this kernel.
 *
 * @param btf layouts of structs; null if the kernel does not tell
 * @param constants of the kernel, by name
 * @param vmemmapBase address of the page struct of page frame 0; 0 if unknown
 * @param joinable devices whose blocks are page frames; others are left out
 * @param daxMounted whether any file system is mounted with DAX, perhaps on what is not joinable
 * @param told devices of file systems whose own events name each file that is cut
 */
public record Placeholders(
    Btf btf,
    Map<String, Long> constants,
    long vmemmapBase,
    List<BlockDevice> joinable,
    boolean daxMounted,
    Set<DeviceNumber> told) {
  // {page._refcount}, {pid.numbers+16}, {page.mapping-1}
  private static final Pattern MEMBER = Pattern.compile("\\{(\\w+)\\.(\\w+)([+-]\\d+)?}");
  private static final String EVERY_PAGE = "page != 0";
  private static final String NO_PAGE = "page == 0";
  private static final int PAGE_SIZE_BYTES = 4096;
  private static final int USUAL_PAGE_STRUCT_BYTES = 64;
  private static final Comparator<BlockDevice> BY_START =
      Comparator.comparingLong(BlockDevice::dataStartBytes)
          .thenComparing(BlockDevice::sizeBytes, Comparator.reverseOrder());

  public Placeholders {
    joinable = joinable.stream().filter(BlockDevice::joinable).toList();
  }

  /**
   * Returns the placeholders for a set of probes on the running kernel.
   *
   * @param devices the machine's block devices
   */
  public static Placeholders of(ProbeSet set, List<BlockDevice> devices, long vmemmapBase)
      throws IOException {
    Btf btf = Btf.ofKernelOrNull();
    Map<String, Long> constants = new LinkedHashMap<>(set.constants());
    if (btf != null) {
      constants.replaceAll((name, value) -> btf.constant(name).orElse(value));
    }
    List<Mount> mounts = Mount.list();
    boolean dax = mounts.stream().anyMatch(Mount::dax);
    Set<DeviceNumber> told =
        mounts.stream()
            .filter(mount -> mount.type().tellsCuts())
            .map(Mount::number)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    return new Placeholders(btf, constants, vmemmapBase, devices, dax, told);
  }

  /** Returns fetch arguments with the offsets of members filled in. */
  public String arguments(String text) throws IOException {
    Matcher matcher = MEMBER.matcher(text);
    StringBuilder out = new StringBuilder();
    while (matcher.find()) {
      OptionalLong offset =
          btf == null ? OptionalLong.empty() : btf.offsetBytes(matcher.group(1), matcher.group(2));
      if (offset.isEmpty()) {
        throw new IOException("BTF of this kernel has no " + matcher.group());
      }
      long further = matcher.group(3) == null ? 0 : Long.parseLong(matcher.group(3));
      matcher.appendReplacement(out, Long.toString(offset.getAsLong() + further));
    }
    return matcher.appendTail(out).toString();
  }

  /**
   * Returns the same arguments with the kernel's {@code vmemmap_base} as a number, if it is known:
   * a probe then need not read the kernel's variable at each hit.
   */
  public String withConstants(String arguments) {
    return vmemmapBase == 0
        ? arguments
        : arguments.replace("=@vmemmap_base:", "=\\0x" + Long.toHexString(vmemmapBase) + ":");
  }

  /**
   * Returns a filter with the ranges of page structs, the numbers of devices and the constants
   * filled in.
   */
  public String filter(String text) {
    String filter =
        text.replace("{dax pages}", daxPages())
            .replace("{other pages}", otherPages())
            .replace("{dax devices}", daxDevices())
            .replace("{untold devices}", untoldDevices());
    for (Map.Entry<String, Long> constant : constants.entrySet()) {
      long value = constant.getValue();
      filter = filter.replace("{" + constant.getKey() + "}", Long.toString(value));
      filter = filter.replace("{bit " + constant.getKey() + "}", Long.toString(1L << value));
    }
    return filter;
  }

  public int pageStructBytes() {
    return btf == null
        ? USUAL_PAGE_STRUCT_BYTES
        : (int) btf.sizeBytes("page").orElse(USUAL_PAGE_STRUCT_BYTES);
  }

  public int pageSizeBytes() {
    return PAGE_SIZE_BYTES;
  }

  /**
   * Returns the filter for page structs of persistent memory: for every page if these are unknown,
   * for none if there is no persistent memory.
   */
  private String daxPages() {
    if (!hasDax()) {
      return NO_PAGE;
    }
    return knowsDaxPages() ? inRanges("(page >= %s && page < %s)", " || ") : EVERY_PAGE;
  }

  /** Returns the filter for all pages that {@code {dax pages}} leaves out. */
  private String otherPages() {
    if (!hasDax()) {
      return EVERY_PAGE;
    }
    return knowsDaxPages() ? inRanges("(page < %s || page >= %s)", " && ") : NO_PAGE;
  }

  private boolean hasDax() {
    return daxMounted || !joinable.isEmpty();
  }

  private boolean knowsDaxPages() {
    return vmemmapBase != 0 && !joinable.isEmpty();
  }

  private String inRanges(String range, String operator) {
    return largest().stream()
        .map(
            device ->
                range.formatted(pageStruct(device.dataStartBytes()), pageStruct(device.endBytes())))
        .collect(Collectors.joining(operator));
  }

  /** Returns the devices that are no part of another device: disks rather than their partitions. */
  List<BlockDevice> largest() {
    List<BlockDevice> largest = new ArrayList<>();
    long endBytes = 0;
    for (BlockDevice device : joinable.stream().sorted(BY_START).toList()) {
      if (device.endBytes() > endBytes) {
        largest.add(device);
        endBytes = device.endBytes();
      }
    }
    return largest;
  }

  /**
   * Returns the filter for file systems on persistent memory: for any if none of these is joinable,
   * for none without DAX.
   */
  private String daxDevices() {
    if (joinable.isEmpty()) {
      return hasDax() ? "dev != 0" : "dev == 0";
    }
    return joinable.stream()
        .map(device -> "dev == " + device.number().toKernel())
        .collect(Collectors.joining(" || "));
  }

  /** Returns the filter for file systems whose events do not name the files that are cut. */
  private String untoldDevices() {
    return told.isEmpty()
        ? "s_dev != 0"
        : told.stream()
            .map(device -> "s_dev != " + device.toKernel())
            .collect(Collectors.joining(" && "));
  }

  private String pageStruct(long physicalBytes) {
    return "0x"
        + Long.toHexString(vmemmapBase + physicalBytes / PAGE_SIZE_BYTES * pageStructBytes());
  }
}
