package io.pinaudit.analyzer.report;

import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes HTML in which every text and every attribute is escaped, except by {@link #trusted}.
 *
 * <p>Confined to one thread.
 */
public final class Markup {
  private final PrintWriter out;
  private final Deque<String> open = new ArrayDeque<>();

  /** Whether the last start tag is still open, so that attributes can be added. */
  private boolean inTag;

  /** Writes to a writer, which the caller closes. */
  public Markup(PrintWriter out) {
    this.out = out;
  }

  /** Opens an element; the attributes are names and values in turn. */
  public Markup open(String tag, String... attributes) {
    start(tag, attributes);
    open.push(tag);
    return this;
  }

  /** Closes the innermost open element. */
  public Markup close() {
    endTag();
    out.print("</" + open.pop() + ">");
    return this;
  }

  /** Adds an attribute to the element that was opened last and has no content yet. */
  Markup attribute(String name, String value) {
    if (!inTag) {
      throw new IllegalStateException("attribute " + name + " after the content");
    }
    out.print(" " + name + "=\"" + escaped(value) + "\"");
    return this;
  }

  /** Writes an element without content, such as {@code meta}. */
  public Markup empty(String tag, String... attributes) {
    start(tag, attributes);
    return this;
  }

  /** Writes an element with one text. */
  public Markup element(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close();
  }

  /** Writes a text and escapes it. */
  public Markup text(String text) {
    endTag();
    out.print(escaped(text));
    return this;
  }

  /** Writes HTML of this program itself without escaping; never pass text of a trace. */
  public Markup trusted(String html) {
    endTag();
    out.print(html);
    return this;
  }

  private void start(String tag, String... attributes) {
    endTag();
    out.print("<" + tag);
    inTag = true;
    for (int i = 0; i < attributes.length; i += 2) {
      attribute(attributes[i], attributes[i + 1]);
    }
  }

  private void endTag() {
    if (inTag) {
      out.print(">");
      inTag = false;
    }
  }

  private static String escaped(String text) {
    return Words.printable(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
