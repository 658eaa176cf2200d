package io.pinaudit.lab.guest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of QEMU.
 *
 * @param hardware the machine
 * @param acceleration what executes it; never AUTO
 * @param files the files that it boots and serves
 */
record QemuCommand(GuestHardware hardware, Acceleration acceleration, Files files) {
  /**
   * The files that this machine gives the guest.
   *
   * @param kernel image to boot
   * @param modules the folder that becomes the guest's /lib/modules/RELEASE
   * @param runDirectory writable folder
   * @param scratch folder with the initramfs, the slow disk and the sockets, see {@link GuestLinks}
   */
  record Files(Path kernel, Path modules, Path runDirectory, Path scratch) {
    Path initRamfs() {
      return scratch.resolve("initramfs");
    }

    Path slowDisk() {
      return scratch.resolve("slow-disk");
    }

    /** Returns the file for QEMU's own messages. */
    Path messages() {
      return scratch.resolve("qemu-messages");
    }
  }

  private static final Path MACHINE_ROOT = Path.of("/");

  /** Returns the program and its arguments; the program ends with the thread that starts it. */
  List<String> words(Path setpriv, Path qemu) {
    List<String> words = new ArrayList<>();
    // Otherwise a killed lab would leave QEMU behind.
    words.addAll(List.of(setpriv.toString(), "--pdeathsig", "KILL", qemu.toString()));
    words.addAll(List.of("-name", "pinaudit-lab", "-no-user-config", "-nodefaults"));
    words.addAll(List.of("-display", "none", "-no-reboot", "-rtc", "base=utc"));
    words.addAll(acceleration.qemuOptions());
    words.addAll(List.of("-smp", "" + hardware.cpus()));
    words.addAll(hardware.pmem().qemuOptions(hardware.memoryMib(), hardware.pmemFile()));
    words.addAll(List.of("-kernel", files.kernel().toString()));
    words.addAll(List.of("-initrd", files.initRamfs().toString(), "-append", kernelArguments()));
    addLinks(words);
    addShare(words, "root", MACHINE_ROOT, true);
    addShare(words, "modules", files.modules(), true);
    addShare(words, "run", files.runDirectory(), false);
    addSlowDisk(words);
    words.addAll(List.of("-device", "virtio-rng-pci"));
    return words;
  }

  private String kernelArguments() {
    List<String> arguments = new ArrayList<>(hardware.pmem().kernelArguments());
    arguments.addAll(
        List.of(
            "console=ttyS0",
            // A panic reboots at once, and QEMU then ends because of -no-reboot.
            "panic=-1",
            "random.trust_cpu=on",
            // All emulated CPUs read one counter; without this the kernel falls back to the slow
            // HPET.
            "tsc=reliable",
            // Puts the stacks of processes that wait for a pin for ever into the kernel log.
            "sysctl.kernel.hung_task_timeout_secs=30"));
    return String.join(" ", arguments);
  }

  private void addLinks(List<String> words) {
    addSocket(words, GuestLinks.CONSOLE);
    words.addAll(List.of("-serial", "chardev:" + GuestLinks.CONSOLE));
    words.addAll(List.of("-device", "virtio-serial-pci"));
    for (String port : GuestLinks.PORTS) {
      addSocket(words, port);
      words.addAll(List.of("-device", "virtserialport,chardev=" + port + ",name=" + port));
    }
  }

  private void addSocket(List<String> words, String name) {
    Path socket = files.scratch().resolve(name);
    words.addAll(List.of("-chardev", "socket,id=" + name + ",path=" + escape(socket)));
  }

  private static void addShare(List<String> words, String tag, Path path, boolean readOnly) {
    // The machine's root is many file systems in one tree: without remap their inode numbers
    // collide.
    String options = ",security_model=none,multidevs=remap" + (readOnly ? ",readonly=on" : "");
    words.addAll(List.of("-fsdev", "local,id=" + tag + ",path=" + escape(path) + options));
    words.addAll(List.of("-device", "virtio-9p-pci,fsdev=" + tag + ",mount_tag=" + tag));
  }

  private void addSlowDisk(List<String> words) {
    String drive = "file=" + escape(files.slowDisk()) + ",format=raw,if=none,id=slow";
    words.addAll(List.of("-drive", drive + ",throttling.iops-total=" + hardware.slowDiskIops()));
    words.addAll(List.of("-device", "virtio-blk-pci,drive=slow,serial=" + SlowDisk.SERIAL));
  }

  /** Doubles commas, because a single one ends the value of an option. */
  static String escape(Path path) {
    return path.toString().replace(",", ",,");
  }
}
