package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.run.BoundedMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The memory that JVMs have handed to the kernel and that the kernel holds at this moment.
 *
 * <p>The agent never sees that memory lent to a pipe comes back. Therefore only the latest loans of
 * each file are kept, for a limited number of files.
 */
final class Holds {
  private static final int MOST_LOANS_OF_FILE = 64;
  private static final int MOST_FILES_WITH_LOANS = 4096;
  private static final int FEW = 2;
  private static final int FEW_KEYS = 1 << 10;

  private final Index<FileId> byBuffer = new Index<>();
  private final Index<FileId> byStorage = new Index<>();
  private final Index<String> byProcess = new Index<>();
  private final Map<Key, Hold> lasting = new HashMap<>();
  private final Map<FileId, List<Hold>> loans = BoundedMap.ofLastUsed(MOST_FILES_WITH_LOANS);

  /** The key of a request or a pin of one JVM. */
  private record Key(String process, boolean request, long id) {}

  /** The holds of each key, in the order in which they began. */
  private static final class Index<K> {
    /** Of some keys the set is empty: most files are soon held again. */
    private final Map<K, Set<Hold>> sets = new HashMap<>();

    private int mostKeys = FEW_KEYS;

    void add(K key, Hold hold) {
      if (key != null) {
        sets.computeIfAbsent(key, _ -> new LinkedHashSet<>(FEW)).add(hold);
        if (sets.size() > mostKeys) {
          sets.values().removeIf(Set::isEmpty);
          mostKeys = Math.max(FEW_KEYS, 2 * sets.size());
        }
      }
    }

    void remove(K key, Hold hold) {
      if (key != null) {
        sets.get(key).remove(hold);
      }
    }

    Set<Hold> get(K key) {
      return sets.getOrDefault(key, Set.of());
    }
  }

  /**
   * Notes the beginning of a call that may hand memory over.
   *
   * @return the hold that is to end with the call; null if there is none
   */
  Hold started(JavaCall call, JavaCall mapping) {
    Hold hold = Hold.of(call, mapping);
    if (hold == null) {
      return null;
    }
    return switch (hold.kind()) {
      case CALL -> {
        add(hold);
        yield hold;
      }
      case REQUEST, DECLARED -> {
        if (lasting.putIfAbsent(key(call), hold) == null) {
          add(hold);
        }
        yield null;
      }
      case PIPE -> {
        if (hold.buffer() != null) {
          lend(hold);
        }
        yield null;
      }
    };
  }

  /** Notes the return of a call, which may have ended what another call had begun. */
  void finished(JavaCall call) {
    Key key = ended(call);
    Hold ended = key == null ? null : lasting.remove(key);
    if (ended != null) {
      end(ended, call.started());
    }
  }

  private static Key key(JavaCall call) {
    return call.effect() instanceof JavaCall.Transferred transfer
        ? new Key(call.process(), true, transfer.requestId())
        : new Key(call.process(), false, ((JavaCall.Pinned) call.effect()).pinId());
  }

  private static Key ended(JavaCall call) {
    return switch (call.effect()) {
      case JavaCall.TransferEnded end -> new Key(call.process(), true, end.requestId());
      case JavaCall.Unpinned end -> new Key(call.process(), false, end.pinId());
      case JavaCall.Maps _, JavaCall.HandsOver _, JavaCall.TakesAway _, JavaCall.Harmless _ -> null;
    };
  }

  private void add(Hold hold) {
    byBuffer.add(hold.buffer(), hold);
    byStorage.add(hold.storage(), hold);
    byProcess.add(hold.call().process(), hold);
  }

  /** Ends a hold. */
  void end(Hold hold, Stamp end) {
    hold.end(end);
    byBuffer.remove(hold.buffer(), hold);
    byStorage.remove(hold.storage(), hold);
    byProcess.remove(hold.call().process(), hold);
  }

  private void lend(Hold hold) {
    List<Hold> ofFile = loans.computeIfAbsent(hold.buffer(), _ -> new ArrayList<>());
    ofFile.add(hold);
    if (ofFile.size() > MOST_LOANS_OF_FILE) {
      ofFile.removeFirst();
    }
  }

  /** Forgets what was lent of a file that is gone. */
  void forget(FileId file) {
    loans.remove(file);
  }

  /**
   * Returns the holds of a file's memory, the holds for I/O to or from the file, and the loans of
   * the file's memory.
   */
  List<Hold> of(FileId file) {
    Set<Hold> buffers = byBuffer.get(file);
    Set<Hold> storages = byStorage.get(file);
    List<Hold> lent = loans.getOrDefault(file, List.of());
    if (buffers.isEmpty() && storages.isEmpty() && lent.isEmpty()) {
      return List.of();
    }
    Set<Hold> holds = new LinkedHashSet<>(buffers);
    holds.addAll(storages);
    holds.addAll(lent);
    return List.copyOf(holds);
  }

  /** Returns all holds but loans to pipes. */
  Stream<Hold> live() {
    return byProcess.sets.values().stream().flatMap(Set::stream);
  }

  /** Returns the holds of a range of addresses. */
  List<Hold> of(String process, JavaCall.Unmapped range) {
    List<Hold> met = List.of();
    Set<Hold> ofProcess = byProcess.get(process);
    if (ofProcess.isEmpty()) {
      return met;
    }
    for (Hold hold : ofProcess) {
      if (hold.meets(process, range)) {
        met = met.isEmpty() ? new ArrayList<>() : met;
        met.add(hold);
      }
    }
    return met;
  }
}
