package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.Frame;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.linux.BlockDevice;
import io.pinaudit.linux.DeviceNumber;
import io.pinaudit.linux.KernelSide;
import io.pinaudit.linux.RunDescription;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A run in one line, for tests of rules: {@code T1 pin 100+16; T2 free f 100+16; T1 drop 100+16}.
 *
 * <p>Steps are a millisecond apart and have the thread, a verb and its words:
 *
 * <pre>
 * call NAME[:LINE] [FILE [STORAGE]]   a hooked Java call begins, on a line of its own, handing memory
 *     of FILE to the kernel; end closes it
 * pin BLOCKS [count=N]   pin! BLOCKS   a FOLL_GET, a FOLL_PIN reference on the frames of these blocks
 * lend BLOCK pipe=N   return BLOCK pipe=N   the page goes into a pipe; the pipe drops it next
 * fill BIO   filled   release BIO   pins in between are the bio's; it drops them
 * drop BLOCKS [count=N]  drop! BLOCKS
 * page FILE OFFSET BLOCKS   pages of the file are mapped
 * free FILE BLOCKS   alloc FILE BLOCKS   evict FILE
 * break FILE   busy BLOCK   unbreak   a truncate waits; signal ends the wait with -ERESTARTSYS
 * enter NAME   leave NAME   a system call
 * lost   events were lost       sleep MILLIS
 * nobusy   first of all: the trace does not name the pages that a truncate waits for
 * </pre>
 *
 * Files are letters; devices A (the default) and B are persistent memory, C is not: {@code B:f},
 * {@code B:100+4}.
 */
final class Story {
  private static final long MILLI = 1_000_000;
  private static final Map<String, DeviceNumber> DEVICES =
      Map.of(
          "A",
          new DeviceNumber(259, 0),
          "B",
          new DeviceNumber(259, 1),
          "C",
          new DeviceNumber(8, 1));
  private static final Map<String, Long> FIRST_FRAME = Map.of("A", 0x40000L, "B", 0x80000L);

  private final Ledgers ledgers;
  private final List<Rule> rules = Rules.all();
  private final Map<Integer, JavaCall> calls = new HashMap<>();
  private long nanos = MILLI;
  private long line;

  private Story(boolean namesBusyPages) {
    KernelSide kernel =
        new KernelSide(
            "",
            null,
            "",
            Map.of(),
            0,
            64,
            4096,
            List.of(
                new KernelSide.ProbeState(
                    "layout_busy_page", "waits", namesBusyPages ? null : "not here", 0)),
            List.of(),
            true);
    RunDescription run =
        new RunDescription(
            "",
            "6.1",
            "",
            0,
            0,
            List.of(),
            0,
            kernel,
            null,
            List.of(device("A"), device("B")),
            List.of(),
            List.of(),
            List.of());
    ledgers = new Ledgers(run);
  }

  /** Tells a story to all rules and returns what they find. */
  static List<Finding> findings(String text) {
    List<String> steps = Stream.of(text.split(";")).map(String::strip).toList();
    Story story = new Story(!steps.getFirst().equals("nobusy"));
    steps.stream()
        .filter(step -> !step.isEmpty() && !step.equals("nobusy"))
        .forEach(step -> story.step(step.split("\\s+")));
    return Findings.of(story.rules, story.nanos, story.ledgers);
  }

  /**
   * The names of the rules that find something, in order, with their certainty unless confirmed.
   */
  static List<String> verdicts(String text) {
    return findings(text).stream()
        .map(
            finding ->
                finding.certainty() == Certainty.CONFIRMED
                    ? finding.rule()
                    : finding.rule() + " " + finding.certainty())
        .toList();
  }

  private static BlockDevice device(String name) {
    return new BlockDevice(
        name,
        DEVICES.get(name),
        BlockDevice.Kind.PMEM_RAW,
        FIRST_FRAME.get(name) * 4096,
        1L << 30,
        null);
  }

