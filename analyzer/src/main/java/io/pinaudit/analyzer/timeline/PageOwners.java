package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.PageRange;

/** Which page of which file each page frame is or last was. */
public final class PageOwners {
  private final RangeMap<Owner> owners = new RangeMap<>();

  /**
   * A page of a file.
   *
   * @param file which
   * @param pageOffset which page of it
   */
  public record Owner(FileRef file, long pageOffset) {}

  void owned(PageRange frames, FileRef file, long pageOffset) {
    owners.put(frames.first(), frames.count(), new Owner(file, pageOffset));
  }

  /** The owner of a page frame; null if none was seen. */
  public Owner owner(long pfn) {
    RangeMap.Entry<Owner> entry = owners.get(pfn);
    return entry == null
        ? null
        : new Owner(entry.value().file(), entry.value().pageOffset() + pfn - entry.start());
  }
}
