package io.pinaudit.analyzer.ftrace;

import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.run.DeviceNumber;

/**
 * The values in the text of an event, found by what stands before them: {@code block 1807 count
 * 512} or {@code page=0xff8c refs=1}.
 *
 * @param text of one event
 */
record Fields(String text) {
  /** A field is missing or is not what its name says, or the whole text is something else. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    private Malformed(String message, Throwable cause) {
      super(message, cause, false, false);
    }

    Malformed(String field) {
      this("no usable field '" + field.strip() + "'", null);
    }

    /** What {@code trace-cmd report -R} and the trace option {@code fields} print. */
    static Malformed raw() {
      return new Malformed("raw fields instead of text (report without -R, option nofields)", null);
    }
  }

  /** {@code dev 259,0 ino 12} as ext4 prints it, {@code dev 259:0 ino 0x83} as xfs. */
  FileId file() throws Malformed {
    return new FileId(device(), value("ino "));
  }

  /** {@code dev 259:0 ino 83}, as the page cache prints it: hexadecimal. */
  FileId cachedFile() throws Malformed {
    int at = after("ino ");
    return new FileId(device(), parse("ino", at, end(at), 16));
  }

  /** {@code dev 259,0} or {@code dev 259:0}. */
  DeviceNumber device() throws Malformed {
    int dev = after("dev ");
    int majorEnd = end(dev);
    if (majorEnd >= text.length() || ",:".indexOf(text.charAt(majorEnd)) < 0) {
      throw new Malformed("dev");
    }
    return new DeviceNumber(
        (int) parse("dev", dev, majorEnd, 10), (int) decimalAt("dev", majorEnd + 1));
  }

  /** {@code ino=12 dev=0x10300000} or decimal, as our own probes print them. */
  FileId probedFile() throws Malformed {
    return new FileId(DeviceNumber.ofKernel(value("dev=")), value("ino="));
  }

  /** The decimal number after a label. */
  long decimal(String label) throws Malformed {
    return decimalAt(label, after(label));
  }

  /** The decimal or 0x number after a label; 64 bits, unsigned if hexadecimal. */
  long value(String label) throws Malformed {
    int at = after(label);
    return text.startsWith("0x", at) ? parse(label, at + 2, end(at + 2), 16) : decimalAt(label, at);
  }

  /** As {@link #value}, or something else if there is no such label. */
  long valueOr(String label, long missing) throws Malformed {
    return has(label) ? value(label) : missing;
  }

  boolean has(String label) {
    return find(label) >= 0;
  }

  private long decimalAt(String label, int at) throws Malformed {
    return parse(label, at, end(at), 10);
  }

  private long parse(String label, int from, int to, int radix) throws Malformed {
    try {
      return radix == 16
          ? Long.parseUnsignedLong(text, from, to, radix)
          : Long.parseLong(text, from, to, radix);
    } catch (NumberFormatException e) {
      throw new Malformed(label);
    }
  }

  private int after(String label) throws Malformed {
    int at = find(label);
    if (at < 0) {
      throw new Malformed(label);
    }
    return at + label.length();
  }

  /** A label stands at the start of a word. */
  private int find(String label) {
    for (int at = text.indexOf(label); at >= 0; at = text.indexOf(label, at + 1)) {
      if (at == 0
          || !Character.isLetterOrDigit(text.charAt(at - 1)) && text.charAt(at - 1) != '_') {
        return at;
      }
    }
    return -1;
  }

  /**
   * The first character after a number: numbers may be followed by a blank, a bracket or a comma.
   */
  private int end(int from) {
    int end = from;
    while (end < text.length() && isNumberPart(text.charAt(end), end == from)) {
      end++;
    }
    return end;
  }

  private static boolean isNumberPart(char c, boolean first) {
    return c >= '0' && c <= '9'
        || c >= 'a' && c <= 'f'
        || c >= 'A' && c <= 'F'
        || first && c == '-';
  }
}
