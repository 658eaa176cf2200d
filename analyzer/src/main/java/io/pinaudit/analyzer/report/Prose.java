package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Doubt;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Place;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.gate.Judged;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.timeline.ProcessRef;
import io.pinaudit.analyzer.timeline.Waits;
import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.Frame;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.run.DeviceNumber;
import io.pinaudit.run.RunDescription;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes the sentences of every report from the evidence of one audit: what happened, where, and who
 * did it.
 *
 * <p>This class makes every text from a trace printable; each format escapes it in its own way.
 */
final class Prose {
  private static final long LATE_WAKE_UP_NANOS = 200_000_000;

  /** {@code <4>[ 59.092969] WARNING: …} */
  private static final Pattern LOG_LEVEL = Pattern.compile("^<\\d{1,3}>");

  /** A number of bytes that no file has: a range of that length goes to the end of the file. */
  private static final long ENDLESS_BYTES = 1L << 60;

  private final Audit audit;

  Prose(Audit audit) {
    this.audit = audit;
  }

  /** Returns what happened, in one clause. */
  String what(Finding finding) {
    Finding.Instance instance = finding.first();
    String blocks = amount(instance.place());
    String lasted =
        Words.seconds(instance.nanos())
            + (instance.ended()
                ? ""
                : audit.goesOn() ? " so far" : " and until the recording ended");
    return switch (finding.hazard()) {
      case FREED_WHILE_PINNED ->
          instance.step(Step.Role.FREED).isPresent()
              ? blocks + " freed while pinned; " + pinEnded(instance, lasted)
              : blocks + " taken from a DAX file under an I/O" + wentOn(instance, lasted);
      case REUSED_WHILE_PINNED ->
          blocks
              + " given to "
              + instance.step(Step.Role.REUSED).map(step -> victim(step, instance)).orElse("?")
              + " while pinned; the pin lived on for "
              + lasted;
      case TRUNCATE_STALLED_BY_PIN ->
          instance.step(Step.Role.STALLED).map(step -> step.actor().operation()).orElse("?")
              + (instance.ended() ? " waited " : " has been waiting ")
              + lasted
              + " for a pin"
              + outlived(instance);
      case ORPHANED_WHILE_PINNED ->
          instance.step(Step.Role.ORPHANED).isPresent()
              ? blocks
                  + " of page cache lost their file while pinned; the pin lived on for "
                  + lasted
              : blocks + " taken from a file under an I/O" + wentOn(instance, lasted);
      case UNMAPPED_WHILE_PINNED -> blocks + " unmapped under an I/O" + wentOn(instance, lasted);
      case TRUNCATED_BELOW_MAPPING ->
          blocks
              + " of a mapping lay beyond the end of the file for "
              + lasted
              + (audit.ledgers().sight().faulted()
                  ? "; an access to mapped memory failed in this run"
                  : "; whether anything touched them was not seen");
      case STORAGE_ENDPOINT_RACE ->
          blocks + " truncated or punched while direct I/O on them was in flight";
      case LONGTERM_PIN_ON_FILE ->
          "long-term pin of "
              + blocks
              + " of a mapped file "
              + (finding.severity() == Severity.WARNING ? "refused" : "granted");
      case UNORDERED_CUT -> unordered(finding);
    };
  }

  private static String pinEnded(Finding.Instance instance, String lasted) {
    return instance.step(Step.Role.COUNTED).isPresent()
            && instance.step(Step.Role.DROPPED).isEmpty()
            && instance.nanos() == 0
        ? "when the pin ended was not seen"
        : "the pin lived on for " + lasted;
  }

  /** Returns what is to be said of the end of a pin that no step tells; empty if nothing is. */
  Optional<String> undropped(Finding.Instance instance) {
    if (instance.step(Step.Role.DROPPED).isPresent() || instance.step(Step.Role.PINNED).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        instance.step(Step.Role.COUNTED).isPresent()
            ? "when was not seen"
            : audit.goesOn() ? "not yet" : "not before the end of the recording");
  }

