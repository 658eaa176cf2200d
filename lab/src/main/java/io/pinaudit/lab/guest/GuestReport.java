package io.pinaudit.lab.guest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What one guest has reported so far through its console and its ports. */
final class GuestReport {
  private final EndMark endMark = EndMark.random();
  private final GuestLog kernelLog = new GuestLog();
  private final CompletableFuture<Long> readyNanos = new CompletableFuture<>();
  private final CompletableFuture<Long> exitNanos = new CompletableFuture<>();
  private final CompletableFuture<Void> outEnd = new CompletableFuture<>();
  private final CompletableFuture<Void> errEnd = new CompletableFuture<>();
  private volatile int exitStatus;

  /** Returns what the guest must print after the last byte of each stream. */
  EndMark endMark() {
    return endMark;
  }

  /** Starts to read all streams; copies the command's to out and err, and the console to log. */
  void follow(GuestLinks links, OutputStream out, OutputStream err, OutputStream log) {
    links.read(GuestLinks.CONSOLE, in -> kernelLog.copy(in, log), this::fail);
    links.read(GuestLinks.CONTROL, this::readControl, this::fail);
    links.read(GuestLinks.OUT, in -> copyToMark(in, out, outEnd), this::fail);
    links.read(GuestLinks.ERR, in -> copyToMark(in, err, errEnd), this::fail);
  }

  private void fail(Exception failure) {
    readyNanos.completeExceptionally(failure);
    exitNanos.completeExceptionally(failure);
    outEnd.completeExceptionally(failure);
    errEnd.completeExceptionally(failure);
  }

  private void copyToMark(InputStream in, OutputStream to, CompletableFuture<Void> end)
      throws IOException {
    if (endMark.copy(in, to)) {
      end.complete(null);
    }
    // Otherwise QEMU has ended, and its exit says more than the end of a stream.
  }

  private void readControl(InputStream in) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
    String line;
    while ((line = lines.readLine()) != null) {
      if (line.startsWith("ready ")) {
        readyNanos.complete(System.nanoTime());
      } else if (line.startsWith("exit ")) {
        exitStatus = Integer.parseInt(line.substring("exit ".length()));
        exitNanos.complete(System.nanoTime());
      }
    }
  }

  /** Returns a future that completes when the command starts. */
  CompletableFuture<Long> ready() {
    return readyNanos;
  }

  /**
   * Returns a future that completes when the command's status and all of its output have arrived,
   * and fails if a stream cannot be written.
   */
  CompletableFuture<Void> finished() {
    return CompletableFuture.allOf(exitNanos, outEnd, errEnd);
  }

  /** Returns whether the guest's kernel has printed nothing yet. */
  boolean isSilent() {
    return kernelLog.isSilent();
  }

  /** Returns why the guest failed, if it said so. */
  Optional<String> failure() {
    return kernelLog.failure();
  }

  /** Returns the result of a finished guest. */
  GuestResult result(long startNanos, Acceleration acceleration) {
    long ready = readyNanos.join();
    return new GuestResult(
        exitStatus,
        acceleration,
        Duration.ofNanos(ready - startNanos),
        Duration.ofNanos(exitNanos.join() - ready));
  }
}
