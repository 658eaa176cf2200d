package io.pinaudit.record;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All of a {@code trace.dat} that stands before its pages: what the events look like, where the
 * probed functions are, what threads are called. Version 6, as trace-cmd.dat.v6(5) lays it out,
 * which every trace-cmd reads; numbers are little-endian.
 *
 * @param headerPage the kernel's {@code events/header_page}
 * @param headerEvent the kernel's {@code events/header_event}
 * @param formats event formats by group; those of {@code ftrace} are always there
 * @param symbols lines of /proc/kallsyms
 */
record TraceDatHead(
    String headerPage, String headerEvent, Map<String, List<String>> formats, String symbols) {
  /** The size of a page of the ring buffer, in bytes. */
  static final int PAGE_BYTES = 4096;

  private static final byte[] MAGIC = {0x17, 0x08, 0x44};
  private static final String MARKS = "ftrace";
  private static final int TRACE_CLOCK = 4; // an option's number

  /**
   * Reads the formats of events.
   *
   * @param events folders of the events, in tracefs
   */
  static TraceDatHead of(Tracefs tracefs, List<Path> events, String symbols) throws IOException {
    Path all = tracefs.root().resolve("events");
    Map<String, List<String>> formats = new TreeMap<>();
    formats.put(MARKS, List.of(Files.readString(all.resolve("ftrace/print/format"))));
    for (Path event : events) {
      formats
          .computeIfAbsent(event.getParent().getFileName().toString(), _ -> new ArrayList<>())
          .add(Files.readString(event.resolve("format")));
    }
    return new TraceDatHead(
        Tracefs.readOnce(all.resolve("header_page")),
        Tracefs.readOnce(all.resolve("header_event")),
        formats,
        symbols);
  }

  /**
   * Returns the head, up to the pages of the first CPU. The bytes from the buffer's start to its
   * position are to be written to a file.
   *
   * @param tasks names of threads
   * @param sizesBytes size of each CPU's pages, which follow one another
   */
  ByteBuffer bytes(Map<Integer, String> tasks, List<Long> sizesBytes) {
    Writer out = new Writer();
    out.bytes(MAGIC).name("tracing6").number(1, 0).number(1, Long.BYTES).number(4, PAGE_BYTES);
    out.name("header_page").text(8, headerPage);
    out.name("header_event").text(8, headerEvent);
    out.texts(formats.get(MARKS));
    out.number(4, formats.size() - 1);
    formats.forEach(
        (group, texts) -> {
          if (!group.equals(MARKS)) {
            out.name(group).texts(texts);
          }
        });
    out.text(4, symbols).text(4, "").text(8, names(tasks));
    out.number(4, sizesBytes.size());
    out.name("options  ").number(2, TRACE_CLOCK).text(4, "[mono]\0").number(2, 0);
    out.name("flyrecord");
    long first = pages(out.size() + 2L * Long.BYTES * sizesBytes.size());
    long at = first;
    for (long size : sizesBytes) {
      out.number(8, at).number(8, size);
      at += size;
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) first);
    return bytes.put(out.bytes()).position((int) first);
  }

  private static long pages(long bytes) {
    return (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
  }

  private static String names(Map<Integer, String> tasks) {
    StringBuilder names = new StringBuilder();
    new TreeMap<>(tasks)
        .forEach((tid, name) -> names.append(tid).append(' ').append(name).append('\n'));
    return names.toString();
  }

  private static final class Writer {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Writer bytes(byte[] bytes) {
      out.writeBytes(bytes);
      return this;
    }

    Writer number(int size, long value) {
      byte[] bytes =
          ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
      out.write(bytes, 0, size);
      return this;
    }

    Writer name(String name) {
      return bytes(name.getBytes(StandardCharsets.ISO_8859_1)).number(1, 0);
    }

    Writer text(int lengthSize, String text) {
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      return number(lengthSize, bytes.length).bytes(bytes);
    }

    Writer texts(List<String> texts) {
      number(4, texts.size());
      texts.forEach(text -> text(8, text));
      return this;
    }

    int size() {
      return out.size();
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }
}
