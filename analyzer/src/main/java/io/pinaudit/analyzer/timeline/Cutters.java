package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.run.BoundedMap;
import io.pinaudit.run.DeviceNumber;
import io.pinaudit.run.FileSystemType;
import io.pinaudit.run.Mount;
import io.pinaudit.run.RunDescription;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Knows which processes of the machine have cut files that JVMs have mapped, from the kernel's
 * events.
 *
 * <p>The events of ext4 and xfs name the file, and most calls name its new size. Of another file
 * system only the calls are seen, which name no file. Then, if exactly one process asked for the
 * size that the file was found to have, that process is taken to have cut the file, and is marked
 * as a guess.
 */
public final class Cutters {
  private static final int MOST_CUTS_A_FILE = 256;
  private static final int MOST_ASKED = 1 << 14;
  private static final int MOST_THREADS = 1 << 12;

  /**
   * A look of the agent may still see the former size for this time, in nanoseconds, after the
   * event of a cut, because the kernel tells a cut when it begins.
   */
  private static final long SLACK_NANOS = 20_000_000;

  private Told latest;

  private final Map<DeviceNumber, FileSystemType> fileSystems = new HashMap<>();
  private final Set<DeviceNumber> overlays = new LinkedHashSet<>();
  private final Map<FileId, Deque<Cutting>> cuts = new HashMap<>();
  private final Deque<Asked> asked = new ArrayDeque<>();
  private final Map<Integer, Asked> lastAsked = BoundedMap.ofYoungest(MOST_THREADS);

  /** A call that asked for a size of a file. */
  private static final class Asked {
    private final Cutting cutting;
    private FileId file; // which the file system told; null if it has not

    Asked(Cutting cutting) {
      this.cutting = cutting;
    }
  }

  /**
   * A process cuts a file.
   *
   * @param newSize size of the file in bytes after the cut; -1 if unknown
   * @param actor who cuts the file
   */
  public record Cutting(Stamp stamp, long newSize, Actor actor) {
    private Cutting guessed() {
      Actor likely =
          new Actor(actor.tid(), actor.task(), null, actor.syscall(), actor.process().likely());
      return new Cutting(stamp, newSize, likely);
    }

    private boolean isBetween(long fromNanos, long toNanos) {
      return fromNanos <= stamp.nanos() && stamp.nanos() <= toNanos;
    }
  }

  /**
   * A cut that the kernel told.
   *
   * @param isAgain whether the same cut was told just before
   */
  record Told(FileId file, Cutting cutting, boolean isAgain) {
    private boolean isSame(FileId other, Cutting later) {
      return other.equals(file)
          && cutting.newSize() == later.newSize()
          && cutting.stamp().tid() == later.stamp().tid();
    }
  }

  /** Makes an empty ledger for a run, whose description may be null. */
  Cutters(RunDescription run) {
    if (run != null) {
      for (Mount mount : run.mounts()) {
        fileSystems.put(mount.number(), mount.type());
        if (mount.type() == FileSystemType.OVERLAY) {
          overlays.add(mount.number());
        }
      }
    }
  }

  /** Notes that a call asks for a size of some file, and who makes the call. */
  void asked(TraceEvent.SizeAsked call, Actor actor) {
    Actor caller =
        new Actor(actor.tid(), actor.task(), actor.call(), call.syscall(), actor.process());
    Asked one = new Asked(new Cutting(call.stamp(), call.newSize(), caller));
    lastAsked.remove(call.stamp().tid());
    lastAsked.put(call.stamp().tid(), one);
    if (actor.call() == null) {
      asked.addLast(one);
      if (asked.size() > MOST_ASKED) {
        asked.removeFirst();
      }
    }
  }

  /**
   * Notes that a file is cut and who does it; only cuts of mapped files are kept.
   *
   * @return what was told; empty if the event turns out to be of no cut
   */
  Optional<Told> cut(TraceEvent.FileCut cut, Actor actor, Mappings mappings) {
    Asked call = lastAsked.get(cut.stamp().tid());
    if (cut.inferred() && !isOf(call, cut, actor)) {
      latest = null;
      return Optional.empty();
    }
    if (call != null && call.file == null) {
      call.file = cut.file();
    } else if (call != null && !call.file.equals(cut.file())) {
      // The call has cut another file; the kernel cuts this one for a reason of its own.
      call = null;
    }
    Cutting cutting = cutting(cut, actor, call == null ? null : call.cutting);
    for (FileId file : mappedNamesOf(cut.file(), mappings)) {
      if (mappings.maps(file)) {
        Deque<Cutting> ofFile = cuts.computeIfAbsent(file, _ -> new ArrayDeque<>());
        ofFile.addLast(cutting);
        if (ofFile.size() > MOST_CUTS_A_FILE) {
          ofFile.removeFirst();
        }
      }
    }
    latest = new Told(cut.file(), cutting, latest != null && latest.isSame(cut.file(), cutting));
    return Optional.of(latest);
  }

