package io.pinaudit.linux.event;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the kernel prints an event: literal text and conversions, in order.
 *
 * @param pieces the parts of the line
 */
public record PrintFormat(List<Piece> pieces) {
  private static final Pattern CONVERSION =
      Pattern.compile("%([-+ #0]*)(\\d*)(?:\\.(\\d+))?(hh|h|ll|l|z|t|j|L)?([a-zA-Z%])");

  /** A part of the line. */
  public sealed interface Piece {}

  /** Text as it stands. */
  public record Literal(String text) implements Piece {}

  /**
   * A value.
   *
   * @param flags any of {@code - + # 0} and blank
   * @param width least width; 0 if none is given
   * @param bits how much of an integer is printed: 8, 16, 32 or 64
   * @param letter one of {@code d i u x X o c s p}
   * @param value what is printed
   */
  public record Conversion(String flags, int width, int bits, char letter, Expression value)
      implements Piece {}

  /** Parses the text behind {@code print fmt:}. */
  static PrintFormat parse(String text) {
    return new ExpressionParser(text).format();
  }

  static PrintFormat of(String template, List<Expression> arguments) {
    List<Piece> pieces = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    Matcher matcher = CONVERSION.matcher(template);
    int end = 0;
    int argument = 0;
    while (matcher.find()) {
      literal.append(template, end, matcher.start());
      end = matcher.end();
      if (matcher.group(5).equals("%")) {
        literal.append('%');
      } else {
        if (argument == arguments.size()) {
          throw new IllegalArgumentException("more conversions than arguments");
        }
        pieces.add(new Literal(literal.toString()));
        literal.setLength(0);
        pieces.add(conversion(matcher, arguments.get(argument++)));
      }
    }
    pieces.add(new Literal(literal.append(template, end, template.length()).toString()));
    return new PrintFormat(List.copyOf(pieces));
  }

  private static Conversion conversion(Matcher matcher, Expression value) {
    String width = matcher.group(2);
    int bits =
        switch (matcher.group(4)) {
          case null -> matcher.group(5).equals("p") ? 64 : 32;
          case "hh" -> 8;
          case "h" -> 16;
          default -> 64;
        };
    if (width.length() > 3) {
      throw new IllegalArgumentException("a width of " + width);
    }
    return new Conversion(
        matcher.group(1),
        width.isEmpty() ? 0 : Integer.parseInt(width),
        bits,
        matcher.group(5).charAt(0),
        value);
  }
}