  private String unordered(Finding finding) {
    JavaCall hands = finding.first().steps().getFirst().actor().call();
    if (!(hands.effect() instanceof JavaCall.Waited waited)) {
      return "nothing is known to order the two calls";
    }
    Waits waits = audit.ledgers().sight().waits();
    long tries = waits.tries(waited.pair());
    String pair = " (pair " + Words.printable(waited.pair()) + ")";
    if (finding.certainty() == Certainty.PREDICTED) {
      String path = waited.file().path();
      return "nothing is known to order the two calls"
          + (path == null ? "" : " on " + Words.printable(path))
          + "; of %d times that one was held the other never came".formatted(tries)
          + pair;
    }
    return "nothing orders the two calls: both threads stood before them at once, met %d of %d times"
            .formatted(waits.meetings(waited.pair()), tries)
        + pair;
  }

  /**
   * Returns the file that was given the blocks. Often it is a new file with the inode number of the
   * old one.
   */
  private String victim(Step reused, Finding.Instance instance) {
    FileRef victim = reused.place().file();
    FileRef former = instance.place().file();
    boolean sameNumber =
        victim != null
            && former != null
            && victim.id().equals(former.id())
            && !victim.equals(former);
    return file(victim) + (sameNumber ? ", a later file with the same number," : "");
  }

  /** Returns how long an I/O went on after the change to its memory. */
  private static String wentOn(Finding.Instance instance, String lasted) {
    boolean pipe =
        instance
            .step(Step.Role.TRANSFERRED)
            .filter(step -> step.actor().does().keeper() == Operation.Keeper.PIPE)
            .isPresent();
    if (pipe) {
      return "; whether the pipe had been read by then was not seen";
    }
    if (instance.nanos() == 0) {
      return instance.ended() ? ", which ended meanwhile" : ", whose end was not seen";
    }
    return ", which went on for " + lasted;
  }

  /** Returns how long a wait went on after the pin was dropped, if it was not woken up in time. */
  private static String outlived(Finding.Instance instance) {
    long dropped =
        instance.step(Step.Role.DROPPED).map(step -> step.stamp().nanos()).orElse(Long.MAX_VALUE);
    long started = instance.step(Step.Role.STALLED).orElseThrow().stamp().nanos();
    long after = dropped == Long.MAX_VALUE ? 0 : started + instance.nanos() - dropped;
    return after > LATE_WAKE_UP_NANOS
        ? ", " + Words.seconds(after) + " of it after the pin was dropped"
        : "";
  }

  private static String blocks(Place place) {
    long count = place.blockCount();
    return count
        + (count == 1 ? " block (" : " blocks (")
        + Words.bytes(count * PageRange.PAGE_BYTES)
        + ")";
  }

  private static String amount(Place place) {
    long length = place.ranges().stream().mapToLong(ByteRange::length).sum();
    return !place.blocks().isEmpty() || length == 0
        ? blocks(place)
        : length >= ENDLESS_BYTES ? "the rest" : Words.bytes(length);
  }

  /** Returns file, bytes, blocks and device of a place. */
  String where(Place place) {
    StringBuilder text = new StringBuilder(file(place.file()));
    if (!place.ranges().isEmpty()) {
      text.append(", bytes ").append(Words.join(place.ranges()));
    }
    if (!place.blocks().isEmpty()) {
      text.append(", block")
          .append(place.blockCount() == 1 ? " " : "s ")
          .append(Words.join(place.blocks()));
    }
    if (place.file() != null) {
      text.append(" of ").append(device(place.file().id().device()));
    }
    return text.toString();
  }

  private String device(DeviceNumber number) {
    String name = audit.ledgers().blocks().name(number);
    String type = audit.ledgers().blocks().fileSystem(number);
    String both = name.equals(number.toString()) ? name : name + " (" + number + ")";
    return Words.printable(type == null ? both : both + ", " + type);
  }

  /** Returns name and inode of a file. */
  String file(FileRef file) {
    if (file == null) {
      return "memory of no file, or of one that was not observed";
    }
    String path = audit.ledgers().names().path(file);
    String inode = "inode " + file.id().inode();
    return path == null
        ? inode + " (name not observed)"
        : Words.printable(path) + " (" + inode + ")";
  }

