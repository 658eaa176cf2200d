package io.pinaudit.lab;

import io.pinaudit.cli.Console;
import io.pinaudit.cli.Installation;
import io.pinaudit.lab.guest.Guest;
import io.pinaudit.lab.guest.GuestCommand;
import io.pinaudit.lab.guest.GuestResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Records demo runs in as many guests as there are processors: an emulated machine keeps one busy.
 *
 * @param installation whose samples
 * @param parent receives the run directories, and the kernel logs of the guests
 * @param guard the agent's option of that name; null for none
 */
record DemoGuests(Installation installation, Path parent, String guard) {
  /** Those that share one boot. */
  private record Share(Path folder, List<DemoRun> runs) {
    int weight() {
      return runs.stream().mapToInt(run -> run.variant().weight()).sum();
    }
  }

  /** Runs all; returns whether every program established its truth. */
  boolean record(List<DemoRun> runs, DemoProgress progress, Console console)
      throws IOException, InterruptedException {
    List<Share> shares = shares(runs, Runtime.getRuntime().availableProcessors());
    List<Guest> guests = new ArrayList<>();
    for (Share share : shares) {
      guests.add(Guest.prepare(DemoRun.guest(share.folder), console));
    }
    progress.begin("booting Linux " + guests.getFirst().kernelRelease());
    List<CompletableFuture<Boolean>> ends = new ArrayList<>();
    for (int i = 0; i < shares.size(); i++) {
      ends.add(start(guests.get(i), shares.get(i), progress));
    }
    boolean all = true;
    for (CompletableFuture<Boolean> end : ends) {
      all &= await(end);
    }
    for (DemoRun run : runs) {
      move(run, shares);
    }
    return all;
  }

  private List<Share> shares(List<DemoRun> runs, int most) {
    List<Share> shares =
        IntStream.rangeClosed(1, Math.min(most, runs.size()))
            .mapToObj(i -> new Share(parent.resolve("guest-" + i), new ArrayList<>()))
            .toList();
    inOrder(runs)
        .forEach(
            run -> {
              Share least =
                  shares.stream().min(Comparator.comparingInt(Share::weight)).orElseThrow();
              least.runs.add(run.in(least.folder));
            });
    return shares;
  }

  /**
   * Returns the runs in the order in which they are recorded: the longest first, so that the guests
   * end at about the same time.
   */
  static Stream<DemoRun> inOrder(List<DemoRun> runs) {
    return runs.stream().sorted(Comparator.comparingInt(run -> -run.variant().weight()));
  }

  /** Starts a guest in a thread of its own, because a guest ends with the thread that starts it. */
  private CompletableFuture<Boolean> start(Guest guest, Share share, DemoProgress progress) {
    CompletableFuture<Boolean> end = new CompletableFuture<>();
    Thread.ofPlatform()
        .name(share.folder.getFileName().toString())
        .start(
            () -> {
              try {
                end.complete(run(guest, share, progress));
              } catch (IOException | InterruptedException | RuntimeException e) {
                end.completeExceptionally(e);
              }
            });
    return end;
  }

  private boolean run(Guest guest, Share share, DemoProgress progress)
      throws IOException, InterruptedException {
    Path said = share.folder.resolve("recorder.err");
    try (DemoOutput out = new DemoOutput(share.runs, run -> progress.begin(run.step()));
        var err = Files.newOutputStream(said)) {
      Path list = share.folder.resolve("recordings");
      GuestCommand recording = DemoRun.recording(share.runs, installation, list);
      GuestCommand command =
          guard == null ? recording : recording.withEnvironment("PINAUDIT_GUARD", guard);
      GuestResult result = guest.run(command, out, err);
      return result.exitStatus() == 0;
    } finally {
      for (String line : Files.readAllLines(said)) {
        progress.say(line);
      }
    }
  }

  private static boolean await(CompletableFuture<Boolean> end) throws IOException {
    try {
      return end.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw e;
    }
  }

  /** Moves a run from its guest's folder to the place where it is looked for. */
  private static void move(DemoRun run, List<Share> shares) throws IOException {
    for (Share share : shares) {
      DemoRun recorded = run.in(share.folder);
      if (Files.exists(recorded.directory())) {
        Files.move(recorded.directory(), run.directory());
      }
      if (Files.exists(recorded.output())) {
        Files.move(recorded.output(), run.output());
      }
    }
  }
}
