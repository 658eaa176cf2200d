package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.whatif.Answers;
import io.pinaudit.analyzer.whatif.AsIfOnDax;
import io.pinaudit.analyzer.whatif.KernelTable;
import io.pinaudit.analyzer.whatif.OnKernels;
import io.pinaudit.analyzer.whatif.Remedies;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Prints what a run would have been elsewhere for people in a terminal, after all that did happen.
 */
final class WhatIfText {
  private static final String RULER = "-".repeat(78);
  private static final int MOST_LINES = 50;

  private final WhatIfProse prose;
  private final PrintWriter out;

  WhatIfText(Audit audit, PrintWriter out) {
    this.prose = new WhatIfProse(audit);
    this.out = out;
  }

  void print(Answers answers) {
    answers.onKernels().ifPresent(this::kernels);
    answers.remedies().ifPresent(this::remedies);
    answers.asIfOnDax().ifPresent(this::asIfOnDax);
  }

  private void kernels(OnKernels kernels) {
    heading("what if this had run on other kernels (none of it happened here)");
    if (kernels.cases().isEmpty()) {
      line("  nothing was taken while pinned, so that kernels do not differ");
    }
    kernels.cases().stream().limit(MOST_LINES).forEach(one -> kernels(one, kernels));
    more(kernels.cases().size());
    kernels.findings().stream().limit(MOST_LINES).forEach(one -> finding(one, kernels));
    more(kernels.findings().size());
  }

  private void finding(OnKernels.OfFinding one, OnKernels kernels) {
    line("");
    line(one.id() + " " + one.rule());
    if (one.rows().isEmpty()) {
      line("  the same on every kernel: none ends a pin when memory is unmapped");
    }
    one.rows().stream()
        .filter(row -> kernels.kernels().stream().anyMatch(row::covers))
        .forEach(row -> line("  " + WhatIfProse.row(row)));
  }

  private void kernels(OnKernels.OfCase one, OnKernels kernels) {
    line("");
    line(WhatIfProse.title(one.which()));
    line("  " + prose.facts(one.which()));
    line("  pinned by " + WhatIfProse.site(one.which().first().holder()));
    line("  taken by  " + WhatIfProse.site(one.which().first().actor()));
    for (List<String> row : aligned(cells(one, kernels))) {
      line("  " + String.join("  ", row).stripTrailing());
    }
    one.withheld().forEach(why -> line("  withheld: " + why));
    one.rows().forEach(row -> line("  from: " + WhatIfProse.row(row)));
  }

  private static List<List<String>> cells(OnKernels.OfCase one, OnKernels kernels) {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("Linux"));
    OnKernels.FILE_SYSTEMS.forEach(type -> head.add(WhatIfProse.fileSystem(type)));
    rows.add(head);
    for (KernelTable.Version kernel : kernels.kernels()) {
      List<String> row = new ArrayList<>(List.of(kernel.toString()));
      for (String type : OnKernels.FILE_SYSTEMS) {
        row.add(WhatIfProse.cell(one.on(kernel, type)));
      }
      rows.add(row);
    }
    return rows;
  }

  private void remedies(Remedies remedies) {
    heading("what the remedies would have cost in this run");
    line("  " + WhatIfProse.total(remedies));
    line("  " + WhatIfProse.ONE_SCHEDULE);
    line("");
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("COPY", "DEFER", "WAIT", "longest", "deadlocks", "site"));
    remedies.sites().stream().limit(MOST_LINES).map(WhatIfText::site).forEach(rows::add);
    for (List<String> row : aligned(rows)) {
      line("  " + String.join("  ", row).stripTrailing());
    }
    more(remedies.sites().size());
    if (remedies.unpriced() > 0) {
      line("  " + WhatIfProse.unpriced(remedies));
    }
    if (!remedies.held().whole()) {
      line("  the peak is that of the first 32,768 frees only");
    }
  }

  private static List<String> site(Remedies.Site site) {
    String more = site.ended() ? "" : " or more";
    return List.of(
        site.uses() == 0 ? "-" : Words.bytes(site.copiedBytes()),
        site.takings() == 0
            ? "-"
            : "%s, %s%s"
                .formatted(
                    WhatIfProse.blocks(site.heldBlocks()),
                    WhatIfProse.blockSeconds(site.heldBlockNanos()),
                    more),
        site.takings() == 0
            ? "-"
            : "%,d x, %s%s".formatted(site.waits(), WhatIfProse.seconds(site.waitNanos()), more),
        site.takings() == 0 ? "-" : WhatIfProse.seconds(site.longestNanos()),
        site.takings() == 0 ? "-" : String.format(Locale.ROOT, "%,d", site.deadlocks()),
        WhatIfProse.site(site.actor()));
  }

  private void asIfOnDax(AsIfOnDax dax) {
    heading("as if the files had been on DAX, on Linux " + dax.kernel() + " (none of it happened)");
    if (dax.would().isEmpty()) {
      line("  " + WhatIfProse.nothingBad(dax));
    }
    dax.would().stream().limit(MOST_LINES).forEach(one -> would(one, dax));
    dax.withheld().stream().limit(MOST_LINES).forEach(one -> would(one, dax));
    more(Math.max(dax.would().size(), dax.withheld().size()));
    if (dax.harmless() > 0) {
      line("  %,d more would have done no harm".formatted(dax.harmless()));
    }
    if (!dax.gone().isEmpty()) {
      line(
          "  %s would not be: I/O to a DAX file is a copy"
              .formatted(String.join(", ", dax.gone())));
    }
    if (!dax.refused().isEmpty()) {
      line(
          "  %s: the pin would be refused with EOPNOTSUPP"
              .formatted(String.join(", ", dax.refused())));
    }
    line("  " + WhatIfProse.ONE_SCHEDULE);
  }

  private void would(AsIfOnDax.Would would, AsIfOnDax dax) {
    line("");
    line("%s [%s]".formatted(WhatIfProse.title(would.which()), would.gravity()));
    line("  " + prose.would(would, dax.kernel()));
    line("  " + prose.facts(would.which()));
    line("  pinned by " + WhatIfProse.site(would.which().first().holder()));
    line("  taken by  " + WhatIfProse.site(would.which().first().actor()));
    if (would.forecast().row() != null) {
      line("  from: " + WhatIfProse.row(would.forecast().row()));
    }
  }

  private void more(int count) {
    if (count > MOST_LINES) {
      line("  and %,d more".formatted(count - MOST_LINES));
    }
  }

  private void heading(String text) {
    line(RULER);
    line(text);
  }

  /** Pads the cells with blanks, so that the columns are aligned. */
  private static List<List<String>> aligned(List<List<String>> rows) {
    List<List<String>> aligned = new ArrayList<>();
    for (List<String> row : rows) {
      List<String> cells = new ArrayList<>();
      for (int i = 0; i < row.size(); i++) {
        int column = i;
        int width = rows.stream().mapToInt(other -> other.get(column).length()).max().orElse(0);
        cells.add(row.get(i) + " ".repeat(width - row.get(i).length()));
      }
      aligned.add(cells);
    }
    return aligned;
  }

  private void line(String text) {
    out.println(Words.printable(text));
  }
}
