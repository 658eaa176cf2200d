package io.pinaudit.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One argument of a kprobe, {@code name=fetch:type} of Documentation/trace/kprobetrace.rst, as far
 * as other tracers can say the same; and two more kinds of values that tracefs cannot compute.
 *
 * @param name name of the field
 * @param value the value that is fetched
 * @param type how the value is printed
 */
public record FetchArgument(String name, Value value, Type type) {
  private static final Pattern ARGUMENT = Pattern.compile("(\\w+)=(.+?):([sux])(8|16|32|64)");
  private static final Pattern PAGE_OF = Pattern.compile("page_of\\((\\$arg\\d)\\)");
  private static final Pattern SUM = Pattern.compile("([+-]\\d+)\\(pages_of\\((\\$arg\\d)\\)\\)");
  private static final Pattern MEMORY = Pattern.compile("([+-]\\d+)\\((.*)\\)");

  /** The value that is fetched. */
  public sealed interface Value {}

  /** An argument of the function; the first has number 1. */
  public record Register(int number) implements Value {}

  /** The value that the function returns. */
  public record Result() implements Value {}

  /** A constant number. */
  public record Immediate(long value) implements Value {}

  /** The kernel variable of this name. */
  public record Variable(String symbol) implements Value {}

  /** Memory at an address. */
  public record Memory(Value address, long offsetBytes) implements Value {}

  /**
   * The page struct of the first page that an entry of a DAX file's tree of pages stands for;
   * tracefs cannot compute its address.
   */
  public record PageOf(Value entry) implements Value {}

  /**
   * The sum of one member of all page structs of an entry that stands for a huge page.
   *
   * @param offsetBytes the offset of the member, which has 32 bits
   */
  public record SumOver(Value entry, long offsetBytes) implements Value {}

  /**
   * An integer type.
   *
   * @param letter s for signed, u for unsigned, x for hexadecimal
   */
  public record Type(char letter, int bits) {}

  /**
   * Parses the arguments of a probe, separated by blanks.
   *
   * @throws IllegalArgumentException for what only tracefs can fetch
   */
  public static List<FetchArgument> parse(String arguments) {
    List<FetchArgument> all = new ArrayList<>();
    for (String word : arguments.strip().split("\\s+")) {
      Matcher matcher = ARGUMENT.matcher(word);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("no translation for argument '" + word + "'");
      }
      Type type = new Type(matcher.group(3).charAt(0), Integer.parseInt(matcher.group(4)));
      all.add(new FetchArgument(matcher.group(1), value(matcher.group(2)), type));
    }
    return all;
  }

  private static Value value(String text) {
    Matcher sum = SUM.matcher(text);
    if (sum.matches()) {
      return new SumOver(value(sum.group(2)), Long.parseLong(sum.group(1)));
    }
    Matcher page = PAGE_OF.matcher(text);
    if (page.matches()) {
      return new PageOf(value(page.group(1)));
    }
    Matcher memory = MEMORY.matcher(text);
    if (memory.matches()) {
      return new Memory(value(memory.group(2)), Long.parseLong(memory.group(1)));
    }
    if (text.equals("$retval")) {
      return new Result();
    }
    if (text.matches("\\$arg[1-9]")) {
      return new Register(text.charAt(text.length() - 1) - '0');
    }
    if (text.matches("@\\w+")) {
      return new Variable(text.substring(1));
    }
    if (text.startsWith("\\")) {
      return new Immediate(Long.decode(text.substring(1)));
    }
    throw new IllegalArgumentException("no translation for '" + text + "'");
  }
}
