package io.pinaudit.linux;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What stands in braces in a {@code .probes} file, replaced by what this kernel has.
 *
 * @param btf layouts of structs; null if the kernel does not tell
 * @param constants of the kernel, by name
 * @param vmemmapBase address of the page struct of page frame 0; 0 if unknown
 * @param joinable devices whose blocks are page frames; others are left out
 */
record Placeholders(
    Btf btf, Map<String, Long> constants, long vmemmapBase, List<BlockDevice> joinable) {
  // {page._refcount}, {pid.numbers+16}
  private static final Pattern MEMBER = Pattern.compile("\\{(\\w+)\\.(\\w+)(?:\\+(\\d+))?}");
  private static final int PAGE_SIZE_BYTES = 4096;
  private static final int USUAL_PAGE_STRUCT_BYTES = 64;
  private static final Comparator<BlockDevice> BY_START =
      Comparator.comparingLong(BlockDevice::dataStartBytes)
          .thenComparing(BlockDevice::sizeBytes, Comparator.reverseOrder());

  Placeholders {
    joinable = joinable.stream().filter(BlockDevice::joinable).toList();
  }

  /**
   * For a set of probes on the running kernel.
   *
   * @param devices the machine's block devices
   */
  static Placeholders of(ProbeSet set, List<BlockDevice> devices, long vmemmapBase) {
    Btf btf = Btf.ofKernelOrNull();
    Map<String, Long> constants = new LinkedHashMap<>(set.constants());
    if (btf != null) {
      constants.replaceAll((name, value) -> btf.constant(name).orElse(value));
    }
    return new Placeholders(btf, constants, vmemmapBase, devices);
  }

  /** Fetch arguments with the offsets of members. */
  String arguments(String text) throws IOException {
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

  /** A filter with the ranges of page structs and the numbers of devices. */
  String filter(String text) {
    String filter = text.replace("{dax pages}", daxPages()).replace("{dax devices}", daxDevices());
    for (Map.Entry<String, Long> constant : constants.entrySet()) {
      filter = filter.replace("{" + constant.getKey() + "}", constant.getValue().toString());
    }
    return filter;
  }

  int pageStructBytes() {
    return btf == null
        ? USUAL_PAGE_STRUCT_BYTES
        : (int) btf.sizeBytes("page").orElse(USUAL_PAGE_STRUCT_BYTES);
  }

  int pageSizeBytes() {
    return PAGE_SIZE_BYTES;
  }

  /** Page structs of persistent memory; every page if they are unknown. */
  private String daxPages() {
    return vmemmapBase == 0 || joinable.isEmpty()
        ? "page != 0"
        : largest().stream()
            .map(
                device ->
                    "(page >= %s && page < %s)"
                        .formatted(
                            pageStruct(device.dataStartBytes()), pageStruct(device.endBytes())))
            .collect(Collectors.joining(" || "));
  }

  /** The devices that are no part of another: disks rather than their partitions. */
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

  /** File systems on persistent memory; any device if there is none. */
  private String daxDevices() {
    return joinable.isEmpty()
        ? "dev != 0"
        : joinable.stream()
            .map(device -> "dev == " + device.number().toKernel())
            .collect(Collectors.joining(" || "));
  }

  private String pageStruct(long physicalBytes) {
    return "0x"
        + Long.toHexString(vmemmapBase + physicalBytes / PAGE_SIZE_BYTES * pageStructBytes());
  }
}
