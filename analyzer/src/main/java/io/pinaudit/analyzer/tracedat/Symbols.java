package io.pinaudit.analyzer.tracedat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Functions by address, from the kernel's symbol list that a trace carries. */
final class Symbols {
  static final Symbols NONE = new Symbols(new long[0], new String[0]);

  /** No function is as long: what is farther from one is behind its end. */
  private static final long MOST_BYTES = 1 << 16;

  private final long[] addresses;
  private final String[] names;

  private Symbols(long[] addresses, String[] names) {
    this.addresses = addresses;
    this.names = names;
  }

  private record Symbol(long address, String name) {}

  /** {@code ffffffff8f0a1b20 t dax_insert_entry [mod]}, one a line; other lines are left out. */
  static Symbols parse(String kallsyms) {
    List<Symbol> symbols =
        kallsyms
            .lines()
            .map(Symbols::function)
            .filter(symbol -> symbol != null)
            .sorted(Comparator.comparingLong(symbol -> symbol.address() + Long.MIN_VALUE))
            .toList();
    return new Symbols(
        symbols.stream().mapToLong(symbol -> symbol.address() + Long.MIN_VALUE).toArray(),
        symbols.stream().map(Symbol::name).toArray(String[]::new));
  }

  private static Symbol function(String line) {
    String[] words = line.split("[ \t]+", 4);
    try {
      return words.length < 3 || !words[1].equalsIgnoreCase("t")
          ? null
          : new Symbol(Long.parseUnsignedLong(words[0], 16), words[2]);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /**
   * {@code name+0x12}, or the bare address in hexadecimal if no function is known shortly before
   * it.
   */
  String at(long address) {
    int found = Arrays.binarySearch(addresses, address + Long.MIN_VALUE);
    int index = found >= 0 ? found : -found - 2;
    long offset = index < 0 ? MOST_BYTES : address + Long.MIN_VALUE - addresses[index];
    return offset >= MOST_BYTES
        ? Long.toHexString(address)
        : names[index] + "+0x" + Long.toHexString(offset);
  }

  /** The function that an address is in, or the address. */
  String function(long address) {
    String at = at(address);
    int plus = at.indexOf('+');
    return plus < 0 ? at : at.substring(0, plus);
  }
}
