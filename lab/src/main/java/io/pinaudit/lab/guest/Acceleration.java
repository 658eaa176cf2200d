package io.pinaudit.lab.guest;

import io.pinaudit.cli.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What executes the guest's instructions.
 *
 * <p>TCG is the default, because it needs nothing of the machine and behaves the same everywhere.
 * That {@code /dev/kvm} can be opened proves little: under some hypervisors KVM accepts a machine
 * and never runs one of its instructions.
 */
public enum Acceleration {
  /**
   * QEMU's software emulation of all virtual CPUs, in turn on one thread. A CPU that spins gives
   * way to the others at once, and code that the JVM rewrites is never stale.
   */
  TCG,
  /**
   * Software emulation with a thread for each virtual CPU: up to twice as fast on an idle machine,
   * many times slower on a busy one, and C2-compiled JVMs crash now and then.
   */
  MTTCG,
  /**
   * Software emulation in which each instruction takes one nanosecond of the guest's time, and idle
   * time none of this machine's: what a program costs is then the same in each run, whatever else
   * this machine does.
   */
  ICOUNT,
  /** The kernel's virtualization; the guest fails if it does not work. */
  KVM,
  /** KVM if the CPU has it and the guest starts under it, otherwise TCG. */
  AUTO;

  private static final Path DEVICE = Path.of("/dev/kvm");
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final Pattern VIRTUALISATION_FLAG =
      Pattern.compile("^flags\\s*:.*\\b(vmx|svm)\\b", Pattern.MULTILINE);

  /** Returns the accelerators to try in turn. */
  List<Acceleration> candidates() {
    if (this != AUTO) {
      return List.of(this);
    }
    return kvmIsPlausible() ? List.of(KVM, TCG) : List.of(TCG);
  }

  /** Returns QEMU's options for it. */
  List<String> qemuOptions() {
    return switch (this) {
      case TCG -> emulation("single");
      case MTTCG -> emulation("multi");
      case ICOUNT -> {
        List<String> options = new ArrayList<>(emulation("single"));
        options.addAll(List.of("-icount", "shift=0,sleep=off"));
        yield options;
      }
      case KVM -> List.of("-accel", "kvm", "-cpu", "host");
      case AUTO -> throw new IllegalStateException("auto stands for its candidates");
    };
  }

  private static List<String> emulation(String threads) {
    // Four-level page tables, as most machines have: the emulator walks them faster.
    return List.of("-accel", "tcg,thread=" + threads, "-cpu", "max,la57=off");
  }

  /** Returns its name on the command line and in the guest's environment. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the acceleration with a label. */
  public static Acceleration named(String label) {
    for (Acceleration acceleration : values()) {
      if (acceleration.label().equals(label)) {
        return acceleration;
      }
    }
    throw new UsageException(
        "lab: unknown acceleration '" + label + "': tcg, mttcg, icount, kvm or auto");
  }

  private static boolean kvmIsPlausible() {
    return Files.isWritable(DEVICE) && hasVirtualisation(cpuInfo());
  }

  static boolean hasVirtualisation(String cpuInfo) {
    return VIRTUALISATION_FLAG.matcher(cpuInfo).find();
  }

  private static String cpuInfo() {
    try {
      return Files.readString(CPU_INFO, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      // Without /proc there is no KVM either.
      return "";
    }
  }
}
