package io.pinaudit.cli;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.cli.CommandLine;

/** Reads the times and sizes that options take, such as {@code 24h} and {@code 512m}. */
public final class Amounts {
  /** Longer than any run. */
  public static final Duration FOR_EVER = Duration.ofDays(3650);

  private static final Pattern AMOUNT = Pattern.compile("(\\d{1,7})([a-z]?)");
  private static final Map<String, Duration> TIMES =
      Map.of(
          "", Duration.ofSeconds(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));
  private static final Map<String, Long> SIZES =
      Map.of("", 1L, "k", 1L << 10, "m", 1L << 20, "g", 1L << 30, "t", 1L << 40);

  private Amounts() {}

  /**
   * Returns the time that an option gives, or the usual one if the option is absent.
   *
   * @throws UsageException if it is none
   */
  public static Duration time(CommandLine line, String option, Duration usual) {
    String text = line.getOptionValue(option);
    if (text == null) {
      return usual;
    }
    Matcher amount = AMOUNT.matcher(text);
    Duration unit = amount.matches() ? TIMES.get(amount.group(2)) : null;
    if (unit == null || Long.parseLong(amount.group(1)) == 0) {
      throw new UsageException(
          "--%s '%s': expected a time such as 90s, 30m, 24h or 7d".formatted(option, text));
    }
    Duration time = unit.multipliedBy(Long.parseLong(amount.group(1)));
    return time.compareTo(FOR_EVER) > 0 ? FOR_EVER : time;
  }

  /**
   * Returns the number of bytes that an option gives, or the usual one if the option is absent.
   *
   * @throws UsageException if it is none
   */
  public static long bytes(CommandLine line, String option, long usual) {
    String text = line.getOptionValue(option);
    if (text == null) {
      return usual;
    }
    Matcher amount = AMOUNT.matcher(text);
    Long unit = amount.matches() ? SIZES.get(amount.group(2)) : null;
    if (unit == null || Long.parseLong(amount.group(1)) == 0) {
      throw new UsageException(
          "--%s '%s': expected a size such as 512m or 8g".formatted(option, text));
    }
    return Math.multiplyExact(unit, Long.parseLong(amount.group(1)));
  }

  /**
   * Returns the number that an option gives, or the usual one if the option is absent.
   *
   * @throws UsageException if it is none, or above 999
   */
  public static int count(CommandLine line, String option, int usual) {
    String text = line.getOptionValue(option, Integer.toString(usual));
    if (!text.matches("\\d{1,3}")) {
      throw new UsageException("--" + option + " '" + text + "': expected a number up to 999");
    }
    return Integer.parseInt(text);
  }
}
