package io.pinaudit.analyzer.tracedat;

import io.pinaudit.linux.event.EventFormat;
import io.pinaudit.linux.event.Expression;
import io.pinaudit.linux.event.PrintFormat;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Prints the binary data of an event as the kernel would: by its print format, or field by field if
 * the print format holds C that is not understood.
 */
final class EventText {
  private static final int MOST_PADDING = 64;
  private static final String UNKNOWN = "?";

  private final EventFormat format;
  private final Map<String, EventFormat.Field> fields = new HashMap<>();
  private final Symbols symbols;

  EventText(EventFormat format, Symbols symbols) {
    this.format = format;
    this.symbols = symbols;
    format.fields().forEach(field -> fields.put(field.name(), field));
  }

  String name() {
    return format.name();
  }

  /** Returns the text of one event, whose data fill the buffer. */
  String print(ByteBuffer data) {
    String text =
        format.name().equals("print") && fields.containsKey("buf")
            ? string(data, fields.get("buf"))
            : format.print().map(print -> render(print, data)).orElseGet(() -> raw(data));
    return fields.containsKey("__probe_ip") || fields.containsKey("__probe_func")
        ? placed(text, data)
        : text;
  }

  /**
   * Replaces the place of a probe by the names of functions, as the kernel prints it. The print
   * format has addresses only, and for a return those of the function and of its caller in the
   * opposite order.
   */
  private String placed(String text, ByteBuffer data) {
    int close = text.indexOf(')');
    String rest = close < 0 ? text : text.substring(close + 1);
    return fields.containsKey("__probe_func")
        ? "("
            + symbols.at(number(data, "__probe_ret_ip"))
            + " <- "
            + symbols.function(number(data, "__probe_func"))
            + ")"
            + rest
        : "(" + symbols.at(number(data, "__probe_ip")) + ")" + rest;
  }

  private String raw(ByteBuffer data) {
    StringBuilder out = new StringBuilder();
    for (EventFormat.Field field : format.fields()) {
      out.append(out.isEmpty() ? "" : " ").append(field.name()).append('=');
      out.append(
          field.dataLocation() || field.relativeLocation() || field.array()
              ? string(data, field)
              : Long.toString(number(data, field)));
    }
    return out.toString();
  }

  private String render(PrintFormat print, ByteBuffer data) {
    StringBuilder out = new StringBuilder();
    for (PrintFormat.Piece piece : print.pieces()) {
      switch (piece) {
        case PrintFormat.Literal literal -> out.append(literal.text());
        case PrintFormat.Conversion conversion -> out.append(convert(conversion, data));
      }
    }
    return out.toString();
  }

  private String convert(PrintFormat.Conversion conversion, ByteBuffer data) {
    return switch (conversion.letter()) {
      case 's' -> pad(conversion, text(conversion.value(), data));
      case 'c' ->
          pad(conversion, Character.toString((int) (number(conversion.value(), data) & 0xff)));
      case 'd', 'i' ->
          pad(
              conversion,
              Long.toString(cut(number(conversion.value(), data), conversion.bits(), true)));
      case 'u' -> pad(conversion, Long.toUnsignedString(unsigned(conversion, data)));
      case 'o' -> pad(conversion, Long.toOctalString(unsigned(conversion, data)));
      case 'x', 'p' -> pad(conversion, Long.toHexString(unsigned(conversion, data)));
      case 'X' ->
          pad(
              conversion,
              Long.toHexString(unsigned(conversion, data)).toUpperCase(java.util.Locale.ROOT));
      default -> UNKNOWN;
    };
  }

  private long unsigned(PrintFormat.Conversion conversion, ByteBuffer data) {
    return cut(number(conversion.value(), data), conversion.bits(), false);
  }

  private static long cut(long value, int bits, boolean signed) {
    int unused = Long.SIZE - bits;
    return signed ? value << unused >> unused : value << unused >>> unused;
  }

  private static String pad(PrintFormat.Conversion conversion, String text) {
    String prefixed =
        conversion.flags().contains("#") && "xX".indexOf(conversion.letter()) >= 0
            ? "0x" + text
            : text;
    int missing = Math.min(conversion.width(), MOST_PADDING) - prefixed.length();
    if (missing <= 0) {
      return prefixed;
    }
    if (conversion.flags().contains("-")) {
      return prefixed + " ".repeat(missing);
    }
    boolean zeros = conversion.flags().contains("0") && conversion.letter() != 's';
    return (zeros ? "0" : " ").repeat(missing) + prefixed;
  }

  private String text(Expression expression, ByteBuffer data) {
    return switch (expression) {
      case Expression.Text text -> text.value();
      case Expression.FieldValue value when fields.containsKey(value.name()) ->
          string(data, fields.get(value.name()));
      case Expression.Conditional conditional ->
          text(
              number(conditional.condition(), data) != 0
                  ? conditional.whenTrue()
                  : conditional.whenFalse(),
              data);
      case Expression.Cast cast -> text(cast.operand(), data);
      case Expression.Call call -> called(call, data);
      case Expression.Constant _,
          Expression.FieldValue _,
          Expression.Element _,
          Expression.Unary _,
          Expression.Binary _,
          Expression.Group _ ->
          UNKNOWN;
    };
  }

  private String called(Expression.Call call, ByteBuffer data) {
    List<Expression> arguments = call.arguments();
    if (arguments.isEmpty()) {
      return UNKNOWN;
    }
    return switch (call.name()) {
      case "__get_str", "__get_rel_str" -> text(arguments.getFirst(), data);
      case "__print_flags" -> flags(arguments, data);
      case "__print_symbolic" -> symbol(arguments, data);
      default -> UNKNOWN;
    };
  }

