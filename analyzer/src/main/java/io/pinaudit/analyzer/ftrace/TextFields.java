package io.pinaudit.analyzer.ftrace;

import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.run.DeviceNumber;
import java.nio.charset.StandardCharsets;

/**
 * The values in the text of an event, found by the labels before them: {@code block 1807 count 512}
 * or {@code page=0xff8c refs=1}.
 */
public final class TextFields implements EventFields {
  private static final int MOST_HEX_DIGITS = 16;
  private static final int SURE_DIGITS = 18;

  private final byte[] bytes;
  private final int start;
  private final int end;

  /** Makes the values of a part of a block of text. */
  TextFields(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  /** Returns the values in the text of one event, without the event's name. */
  public static TextFields of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return new TextFields(bytes, 0, bytes.length);
  }

  @Override
  public String toString() {
    return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
  }

  /**
   * Reads {@code dev 259,0 ino 12}, as ext4 prints it, or {@code dev 259:0 ino 0x83}, as xfs does.
   */
  @Override
  public FileId file() throws Malformed {
    return new FileId(device(), number("ino", after("ino ")));
  }

  /**
   * Reads {@code dev 259:0 ino 83} or, since 6.18, {@code dev=259:0 ino=83}; the inode is
   * hexadecimal.
   */
  @Override
  public FileId cachedFile() throws Malformed {
    boolean equals = find("dev=") >= 0;
    int at = after(equals ? "ino=" : "ino ");
    return new FileId(device(equals ? "dev=" : "dev "), hexadecimal("ino", at, numberEnd(at)));
  }

  @Override
  public FileId probedFile() throws Malformed {
    return new FileId(DeviceNumber.ofKernel(value(EventField.DEVICE)), value(EventField.INODE));
  }

  @Override
  public long cachePageOffset() throws Malformed {
    return value(EventField.CACHE_OFFSET) / PageRange.PAGE_BYTES;
  }

  /** Reads {@code dev 259,0} or {@code dev 259:0}. */
  DeviceNumber device() throws Malformed {
    return device("dev ");
  }

  private DeviceNumber device(String label) throws Malformed {
    int major = after(label);
    int majorEnd = numberEnd(major);
    if (majorEnd >= end || bytes[majorEnd] != ',' && bytes[majorEnd] != ':') {
      throw new Malformed("dev");
    }
    int minor = majorEnd + 1;
    return new DeviceNumber(
        (int) decimal("dev", major, majorEnd), (int) decimal("dev", minor, numberEnd(minor)));
  }

  @Override
  public boolean has(EventField field) {
    return find(field.label()) >= 0;
  }

  @Override
  public long value(EventField field) throws Malformed {
    byte[] label = field.label();
    int at = find(label);
    if (at < 0) {
      throw new Malformed(field);
    }
    return number(field, at + label.length);
  }

  @Override
  public long hexadecimal(EventField field) throws Malformed {
    byte[] label = field.label();
    int at = find(label);
    if (at < 0) {
      throw new Malformed(field);
    }
    int from = at + label.length;
    boolean prefixed = from + 1 < end && bytes[from] == '0' && bytes[from + 1] == 'x';
    int digits = prefixed ? from + 2 : from;
    return hexadecimal(field, digits, numberEnd(digits));
  }

  @Override
  public boolean begins(String text) {
    if (text.length() > end - start) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (bytes[start + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns whether the device is a raw number, {@code dev=271581184}, and not {@code dev=259:0}.
   */
  boolean isRawDevice() {
    int at = numberEnd(start + "dev=".length());
    return at >= end || bytes[at] != ':';
  }

  @Override
  public String place() {
    if (!begins("(")) {
      return null;
    }
    int close = start;
    while (close < end && bytes[close] != ')') {
      close++;
    }
    return close == end
        ? null
        : new String(bytes, start + 1, close - start - 1, StandardCharsets.ISO_8859_1);
  }

  @Override
  public TextFields asText() {
    return this;
  }

  /** Reads a decimal number, or a hexadecimal one with 0x before it. */
  private long number(Object field, int at) throws Malformed {
    boolean hexadecimal = at + 1 < end && bytes[at] == '0' && bytes[at + 1] == 'x';
    return hexadecimal
        ? hexadecimal(field, at + 2, numberEnd(at + 2))
        : decimal(field, at, numberEnd(at));
  }

  private long hexadecimal(Object field, int from, int to) throws Malformed {
    int at = from;
    while (at < to - 1 && bytes[at] == '0') {
      at++;
    }
    if (at == to || to - at > MOST_HEX_DIGITS || bytes[at] == '-') {
      throw new Malformed(field);
    }
    long value = 0;
    for (; at < to; at++) {
      byte c = bytes[at];
      value = value << 4 | (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return value;
  }

  private long decimal(Object field, int from, int to) throws Malformed {
    boolean negative = from < to && bytes[from] == '-';
    int at = negative ? from + 1 : from;
    if (at == to || to - at > SURE_DIGITS) {
      return longDecimal(field, from, to);
    }
    long value = 0;
    for (; at < to; at++) {
      if (bytes[at] > '9') {
        throw new Malformed(field);
      }
      value = 10 * value + bytes[at] - '0';
    }
    return negative ? -value : value;
  }

  private long longDecimal(Object field, int from, int to) throws Malformed {
    try {
      return Long.parseLong(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
    } catch (NumberFormatException e) {
      throw new Malformed(field);
    }
  }

  private int after(String label) throws Malformed {
    int at = find(label);
    if (at < 0) {
      throw new Malformed(label.strip());
    }
    return at + label.length();
  }

  private int find(String label) {
    return find(label.getBytes(StandardCharsets.ISO_8859_1));
  }

  /**
   * Returns where a label begins, which must be at the start of a word; -1 if the text lacks it.
   */
  private int find(byte[] label) {
    if (label.length == 0) {
      return start;
    }
    byte[] text = bytes;
    byte first = label[0];
    boolean word = first >= 'a';
    int last = end - label.length;
    for (int at = start; at <= last; at++) {
      if (text[at] == first
          && startsWith(label, at)
          && (!word || at == start || !isWordPart(text[at - 1]))) {
        return at;
      }
    }
    return -1;
  }

  private boolean startsWith(byte[] label, int from) {
    if (from + label.length > end) {
      return false;
    }
    for (int i = 0; i < label.length; i++) {
      if (bytes[from + i] != label[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isWordPart(byte c) {
    return Character.isLetterOrDigit(c & 0xff) || c == '_';
  }

  /** Returns where a number ends; a blank, a bracket or a comma may follow it. */
  private int numberEnd(int from) {
    int at = from < end && bytes[from] == '-' ? from + 1 : from;
    while (at < end && isDigit(bytes[at])) {
      at++;
    }
    return at;
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
  }
}
