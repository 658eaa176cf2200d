package io.pinaudit.analyzer.tracedat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The layout of a page of the ring buffer, from the kernel's {@code header_page}.
 *
 * @param commitBytes size of the field at offset 8, which says how much of the page is used
 * @param dataOffset offset of the first event
 */
record PageLayout(int commitBytes, int dataOffset) {
  /** The layout of every 64-bit kernel. */
  static final PageLayout USUAL = new PageLayout(8, 16);

  private static final Pattern COMMIT = Pattern.compile("commit;\\s*offset:8;\\s*size:([48]);");
  private static final Pattern DATA = Pattern.compile("data;\\s*offset:(\\d{1,3});");

  static PageLayout parse(String headerPage) {
    Matcher commit = COMMIT.matcher(headerPage);
    Matcher data = DATA.matcher(headerPage);
    return commit.find() && data.find()
        ? new PageLayout(Integer.parseInt(commit.group(1)), Integer.parseInt(data.group(1)))
        : USUAL;
  }
}
