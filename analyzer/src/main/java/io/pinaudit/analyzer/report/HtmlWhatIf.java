package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.whatif.Answers;
import io.pinaudit.analyzer.whatif.AsIfOnDax;
import io.pinaudit.analyzer.whatif.HeldCurve;
import io.pinaudit.analyzer.whatif.KernelTable;
import io.pinaudit.analyzer.whatif.OnKernels;
import io.pinaudit.analyzer.whatif.Remedies;
import java.util.List;
import java.util.Locale;

/**
 * Writes what a run would have been elsewhere as HTML, in a section of its own after what did
 * happen.
 */
final class HtmlWhatIf {
  private static final int WIDTH = 600;
  private static final int HEIGHT = 80;

  private final Audit audit;
  private final WhatIfProse prose;
  private final String id;
  private final Markup html;

  HtmlWhatIf(Audit audit, String id, Markup html) {
    this.audit = audit;
    this.prose = new WhatIfProse(audit);
    this.id = id;
    this.html = html;
  }

  void write(Answers answers) {
    answers.onKernels().ifPresent(this::kernels);
    answers.remedies().ifPresent(this::remedies);
    answers.asIfOnDax().ifPresent(this::asIfOnDax);
  }

  private void section(String name, String title) {
    html.open("section", "class", "card whatif", "aria-labelledby", HtmlRun.labelledBy(id, name));
    html.element("h2", title, "id", id + name);
  }

  private void kernels(OnKernels kernels) {
    section("kernels", "What if this had run on other kernels (none of it happened here)");
    if (kernels.cases().isEmpty()) {
      html.element("p", "Nothing was taken while pinned, so that kernels do not differ.");
    }
    for (OnKernels.OfCase one : kernels.cases()) {
      html.element("h3", WhatIfProse.title(one.which()));
      html.element("p", prose.facts(one.which()), "class", "none");
      openTable("Kernels", List.of("Linux"), OnKernels.FILE_SYSTEMS);
      for (KernelTable.Version kernel : kernels.kernels()) {
        html.open("tr").element("th", kernel.toString(), "scope", "row");
        OnKernels.FILE_SYSTEMS.forEach(
            type -> html.element("td", WhatIfProse.cell(one.on(kernel, type))));
        html.close();
      }
      closeTable();
      html.open("ul");
      one.withheld().forEach(why -> html.element("li", "withheld: " + why));
      one.rows().forEach(row -> html.element("li", WhatIfProse.row(row)));
      html.close();
    }
    kernels.findings().forEach(one -> finding(one, kernels));
    html.close();
  }

  private void finding(OnKernels.OfFinding one, OnKernels kernels) {
    html.element("h3", one.id() + " " + one.rule());
    if (one.rows().isEmpty()) {
      html.element("p", "The same on every kernel: none ends a pin when memory is unmapped.");
      return;
    }
    html.open("ul");
    one.rows().stream()
        .filter(row -> kernels.kernels().stream().anyMatch(row::covers))
        .forEach(row -> html.element("li", WhatIfProse.row(row)));
    html.close();
  }

  private void remedies(Remedies remedies) {
    section("remedies", "What the remedies would have cost in this run");
    html.element("p", WhatIfProse.total(remedies));
    html.element("p", WhatIfProse.ONE_SCHEDULE, "class", "none");
    if (remedies.unpriced() > 0) {
      html.element("p", WhatIfProse.unpriced(remedies), "class", "none");
    }
    curve(remedies.held());
    openTable(
        "Remedies",
        List.of("site", "COPY", "DEFER", "WAIT", "longest wait", "deadlocks"),
        List.of());
    for (Remedies.Site site : remedies.sites()) {
      html.open("tr").element("td", WhatIfProse.site(site.actor()));
      html.element("td", site.uses() == 0 ? "" : Words.bytes(site.copiedBytes()));
      boolean takes = site.takings() > 0;
      html.element(
          "td",
          takes
              ? WhatIfProse.blocks(site.heldBlocks())
                  + ", "
                  + WhatIfProse.blockSeconds(site.heldBlockNanos())
              : "");
      html.element(
          "td",
          takes ? "%,d x, %s".formatted(site.waits(), WhatIfProse.seconds(site.waitNanos())) : "");
      html.element("td", takes ? WhatIfProse.seconds(site.longestNanos()) : "");
      html.element("td", takes ? Long.toString(site.deadlocks()) : "");
      html.close();
    }
    closeTable();
    html.close();
  }

