package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.PageRange;

/** Knows, of each page frame, the page of a file that it is or was last. */
public final class PageOwners {
  private final RangeMap<Owner> owners = new RangeMap<>();

  /**
   * A page of a file.
   *
   * @param file the file
   * @param pageOffset the number of the page in the file, from 0
   */
  public record Owner(FileRef file, long pageOffset) {}

  void owned(PageRange frames, FileRef file, long pageOffset) {
    owners.put(frames.first(), frames.count(), new Owner(file, pageOffset));
  }

  /** Returns the owner of a page frame; null if none was seen. */
  public Owner owner(long pfn) {
    RangeMap.Entry<Owner> entry = owners.get(pfn);
    return entry == null
        ? null
        : new Owner(entry.value().file(), entry.value().pageOffset() + pfn - entry.start());
  }
}