  private void step(String[] words) {
    nanos += MILLI;
    line++;
    int tid = Integer.parseInt(words[0].substring(1));
    Stamp stamp = new Stamp(nanos, tid, words[0], new Source("story", line));
    switch (words[1]) {
      case "call" -> call(stamp, words);
      case "end" -> feed(new TraceEvent.CallFinished(stamp, calls.remove(tid)));
      case "pin" -> pin(stamp, words, TraceEvent.PinKind.GET);
      case "pin!" -> pin(stamp, words, TraceEvent.PinKind.PIN);
      case "lend" -> feed(new TraceEvent.PipeFilled(stamp, frames(words[2]).first(), pipe(words)));
      case "return" ->
          feed(new TraceEvent.PipeReleased(stamp, frames(words[2]).first(), pipe(words)));
      case "fill" -> feed(new TraceEvent.BioFilling(stamp, Long.parseLong(words[2])));
      case "filled" -> feed(new TraceEvent.BioFilled(stamp));
      case "release" -> feed(new TraceEvent.BioReleased(stamp, Long.parseLong(words[2])));
      case "drop" -> drop(stamp, words, 1);
      case "drop!" -> drop(stamp, words, 1024);
      case "page" -> {
        PageRange frames = frames(words[4]);
        for (long i = 0; i < frames.count(); i++) {
          long page = Long.parseLong(words[3]) + i;
          feed(new TraceEvent.PageMapped(stamp, frames.first() + i, file(words[2]), page));
        }
      }
      case "free" -> feed(new TraceEvent.BlocksFreed(stamp, file(words[2]), blocks(words[3])));
      case "alloc" ->
          feed(new TraceEvent.BlocksAllocated(stamp, file(words[2]), 0, blocks(words[3])));
      case "evict" -> feed(new TraceEvent.InodeEvicted(stamp, file(words[2]), 0));
      case "break" -> feed(new TraceEvent.LayoutBreakStarted(stamp, file(words[2])));
      case "busy" -> feed(new TraceEvent.LayoutBreakBlocked(stamp, frames(words[2]).first()));
      case "unbreak" -> feed(new TraceEvent.LayoutBreakFinished(stamp, 0));
      case "signal" -> feed(new TraceEvent.LayoutBreakFinished(stamp, -512));
      case "enter" -> feed(new TraceEvent.SyscallEntered(stamp, words[2]));
      case "leave" -> feed(new TraceEvent.SyscallLeft(stamp, words[2], 0));
      case "lost" -> feed(new TraceEvent.EventsLost(stamp, nanos, 0, 7));
      case "sleep" -> nanos += Long.parseLong(words[2]) * MILLI;
      default -> throw new IllegalArgumentException("no such step: " + String.join(" ", words));
    }
  }

  private void feed(TraceEvent event) {
    ledgers.apply(event);
    rules.forEach(rule -> rule.observe(event, ledgers));
    ledgers.settle(event);
  }

  private void call(Stamp stamp, String[] words) {
    FileId id = words.length > 3 ? file(words[3]) : null;
    String[] name = words[2].split(":");
    int codeLine = name.length > 1 ? Integer.parseInt(name[1]) : 7;
    JavaCall call =
        new JavaCall(
            "app.jfr",
            name[0],
            stamp,
            Long.MAX_VALUE,
            List.of(new Frame("app.Main", name[0], codeLine)),
            null,
            id == null
                ? new JavaCall.Other()
                : new JavaCall.Transferred(
                    new JavaCall.Named(id, "/dax/" + words[3]),
                    0x7f0000000000L,
                    new ByteRange(0, 4096),
                    new JavaCall.Named(null, words.length > 4 ? words[4] : null),
                    -1,
                    4096,
                    false,
                    0));
    calls.put(stamp.tid(), call);
    feed(new TraceEvent.CallStarted(stamp, call));
  }

  private void pin(Stamp stamp, String[] words, TraceEvent.PinKind kind) {
    PageRange frames = frames(words[2]);
    for (long pfn = frames.first(); pfn < frames.end(); pfn++) {
      feed(new TraceEvent.PinTaken(stamp, pfn, 1, kind, count(words)));
    }
  }

  private void drop(Stamp stamp, String[] words, int references) {
    PageRange frames = frames(words[2]);
    for (long pfn = frames.first(); pfn < frames.end(); pfn++) {
      feed(new TraceEvent.PinDropped(stamp, pfn, references, count(words)));
    }
  }

  private static long pipe(String[] words) {
    return Long.parseLong(words[3].substring("pipe=".length()));
  }

  private static int count(String[] words) {
    return words.length > 3 ? Integer.parseInt(words[3].substring("count=".length())) : -1;
  }

  private static FileId file(String word) {
    return new FileId(DEVICES.get(deviceOf(word)), 12 + local(word).charAt(0) - 'f');
  }

  private static PageRange frames(String word) {
    PageRange blocks = blocks(word);
    return new PageRange(FIRST_FRAME.get(deviceOf(word)) + blocks.first(), blocks.count());
  }

  private static PageRange blocks(String word) {
    String[] parts = local(word).split("\\+");
    return new PageRange(Long.parseLong(parts[0]), parts.length > 1 ? Long.parseLong(parts[1]) : 1);
  }

  private static String deviceOf(String word) {
    return word.indexOf(':') < 0 ? "A" : word.substring(0, word.indexOf(':'));
  }

  private static String local(String word) {
    return word.substring(word.indexOf(':') + 1);
  }
}