  /** Returns the name of a step. */
  static String label(Step step, Finding.Instance instance) {
    return switch (step.role()) {
      case PINNED -> "pinned by";
      case TRANSFERRED -> isOrder(instance) ? "hands" : "I/O by";
      case REGISTERED -> "asked by";
      case CUT -> isOrder(instance) ? "takes" : "cut by";
      case ORPHANED -> "orphaned";
      case UNMAPPED -> "unmapped";
      case COUNTED -> "counted";
      case FREED -> "freed by";
      case STALLED -> "stalled";
      case REUSED -> "reused by";
      case DROPPED -> instance.step(Step.Role.PINNED).isPresent() ? "dropped" : "ended";
      case MAPPED -> "mapped by";
    };
  }

  /** Returns whether the two calls did not overlap in the run, but may in another. */
  static boolean isOrder(Finding.Instance instance) {
    return switch (instance.link()) {
      case PREDICTED, MET -> true;
      case POSSIBLE, OBSERVED, CONFIRMED -> false;
    };
  }

  /** Returns a step in one clause: the operation, its object, who did it, and when. */
  String headline(Step step, Finding.Instance instance) {
    String who =
        instance.link() == Certainty.PREDICTED
            ? " (" + step.stamp().source() + ")"
            : who(step.actor()) + at(step.stamp());
    return switch (step.role()) {
      case PINNED, TRANSFERRED ->
          step.actor().operation()
              + (step.count() > 1 ? ", " + step.count() + " calls" : "")
              + target(step.actor())
              + who
              + (instance.ambiguous()
                  ? "; one of several pins of these pages, of which one lived"
                  : "");
      case FREED ->
          step.actor().operation()
              + lastUse(step.actor())
              + ", blocks "
              + Words.join(step.place().blocks())
              + who;
      case COUNTED ->
          (step.count() == 1 ? "1 page" : step.count() + " pages")
              + " with more references than their file's when they left it"
              + who;
      case CUT -> cutter(step, who);
      case STALLED, REGISTERED, ORPHANED, UNMAPPED -> step.actor().operation() + who;
      case REUSED ->
          file(step.place().file())
              + through(step.actor())
              + ", blocks "
              + Words.join(step.place().blocks())
              + who;
      case DROPPED ->
          instance.step(Step.Role.PINNED).isEmpty()
              ? ended(instance) + who
              : step.count() + (step.count() == 1 ? " page" : " pages") + who;
      case MAPPED -> step.actor().operation() + mapping(step.actor().call()) + who;
    };
  }

  /**
   * Explains an operation that frees no block by itself: it lets go of a file that has no name any
   * more.
   */
  private static String lastUse(Actor actor) {
    return actor.does().letsGo() ? ", the last use of a deleted file" : "";
  }

  /** Returns how an I/O ended that held no pin. */
  private static String ended(Finding.Instance instance) {
    return instance.step(Step.Role.TRANSFERRED).isPresent()
        ? "with the I/O"
        : "when it was unmapped or the file grew again";
  }

  private static String through(Actor actor) {
    return actor.call() == null && actor.syscall() == null
        ? " through a call that was not observed"
        : " through " + actor.operation();
  }

  private static String target(Actor actor) {
    return actor.call() != null
            && actor.call().effect() instanceof JavaCall.Transferred transfer
            && transfer.storage().path() != null
        ? " with " + Words.printable(transfer.storage().path())
        : "";
  }

  private static String mapping(JavaCall call) {
    return call != null && call.effect() instanceof JavaCall.Mapped mapped
        ? " of bytes %s at 0x%x, %s"
            .formatted(
                mapped.range(), mapped.address(), Words.printable(String.valueOf(mapped.mode())))
        : "";
  }

  private static String who(Actor actor) {
    String task = actor.task().isEmpty() ? "" : " \"" + Words.printable(actor.task()) + "\"";
    return " (thread " + actor.tid() + task + ")";
  }

  /** Returns a time, and the line of the input that tells it. */
  String at(Stamp stamp) {
    return " at +%s, %s"
        .formatted(Words.seconds(stamp.nanos() - audit.startNanos()), stamp.source());
  }

  /**
   * Returns the application's part of a call's stack. The JDK's own frames above the application's
   * line add nothing to the operation.
   */
  static List<Frame> stack(JavaCall call) {
    if (call == null) {
      return List.of();
    }
    List<Frame> frames = call.stack();
    return frames.subList(call.site().map(frames::indexOf).orElse(0), frames.size());
  }

