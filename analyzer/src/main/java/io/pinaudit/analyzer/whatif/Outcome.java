package io.pinaudit.analyzer.whatif;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The outcomes when pinned pages are taken from a file, from harmless to worst. */
public enum Outcome {
  /** No pinned page goes, and nobody waits. */
  NOTHING,
  /** The kernel refuses the pin, so that nothing can be taken away while it lives. */
  REFUSES,
  /** The outcome depends on who asks for the pin; the row of the table says how. */
  MIXED,
  /** The next access to the pages faults. */
  FAULTS,
  /** The call that takes the pages waits until the pin is dropped. */
  WAITS,
  /** The pages stay with the pin and belong to no file: data that arrives in them is lost. */
  ORPHANS,
  /** The call waits for ever, because the thread that waits is the one that would drop the pin. */
  HANGS,
  /** The blocks go back to the file system while pinned, and to another file after that. */
  FREES,
  /** The outcome is not forecast, because it depends on something that is not known. */
  WITHHELD;

  /** Returns the outcome of a name in {@code kernels.table}; empty if there is none. */
  static Optional<Outcome> named(String word) {
    return Arrays.stream(values()).filter(one -> one.word().equals(word)).findFirst();
  }

  /** Returns the name of the outcome in the table and in reports. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