  /** Blocks held back over time, in steps. */
  private void curve(HeldCurve held) {
    if (held.points().isEmpty()) {
      return;
    }
    long from = audit.startNanos();
    double span = Math.max(1, audit.durationNanos());
    StringBuilder line = new StringBuilder("0," + HEIGHT);
    long before = 0;
    for (HeldCurve.Point point : held.points()) {
      double x = WIDTH * (point.nanos() - from) / span;
      append(line, x, before, held.peak());
      append(line, x, point.blocks(), held.peak());
      before = point.blocks();
    }
    append(line, WIDTH, before, held.peak());
    html.open("figure");
    html.open(
        "svg",
        "viewBox",
        "0 0 " + WIDTH + " " + HEIGHT,
        "class",
        "curve",
        "role",
        "img",
        "aria-label",
        "Blocks held back over the run, at most " + held.peak());
    html.open("polyline", "points", line.toString()).close();
    html.close();
    html.element(
        "figcaption",
        "Blocks that DEFER would hold back over the "
            + WhatIfProse.seconds(audit.durationNanos())
            + " of the run: at most "
            + WhatIfProse.blocks(held.peak())
            + (held.whole() ? "" : ", in its first part"));
    html.close();
  }

  private static void append(StringBuilder line, double x, long blocks, long peak) {
    double y = HEIGHT - (HEIGHT - 2.0) * blocks / Math.max(1, peak);
    line.append(String.format(Locale.ROOT, " %.1f,%.1f", x, y));
  }

  private void asIfOnDax(AsIfOnDax dax) {
    section(
        "as-if",
        "As if the files had been on DAX, on Linux " + dax.kernel() + " (none of it happened)");
    if (dax.would().isEmpty()) {
      html.element("p", WhatIfProse.nothingBad(dax));
    }
    dax.would().forEach(one -> would(one, dax));
    dax.withheld().forEach(one -> would(one, dax));
    if (!dax.gone().isEmpty()) {
      html.element(
          "p", String.join(", ", dax.gone()) + " would not be: I/O to a DAX file is a copy.");
    }
    if (!dax.refused().isEmpty()) {
      html.element(
          "p", String.join(", ", dax.refused()) + ": the pin would be refused with EOPNOTSUPP.");
    }
    html.element("p", WhatIfProse.ONE_SCHEDULE, "class", "none");
    html.close();
  }

  private void would(AsIfOnDax.Would would, AsIfOnDax dax) {
    html.element("h3", WhatIfProse.title(would.which()) + " [" + would.gravity() + "]");
    html.element("p", prose.would(would, dax.kernel()) + ".");
    html.open("ul");
    html.element("li", prose.facts(would.which()));
    html.element("li", "pinned by " + WhatIfProse.site(would.which().first().holder()));
    html.element("li", "taken by " + WhatIfProse.site(would.which().first().actor()));
    if (would.forecast().row() != null) {
      html.element("li", WhatIfProse.row(would.forecast().row()));
    }
    html.close();
  }

  private void openTable(String label, List<String> names, List<String> fileSystems) {
    HtmlRun.openScroll(html, id, label).open("table").open("thead").open("tr");
    names.forEach(name -> html.element("th", name, "scope", "col"));
    fileSystems.forEach(type -> html.element("th", WhatIfProse.fileSystem(type), "scope", "col"));
    html.close().close().open("tbody");
  }

  private void closeTable() {
    html.close().close().close();
  }
}
