package io.pinaudit.linux.event;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses what follows {@code print fmt:}, a string and its arguments:
 *
 * <pre>"dev %d,%d ino %lu", ((unsigned int) ((REC->dev) >> 20)), …, (unsigned long) REC->ino</pre>
 *
 * <p>Throws {@link IllegalArgumentException} at what it does not know; the event is then shown
 * field by field.
 */
final class ExpressionParser {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*+(?:(?<string>\"(?:[^\"\\\\]|\\\\.)*+\")|(?<character>'(?:[^'\\\\]|\\\\.)')"
              + "|(?<number>0[xX]\\p{XDigit}++[uUlL]*+|\\d++[uUlL]*+)|(?<word>[A-Za-z_]\\w*+)"
              + "|(?<operator>->|<<|>>|<=|>=|==|!=|&&|\\|\\||[-+*/%&|^~!<>?:(){}\\[\\],.]))",
          Pattern.DOTALL);

  /** Binary operators, the loosest first. */
  private static final List<List<String>> PRECEDENCE =
      List.of(
          List.of("||"),
          List.of("&&"),
          List.of("|"),
          List.of("^"),
          List.of("&"),
          List.of("==", "!="),
          List.of("<", ">", "<=", ">="),
          List.of("<<", ">>"),
          List.of("+", "-"),
          List.of("*", "/", "%"));

  private static final int MOST_NESTED = 60;

  /** Bits of the integer types of C and of the kernel; negative if they are signed. */
  private static final Map<String, Integer> TYPES =
      Map.ofEntries(
          Map.entry("char", -8),
          Map.entry("short", -16),
          Map.entry("int", -32),
          Map.entry("long", -64),
          Map.entry("unsigned", 32),
          Map.entry("signed", -32),
          Map.entry("bool", 8),
          Map.entry("s8", -8),
          Map.entry("s16", -16),
          Map.entry("s32", -32),
          Map.entry("s64", -64),
          Map.entry("loff_t", -64),
          Map.entry("size_t", 64),
          Map.entry("u8", 8),
          Map.entry("u16", 16),
          Map.entry("u32", 32),
          Map.entry("dev_t", 32),
          Map.entry("umode_t", 16));

  private static final int OTHER_TYPE_BITS = 64;

  private final List<String> tokens = new ArrayList<>();
  private int at;
  private int depth;

  ExpressionParser(String text) {
    Matcher matcher = TOKEN.matcher(text);
    int end = 0;
    while (matcher.lookingAt()) {
      tokens.add(matcher.group().strip());
      end = matcher.end();
      matcher.region(end, text.length());
    }
    if (!text.substring(end).isBlank()) {
      throw new IllegalArgumentException("unknown text at " + end);
    }
  }

  /** Parses a format string and its arguments. */
  PrintFormat format() {
    String template = string();
    List<Expression> arguments = new ArrayList<>();
    while (accept(",")) {
      arguments.add(expression());
    }
    if (at < tokens.size()) {
      throw unexpected();
    }
    return PrintFormat.of(template, arguments);
  }

  private String string() {
    StringBuilder text = new StringBuilder();
    while (peek().startsWith("\"")) {
      String token = next();
      text.append(unescape(token.substring(1, token.length() - 1)));
    }
    return text.toString();
  }

  private static String unescape(String text) {
    return text.indexOf('\\') < 0
        ? text
        : text.replace("\\n", "\n")
            .replace("\\t", "\t")
            .replace("\\\"", "\"")
            .replace("\\\\", "\\");
  }

  private Expression expression() {
    if (++depth > MOST_NESTED) {
      throw new IllegalArgumentException("nested too deep");
    }
    Expression condition = binary(0);
    if (accept("?")) {
      Expression whenTrue = expression();
      expect(":");
      condition = new Expression.Conditional(condition, whenTrue, expression());
    }
    depth--;
    return condition;
  }

  private Expression binary(int level) {
    if (level == PRECEDENCE.size()) {
      return unary();
    }
    Expression left = binary(level + 1);
    while (PRECEDENCE.get(level).contains(peek())) {
      left = new Expression.Binary(next(), left, binary(level + 1));
    }
    return left;
  }

  private Expression unary() {
    if (++depth > MOST_NESTED) {
      throw new IllegalArgumentException("nested too deep");
    }
    try {
      return switch (peek()) {
        case "-", "~", "!" -> new Expression.Unary(next(), unary());
        case "+", "&" -> {
          next();
          yield unary();
        }
        case "(" -> castOrGroup();
        default -> primary();
      };
    } finally {
      depth--;
    }
  }

  private Expression castOrGroup() {
    int close = endOfType(at + 1);
    if (close < 0) {
      next();
      Expression inner = expression();
      expect(")");
      return inner;
    }
    List<String> type = tokens.subList(at + 1, close);
    at = close + 1;
    int bits = bits(type);
    return new Expression.Cast(Math.abs(bits), bits < 0, unary());
  }

  /** Returns where the bracket of a cast closes; -1 if the words from here on are no type. */
  private int endOfType(int from) {
    int end = from;
    while (end < tokens.size() && isTypeWord(tokens.get(end))) {
      end++;
    }
    boolean closed = end > from && end + 1 < tokens.size() && tokens.get(end).equals(")");
    return closed && startsOperand(tokens.get(end + 1)) ? end : -1;
  }

  private static boolean isTypeWord(String token) {
    return token.equals("*")
        || !token.equals("REC") && Character.isJavaIdentifierStart(token.charAt(0));
  }

  private static boolean startsOperand(String token) {
    return Character.isJavaIdentifierPart(token.charAt(0)) || "(\"'".indexOf(token.charAt(0)) >= 0;
  }

  private static int bits(List<String> words) {
    if (words.contains("*")) {
      return OTHER_TYPE_BITS;
    }
    int bits = OTHER_TYPE_BITS;
    for (String word : words) {
      String plain = word.startsWith("__") ? word.substring(2) : word;
      bits = TYPES.getOrDefault(plain, bits);
    }
    if (words.contains("long")) {
      bits = -64;
    }
    return words.contains("unsigned") ? Math.abs(bits) : bits;
  }

  private Expression primary() {
    String token = next();
    char first = token.charAt(0);
    if (first == '"') {
      at--;
      return new Expression.Text(string());
    }
    if (first == '\'') {
      return new Expression.Constant(unescape(token.substring(1, token.length() - 1)).charAt(0));
    }
    if (Character.isDigit(first)) {
      return new Expression.Constant(number(token));
    }
    if (first == '{') {
      return new Expression.Group(list("}"));
    }
    if (!Character.isJavaIdentifierStart(first)) {
      at--;
      throw unexpected();
    }
    return name(token);
  }

  private Expression name(String word) {
    if (word.equals("REC")) {
      expect("->");
      String field = next();
      if (accept("[")) {
        Expression index = expression();
        expect("]");
        return new Expression.Element(field, index);
      }
      return new Expression.FieldValue(field);
    }
    if (accept("(")) {
      return new Expression.Call(word, list(")"));
    }
    return new Expression.FieldValue(word);
  }

  private List<Expression> list(String end) {
    List<Expression> elements = new ArrayList<>();
    while (!accept(end)) {
      elements.add(expression());
      if (!peek().equals(end)) {
        expect(",");
      }
    }
    return List.copyOf(elements);
  }

  private static long number(String token) {
    String digits = token.replaceAll("[uUlL]+$", "");
    if (digits.startsWith("0x") || digits.startsWith("0X")) {
      return Long.parseUnsignedLong(digits.substring(2), 16);
    }
    return digits.length() > 1 && digits.startsWith("0")
        ? Long.parseUnsignedLong(digits, 8)
        : Long.parseUnsignedLong(digits);
  }

  private String peek() {
    return at < tokens.size() ? tokens.get(at) : "";
  }

  private String next() {
    if (at == tokens.size()) {
      throw unexpected();
    }
    return tokens.get(at++);
  }

  private boolean accept(String token) {
    boolean found = peek().equals(token);
    at += found ? 1 : 0;
    return found;
  }

  private void expect(String token) {
    if (!accept(token)) {
      throw unexpected();
    }
  }

  private IllegalArgumentException unexpected() {
    return new IllegalArgumentException(
        at < tokens.size() ? "found '" + peek() + "'" : "found the end");
  }
}