  /** Returns whether a step has a Java stack, or lacks one that it should have. */
  static boolean hasStack(Step step) {
    ProcessRef process = step.actor().process();
    boolean ofOthers = process != null && !process.audited() && step.actor().call() == null;
    return step.role() != Step.Role.DROPPED && step.role() != Step.Role.COUNTED && !ofOthers;
  }

  /**
   * Returns the instances after the first in a line each, and how many of them a line stands for: a
   * cut of a file that is mapped three times is three alike.
   */
  Map<String, Integer> others(Finding.Instance first, List<Finding.Instance> instances) {
    Map<String, Integer> lines = new LinkedHashMap<>();
    instances.stream()
        .filter(one -> !one.equals(first))
        .forEach(one -> lines.merge(another(one), 1, Integer::sum));
    return lines;
  }

  /** Returns a line, and how often it happened if that was not once. */
  static String often(String line, int times) {
    return times == 1 ? line : line + " (%,d x)".formatted(times);
  }

  /** Returns an instance in one line. */
  String another(Finding.Instance instance) {
    String victim =
        instance
            .step(Step.Role.REUSED)
            .map(step -> ", given to " + file(step.place().file()))
            .orElse("");
    return where(instance.place())
        + victim
        + at(instance.began())
        + ", "
        + Words.seconds(instance.nanos());
  }

  /** Returns name, rule, severity and certainty of a finding. */
  static String title(Finding finding) {
    return "%s %s [%s, %s]"
        .formatted(
            finding.id(),
            finding.rule(),
            Words.lower(finding.severity()),
            Words.lower(finding.certainty()));
  }

  /** Returns who cut the file. If that was no hooked call, only the shorter file was seen. */
  private String cutter(Step step, String who) {
    Actor actor = step.actor();
    if (actor.process() != null) {
      return cutter(actor, actor.process()) + at(step.stamp());
    }
    return actor.call() == null && actor.syscall() == null
        ? "somebody who was not seen, no hooked call; the file was found shorter" + at(step.stamp())
        : actor.operation() + who;
  }

  /** Returns {@code openat(2) of "sh" (process 4711, user root)}. */
  private static String cutter(Actor actor, ProcessRef process) {
    String call = actor.call() == null && actor.syscall() == null ? "" : actor.operation() + " of ";
    String thread = actor.tid() == process.pid() ? "" : "thread " + actor.tid() + " of ";
    String named =
        "%s%s\"%s\" (%s%s %d%s)"
            .formatted(
                process.guessed() ? "perhaps " : "",
                call,
                Words.printable(process.command()),
                thread,
                process.audited() ? "an audited JVM, process" : "process",
                process.pid(),
                user(process));
    return process.guessed()
        ? named
            + ", which alone asked for this size between two looks of the agent; its file was not"
            + " seen"
        : named;
  }

  private static String user(ProcessRef process) {
    if (process.uid() < 0) {
      return "";
    }
    return ", user " + (process.user().isEmpty() ? process.uid() : Words.printable(process.user()));
  }

  /** Returns the name of a step and its headline. */
  String told(Step step, Finding.Instance instance) {
    return label(step, instance) + " " + headline(step, instance);
  }

  /** Returns why an instance is only possible; empty if it is more certain. */
  static String doubts(Finding.Instance instance) {
    return instance.doubts().stream().map(Doubt::words).collect(Collectors.joining("; "));
  }

  /** Returns a gate's judgement of a finding. */
  static String standing(Judged judged) {
    return switch (judged.standing()) {
      case NEW -> "new";
      case BASELINE -> "in the baseline";
      case SUPPRESSED -> "suppressed (" + Words.printable(judged.note()) + ")";
      case BELOW ->
          judged.finding().certainty() == Certainty.PREDICTED
              ? "only predicted"
              : "below the gate's severity";
    };
  }

  /** Returns the kernel's log lines about DAX during the run. */
  List<String> kernelWarnings() {
    RunDescription run = audit.inputs().description();
    return run == null
        ? List.of()
        : run.kernelWarnings().stream()
            .map(line -> LOG_LEVEL.matcher(line).replaceFirst(""))
            .toList();
  }

  /**
   * Returns how many accesses to mapped memory failed, in words that follow the count of findings.
   */
  static String faults(Audit audit) {
    int count = audit.faults().size();
    return count == 0
        ? ""
        : ", %,d access%s to mapped memory failed".formatted(count, count == 1 ? "" : "es");
  }
}
