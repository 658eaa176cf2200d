package io.pinaudit.lab.matrix;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.whatif.Forecast;
import io.pinaudit.analyzer.whatif.Forecaster;
import io.pinaudit.analyzer.whatif.KernelTable;
import io.pinaudit.analyzer.whatif.Outcome;
import io.pinaudit.analyzer.whatif.Taking;
import io.pinaudit.analyzer.whatif.Takings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one kernel's run of the truth table says of the other kernels.
 *
 * @param kernel the kernel that was run
 * @param truths what was true there, by the name of the case
 * @param takings what took pinned pages
 * @param asIfOnDax the same on file systems without DAX, as far as DAX has it
 * @param byJvmAlone the same, from the calls of the JVM alone
 */
record Foretold(
    KernelTable.Version kernel,
    Map<String, MatrixTruth> truths,
    List<Taking> takings,
    List<Taking> asIfOnDax,
    List<Taking> byJvmAlone) {
  private static final Pattern SECONDS = Pattern.compile("(\\d+\\.\\d+) s for the pin");

  /** Reads what was recorded below a folder. */
  static Foretold read(Path directory, String recorder) throws IOException {
    Inputs inputs = Inputs.of(List.of(directory.resolve(recorder)));
    Collected whole = Collected.of(inputs);
    return new Foretold(
        KernelTable.Version.of(inputs.description().kernelRelease()),
        MatrixTruth.read(directory.resolve(recorder + ".truth")),
        whole.took,
        whole.asIf,
        Collected.of(inputs.withoutKernel()).asIf);
  }

  /** Keeps all takings of an audit. */
  private static final class Collected implements Takings.Sink {
    private final List<Taking> took = new ArrayList<>();
    private final List<Taking> asIf = new ArrayList<>();

    static Collected of(Inputs inputs) throws IOException {
      Collected collected = new Collected();
      Takings takings = new Takings(collected);
      Audit audit = Audit.of(inputs, takings);
      takings.finish(audit.endNanos(), audit.ledgers());
      return collected;
    }

    @Override
    public void took(Taking taking) {
      took.add(taking);
    }

    @Override
    public void tookAsIfOnDax(Taking taking) {
      asIf.add(taking);
    }
  }

  /** Returns the worst outcome that is forecast for a case of this run on another kernel. */
  Forecast on(MatrixTruth truth, KernelTable.Version other, String fileSystem) {
    return worst(takings, truth, other, fileSystem);
  }

  /** Returns what is forecast for a case without DAX, if its file were on ext4 with DAX. */
  Forecast onDax(MatrixTruth truth, KernelTable.Version other) {
    return worst(asIfOnDax, truth, other, "ext4");
  }

  /** Returns the same from the JVM's calls alone; whatever they leave unsure is withheld. */
  Forecast onDaxByJvmAlone(MatrixTruth truth, KernelTable.Version other) {
    return worst(byJvmAlone, truth, other, "ext4");
  }

  private static Forecast worst(
      List<Taking> takings, MatrixTruth truth, KernelTable.Version other, String fileSystem) {
    Forecaster forecaster = Forecaster.packed();
    return takings.stream()
        .filter(one -> truth.lasted(one.began().nanos()))
        .filter(one -> one.file().id().equals(truth.file()))
        .map(one -> forecaster.surely(one, other, fileSystem))
        .max(Comparator.comparing(Forecast::outcome).thenComparingLong(Forecast::nanos))
        .orElse(new Forecast(Outcome.NOTHING, 0, 0, true, null, null));
  }

  /** Returns what was true, in the words of a forecast; null if the case does not say. */
  static Outcome outcome(MatrixTruth truth) {
    return switch (truth.kind()) {
      case FOREIGN, FREED -> Outcome.FREES;
      case WAITED -> Outcome.WAITS;
      case HUNG -> Outcome.HANGS;
      case ORPHANED -> Outcome.ORPHANS;
      case NOTHING -> Outcome.NOTHING;
      case FAULTS, OVERWRITTEN, UNBACKED, REFUSED, GRANTED, LOST, ABSENT, FAILED -> null;
    };
  }

  /** Returns how long a case waited, in seconds; 0 if it does not say. */
  static double seconds(MatrixTruth truth) {
    Matcher matcher = SECONDS.matcher(truth.detail());
    return matcher.find() ? Double.parseDouble(matcher.group(1)) : 0;
  }
}
