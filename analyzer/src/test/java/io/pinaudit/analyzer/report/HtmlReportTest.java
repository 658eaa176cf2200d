package io.pinaudit.analyzer.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.gate.Judged;
import io.pinaudit.analyzer.gate.Judgement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
  private static final Pattern TAG =
      Pattern.compile("<(/?)([a-z0-9]+)((?:\\s+[a-zA-Z-]+=\"[^\"]*\")*)\\s*/?>");
  private static final Set<String> VOID = Set.of("meta", "wbr", "br", "hr", "input");

  @Test
  void fetchesAndRunsNothing(@TempDir Path folder) throws IOException {
    String html = Runs.report(Format.HTML, Runs.all(folder));
    assertFalse(html.contains("<script"));
    assertFalse(html.contains("url("));
    assertFalse(Pattern.compile("(?i)(src|srcset|data|action)=").matcher(tags(html)).find());
    assertFalse(Pattern.compile("<(link|img|iframe|object|form)").matcher(html).find());
    assertTrue(html.contains("default-src &#39;none&#39;"));
  }

  private static String tags(String html) {
    StringBuilder all = new StringBuilder();
    Matcher tag = TAG.matcher(html);
    while (tag.find()) {
      all.append(tag.group()).append('\n');
    }
    return all.toString();
  }

  @Test
  void escapesHostileNames(@TempDir Path folder) throws IOException {
    String html = Runs.report(Format.HTML, List.of(Runs.judged(Runs.hostile(folder))));
    assertTrue(html.contains("/mnt/dax/&lt;img src=x onerror=alert(1)&gt;"));
    assertTrue(html.contains("&lt;b&gt;run&amp;"));
    assertTrue(html.contains("&lt;script&gt;x&lt;/scri"), "the thread's name");
    assertFalse(html.contains("<img"));
    assertFalse(html.contains("<b>"));
    assertTrue(html.codePoints().noneMatch(c -> c < ' ' && c != '\n'), "no control characters");
    assertEquals("a?b?", Words.printable("a\u202eb\u2028"), "no bidirectional overrides");
  }

  @Test
  void closesWhatItOpens(@TempDir Path folder) throws IOException {
    String html = Runs.report(Format.HTML, Runs.all(folder));
    Deque<String> open = new ArrayDeque<>();
    Matcher tag = TAG.matcher(html);
    while (tag.find()) {
      if (tag.group(1).isEmpty() && !VOID.contains(tag.group(2))) {
        open.push(tag.group(2));
      } else if (!tag.group(1).isEmpty()) {
        assertEquals(open.pop(), tag.group(2), "at " + tag.start());
      }
    }
    assertEquals(0, open.size(), open.toString());
  }

  @Test
  void linksOnlyToWhatIsThere(@TempDir Path folder) throws IOException {
    String html = Runs.report(Format.HTML, Runs.all(folder));
    Matcher link = Pattern.compile("href=\"([^\"]*)\"").matcher(html);
    int links = 0;
    while (link.find()) {
      links++;
      String target = link.group(1);
      assertTrue(target.startsWith("#") || target.startsWith("https://"), target);
      assertTrue(
          !target.startsWith("#") || html.contains(" id=\"" + target.substring(1) + "\""), target);
    }
    assertTrue(links > 10);
  }

  @Test
  void showsTheWholeRunAndItsBlocks() throws IOException {
    String html = Runs.report(Format.HTML, List.of(Runs.judged(Runs.JAVA)));
    for (String part :
        List.of(
            "The whole run",
            "pinned: at most ",
            "something was wrong: 3 findings",
            "pmem0 (259:0), blocks ",
            ": in a finding</title>")) {
      assertTrue(html.contains(part), part);
    }
  }

  @Test
  void staysSmallWithTenThousandFindings() throws IOException {
    Judgement few = Runs.judged(Runs.JAVA);
    List<Judged> many = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      Judged one = few.findings().get(i % few.findings().size());
      many.add(new Judged(one.finding().named("F" + (i + 1)), one.standing(), one.note()));
    }
    String html =
        Runs.report(Format.HTML, List.of(new Judgement("many", few.audit(), List.copyOf(many))));
    assertTrue(html.contains("9,800 more findings"));
    assertTrue(html.contains("and 7,800 more"));
    assertTrue(html.length() < 4_000_000, html.length() + " characters");
  }

  @Test
  void tellsWhatWhereWhyAndWhatToChange() throws IOException {
    String html = Runs.report(Format.HTML, List.of(Runs.judged(Runs.JAVA)));
    for (String part :
        List.of(
            "3 findings (2 critical, 1 error); the run is complete",
            "64 blocks (256 KiB) freed while pinned",
            "dma-into-truncated-194.victim",
            "DmaIntoTruncated.java:108",
            "DmaIntoTruncated.java:122",
            "What to change",
            "Keep the file, its size and its name until the I/O is complete",
            "Why it is true",
            "kernel.ftrace:2379")) {
      assertTrue(html.contains(part), part);
    }
  }
}
