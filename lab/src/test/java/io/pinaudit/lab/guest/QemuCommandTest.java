package io.pinaudit.lab.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.cli.UsageException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QemuCommandTest {
  private static final QemuCommand.Files FILES =
      new QemuCommand.Files(
          Path.of("/cache/vmlinuz"),
          Path.of("/cache/modules"),
          Path.of("/srv/run,one"),
          Path.of("/tmp/scratch"));

  @Test
  void endsQemuWithItsStarter() {
    assertEquals(
        List.of("/usr/bin/setpriv", "--pdeathsig", "KILL", "/usr/bin/qemu-system-x86_64"),
        words(GuestHardware.DEFAULT, Acceleration.TCG).subList(0, 4));
  }

  @Test
  void emulatesPersistentMemoryInsideTheMemory() {
    List<String> words = words(GuestHardware.DEFAULT, Acceleration.TCG);
    assertTrue(after(words, "-append").startsWith("memmap=512M!1024M "), words::toString);
    assertEquals("3072M", after(words, "-m"));
  }

  @Test
  void keepsPersistentMemoriesApart() {
    List<String> words = words(GuestHardware.DEFAULT.withPmem(Pmem.FOUR_RAW), Acceleration.TCG);
    assertTrue(
        after(words, "-append")
            .contains("memmap=512M!1024M memmap=512M!1600M memmap=320M!2176M memmap=64M!2560M "),
        words::toString);
  }

  @Test
  void plugsAnNvdimmInBesideTheMemory() {
    List<String> words =
        words(
            new GuestHardware(Acceleration.TCG, 2, 3072, 1, Pmem.NVDIMM, Optional.empty()),
            Acceleration.TCG);
    assertFalse(after(words, "-append").contains("memmap="), words::toString);
    assertEquals("3072M,slots=1,maxmem=4096M", after(words, "-m"));
    assertEquals("memory-backend-ram,id=pmem,size=512M", after(words, "-object"));
    assertTrue(words.contains("nvdimm,memdev=pmem"), words::toString);
  }

  @Test
  void keepsAnNvdimmInAFile() {
    List<String> words =
        words(GuestHardware.DEFAULT.withPmemFile(Path.of("/srv/a,b")), Acceleration.TCG);
    assertEquals(
        "memory-backend-file,share=on,mem-path=/srv/a,,b,id=pmem,size=512M",
        after(words, "-object"));
    assertTrue(words.contains("nvdimm,memdev=pmem"), words::toString);
  }

  @Test
  void keepsNothingElseInAFile() {
    Optional<Path> file = Optional.of(Path.of("/srv/file"));
    assertThrows(
        UsageException.class,
        () -> new GuestHardware(Acceleration.TCG, 2, 3072, 1, Pmem.RAW, file));
  }

  @Test
  void sharesTheMachineReadOnlyAndTheRunWritable() {
    List<String> words = words(GuestHardware.DEFAULT, Acceleration.TCG);
    assertTrue(
        words.contains("local,id=root,path=/,security_model=none,multidevs=remap,readonly=on"),
        words::toString);
    // QEMU takes a doubled comma for one in the value.
    assertTrue(
        words.contains("local,id=run,path=/srv/run,,one,security_model=none,multidevs=remap"),
        words::toString);
  }

  @Test
  void throttlesTheSlowDisk() {
    GuestHardware hardware =
        new GuestHardware(Acceleration.TCG, 1, 2048, 7, Pmem.RAW, Optional.empty());
    List<String> words = words(hardware, Acceleration.TCG);
    assertEquals(
        "file=/tmp/scratch/slow-disk,format=raw,if=none,id=slow,throttling.iops-total=7",
        after(words, "-drive"));
    assertEquals("1", after(words, "-smp"));
  }

  @Test
  void connectsEveryPortByName() {
    List<String> words = words(GuestHardware.DEFAULT, Acceleration.TCG);
    for (String port : List.of("out", "err", "control")) {
      assertTrue(words.contains("socket,id=" + port + ",path=/tmp/scratch/" + port));
      assertTrue(words.contains("virtserialport,chardev=" + port + ",name=" + port));
    }
  }

  @Test
  void takesTheHostCpuOnlyUnderKvm() {
    assertEquals("kvm", after(words(GuestHardware.DEFAULT, Acceleration.KVM), "-accel"));
    assertEquals("host", after(words(GuestHardware.DEFAULT, Acceleration.KVM), "-cpu"));
    assertEquals(
        "tcg,thread=single", after(words(GuestHardware.DEFAULT, Acceleration.TCG), "-accel"));
    assertEquals(
        "tcg,thread=multi", after(words(GuestHardware.DEFAULT, Acceleration.MTTCG), "-accel"));
  }

  private static List<String> words(GuestHardware hardware, Acceleration acceleration) {
    return new QemuCommand(hardware, acceleration, FILES)
        .words(Path.of("/usr/bin/setpriv"), Path.of("/usr/bin/qemu-system-x86_64"));
  }

  private static String after(List<String> words, String option) {
    return words.get(words.indexOf(option) + 1);
  }
}
