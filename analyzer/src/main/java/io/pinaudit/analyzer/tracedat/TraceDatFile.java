package io.pinaudit.analyzer.tracedat;

import io.pinaudit.linux.event.EventFormat;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the descriptions in a {@code trace.dat}, as trace-cmd.dat.v6(5) and trace-cmd.dat.v7(5) lay
 * them out:
 *
 * <pre>
 * 17 08 44 "tracing" version\0 u8 big-endian u8 size of long u32 page size
 * 6: header_page, header_event, event formats, symbols, printk formats, task names, u32 CPUs, options, flyrecord
 * 7: compression\0 its version\0 u64 offset of the options, which have the offsets of everything else;
 *    section: u16 id u16 flags (1 compressed) u32 name u64 size
 * </pre>
 */
final class TraceDatFile {
  static final byte[] MAGIC = {0x17, 0x08, 0x44, 't', 'r', 'a', 'c', 'i', 'n', 'g'};

  private static final Pattern CHOSEN_CLOCK = Pattern.compile("\\[([\\w-]+)]");
  private static final int DONE = 0;
  private static final int BUFFER = 3;
  private static final int TRACE_CLOCK = 4;
  private static final int HEADER_INFO = 16;
  private static final int FTRACE_EVENTS = 17;
  private static final int EVENT_FORMATS = 18;
  private static final int KALLSYMS = 19;
  private static final int CMDLINES = 21;
  private static final int COMPRESSED = 1;
  private static final int MOST_CPUS = 1 << 14;
  private static final int MOST_FORMATS = 1 << 16;
  private static final int LARGEST_PAGE_BYTES = 1 << 20;

  private final FileChannel file;
  private final Map<Integer, EventFormat> formats = new HashMap<>();
  private final List<TraceDat.CpuData> cpus = new ArrayList<>();
  private PageLayout layout = PageLayout.USUAL;
  private Map<Integer, String> tasks = Map.of();
  private Symbols symbols = Symbols.NONE;
  private String clock = "";
  private int pageBytes;
  private Compression compression = Compression.NONE;

  private TraceDatFile(FileChannel file) {
    this.file = file;
  }

  /**
   * Reads everything except the events.
   *
   * @throws IOException with the offset of what is wrong
   */
  static TraceDat read(FileChannel file) throws IOException {
    return new TraceDatFile(file).read();
  }

  private TraceDat read() throws IOException {
    Bytes in = Bytes.of(file, MAGIC.length);
    String version = in.name();
    int bigEndian = in.u8();
    int longBytes = in.u8();
    if (bigEndian != 0 || longBytes != Long.BYTES) {
      throw new IOException("a trace of a big-endian or 32-bit machine, expected x86-64");
    }
    pageBytes = pageBytes(in.u32());
    switch (version) {
      case "6" -> version6(in);
      case "7" -> version7(in);
      default -> throw new IOException("trace.dat version '" + version + "', expected 6 or 7");
    }
    return new TraceDat(layout, formats, tasks, symbols, clock, List.copyOf(cpus));
  }

  private static int pageBytes(long bytes) throws IOException {
    if (bytes < 64 || bytes > LARGEST_PAGE_BYTES) {
      throw new IOException("a page size of " + bytes + " bytes");
    }
    return (int) bytes;
  }

  private void version6(Bytes in) throws IOException {
    headers(in);
    ftraceFormats(in);
    eventFormats(in);
    symbols = Symbols.parse(in.text(in.u32()));
    in.take(in.u32());
    tasks = TraceDat.tasks(in.text(in.u64()));
    long count = cpus(in.u32());
    String section = in.text(10);
    if (section.equals("options  \0")) {
      for (int id = in.u16(); id != DONE; id = in.u16()) {
        Bytes option = Bytes.of(in.array(in.u32()));
        if (id == TRACE_CLOCK) {
          clock(option.text(option.left()));
        }
      }
      section = in.text(10);
    }
    if (!section.equals("flyrecord\0")) {
      throw new IOException("no ring buffer in it: section '" + section.strip() + "'");
    }
    for (int cpu = 0; cpu < count; cpu++) {
      cpus.add(new TraceDat.CpuData(cpu, in.u64(), in.u64(), pageBytes, Compression.NONE));
    }
  }

