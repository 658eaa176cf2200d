package io.pinaudit.analyzer.report;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Words and numbers as all reports print them. */
final class Words {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int MOST_RANGES = 8;

  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]");

  private Words() {}

  static String count(int findings) {
    return switch (findings) {
      case 0 -> "no findings";
      case 1 -> "1 finding";
      default -> findings + " findings";
    };
  }

  static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Returns a value as machines read it. */
  static String code(Enum<?> value) {
    return lower(value).replace('_', '-');
  }

  static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.6f s", nanos / NANOS_PER_SECOND);
  }

  /** Returns a number of bytes exactly: in the largest unit of which it is a multiple. */
  static String bytes(long count) {
    if (count == 0 || count % (1 << 10) != 0) {
      return "%,d byte%s".formatted(count, count == 1 ? "" : "s");
    }
    return count % (1 << 20) == 0 ? (count >> 20) + " MiB" : (count >> 10) + " KiB";
  }

  /** Replaces control characters of a trace, which must not reach a terminal. */
  static String printable(String text) {
    return UNPRINTABLE.matcher(text).replaceAll("?");
  }

  static String join(List<?> ranges) {
    String shown =
        ranges.stream().limit(MOST_RANGES).map(Object::toString).collect(Collectors.joining(", "));
    return ranges.size() > MOST_RANGES
        ? shown + " and " + (ranges.size() - MOST_RANGES) + " more ranges"
        : shown;
  }
}
