package io.pinaudit.fleet.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.report.Markup;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PlotTest {
  private static String svg(Plot plot) {
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out);
    plot.write(new Markup(writer));
    writer.flush();
    return out.toString();
  }

  @Test
  void drawsBarsToScale() {
    String svg =
        svg(
            new Plot(
                "Runs",
                List.of(new Plot.Series("good", "a"), new Plot.Series("bad", "b")),
                List.of(
                    new Plot.Bar("1 Nov", List.of(5L, 0L)),
                    new Plot.Bar("2 Nov", List.of(10L, 10L)))));
    List<String> heights =
        Pattern.compile(" height=\"([\\d.]+)\"")
            .matcher(svg)
            .results()
            .map(match -> match.group(1))
            .toList();
    assertEquals(List.of("36.5", "73.0", "73.0"), heights, "none for a zero");
    assertTrue(svg.contains("<title>2 Nov: 10 bad</title>"), svg);
    assertTrue(svg.contains("aria-label=\"Runs, from 1 Nov to 2 Nov, at most 20\""), svg);
  }

  @Test
  void drawsNothingOfNothing() {
    assertTrue(svg(new Plot("Runs", List.of(), List.of())).contains("from no day"));
  }
}