  private static long cpus(long count) throws IOException {
    if (count > MOST_CPUS) {
      throw new IOException(count + " CPUs");
    }
    return count;
  }

  private void headers(Bytes in) throws IOException {
    in.expect("header_page\0");
    layout = PageLayout.parse(in.text(in.u64()));
    in.expect("header_event\0");
    in.take(in.u64());
  }

  private void ftraceFormats(Bytes in) throws IOException {
    long count = in.u32();
    for (long i = 0; i < count; i++) {
      format(in.text(in.u64()));
    }
  }

  private void eventFormats(Bytes in) throws IOException {
    long systems = in.u32();
    for (long i = 0; i < systems; i++) {
      in.name();
      ftraceFormats(in);
    }
  }

  /**
   * Adds the format of an event. If it cannot be read, its events remain unknown and are counted
   * when they come.
   */
  private void format(String text) {
    try {
      EventFormat format = EventFormat.parse(text);
      if (formats.size() < MOST_FORMATS) {
        formats.put(format.id(), format);
      }
    } catch (IllegalArgumentException e) {
      return;
    }
  }

  /** Notes the clock that is selected in {@code local global [mono] boot}, or the only name. */
  private void clock(String text) {
    Matcher chosen = CHOSEN_CLOCK.matcher(text);
    clock = chosen.find() ? chosen.group(1) : text.replace("\0", "").strip();
  }

  private void version7(Bytes in) throws IOException {
    compression = Compression.of(in.name());
    in.name();
    Set<Long> seen = new HashSet<>();
    for (long next = in.u64(); next != 0 && seen.add(next); ) {
      next = options(section(next).data());
    }
  }

  private record Section(Bytes data, boolean compressed) {}

  /**
   * Returns the unpacked data of a section. The data of a buffer are packed piece by piece, and are
   * returned as they are.
   */
  private Section section(long offset) throws IOException {
    Bytes in = Bytes.of(file, offset);
    int id = in.u16();
    boolean compressed = (in.u16() & COMPRESSED) != 0;
    in.u32();
    in.u64();
    return compressed && id != BUFFER
        ? new Section(Bytes.of(compression.unpack(in)), true)
        : new Section(in, compressed);
  }

  /** Returns the offset of the next options; 0 after the last ones. */
  private long options(Bytes in) throws IOException {
    while (true) {
      int id = in.u16();
      Bytes option = Bytes.of(in.array(in.u32()));
      switch (id) {
        case DONE -> {
          return option.u64();
        }
        case HEADER_INFO -> headers(section(option.u64()).data());
        case FTRACE_EVENTS -> ftraceFormats(section(option.u64()).data());
        case EVENT_FORMATS -> eventFormats(section(option.u64()).data());
        case KALLSYMS -> {
          Bytes text = section(option.u64()).data();
          symbols = Symbols.parse(text.text(text.u32()));
        }
        case CMDLINES -> {
          Bytes text = section(option.u64()).data();
          tasks = TraceDat.tasks(text.text(text.u64()));
        }
        case TRACE_CLOCK -> clock(option.text(option.left()));
        case BUFFER -> buffer(option);
        default -> {
          // Options about hosts, versions and times: the events need none of them.
        }
      }
    }
  }

  private void buffer(Bytes option) throws IOException {
    Section data = section(option.u64());
    option.name();
    clock(option.name());
    int bytes = pageBytes(option.u32());
    long count = cpus(option.u32());
    for (long i = 0; i < count; i++) {
      int cpu = (int) cpus(option.u32());
      cpus.add(
          new TraceDat.CpuData(
              cpu,
              option.u64(),
              option.u64(),
              bytes,
              data.compressed() ? compression : Compression.NONE));
    }
  }
}
