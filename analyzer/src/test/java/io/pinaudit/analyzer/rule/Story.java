package io.pinaudit.analyzer.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinaudit.analyzer.audit.Watcher;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.timeline.Share;
import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.Frame;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.DeviceNumber;
import io.pinaudit.run.KernelSide;
import io.pinaudit.run.Mount;
import io.pinaudit.run.Origin;
import io.pinaudit.run.RunDescription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A run in one line, for tests of rules: {@code T1 pin 100+16; T2 free f 100+16; T1 drop 100+16}.
 *
 * <p>Steps are a millisecond apart and have the thread, a verb and its words:
 *
 * <pre>
 * call NAME[:LINE] [FILE [STORAGE]]   a hooked Java call begins, on a line of its own, handing memory
 *     of FILE to the kernel; end closes it
 * io NAME FILE PAGES [@PAGE] [with FILE PAGE|pipe|NAME] [direct] [id=N] [failed]   a transfer begins
 * cut FILE PAGES [from=PAGES]   punch FILE PAGES   zero FILE PAGES   delete FILE [links=N]
 * close FILE   unmap @PAGES   register FILE PAGES @PAGE id=N [longterm] [failed]   all of them
 *     hooked calls that begin here, until end; sizes and ranges are in pages
 * freed io_uring read   memory of no file is freed under a request that was submitted at the start
 * look FILE PAGES @PAGE from=PAGES to=PAGES [call] GONE|THERE|NOT_ASKED   the agent finds the file of a
 *     mapping shorter than before; after a call of its own JVM, if it says so
 * map FILE PAGES @PAGE   reaped N   unregister N   hooked calls that take no time
 * orphan FILE PAGE BLOCK [cache=N] [mapped|unmapped]   a page of the file leaves the page cache; BLOCK is its frame
 * pin BLOCKS [count=N]   pin! BLOCKS   a FOLL_GET, a FOLL_PIN reference on the frames of these blocks,
 *     with cache=N as the page cache's mapping, with tail=N as the pages before in their folio
 * lend BLOCK pipe=N   return BLOCK pipe=N   the page goes into a pipe; the pipe drops it next
 * fill BIO   filled   release BIO   pins in between are the bio's; it drops them
 * drop BLOCKS [count=N]  drop! BLOCKS
 * page FILE OFFSET BLOCKS   pages of the file are mapped
 * left FILE PAGE BLOCKS   pages leave a DAX file while somebody has them; 512 of them are one huge page
 * free FILE BLOCKS   alloc FILE BLOCKS   evict FILE
 * break FILE [mapped|unmapped]   busy BLOCK   unbreak   a truncate waits; signal ends the wait with
 *     -ERESTARTSYS
 * enter NAME   leave NAME   a system call; ~ in its name stands for a blank
 * cutting FILE PAGES|?   somebody cuts a file, the kernel says; asks NAME PAGES|?   a call asks for a size
 * losing FILE PAGES   pages above this size leave a file: perhaps by the call that asked
 * starts TID [thread]   becomes UID   the thread starts another, its process changes its user
 * sigbus   an access of the thread fails
 * lost   events were lost       sleep MILLIS       meanwhile   the next step takes no time
 * nobusy   first of all: the trace does not name the pages that a truncate waits for
 * jvm   first of all: there is no kernel's side
 * hazards   first of all: of the kernel's side only counts, frees, waits and removals are recorded
 * counted   first of all: counts are recorded beside the pins
 * cached   first of all: the kernel's side shows pins and removals of pages of the page cache
 * </pre>
 *
 * Files are letters; devices A (the default) and B are persistent memory mounted with DAX, C is a
 * disk, nothing is known of D: {@code B:f}, {@code B:100+4}.
 */
public final class Story {
  private static final long MILLI = 1_000_000;
  private static final Map<String, DeviceNumber> DEVICES =
      Map.of(
          "A",
          new DeviceNumber(259, 0),
          "B",
          new DeviceNumber(259, 1),
          "C",
          new DeviceNumber(8, 1),
          "D",
          new DeviceNumber(8, 2));
  private static final Map<String, Long> FIRST_FRAME =
      Map.of("A", 0x40000L, "B", 0x80000L, "C", 0x200000L, "D", 0x300000L);
  private static final long PAGE = 4096;

  private final List<String[]> steps;
  private final Ledgers ledgers;
  private final List<Rule> rules;
  private final Map<Integer, JavaCall> calls = new HashMap<>();
  private final Watcher watcher;
  private long nanos = MILLI;
  private long line;

