package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.audit.Activity;
import io.pinaudit.analyzer.audit.Activity.Course;
import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.gate.Judged;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * The whole run over time: what was pinned, under way, waiting and taken away, and when something
 * was wrong. Its size does not grow with the run.
 *
 * <p>It is enlarged without a script: buttons of a radio group choose its width, and it scrolls.
 */
final class HtmlCourse {
  private static final int WIDTH = Activity.SLOTS;
  private static final int HEIGHT = 40;
  private static final int TICKS = 4;
  private static final List<Integer> ZOOMS = List.of(1, 4, 16);

  private final Audit audit;
  private final List<Judged> findings;
  private final String id;
  private final Markup html;

  /**
   * Makes the picture.
   *
   * @param id prefix of the ids of this run's elements
   */
  HtmlCourse(Audit audit, List<Judged> findings, String id, Markup html) {
    this.audit = audit;
    this.findings = findings;
    this.id = id;
    this.html = html;
  }

  void write() {
    if (audit.durationNanos() == 0) {
      return;
    }
    html.open("section", "class", "card", "aria-labelledby", HtmlRun.labelledBy(id, "course"));
    html.element("h2", "The whole run", "id", id + "course");
    html.open("div", "class", "course");
    zoom();
    HtmlRun.openScroll(html, id, "Time line").open("div", "class", "wide");
    for (Course course : Course.values()) {
      lane(course);
    }
    hazards();
    axis();
    html.close().close().close().close();
  }

  private void zoom() {
    html.open("fieldset", "class", "zoom").element("legend", "Enlarge");
    for (int zoom : ZOOMS) {
      String name = id + "zoom" + zoom;
      html.open("span");
      html.empty("input", "type", "radio", "name", id + "zoom", "id", name, "class", "z" + zoom);
      if (zoom == 1) {
        html.attribute("checked", "checked");
      }
      html.element("label", zoom + " ×", "for", name).close();
    }
    html.close();
  }

  private void lane(Course course) {
    List<Long> values = audit.activity().values(course);
    long most = values.isEmpty() ? 0 : Collections.max(values);
    if (most == 0) {
      return;
    }
    String label = label(course, most, values.stream().mapToLong(Long::longValue).sum());
    html.element("p", label, "class", "lane");
    svg(label);
    html.open("path", "class", kind(course), "d", path(values, most)).close();
    html.close();
  }

  private static String label(Course course, long most, long sum) {
    return switch (course) {
      case PINNED_PAGES -> "pinned: at most %,d pages at a time".formatted(most);
      case TRANSFERS -> "Java calls that transfer data: at most %,d at a time".formatted(most);
      case WAITS -> "truncates that look for pins, or wait: at most %,d at a time".formatted(most);
      case TAKEN_AWAY ->
          "taken away: blocks, ranges of files and mappings, %,d times".formatted(sum);
    };
  }

  private static String kind(Course course) {
    return switch (course) {
      case PINNED_PAGES -> "pin";
      case TRANSFERS -> "other";
      case WAITS -> "stall";
      case TAKEN_AWAY -> "act";
    };
  }

  private void svg(String label) {
    html.open("svg", "role", "img", "aria-label", label, "preserveAspectRatio", "none");
    html.attribute("viewBox", "0 0 %d %d".formatted(WIDTH, HEIGHT));
  }

  /** Steps from the lower edge; a slot with anything in it is seen, however little it is. */
  private String path(List<Long> values, long most) {
    StringBuilder path = new StringBuilder("M0 " + HEIGHT);
    long before = -1;
    for (int i = 0; i < values.size(); i++) {
      long value = values.get(i);
      if (value != before) {
        path.append("H").append(at(x(i))).append("V").append(at(y(value, most)));
        before = value;
      }
    }
    return path.append("H").append(at(x(values.size()))).append("V" + HEIGHT + "Z").toString();
  }

  private static double y(long value, long most) {
    return value == 0 ? HEIGHT : HEIGHT - Math.max(2, 1.0 * HEIGHT * value / most);
  }

  /** Returns where a slot begins. */
  private double x(int slot) {
    Activity activity = audit.activity();
    return x(activity.originNanos() + slot * activity.slotNanos());
  }

  private double x(long nanos) {
    double share = 1.0 * (nanos - audit.startNanos()) / audit.durationNanos();
    return Math.clamp(share, 0, 1) * WIDTH;
  }

  private static String at(double place) {
    return String.format(Locale.ROOT, "%.1f", place).replace(".0", "");
  }

  private void hazards() {
    if (findings.isEmpty()) {
      return;
    }
    BitSet wrong = new BitSet(WIDTH);
    for (Judged judged : findings) {
      judged.finding().instances().forEach(instance -> mark(instance, wrong));
    }
    String label = "something was wrong: " + Words.count(findings.size());
    html.element("p", label, "class", "lane");
    svg(label);
    for (int from = wrong.nextSetBit(0); from >= 0; ) {
      int to = wrong.nextClearBit(from);
      html.open("rect", "class", "danger", "x", "" + from, "y", "0", "width", "" + (to - from));
      html.attribute("height", "" + HEIGHT).close();
      from = wrong.nextSetBit(to);
    }
    html.close();
  }

  private void mark(Finding.Instance instance, BitSet wrong) {
    int from = (int) Math.min(WIDTH - 1, x(instance.began().nanos()));
    int to = (int) Math.min(WIDTH - 1, x(instance.began().nanos() + instance.nanos()));
    wrong.set(from, to + 1);
  }

  private void axis() {
    html.open("p", "class", "ends");
    for (int i = 0; i <= TICKS; i++) {
      html.element("span", "+%.3f s".formatted(audit.durationNanos() / 1e9 / TICKS * i));
    }
    html.close();
  }
}
