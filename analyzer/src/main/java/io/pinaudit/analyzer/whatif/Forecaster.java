package io.pinaudit.analyzer.whatif;

import io.pinaudit.analyzer.trace.TraceEvent.Mapped;
import java.util.Optional;

/**
 * Forecasts what another kernel would do in a taking. The forecast depends on the operation, on
 * whether any process had the file mapped, and on what {@code kernels.table} says of that; it never
 * depends on how long the operation took in this run.
 *
 * @param table the table of what kernels do
 */
public record Forecaster(KernelTable table) {
  /** A forecast of a shorter wait, in nanoseconds, is not called a wait. */
  private static final long LEAST_NANOS = OpenTaking.LEAST_WAIT_NANOS;

  /** Returns a forecaster with the table that is packed into this program. */
  public static Forecaster packed() {
    return new Forecaster(KernelTable.packed());
  }

  /**
   * Returns what a kernel would do in a taking.
   *
   * @param fileSystem the type with DAX, or {@code cache}
   */
  public Forecast on(Taking taking, KernelTable.Version kernel, String fileSystem) {
    if (taking.act() == Act.TRUNCATE && taking.mapped() == Mapped.UNKNOWN) {
      return perhapsMapped(taking, kernel, fileSystem);
    }
    return known(taking, TableOperation.of(taking.act(), taking.mapped()), kernel, fileSystem);
  }

  /**
   * Returns what a kernel would do in a taking; withholds the forecast if the taking is not sure to
   * have happened.
   */
  public Forecast surely(Taking taking, KernelTable.Version kernel, String fileSystem) {
    Forecast forecast = on(taking, kernel, fileSystem);
    return taking.unsure() == null || forecast.outcome() == Outcome.WITHHELD
        ? forecast
        : Forecast.withheld(
            "perhaps it " + forecast.outcome().word() + ", but " + taking.unsure().words());
  }

  /**
   * Returns the forecast of a taking whose file may or may not have been mapped: on most kernels
   * both have the same outcome.
   */
  private Forecast perhapsMapped(Taking taking, KernelTable.Version kernel, String fileSystem) {
    Forecast mapped =
        known(taking, TableOperation.of(taking.act(), Mapped.BY_SOMEBODY), kernel, fileSystem);
    Forecast unmapped =
        known(taking, TableOperation.of(taking.act(), Mapped.BY_NOBODY), kernel, fileSystem);
    return mapped.outcome() == unmapped.outcome()
        ? unmapped
        : Forecast.withheld(
            "whether another process had the file mapped is not known: it "
                + mapped.outcome().word()
                + " if so, else "
                + unmapped.outcome().word());
  }

  private Forecast known(
      Taking taking, TableOperation operation, KernelTable.Version kernel, String fileSystem) {
    Optional<KernelTable.Row> row =
        (taking.byDevice()
                ? table.row(operation.onDirect(), fileSystem, kernel)
                : Optional.<KernelTable.Row>empty())
            .or(() -> table.row(operation, fileSystem, kernel));
    return row.map(
            one ->
                switch (one.outcome()) {
                  case WAITS -> waits(taking, one);
                  case HANGS -> Forecast.of(Outcome.HANGS, taking.awaited(), one);
                  case FREES, ORPHANS -> goes(taking, one);
                  case NOTHING, REFUSES, MIXED, FAULTS, WITHHELD ->
                      throw new IllegalStateException("no outcome of a taking: " + one);
                })
        .orElseGet(
            () ->
                Forecast.withheld(
                    "no row about " + operation + " on " + fileSystem + ", " + kernel));
  }

  /**
   * Returns the forecast of a kernel that looks for pins on any page of the file, and on no other
   * file's.
   */
  private static Forecast waits(Taking taking, KernelTable.Row row) {
    Taking.Span awaited = taking.awaited();
    if (awaited.pages() == 0) {
      return Forecast.of(
          taking.taken().pages() == 0 ? Outcome.NOTHING : Outcome.FREES, taking.taken(), row);
    }
    if (taking.waiterHolds()) {
      return Forecast.of(Outcome.HANGS, awaited, row);
    }
    boolean isWait = awaited.nanos() >= LEAST_NANOS || !awaited.ended();
    return Forecast.of(isWait ? Outcome.WAITS : Outcome.NOTHING, awaited, row);
  }

  private static Forecast goes(Taking taking, KernelTable.Row row) {
    return Forecast.of(
        taking.taken().pages() == 0 ? Outcome.NOTHING : row.outcome(), taking.taken(), row);
  }
}