  private Story(String text, Watcher watcher, Share share) {
    List<String> words = Stream.of(text.split(";")).map(String::strip).toList();
    this.steps =
        words.stream()
            .filter(step -> step.indexOf(' ') > 0)
            .map(step -> step.split("\\s+"))
            .toList();
    this.watcher = watcher;
    this.rules = Rules.of(share);
    this.ledgers = new Ledgers(run(words.getFirst()), share);
  }

  private static KernelSide kernel(String first) {
    boolean namesBusyPages = !first.equals("nobusy");
    List<String> usual =
        first.equals("hazards")
            ? List.of("counts", "frees", "waits", "removals")
            : List.of("pins", "drops", "frees", "waits");
    List<KernelSide.ProbeState> probes =
        Stream.concat(usual.stream(), first.equals("counted") ? Stream.of("counts") : Stream.of())
            .map(
                evidence ->
                    new KernelSide.ProbeState(evidence, evidence, null, missed(first, evidence)))
            .collect(Collectors.toCollection(ArrayList::new));
    if (first.equals("cached")) {
      Stream.of("cached_pins", "removals")
          .forEach(one -> probes.add(new KernelSide.ProbeState(one, one, null, 0)));
    }
    probes.add(
        new KernelSide.ProbeState(
            "layout_busy_page", "waits", namesBusyPages ? null : "not here", 0));
    return new KernelSide("", null, "", Map.of(), 0, 64, 4096, probes, List.of(), 0, true);
  }

  private static long missed(String first, String evidence) {
    if (first.equals("uncounted")) {
      return KernelSide.ProbeState.UNCOUNTED;
    }
    return first.equals("missed-" + evidence) ? 2 : 0;
  }

  private static RunDescription run(String first) {
    KernelSide kernel = first.equals("jvm") ? null : kernel(first);
    return new RunDescription(
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
        List.of(mount("A", true), mount("B", true), mount("C", false)),
        List.of(),
        List.of(),
        List.of(
            new RunDescription.UserOf(0, "root", List.of(List.of(6, 7))),
            new RunDescription.UserOf(33, "www-data", List.of())),
        List.of(),
        Origin.UNKNOWN);
  }

  private static Mount mount(String name, boolean dax) {
    return new Mount("/" + name, "ext4", DEVICES.get(name), dax, PAGE, null);
  }

  /**
   * Tells a story to all rules and returns what they find. Of a story that can be split by device,
   * all shares together have to find the same.
   */
  static List<Finding> findings(String text) {
    List<Finding> whole = found(text, Share.ALL);
    List<PageRange> frames =
        Share.frames(run(Stream.of(text.split(";")).map(String::strip).findFirst().orElseThrow()));
    if (!frames.isEmpty()) {
      List<Finding> inShares =
          Share.of(List.of(frames)).stream().flatMap(one -> found(text, one).stream()).toList();
      assertEquals(counts(whole), counts(inShares), text);
      assertEquals(instances(whole), instances(inShares), text);
    }
    return whole;
  }

  private static List<Finding> found(String text, Share share) {
    Story story = told(text, (_, _) -> {}, share);
    return Findings.of(story.rules, story.nanos, story.ledgers);
  }

  /** Tells a story to all rules and returns what they note. */
  static List<String> notes(String text) {
    Story story = told(text, (_, _) -> {}, Share.ALL);
    return story.rules.stream().flatMap(rule -> rule.notes(0, story.ledgers).stream()).toList();
  }

  private static Map<String, Long> counts(List<Finding> findings) {
    return findings.stream()
        .collect(
            Collectors.groupingBy(
                one -> one.hazard() + " " + one.sites(),
                TreeMap::new,
                Collectors.summingLong(Finding::count)));
  }

  /** Those that are kept are all only of findings with few. */
  private static List<String> instances(List<Finding> findings) {
    return findings.stream()
        .filter(one -> one.count() <= Finding.KEPT / 2)
        .flatMap(one -> one.instances().stream())
        .map(Record::toString)
        .sorted()
        .toList();
  }

  /** What a story was, when it has been told. */
  public record Told(Ledgers ledgers, long endNanos) {}

  /** Tells a story to somebody who looks on. */
  public static Told watched(String text, Watcher watcher) {
    Story story = told(text, watcher, Share.ALL);
    return new Told(story.ledgers, story.nanos);
  }

