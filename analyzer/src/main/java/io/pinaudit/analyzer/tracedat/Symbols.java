package io.pinaudit.analyzer.tracedat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Finds functions by address in the kernel's list of symbols, which a trace carries. */
final class Symbols {
  static final Symbols NONE = new Symbols(new long[0], new String[0]);

  /**
   * No function is longer: an address that is farther from a function's start lies behind its end.
   */
  private static final long MOST_BYTES = 1 << 16;

  private final long[] addresses;
  private final String[] names;

  private Symbols(long[] addresses, String[] names) {
    this.addresses = addresses;
    this.names = names;
  }

  private record Symbol(long address, String name) {}

  /**
   * Parses lines such as {@code ffffffff8f0a1b20 t dax_insert_entry [mod]}; leaves other lines out.
   */
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
   * Returns {@code name+0x12}, or the bare address in hexadecimal if no function begins shortly
   * before it.
   */
  String at(long address) {
    int found = Arrays.binarySearch(addresses, address + Long.MIN_VALUE);
    int index = found >= 0 ? found : -found - 2;
    long offset = index < 0 ? MOST_BYTES : address + Long.MIN_VALUE - addresses[index];
    return offset >= MOST_BYTES
        ? Long.toHexString(address)
        : names[index] + "+0x" + Long.toHexString(offset);
  }

  /** Returns the function that an address lies in, or the bare address in hexadecimal. */
  String function(long address) {
    String at = at(address);
    int plus = at.indexOf('+');
    return plus < 0 ? at : at.substring(0, plus);
  }
}
