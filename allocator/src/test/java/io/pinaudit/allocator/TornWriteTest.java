package io.pinaudit.allocator;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.pinaudit.allocator.RecordingMedium.Event;
import io.pinaudit.allocator.RecordingMedium.Force;
import io.pinaudit.allocator.RecordingMedium.Write;
import io.pinaudit.allocator.storage.Medium;
import io.pinaudit.allocator.storage.PoolFile;
import io.pinaudit.allocator.storage.PoolImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cuts the power after 8-byte words that the extent map writes, with all, none, one or some of the
 * words since the last force on the medium, and reads what is left: it must be the map after some
 * operation, not before the last one that had returned as durable and not after the one under way.
 */
class TornWriteTest {
  private static final int WORD = 8;
  private static final long PIECE_BYTES = 2_000;
  private static final long HEADER_BYTES = 8192;
  private static final int CLOSE = 6;

  @TempDir Path folder;

  /** The extent map as the application knows it: name and length by offset. */
  private final List<Map<Long, String>> history = new ArrayList<>();

  private final List<Event> events = RecordingMedium.events();

  /** For each event: which of the history was durable for certain, and which was under way. */
  private final List<int[]> bounds = new ArrayList<>();

  private int durable;
  private byte[] before;

  /** A piece of the next log. */
  private BooleanSupplier rewrite = () -> false;

  /** What an operation does between the writes of a superblock by somebody else. */
  private Runnable meanwhile = () -> {};

  private boolean inRewrite;
  private int rewrites;
  private int switches;

  /** Runs a random application; the map's log restarts and is lengthened on the way. */
  private void run(long seed, int operations) throws IOException {
    Path path = folder.resolve("pool" + seed);
    history.clear();
    events.clear();
    bounds.clear();
    durable = 0;
    history.add(Map.of());
    PoolFile.create(path, 2 << 20);
    before = Files.readAllBytes(path);
    Random random = new Random(seed);
    PoolOptions options =
        PoolOptions.defaults()
            .medium(storage -> watched(new RecordingMedium(storage, events)))
            .rewritePieces(PIECE_BYTES)
            .rewriter(pieces -> rewrite = pieces);
    try (ExtentPool pool = ExtentPool.open(path, options)) {
      noteBounds();
      List<Extent> live = new ArrayList<>();
      meanwhile = () -> operateUnchecked(pool, live, random);
      for (int i = 0; i < operations; i++) {
        operate(pool, live, random);
        noteBounds();
        rewriteSome(random);
      }
      rewrites += (int) pool.numbers().logRewrites();
      meanwhile = () -> {};
    }
    noteBounds();
  }

  /** At times all of the next log at once, mostly a piece or nothing. */
  private void rewriteSome(Random random) {
    inRewrite = true;
    int pieces = random.nextInt(20) == 0 ? 1_000 : random.nextInt(3);
    while (pieces > 0 && rewrite.getAsBoolean()) {
      pieces--;
      noteBounds();
    }
    inRewrite = false;
    noteBounds();
  }

  /** While one thread writes the superblocks of the next log, another goes on. */
  private Medium watched(Medium storage) {
    return new ForwardingMedium(storage) {
      @Override
      public void force(long offsetBytes, long lengthBytes) {
        super.force(offsetBytes, lengthBytes);
        if (inRewrite && offsetBytes < HEADER_BYTES) {
          inRewrite = false;
          switches++;
          noteBounds();
          meanwhile.run();
          noteBounds();
          inRewrite = true;
        }
      }
    };
  }

