package io.pinaudit.analyzer.bpftrace;

import io.pinaudit.analyzer.ftrace.LineDecoder;
import io.pinaudit.analyzer.trace.LineSource;
import io.pinaudit.analyzer.trace.Source;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Takes the lines that a bpftrace program printed out of what bpftrace wraps them in:
 *
 * <pre>
 * {"type": "printf", "data": "            java-215     (    212) [001]    12.345678901:
 * ext4_free_blocks: dev …\\n"}
 * {"type": "lost_events", "data": {"events": 12}}
 * Lost 12 events
 * </pre>
 *
 * <p>A message about lost events is passed on in ftrace's words; bpftrace does not say which CPU
 * lost them.
 */
final class BpftraceLines implements LineSource {
  /** {@code Lost 12 events}, and the sum that newer releases print at the end. */
  private static final Pattern LOST = Pattern.compile("Lost (\\d{1,18}) events");

  private static final Pattern ATTACHED = Pattern.compile("Attach(?:ing|ed) \\d+ probes?.*");

  private static final Pattern STACK_LINE = Pattern.compile("\\s*\\n\\s*");

  private final LineSource packed;
  private final LineDecoder decoder;
  private final JsonFactory json = new JsonFactory();

  BpftraceLines(LineSource packed, LineDecoder decoder) {
    this.packed = packed;
    this.decoder = decoder;
  }

  @Override
  public String next() throws IOException {
    for (String line = packed.next(); line != null; line = packed.next()) {
      String unpacked = line.startsWith("{") ? ofJson(line) : ofText(line);
      if (unpacked != null) {
        return unpacked;
      }
    }
    return null;
  }

  @Override
  public Source source() {
    return packed.source();
  }

  @Override
  public void close() throws IOException {
    packed.close();
  }

  private static String ofText(String line) {
    Matcher lost = LOST.matcher(line);
    if (lost.matches()) {
      return lost(lost.group(1));
    }
    return ATTACHED.matcher(line).matches() ? null : line;
  }

  private static String lost(String count) {
    return "CPU:? [LOST " + count + " EVENTS]";
  }

  private String ofJson(String line) {
    try (JsonParser parser = json.createParser(ObjectReadContext.empty(), line)) {
      String type = null;
      String data = null;
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.VALUE_STRING
            && "type".equals(parser.currentName())) {
          type = parser.getString();
        } else if (parser.currentToken().isScalarValue()) {
          data = parser.getString();
        }
      }
      return ofObject(type, data, line);
    } catch (JacksonException e) {
      decoder.complain(source(), "not a JSON object of bpftrace", line);
      return null;
    }
  }

  /** Joins the lines of a stack, which has one for each function. */
  private static String oneLine(String text) {
    return text.indexOf('\n') < 0 ? text : STACK_LINE.matcher(text).replaceAll(" ");
  }

  /** Returns the line in an object; null for an object that holds none, such as a map or a time. */
  private String ofObject(String type, String data, String line) {
    switch (type) {
      case "printf" -> {
        return data == null ? "" : oneLine(data.stripTrailing());
      }
      case "lost_events" -> {
        return lost(data);
      }
      case "attached_probes" -> {
        return null;
      }
      case null -> decoder.complain(source(), "not a JSON object of bpftrace", line);
      default -> decoder.diagnostics().ignore("bpftrace " + type);
    }
    return null;
  }
}
