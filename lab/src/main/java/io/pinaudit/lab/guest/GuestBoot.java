package io.pinaudit.lab.guest;

import io.pinaudit.cli.Installation;
import io.pinaudit.lab.host.CachedKernel;
import io.pinaudit.lab.host.HostPackages;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * One boot of the guest, from the start of QEMU until the command has ended and all of its output
 * has arrived.
 */
final class GuestBoot {
  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(10);
  private static final Duration BOOT_LIMIT = Duration.ofMinutes(3);
  // The sockets may still hold what QEMU sent before it ended.
  private static final Duration GRACE = Duration.ofSeconds(3);

  private final GuestSpec spec;
  private final CachedKernel kernel;
  private final Acceleration acceleration;
  private final CompletableFuture<?> powerCut;
  private final GuestReport report = new GuestReport();

  /**
   * Under KVM the guest never ran an instruction: nothing has happened yet, and another accelerator
   * may be tried.
   */
  static final class Lifeless extends Exception {
    private static final long serialVersionUID = 1;

    Lifeless() {
      super("KVM accepts the guest but ran nothing of it in " + SIGN_OF_LIFE.toSeconds() + " s");
    }
  }

  /**
   * Makes the boot of a guest.
   *
   * @param powerCut kills QEMU when it completes
   */
  GuestBoot(
      GuestSpec spec,
      CachedKernel kernel,
      Acceleration acceleration,
      CompletableFuture<?> powerCut) {
    this.spec = spec;
    this.kernel = kernel;
    this.acceleration = acceleration;
    this.powerCut = powerCut;
  }

  /** Boots and runs; QEMU is gone when this returns or throws. */
  GuestResult run(GuestCommand command, OutputStream out, OutputStream err)
      throws IOException, InterruptedException, Lifeless {
    try (Scratch scratch = new Scratch();
        GuestLinks links = new GuestLinks(scratch.directory());
        OutputStream log = Files.newOutputStream(spec.kernelLog())) {
      QemuCommand.Files files =
          new QemuCommand.Files(
              image(), kernel.modules(), spec.runDirectory(), scratch.directory());
      prepare(files, command);
      report.follow(links, out, err, log);
      return runQemu(files, scratch);
    }
  }

  /**
   * Returns the image to boot. A machine with an NVDIMM boots as real ones do, with the kernel's
   * addresses randomised.
   */
  private Path image() {
    return switch (spec.hardware().pmem()) {
      case RAW, FOUR_RAW -> kernel.unpackedImage();
      case NVDIMM -> kernel.image();
    };
  }

  private void prepare(QemuCommand.Files files, GuestCommand command) throws IOException {
    Path mkfs = HostPackages.find(spec.fileSystem().mkfs());
    InitRamfs.write(
        files.initRamfs(),
        kernel,
        spec.fileSystem(),
        Map.of(
            "settings", GuestScript.settings(spec, mkfs, report.endMark().text()),
            "command", GuestScript.command(command, labEnvironment())));
    SlowDisk.write(files.slowDisk());
  }

  private Map<String, String> labEnvironment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("PINAUDIT_LAB", "1");
    environment.put("PINAUDIT_LAB_ACCEL", acceleration.label());
    environment.put("PINAUDIT_RUN", spec.runDirectory().toString());
    environment.put("PINAUDIT_DAX", "/mnt/dax");
    environment.put("PINAUDIT_NO_BUILD", "1");
    Installation.current()
        .guestClasses()
        .ifPresent(archive -> environment.put("PINAUDIT_LAB_CLASSES", archive.toString()));
    return environment;
  }

  private GuestResult runQemu(QemuCommand.Files files, Scratch scratch)
      throws IOException, InterruptedException, Lifeless {
    long startNanos = System.nanoTime();
    Process qemu = start(files);
    scratch.use(qemu);
    CompletableFuture<?> cut = powerCut.thenRun(qemu::destroyForcibly);
    try {
      return await(qemu, files, startNanos);
    } catch (GuestFailure e) {
      if (scratch.isAbandoned()) {
        throw new InterruptedException("the lab is being ended");
      }
      throw e;
    } finally {
      cut.cancel(false);
    }
  }

  private Process start(QemuCommand.Files files) throws IOException {
    List<String> words =
        new QemuCommand(spec.hardware(), acceleration, files)
            .words(HostPackages.find("setpriv"), HostPackages.find("qemu-system-x86_64"));
    return new ProcessBuilder(words)
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectErrorStream(true)
        .redirectOutput(files.messages().toFile())
        .start();
  }

  private GuestResult await(Process qemu, QemuCommand.Files files, long startNanos)
      throws IOException, InterruptedException, Lifeless {
    if (acceleration == Acceleration.KVM) {
      awaitSignOfLife(qemu);
    }
    long endNanos = startNanos + spec.timeout().toNanos();
    long bootEndNanos = Math.min(startNanos + BOOT_LIMIT.toNanos(), endNanos);
    Step boot = await(report.ready(), qemu, bootEndNanos);
    Step end = boot == Step.DONE ? await(report.finished(), qemu, endNanos) : boot;
    return switch (end) {
      case DONE -> report.result(startNanos, acceleration);
      case QEMU_ENDED -> throw ended(files);
      case LATE -> throw late(boot == Step.LATE && bootEndNanos < endNanos);
    };
  }

  private GuestFailure late(boolean inBoot) {
    return inBoot
        ? GuestFailure.brokeDown(
            "the guest did not start the command within "
                + BOOT_LIMIT.toSeconds()
                + " s"
                + seeKernelLog())
        : GuestFailure.timedOut(
            "the guest was ended at its limit of "
                + spec.timeout().toSeconds()
                + " s"
                + seeKernelLog());
  }

  private void awaitSignOfLife(Process qemu) throws InterruptedException, Lifeless {
    boolean ended = qemu.waitFor(SIGN_OF_LIFE.toMillis(), TimeUnit.MILLISECONDS);
    if (!ended && report.isSilent()) {
      throw new Lifeless();
    }
  }

  private enum Step {
    DONE,
    QEMU_ENDED,
    LATE
  }

  private static Step await(CompletableFuture<?> goal, Process qemu, long endNanos)
      throws GuestFailure, InterruptedException {
    try {
      CompletableFuture.anyOf(goal, qemu.onExit())
          .get(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return Step.LATE;
    } catch (ExecutionException e) {
      throw notPassedOn(e);
    }
    return arrived(goal) ? Step.DONE : Step.QEMU_ENDED;
  }

  private static boolean arrived(CompletableFuture<?> goal)
      throws GuestFailure, InterruptedException {
    try {
      goal.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw notPassedOn(e);
    }
  }

  private static GuestFailure notPassedOn(ExecutionException e) {
    return GuestFailure.brokeDown(
        "cannot pass on what the command prints: " + e.getCause().getMessage());
  }

  private GuestFailure ended(QemuCommand.Files files) throws IOException {
    if (powerCut.isDone()) {
      return GuestFailure.brokeDown("the power was cut");
    }
    String reason =
        report
            .failure()
            .or(() -> lastMessage(files))
            .orElse("the guest ended without the command's exit status");
    return GuestFailure.brokeDown(reason + seeKernelLog());
  }

  private static Optional<String> lastMessage(QemuCommand.Files files) {
    try (Stream<String> lines = Files.lines(files.messages())) {
      return lines.filter(line -> !line.isBlank()).reduce((first, second) -> second);
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty();
    }
  }

  private String seeKernelLog() {
    return "; see " + spec.kernelLog();
  }
}
