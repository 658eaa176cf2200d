package io.pinaudit.analyzer.report;

import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes HTML in which every text and every attribute is escaped; only {@link #trusted} is not.
 *
 * <p>Confined to one thread.
 */
final class Markup {
  private final PrintWriter out;
  private final Deque<String> open = new ArrayDeque<>();

  Markup(PrintWriter out) {
    this.out = out;
  }

  /** Opens an element; the attributes are names and values in turn. */
  Markup open(String tag, String... attributes) {
    start(tag, attributes);
    open.push(tag);
    return this;
  }

  /** Closes the innermost open element. */
  Markup close() {
    out.print("</" + open.pop() + ">");
    return this;
  }

  /** An element without content, such as {@code meta}. */
  Markup empty(String tag, String... attributes) {
    start(tag, attributes);
    return this;
  }

  /** An element with one text. */
  Markup element(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close();
  }

  Markup text(String text) {
    out.print(escaped(text));
    return this;
  }

  /** HTML of this program itself, never of a trace. */
  Markup trusted(String html) {
    out.print(html);
    return this;
  }

  private void start(String tag, String... attributes) {
    out.print("<" + tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.print(" " + attributes[i] + "=\"" + escaped(attributes[i + 1]) + "\"");
    }
    out.print(">");
  }

  private static String escaped(String text) {
    return Prose.printable(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