  /**
   * Returns whether a page left a file because of the call that asked for a size. It did not if the
   * thread is in another call by now, such as one that punches a hole or empties the page cache, if
   * the call has cut another file, and if the file's own file system would tell.
   */
  private boolean isOf(Asked call, TraceEvent.FileCut cut, Actor actor) {
    return call != null
        && (call.file == null || call.file.equals(cut.file()))
        && (actor.syscall() == null || actor.syscall().equals(call.cutting.actor().syscall()))
        && !tells(cut.file());
  }

  private boolean tells(FileId file) {
    return fileSystems.getOrDefault(file.device(), FileSystemType.OTHER).tellsCuts();
  }

  private static Cutting cutting(TraceEvent.FileCut cut, Actor actor, Cutting call) {
    boolean unknown = call != null && actor.call() == null && actor.syscall() == null;
    return new Cutting(
        cut.stamp(),
        cut.newSize() < 0 && call != null ? call.newSize() : cut.newSize(),
        unknown ? call.actor() : actor);
  }

  /**
   * Returns the identities that a file may have where a JVM uses it: a file of an overlay has the
   * overlay's device, and the inode number that it has in the file system below.
   */
  List<FileId> namesOf(FileId file) {
    List<FileId> files = new ArrayList<>(List.of(file));
    overlays.forEach(overlay -> files.add(new FileId(overlay, file.inode())));
    return files;
  }

  /**
   * Returns the same, and those of files of btrfs. The kernel names the file system's device, and a
   * JVM that of the file's subvolume, which no mount names.
   */
  private Collection<FileId> mappedNamesOf(FileId file, Mappings mappings) {
    List<FileId> files = namesOf(file);
    if (fileSystems.get(file.device()) == FileSystemType.BTRFS) {
      for (FileId mapped : mappings.files()) {
        if (mapped.inode() == file.inode() && !fileSystems.containsKey(mapped.device())) {
          files.add(mapped);
        }
      }
    }
    return files;
  }

  /** Forgets the cuts of a file of which no mapping is left. */
  void unmapped(FileId file) {
    cuts.remove(file);
  }

  /**
   * Returns who has made a file as short as an agent found it.
   *
   * @param mapping the call that mapped the file, before which nobody can have cut the file below
   *     the mapping; null if unknown
   * @param untilNanos when the agent found the file short, in nanoseconds of the timeline
   */
  public Optional<Cutting> of(JavaCall.FoundShort found, JavaCall mapping, long untilNanos) {
    FileId file = found.file().id();
    long fromNanos =
        Math.max(
            found.previousNanos() - SLACK_NANOS,
            mapping == null ? Long.MIN_VALUE : mapping.started().nanos());
    List<Cutting> seen =
        cuts.getOrDefault(file, new ArrayDeque<>()).stream()
            .filter(one -> one.isBetween(fromNanos, untilNanos))
            .toList();
    return seen.isEmpty() && !tells(file)
        ? guess(found.newSize(), fromNanos, untilNanos)
        : first(seen, one -> one.newSize() == found.newSize())
            .or(() -> first(seen.reversed(), one -> one.newSize() < found.newSize()));
  }

  private static Optional<Cutting> first(List<Cutting> cuts, Predicate<Cutting> which) {
    return cuts.stream().filter(which).findFirst();
  }

  private Optional<Cutting> guess(long newSize, long fromNanos, long untilNanos) {
    List<Cutting> likely =
        asked.stream()
            .filter(one -> one.file == null)
            .map(one -> one.cutting)
            .filter(one -> one.newSize() == newSize)
            .filter(one -> one.isBetween(fromNanos, untilNanos))
            .toList();
    long callers = likely.stream().map(one -> one.actor().process().pid()).distinct().count();
    return callers == 1 ? Optional.of(likely.getLast().guessed()) : Optional.empty();
  }

  /** Returns the cuts of mapped files since a moment, of each file the last. */
  public Map<FileId, Cutting> since(long nanos) {
    Map<FileId, Cutting> recent = new LinkedHashMap<>();
    cuts.forEach(
        (file, all) -> {
          if (all.getLast().stamp().nanos() >= nanos) {
            recent.put(file, all.getLast());
          }
        });
    return recent;
  }
}
