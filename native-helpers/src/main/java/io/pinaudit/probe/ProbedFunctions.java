package io.pinaudit.probe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Knows what it means that a function of any known kernel is entered or left, whichever program put
 * the probe there. The knowledge is the sum of all {@code .probes} files. Safe for any thread.
 */
public final class ProbedFunctions {
  private static final ProbedFunctions KNOWN = known();

  private final Map<String, Meaning> entered = new HashMap<>();
  private final Map<String, Meaning> left = new HashMap<>();
  private final Map<String, String> symbols = new HashMap<>();

  /**
   * Joins some dialects, the newest first.
   *
   * @throws IllegalArgumentException if two probes disagree on what their function means
   */
  public ProbedFunctions(Collection<Dialect> dialects) {
    dialects.stream()
        .flatMap(dialect -> dialect.choices().stream())
        .flatMap(choice -> choice.probes().stream())
        .forEach(
            probe -> {
              if (probe instanceof Probe.Function function) {
                add(function);
              }
            });
  }

  private void add(Probe.Function probe) {
    String symbol = probe.symbol();
    Meaning before = (probe.onReturn() ? left : entered).put(symbol, probe.meaning());
    if (before != null && before != probe.meaning()) {
      throw new IllegalArgumentException(
          "%s means %s and %s".formatted(symbol, before.word(), probe.meaning().word()));
    }
    symbols.putIfAbsent(probe.name(), symbol);
  }

  /** Returns the functions of all dialects that are part of this program. */
  public static ProbedFunctions ofAllKernels() {
    return KNOWN;
  }

  private static ProbedFunctions known() {
    try {
      return new ProbedFunctions(Dialect.all());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns what entering a function means; null if no dialect probes it. */
  public Meaning entered(String function) {
    return entered.get(function);
  }

  /** Returns what returning from a function means; null if no dialect probes it. */
  public Meaning left(String function) {
    return left.get(function);
  }

  /**
   * Returns the function of a probe of this name, in the newest dialect that has such a probe; null
   * if none has.
   */
  public String function(String probe) {
    return symbols.get(probe);
  }
}
