package io.pinaudit.analyzer.whatif;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What becomes of it when pinned pages are taken from a file, from harmless to worst. */
public enum Outcome {
  /** No pinned page goes, and nobody waits. */
  NOTHING,
  /** The kernel refuses the pin, so that nothing can be taken away under it. */
  REFUSES,
  /** It depends on who asks: see what the row says. */
  MIXED,
  /** The next access to the pages faults. */
  FAULTS,
  /** The call waits until the pin is dropped. */
  WAITS,
  /** The pages stay with the pin and belong to no file: what arrives in them is lost. */
  ORPHANS,
  /** The call waits for ever, because the thread that waits is the one that would drop the pin. */
  HANGS,
  /** The blocks go back to the file system while pinned, and to another file after that. */
  FREES,
  /** Not said, because something that it depends on is not known. */
  WITHHELD;

  /** The outcome of that name in {@code kernels.table}, if there is one. */
  static Optional<Outcome> named(String word) {
    return Arrays.stream(values()).filter(one -> one.word().equals(word)).findFirst();
  }

  /** As the table and the reports spell it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
