package io.pinaudit.fleet.report;

import io.pinaudit.analyzer.report.Markup;
import java.util.List;
import java.util.Locale;

/**
 * Draws stacked bars as SVG: one bar a day, with a scale, a legend, and each number as a tooltip.
 *
 * @param title what is counted
 * @param series the parts of a bar, from below
 * @param bars in order of time
 */
record Plot(String title, List<Series> series, List<Bar> bars) {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 180;
  private static final int LEFT = 56;
  private static final int BOTTOM = 24;
  private static final int TOP = 10;
  private static final int MOST_LABELS = 8;

  /**
   * One part of each bar.
   *
   * @param name for the legend
   * @param style CSS class that colours it
   */
  record Series(String name, String style) {}

  /** One bar: a value for each series. */
  record Bar(String label, List<Long> values) {
    long sum() {
      return values.stream().mapToLong(Long::longValue).sum();
    }
  }

  void write(Markup html) {
    html.open("figure", "class", "plot");
    html.element("figcaption", title);
    String size = "0 0 " + WIDTH + " " + HEIGHT;
    html.open("svg", "viewBox", size, "role", "img", "aria-label", description());
    scale(html);
    for (int i = 0; i < bars.size(); i++) {
      bar(i, html);
    }
    labels(html);
    html.close();
    legend(html);
    html.close();
  }

  /** Returns what somebody hears who does not see the plot. */
  private String description() {
    return title
        + ", from "
        + (bars.isEmpty() ? "no day" : bars.getFirst().label + " to " + bars.getLast().label)
        + ", at most "
        + most();
  }

  private long most() {
    return bars.stream().mapToLong(Bar::sum).max().orElse(0);
  }

  /** Returns the first of 1, 2, 5, 10, 20 … that no bar is higher than. */
  private long top() {
    long most = Math.max(1, most());
    long power = 1;
    while (true) {
      for (int factor : new int[] {1, 2, 5}) {
        if (factor * power >= most) {
          return factor * power;
        }
      }
      power *= 10;
    }
  }

  private double y(long value) {
    return HEIGHT - BOTTOM - (double) value / top() * (HEIGHT - BOTTOM - TOP);
  }

  private void scale(Markup html) {
    for (long value : new long[] {0, top() / 2, top()}) {
      String y = text(y(value));
      html.open("line", "x1", text(LEFT), "x2", text(WIDTH), "y1", y, "y2", y, "class", "grid");
      html.close();
      html.element(
          "text",
          "%,d".formatted(value),
          "x",
          text(LEFT - 6),
          "y",
          text(y(value) + 4),
          "class",
          "end");
    }
  }

  private double step() {
    return (double) (WIDTH - LEFT) / Math.max(1, bars.size());
  }

  private void bar(int index, Markup html) {
    Bar bar = bars.get(index);
    double width = Math.max(1, Math.min(40, step() * 0.8));
    double x = LEFT + step() * index + (step() - width) / 2;
    long below = 0;
    for (int part = 0; part < series.size(); part++) {
      long value = bar.values.get(part);
      if (value > 0) {
        double top = y(below + value);
        html.open(
            "rect",
            "x",
            text(x),
            "y",
            text(top),
            "width",
            text(width),
            "height",
            text(y(below) - top),
            "class",
            series.get(part).style);
        html.element("title", "%s: %,d %s".formatted(bar.label, value, series.get(part).name));
        html.close();
      }
      below += value;
    }
  }

  private void labels(Markup html) {
    int every = Math.max(1, (bars.size() + MOST_LABELS - 1) / MOST_LABELS);
    for (int i = 0; i < bars.size(); i += every) {
      html.element(
          "text",
          bars.get(i).label,
          "x",
          text(LEFT + step() * (i + 0.5)),
          "y",
          text(HEIGHT - 6),
          "class",
          "middle");
    }
  }

  private void legend(Markup html) {
    html.open("p", "class", "legend");
    for (Series one : series) {
      html.element("span", one.name, "class", "swatch " + one.style);
    }
    html.close();
  }

  private static String text(double number) {
    return String.format(Locale.ROOT, "%.1f", number);
  }
}
