package io.pinaudit.lab.guest;

import io.pinaudit.cli.Console;
import io.pinaudit.lab.host.CachedKernel;
import io.pinaudit.lab.host.HostPackages;
import io.pinaudit.lab.host.KernelCache;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;

/**
 * A guest that is ready to boot: everything that it needs is on this machine.
 *
 * <p>Each run boots anew. The thread that calls {@link #run} must live until the call returns,
 * because QEMU ends with that thread.
 */
public final class Guest {
  private final GuestSpec spec;
  private final CachedKernel kernel;
  private final Console console;

  private Guest(GuestSpec spec, CachedKernel kernel, Console console) {
    this.spec = spec;
    this.kernel = kernel;
    this.console = console;
  }

  /**
   * Installs what is missing (as root) and fetches the kernel (once), with a note on the console
   * for either.
   *
   * @throws IOException if something is missing and cannot be installed; the message says what to
   *     install
   */
  public static Guest prepare(GuestSpec spec, Console console)
      throws IOException, InterruptedException {
    if (!System.getProperty("os.arch").equals("amd64")) {
      throw new IOException(
          "the lab needs an x86-64 machine, not " + System.getProperty("os.arch"));
    }
    new HostPackages(console).require(spec.fileSystem());
    CachedKernel kernel = KernelCache.ofUser(console).get(spec.kernel());
    Files.createDirectories(spec.runDirectory());
    return new Guest(spec, kernel, console);
  }

  /** Returns what {@code uname -r} prints in the guest. */
  public String kernelRelease() {
    return kernel.release();
  }

  /**
   * Runs a command. Two other threads write its output as it arrives, byte for byte.
   *
   * <p>The run directory then holds what the command left in {@code $PINAUDIT_RUN}, {@code
   * guest-kernel.log} and {@code lab.json}; everything else that it wrote is gone.
   *
   * @param out receives its standard output, flushed as it comes
   * @param err receives its standard error
   * @throws GuestFailure if the guest, not the command, failed or was ended at its time limit
   */
  public GuestResult run(GuestCommand command, OutputStream out, OutputStream err)
      throws IOException, InterruptedException {
    return run(command, out, err, new CompletableFuture<>());
  }

  /**
   * Does what {@link #run(GuestCommand, OutputStream, OutputStream)} does, until the power is cut.
   * The guest then ends between two instructions; only the run directory and {@link
   * GuestHardware#pmemFile} keep what it had written to them.
   *
   * @param powerCut cuts the power when it completes
   * @throws GuestFailure also if the power was cut
   */
  public GuestResult run(
      GuestCommand command, OutputStream out, OutputStream err, CompletableFuture<?> powerCut)
      throws IOException, InterruptedException {
    LabRecord record = new LabRecord(spec, kernel, command);
    try {
      GuestResult result = boot(command, out, err, powerCut);
      record.write(result);
      return result;
    } catch (GuestFailure e) {
      record.write(e);
      throw e;
    }
  }

  private GuestResult boot(
      GuestCommand command, OutputStream out, OutputStream err, CompletableFuture<?> powerCut)
      throws IOException, InterruptedException {
    Iterator<Acceleration> candidates = spec.hardware().acceleration().candidates().iterator();
    while (true) {
      Acceleration candidate = candidates.next();
      try {
        return new GuestBoot(spec, kernel, candidate, powerCut).run(command, out, err);
      } catch (GuestBoot.Lifeless e) {
        if (!candidates.hasNext()) {
          throw GuestFailure.brokeDown(e.getMessage() + ": use --accel tcg");
        }
        console.note(e.getMessage() + ": using software emulation");
      }
    }
  }
}
