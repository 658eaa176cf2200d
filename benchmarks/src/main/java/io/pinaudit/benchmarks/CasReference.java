package io.pinaudit.benchmarks;

import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a lease is measured against: two compare-and-sets on one AtomicLong. */
@State(Scope.Benchmark)
public class CasReference {
  private final AtomicLong word = new AtomicLong();

  /** Adds one and takes it away again. */
  @Benchmark
  public boolean casPair() {
    long before = word.get();
    boolean added = word.compareAndSet(before, before + 1);
    return added && word.compareAndSet(before + 1, before);
  }
}
