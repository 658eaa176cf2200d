package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.run.BoundedMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
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

  private final Map<FileId, Set<Hold>> byBuffer = new HashMap<>();
  private final Map<FileId, Set<Hold>> byStorage = new HashMap<>();
  private final Map<String, Set<Hold>> byProcess = new HashMap<>();
  private final IdentityHashMap<JavaCall, Hold> calls = new IdentityHashMap<>();
  private final Map<Key, Hold> lasting = new HashMap<>();
  private final Map<FileId, List<Hold>> loans = BoundedMap.ofLastUsed(MOST_FILES_WITH_LOANS);

  /** The key of a request or a pin of one JVM. */
  private record Key(String process, boolean request, long id) {}

  /** Notes the beginning of a call that may hand memory over. */
  void started(JavaCall call, JavaCall mapping) {
    Hold hold = Hold.of(call, mapping);
    if (hold == null) {
      return;
    }
    switch (hold.kind()) {
      case CALL -> {
        calls.put(call, hold);
        add(hold);
      }
      case REQUEST, DECLARED -> {
        if (lasting.putIfAbsent(key(call), hold) == null) {
          add(hold);
        }
      }
      case PIPE -> {
        if (hold.buffer() != null) {
          lend(hold);
        }
      }
    }
  }

  /** Notes the return of a call, which ends the holds that last as long as their call. */
  void finished(JavaCall call, Stamp end) {
    Hold own = calls.isEmpty() ? null : calls.remove(call);
    if (own != null) {
      end(own, end);
    }
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
    index(byBuffer, hold.buffer(), hold);
    index(byStorage, hold.storage(), hold);
    index(byProcess, hold.call().process(), hold);
  }

  private void end(Hold hold, Stamp end) {
    hold.end(end);
    unindex(byBuffer, hold.buffer(), hold);
    unindex(byStorage, hold.storage(), hold);
    unindex(byProcess, hold.call().process(), hold);
  }

  private static <K> void index(Map<K, Set<Hold>> index, K key, Hold hold) {
    if (key != null) {
      index.computeIfAbsent(key, _ -> new LinkedHashSet<>(FEW)).add(hold);
    }
  }

  private static <K> void unindex(Map<K, Set<Hold>> index, K key, Hold hold) {
    Set<Hold> holds = key == null ? null : index.get(key);
    if (holds != null && holds.remove(hold) && holds.isEmpty()) {
      index.remove(key);
    }
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
    Set<Hold> buffers = byBuffer.getOrDefault(file, Set.of());
    Set<Hold> storages = byStorage.getOrDefault(file, Set.of());
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
    return byProcess.values().stream().flatMap(Set::stream);
  }

  /** Returns the holds of a range of addresses. */
  List<Hold> of(String process, JavaCall.Unmapped range) {
    List<Hold> met = List.of();
    for (Hold hold : byProcess.getOrDefault(process, Set.of())) {
      if (hold.meets(process, range)) {
        met = met.isEmpty() ? new ArrayList<>() : met;
        met.add(hold);
      }
    }
    return met;
  }
}