  private static Story told(String text, Watcher watcher, Share share) {
    Story story = new Story(text, watcher, share);
    story.steps.forEach(story::step);
    story.ledgers.finish(null);
    return story;
  }

  /**
   * The names of the rules that find something, in order, with their certainty unless confirmed.
   */
  static List<String> verdicts(String text) {
    return findings(text).stream()
        .map(
            finding ->
                switch (finding.certainty()) {
                  case CONFIRMED -> finding.rule();
                  case OBSERVED -> finding.rule() + " OBSERVED";
                  case MET -> finding.rule() + " MET";
                  case PREDICTED -> finding.rule() + " PREDICTED";
                  case POSSIBLE ->
                      finding.rule()
                          + finding
                              .first()
                              .doubts()
                              .toString()
                              .replaceAll("\\W+", " ")
                              .stripTrailing();
                })
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
      case "map" ->
          passes(
              stamp, "map", new JavaCall.Mapped(named(words[2]), range(words[3]), at(words), ""));
      case "look" ->
          passes(
              stamp,
              has(words, "call") ? "ftruncate" : "look",
              new JavaCall.FoundShort(
                  named(words[2]),
                  at(words),
                  range(words[3]),
                  number(words, "from=", 0) * PAGE,
                  number(words, "to=", 0) * PAGE,
                  stamp.nanos() - 5 * MILLI,
                  JavaCall.Page.valueOf(words[words.length - 1])));
      case "freed" ->
          passes(
              stamp,
              "Arena.close",
              new JavaCall.Freed(
                  1 << 20,
                  4096,
                  new JavaCall.Request(
                      7,
                      Operation.of(words[2] + " " + words[3]),
                      new ByteRange(1 << 20, 4096),
                      1,
                      tid)));
      case "reaped" ->
          passes(stamp, "reaped", new JavaCall.TransferEnded(Long.parseLong(words[2]), 0));
      case "unregister" ->
          passes(stamp, "unregister", new JavaCall.Unpinned(Long.parseLong(words[2])));
      case "io", "cut", "punch", "zero", "delete", "close", "unmap", "register" ->
          begins(stamp, words[1].equals("io") ? words[2] : words[1], words);
      case "orphan" ->
          feed(
              new TraceEvent.PageRemovedFromCache(
                  stamp,
                  file(words[2]),
                  Long.parseLong(words[3]),
                  frames(words[4]),
                  number(words, "cache=", 0),
                  mapped(words)));
      case "end" -> feed(new TraceEvent.CallFinished(stamp, calls.remove(tid)));
      case "pin" -> pin(stamp, words, TraceEvent.PinKind.GET);
      case "pin!" -> pin(stamp, words, TraceEvent.PinKind.PIN);
      case "lend" -> feed(new TraceEvent.PipeFilled(stamp, frames(words[2]).first(), pipe(words)));
      case "return" ->
          feed(new TraceEvent.PipeReleased(stamp, frames(words[2]).first(), pipe(words), 0, -1));
      case "fill" -> feed(new TraceEvent.BioFilling(stamp, Long.parseLong(words[2])));
      case "filled" -> feed(new TraceEvent.BioFilled(stamp));
      case "release" -> feed(new TraceEvent.BioReleased(stamp, Long.parseLong(words[2])));
      case "drop" -> drop(stamp, words, 1);
      case "drop!" -> drop(stamp, words, 1024);
      case "page" -> {
        PageRange frames = frames(words[4]);
        feed(new TraceEvent.PageMapped(stamp, frames, file(words[2]), Long.parseLong(words[3])));
      }
      case "left" -> left(stamp, words);
      case "free" -> feed(new TraceEvent.BlocksFreed(stamp, file(words[2]), blocks(words[3])));
      case "alloc" ->
          feed(new TraceEvent.BlocksAllocated(stamp, file(words[2]), 0, blocks(words[3])));
      case "extent" ->
          feed(
              new TraceEvent.ExtentMapped(
                  stamp, file(words[2]), 0, blocks(words[3]), words.length > 4));
      case "idle" -> feed(new TraceEvent.PageIdle(stamp, frames(words[2]).first()));
      case "evict" -> feed(new TraceEvent.InodeEvicted(stamp, file(words[2]), 0));
      case "break" -> feed(new TraceEvent.LayoutBreakStarted(stamp, file(words[2]), mapped(words)));
      case "busy" -> feed(new TraceEvent.LayoutBreakBlocked(stamp, frames(words[2]).first()));
      case "unbreak" -> feed(new TraceEvent.LayoutBreakFinished(stamp, 0));
      case "signal" -> feed(new TraceEvent.LayoutBreakFinished(stamp, -512));
      case "enter" -> feed(new TraceEvent.SyscallEntered(stamp, words[2].replace('~', ' ')));
      case "leave" -> feed(new TraceEvent.SyscallLeft(stamp, words[2], 0));
      case "cutting" -> feed(new TraceEvent.FileCut(stamp, file(words[2]), size(words[3])));
      case "losing" -> feed(new TraceEvent.FileCut(stamp, file(words[2]), size(words[3]), true));
      case "asks" -> feed(new TraceEvent.SizeAsked(stamp, Operation.of(words[2]), size(words[3])));
      case "starts" ->
          feed(new TraceEvent.TaskStarted(stamp, Integer.parseInt(words[2]), has(words, "thread")));
      case "becomes" -> feed(new TraceEvent.UserChanged(stamp, Integer.parseInt(words[2])));
      case "sigbus" -> feed(new TraceEvent.AccessFailed(stamp, tid, 2));
      case "lost" -> feed(new TraceEvent.EventsLost(stamp, nanos, 0, 7));
      case "meanwhile" -> nanos -= 2 * MILLI;
      case "sleep" -> nanos += Long.parseLong(words[2]) * MILLI;
      default -> throw new IllegalArgumentException("no such step: " + String.join(" ", words));
    }
  }

  private static TraceEvent.Mapped mapped(String[] words) {
    List<String> all = List.of(words);
    return all.contains("mapped")
        ? TraceEvent.Mapped.BY_SOMEBODY
        : all.contains("unmapped") ? TraceEvent.Mapped.BY_NOBODY : TraceEvent.Mapped.UNKNOWN;
  }

  private void feed(TraceEvent event) {
    Moment moment = ledgers.apply(event);
    watcher.observe(moment, ledgers);
    if (ledgers.concerns(event)) {
      rules.forEach(rule -> rule.observe(moment, ledgers));
    }
  }

  /** A call that some transfers of old stories are told by; its memory is anywhere. */
  private void call(Stamp stamp, String[] words) {
    String[] name = words[2].split(":");
    int codeLine = name.length > 1 ? Integer.parseInt(name[1]) : 7;
    String storage = words.length > 4 ? words[4] : null;
    JavaCall.Effect effect =
        words.length > 3
            ? new JavaCall.Transferred(
                named(words[3]),
                0x7f0000000000L,
                new ByteRange(0, PAGE),
                new JavaCall.Named(null, storage),
                -1,
                PAGE,
                false,
                0)
            : new JavaCall.Other();
    begins(stamp, new Frame("app.Main", name[0], codeLine), null, effect);
  }

  private void begins(Stamp stamp, String name, String[] words) {
    begins(
        stamp,
        new Frame("app.Main", name, 7),
        has(words, "failed") ? "errno 95" : null,
        effect(words));
  }

  private void begins(Stamp stamp, Frame frame, String error, JavaCall.Effect effect) {
    JavaCall call =
        new JavaCall(
            "app.jfr",
            Operation.of(frame.method()),
            stamp,
            end(stamp),
            List.of(frame),
            error,
            effect);
    calls.put(stamp.tid(), call);
    feed(new TraceEvent.CallStarted(stamp, call));
  }

  private static JavaCall.Effect effect(String[] words) {
    return switch (words[1]) {
      case "io" ->
          new JavaCall.Transferred(
              named(words[3]),
              has(words, "@") ? at(words) : 0,
              range(words[4]),
              storage(words),
              storageOffset(words),
              PAGE,
              has(words, "direct"),
              number(words, "id=", 0));
      case "cut" ->
          new JavaCall.Truncated(
              named(words[2]), number(words, "from=", -1), PAGE * Long.parseLong(words[3]));
      case "punch" -> new JavaCall.Deallocated(named(words[2]), 3, range(words[3]));
      case "zero" -> new JavaCall.Deallocated(named(words[2]), 0x10, range(words[3]));
      case "delete" -> new JavaCall.Deleted(named(words[2]), number(words, "links=", 1));
      case "close" -> new JavaCall.Closed(named(words[2]));
      case "unmap" -> {
        ByteRange range = range(words[2].substring(1));
        yield new JavaCall.Unmapped(range.offset(), range.length());
      }
      case "register" ->
          new JavaCall.Pinned(
              number(words, "id=", 0),
              words[2].equals("-") ? new JavaCall.Named(null, null) : named(words[2]),
              at(words),
              range(words[3]),
              has(words, "longterm"),
              "ring",
              false);
      default -> throw new IllegalArgumentException("no such call: " + words[1]);
    };
  }

  private void passes(Stamp stamp, String name, JavaCall.Effect effect) {
    JavaCall call =
        new JavaCall(
            "app.jfr",
            Operation.of(name),
            stamp,
            stamp.nanos(),
            List.of(new Frame("app.Main", name, 7)),
            null,
            effect);
    feed(new TraceEvent.CallStarted(stamp, call));
    feed(new TraceEvent.CallFinished(stamp, call));
  }

  /** When the call of this thread that begins now will end. */
  private long end(Stamp begun) {
    long then = begun.nanos();
    for (String[] step : steps.subList((int) line, steps.size())) {
      then += MILLI;
      if (step[0].equals("T" + begun.tid()) && step[1].equals("end")) {
        return then;
      }
      then += step[1].equals("sleep") ? Long.parseLong(step[2]) * MILLI : 0;
    }
    return Long.MAX_VALUE;
  }

  private static JavaCall.Named named(String word) {
    return new JavaCall.Named(file(word), "/dax/" + word);
  }

  private static JavaCall.Named storage(String[] words) {
    int with = List.of(words).indexOf("with");
    if (with < 0) {
      return new JavaCall.Named(null, null);
    }
    return local(words[with + 1]).length() == 1
        ? named(words[with + 1])
        : new JavaCall.Named(null, words[with + 1]);
  }

  private static long storageOffset(String[] words) {
    int with = List.of(words).indexOf("with");
    boolean told = with >= 0 && with + 2 < words.length && words[with + 2].matches("\\d+");
    return told ? PAGE * Long.parseLong(words[with + 2]) : -1;
  }

  /** In pages; a question mark if it is not known. */
  private static long size(String pages) {
    return pages.equals("?") ? -1 : PAGE * Long.parseLong(pages);
  }

  private static boolean has(String[] words, String prefix) {
    return Stream.of(words).anyMatch(word -> word.startsWith(prefix));
  }

  private static long number(String[] words, String prefix, long missing) {
    long scale = prefix.equals("from=") ? PAGE : 1;
    return Stream.of(words)
        .filter(word -> word.startsWith(prefix))
        .map(word -> scale * Long.parseLong(word.substring(prefix.length())))
        .findFirst()
        .orElse(missing);
  }

  /** The address after the at sign, in pages. */
  private static long at(String[] words) {
    return PAGE * number(words, "@", 0);
  }

  private static ByteRange range(String word) {
    PageRange pages = blocks(word);
    return new ByteRange(PAGE * pages.first(), PAGE * pages.count());
  }

  private void pin(Stamp stamp, String[] words, TraceEvent.PinKind kind) {
    PageRange frames = frames(words[2]);
    for (long pfn = frames.first(); pfn < frames.end(); pfn++) {
      long folio = has(words, "tail=") ? frames.first() - number(words, "tail=", 0) : pfn;
      feed(
          new TraceEvent.PinTaken(
              stamp, pfn, 1, kind, count(words), folio, number(words, "cache=", 0)));
    }
  }

  private void drop(Stamp stamp, String[] words, int references) {
    PageRange frames = frames(words[2]);
    for (long pfn = frames.first(); pfn < frames.end(); pfn++) {
      feed(new TraceEvent.PinDropped(stamp, pfn, references, count(words)));
    }
  }

  private void left(Stamp stamp, String[] words) {
    PageRange frames = frames(words[4]);
    long page = Long.parseLong(words[3]);
    int each = frames.count() == 512 ? 512 : 1;
    for (long pfn = frames.first(); pfn < frames.end(); pfn += each) {
      feed(
          new TraceEvent.PageLeft(
              stamp,
              new PageRange(pfn, each),
              file(words[2]),
              page + pfn - frames.first(),
              1,
              Operation.of("ftruncate")));
    }
  }

  private static long pipe(String[] words) {
    return Long.parseLong(words[3].substring("pipe=".length()));
  }

  private static int count(String[] words) {
    return (int) number(words, "count=", -1);
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