  private String flags(List<Expression> arguments, ByteBuffer data) {
    long value = number(arguments.getFirst(), data);
    String between = arguments.size() > 1 ? text(arguments.get(1), data) : "";
    StringBuilder out = new StringBuilder();
    for (Expression argument : arguments) {
      if (argument instanceof Expression.Group(List<Expression> pair) && pair.size() == 2) {
        long mask = number(pair.getFirst(), data);
        if (mask != 0 && (value & mask) == mask) {
          out.append(out.isEmpty() ? "" : between).append(text(pair.getLast(), data));
          value &= ~mask;
        }
      }
    }
    return value == 0
        ? out.toString()
        : out.append(out.isEmpty() ? "" : between)
            .append("0x")
            .append(Long.toHexString(value))
            .toString();
  }

  private String symbol(List<Expression> arguments, ByteBuffer data) {
    long value = number(arguments.getFirst(), data);
    for (Expression argument : arguments) {
      if (argument instanceof Expression.Group(List<Expression> pair)
          && pair.size() == 2
          && number(pair.getFirst(), data) == value) {
        return text(pair.getLast(), data);
      }
    }
    return "0x" + Long.toHexString(value);
  }

  private long number(Expression expression, ByteBuffer data) {
    return switch (expression) {
      case Expression.Constant number -> number.value();
      case Expression.FieldValue value -> number(data, value.name());
      case Expression.Element element -> element(element, data);
      case Expression.Unary unary -> apply(unary, data);
      case Expression.Binary binary ->
          Arithmetic.apply(
              binary.operator(), number(binary.left(), data), number(binary.right(), data));
      case Expression.Conditional conditional ->
          number(
              number(conditional.condition(), data) != 0
                  ? conditional.whenTrue()
                  : conditional.whenFalse(),
              data);
      case Expression.Cast cast -> cut(number(cast.operand(), data), cast.bits(), cast.signed());
      case Expression.Text _, Expression.Call _, Expression.Group _ -> 0;
    };
  }

  private long apply(Expression.Unary unary, ByteBuffer data) {
    long value = number(unary.operand(), data);
    return switch (unary.operator()) {
      case "-" -> -value;
      case "~" -> ~value;
      default -> value == 0 ? 1 : 0;
    };
  }

  /**
   * Returns one element of an array. An element of a type with {@code long} in its name has 8
   * bytes, any other 4.
   */
  private long element(Expression.Element element, ByteBuffer data) {
    EventFormat.Field field = fields.get(element.name());
    long index = number(element.index(), data);
    int size = field == null ? 0 : field.type().contains("long") ? Long.BYTES : Integer.BYTES;
    long offset = field == null ? -1 : field.offsetBytes() + index * size;
    return index < 0 || offset < 0 || offset + size > data.limit()
        ? 0
        : integer(data, (int) offset, size, false);
  }

  private long number(ByteBuffer data, String name) {
    EventFormat.Field field = fields.get(name);
    return field == null ? 0 : number(data, field);
  }

  /** Returns an integer; 0 if it lies outside the event. */
  static long number(ByteBuffer data, EventFormat.Field field) {
    return integer(data, field.offsetBytes(), field.sizeBytes(), field.signed());
  }

  /** Returns an integer; 0 if it lies outside the event or its size is not that of a number. */
  private static long integer(ByteBuffer data, int offset, int size, boolean signed) {
    if (offset < 0 || size < 1 || offset > data.limit() - size) {
      return 0;
    }
    return switch (size) {
      case 1 -> signed ? data.get(offset) : data.get(offset) & 0xff;
      case 2 -> signed ? data.getShort(offset) : data.getShort(offset) & 0xffff;
      case 4 -> signed ? data.getInt(offset) : data.getInt(offset) & 0xffffffffL;
      case 8 -> data.getLong(offset);
      default -> 0;
    };
  }

  private static String string(ByteBuffer data, EventFormat.Field field) {
    int start = field.offsetBytes();
    int length = field.sizeBytes();
    if (field.dataLocation() || field.relativeLocation()) {
      int location = (int) integer(data, start, Integer.BYTES, true);
      start = (location & 0xffff) + (field.relativeLocation() ? start + Integer.BYTES : 0);
      length = location >>> 16;
    } else if (length == 0) {
      length = data.limit() - start;
    }
    int end = Math.min(data.limit(), start + length);
    StringBuilder out = new StringBuilder();
    for (int at = start; at < end && data.get(at) != 0; at++) {
      out.append((char) (data.get(at) & 0xff));
    }
    return out.toString();
  }

  /** Calculates with the operators of C on 64 bits. */
  private static final class Arithmetic {
    static long apply(String operator, long left, long right) {
      return switch (operator) {
        case "+" -> left + right;
        case "-" -> left - right;
        case "*" -> left * right;
        case "/" -> right == 0 ? 0 : left / right;
        case "%" -> right == 0 ? 0 : left % right;
        case "<<" -> left << right;
        case ">>" -> left >>> right;
        case "&" -> left & right;
        case "|" -> left | right;
        case "^" -> left ^ right;
        case "==" -> truth(left == right);
        case "!=" -> truth(left != right);
        case "<" -> truth(left < right);
        case ">" -> truth(left > right);
        case "<=" -> truth(left <= right);
        case ">=" -> truth(left >= right);
        case "&&" -> truth(left != 0 && right != 0);
        default -> truth(left != 0 || right != 0);
      };
    }

    private static long truth(boolean value) {
      return value ? 1 : 0;
    }
  }
}