  private void operateUnchecked(ExtentPool pool, List<Extent> live, Random random) {
    try {
      operate(pool, live, random);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void operate(ExtentPool pool, List<Extent> live, Random random) throws IOException {
    int choice = random.nextInt(100);
    if (live.size() > 110) {
      choice = 80;
    }
    if ((choice < 60 && live.size() < 90) || live.isEmpty()) {
      Extent extent = pool.allocate(4096L * (1 + random.nextInt(2)));
      live.add(extent);
      commit(extent, random);
    } else if (choice < 65) {
      commit(live.get(random.nextInt(live.size())), random);
    } else if (choice < 75) {
      changeSeveral(pool, live, random);
    } else if (choice < 96) {
      Extent extent = live.remove(random.nextInt(live.size()));
      Map<Long, String> next = next();
      next.remove(extent.offset());
      history.add(next);
      extent.free();
    } else {
      pool.sync();
      durable = history.size() - 1;
    }
  }

  /** Replaces some and adds some, all at once. */
  private void changeSeveral(ExtentPool pool, List<Extent> live, Random random) throws IOException {
    Changes changes = pool.changes();
    Map<Long, String> next = next();
    List<Extent> added = new ArrayList<>();
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      Extent extent = pool.allocate(4096L * (1 + random.nextInt(2)));
      String name = "y".repeat(random.nextInt(100));
      added.add(extent);
      changes.commit(extent, name);
      next.put(extent.offset(), extent.length() + name);
    }
    for (int i = random.nextInt(4); i > 0 && !live.isEmpty(); i--) {
      Extent extent = live.remove(random.nextInt(live.size()));
      changes.free(extent);
      next.remove(extent.offset());
    }
    live.addAll(added);
    history.add(next);
    changes.apply();
    durable = history.size() - 1;
  }

  private void commit(Extent extent, Random random) throws IOException {
    String name = "x".repeat(random.nextInt(256));
    Map<Long, String> next = next();
    next.put(extent.offset(), extent.length() + name);
    history.add(next);
    extent.commit(name);
    durable = history.size() - 1;
  }

  private Map<Long, String> next() {
    return new HashMap<>(history.getLast());
  }

  /** The events of an operation happened after what was durable before it, and before its end. */
  private void noteBounds() {
    int floor = bounds.isEmpty() ? 0 : bounds.getLast()[2];
    while (bounds.size() < events.size()) {
      bounds.add(new int[] {floor, history.size() - 1, floor});
    }
    if (!bounds.isEmpty()) {
      bounds.getLast()[2] = durable;
    }
  }

  /** Of four events one is cut short, and all about the superblocks. */
  private boolean isCut(int event, Random random) {
    int from = Math.max(0, event - CLOSE);
    return random.nextInt(4) == 0
        || events.subList(from, Math.min(events.size(), event + CLOSE)).stream()
            .anyMatch(one -> one instanceof Write write && write.offset() < HEADER_BYTES);
  }

  private int checkCuts(long seed) throws IOException {
    Random random = new Random(seed);
    byte[] image = before.clone();
    List<long[]> loose = new ArrayList<>();
    int cuts = 0;
    for (int i = 0; i < events.size(); i++) {
      int floor = bounds.get(i)[0];
      int current = bounds.get(i)[1];
      boolean cut = isCut(i, random);
      switch (events.get(i)) {
        case Write write -> {
          for (long[] word : words(write)) {
            loose.add(word);
            cuts += cut ? check(image, loose, floor, current) : 0;
          }
          for (int order = 0; cut && order < 4; order++) {
            cuts += check(image, some(loose, random, order), floor, current);
          }
        }
        case Force force -> {
          apply(image, loose.stream().filter(word -> isIn(force, word)).toList());
          loose.removeIf(word -> isIn(force, word));
          cuts += check(image, loose, floor, current);
          cuts += check(image, List.of(), floor, current);
        }
      }
    }
    return cuts;
  }

  private static boolean isIn(Force force, long[] word) {
    return word[0] >= force.offset() && word[0] < force.offset() + force.length();
  }

  private static List<long[]> words(Write write) {
    List<long[]> words = new ArrayList<>();
    byte[] padded = Arrays.copyOf(write.bytes(), (write.bytes().length + 7) / 8 * 8);
    for (int at = 0; at < padded.length; at += WORD) {
      words.add(new long[] {write.offset() + at, ByteBuffer.wrap(padded).getLong(at)});
    }
    return words;
  }

  private static List<long[]> some(List<long[]> loose, Random random, int order) {
    int without = random.nextInt(loose.size());
    return switch (order) {
      case 0 -> List.of(loose.getLast());
      case 1 -> {
        List<long[]> rest = new ArrayList<>(loose);
        rest.remove(without);
        yield rest;
      }
      default -> loose.stream().filter(word -> random.nextBoolean()).toList();
    };
  }

  private static void apply(byte[] image, List<long[]> words) {
    ByteBuffer bytes = ByteBuffer.wrap(image);
    words.forEach(word -> bytes.putLong((int) word[0], word[1]));
  }

  private int check(byte[] durableImage, List<long[]> words, int floor, int current)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(durableImage);
    long[] saved = words.stream().mapToLong(word -> bytes.getLong((int) word[0])).toArray();
    apply(durableImage, words);
    Map<Long, String> found = read(durableImage);
    for (int i = words.size() - 1; i >= 0; i--) {
      bytes.putLong((int) words.get(i)[0], saved[i]);
    }
    for (int at = current; at >= floor; at--) {
      if (history.get(at).equals(found)) {
        return 1;
      }
    }
    return fail("found none of the states " + floor + " to " + current + " but " + found);
  }

  private static Map<Long, String> read(byte[] image) throws IOException {
    PoolImage.Source source =
        new PoolImage.Source() {
          @Override
          public long length() {
            return image.length;
          }

          @Override
          public ByteBuffer read(long offset, long length) {
            return ByteBuffer.wrap(image, (int) offset, (int) length).slice();
          }
        };
    Map<Long, String> found = new HashMap<>();
    PoolImage.read(source, "image")
        .extents()
        .forEach(extent -> found.put(extent.offset(), extent.length() + extent.name()));
    return found;
  }

  @Test
  void losesNothingInAnyCut() throws IOException {
    int cuts = 0;
    for (long seed = 1; seed <= 2; seed++) {
      run(seed, 1_500);
      cuts += checkCuts(seed);
    }
    assertTrue(cuts > 15_000, "only " + cuts + " cuts");
    assertTrue(rewrites > 4, "only " + rewrites + " rewrites");
    assertTrue(switches > 4, "only " + switches + " operations while superblocks were written");
  }

  @Test
  void seesAForceThatDoesNothing() throws IOException {
    run(5, 100);
    events.replaceAll(event -> event instanceof Force ? new Force(0, 0) : event);
    assertThrows(Throwable.class, () -> checkCuts(5));
  }
}
