package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.gate.Judged;
import io.pinaudit.analyzer.trace.Frame;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.whatif.KernelTable;
import io.pinaudit.analyzer.whatif.TableOperation;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One finding as HTML: what, where, when, who, which blocks, what to change and why it is true. */
final class HtmlFinding {
  private static final int MAP_CELLS = 240;
  private static final int SHOWN_FRAMES = 40;

  private final Judged judged;
  private final Finding finding;
  private final Finding.Instance first;
  private final String id;
  private final Audit audit;
  private final Prose prose;
  private final RulePage page;
  private final Map<Source, String> lines;
  private final Markup html;

  /**
   * The run in which findings were made.
   *
   * @param lines the text of the lines that their steps refer to
   */
  record About(Audit audit, Prose prose, Map<Source, String> lines) {}

  HtmlFinding(Judged judged, String id, About about, Markup html) {
    this.lines = about.lines;
    this.judged = judged;
    this.finding = judged.finding();
    this.first = finding.first();
    this.id = id;
    this.audit = about.audit;
    this.prose = about.prose;
    this.page = RulePage.of(finding.hazard());
    this.html = html;
  }

  static void badge(Severity severity, Markup html) {
    html.element("span", Words.lower(severity), "class", "badge " + Words.lower(severity));
  }

  void write() {
    html.open("article", "class", "card finding", "id", id, "aria-labelledby", id + "-title");
    title();
    html.element("p", prose.what(finding), "class", "lead");
    html.element("p", prose.where(first.place()), "class", "where");
    html.element("p", page.summary());
    timeline();
    steps();
    extents();
    change();
    proof();
    again();
    html.close();
  }

  private void title() {
    html.open("h2", "id", id + "-title").text(finding.id() + " " + finding.rule() + " ").close();
    html.open("p", "class", "badges");
    badge(finding.severity(), html);
    html.element("span", Words.lower(finding.certainty()), "class", "badge");
    if (!judged.fails()) {
      html.element("span", Prose.standing(judged), "class", "badge");
    }
    if (finding.count() > 1) {
      html.element("span", "%,d times".formatted(finding.count()), "class", "badge");
    }
    html.close();
  }

  private void timeline() {
    TimePicture picture = TimePicture.of(first);
    html.element("h3", "When");
    html.open("div", "class", "timeline");
    for (TimePicture.Bar bar : picture.bars()) {
      bar(picture, bar);
    }
    html.close();
  }

  private void bar(TimePicture picture, TimePicture.Bar bar) {
    double left = picture.percent(bar.fromNanos());
    double width = picture.percent(bar.toNanos()) - left;
    String kind = bar.kind().name().toLowerCase(Locale.ROOT);
    html.open("div", "class", "row");
    html.element("span", bar.label(), "class", "name");
    html.open("span", "class", "track", "aria-hidden", "true");
    html.element(
        "span",
        "",
        "class",
        "bar " + kind + (bar.moment() ? " moment" : "") + (bar.open() ? " open" : ""),
        "style",
        style(left, width));
    html.close();
    html.element("span", times(bar), "class", "time");
    html.close();
  }

  private String times(TimePicture.Bar bar) {
    String from = "+" + Words.seconds(bar.fromNanos() - audit.startNanos());
    return bar.moment()
        ? from
        : from
            + ", for "
            + Words.seconds(bar.toNanos() - bar.fromNanos())
            + (bar.open() ? " or more" : "");
  }

  private static String style(double left, double width) {
    return String.format(Locale.ROOT, "left:%.3f%%;width:%.3f%%", left, width);
  }

  private void steps() {
    html.element("h3", "Who");
    html.open("div", "class", "steps");
    first.steps().forEach(this::step);
    prose.undropped(first).ifPresent(this::undropped);
    html.close();
  }

  private void undropped(String text) {
    html.open("section", "class", "step").element("h4", "dropped");
    html.element("p", text).close();
  }

  private void step(Step step) {
    html.open("section", "class", "step " + Words.lower(step.role()));
    html.element("h4", Prose.label(step, first));
    html.element("p", prose.headline(step, first));
    if (Prose.hasStack(step)) {
      stack(Prose.stack(step.actor().call()));
    }
    html.close();
  }

  private void stack(List<Frame> frames) {
    if (frames.isEmpty()) {
      html.element("p", "no Java stack was observed", "class", "none");
      return;
    }
    html.open("ol", "class", "stack");
    frames.stream().limit(SHOWN_FRAMES).forEach(this::frame);
    if (frames.size() > SHOWN_FRAMES) {
      html.element("li", "… " + (frames.size() - SHOWN_FRAMES) + " more", "class", "jdk");
    }
    html.close();
  }

  /** Writes a stack frame; a long one may break before the file's name. */
  private void frame(Frame frame) {
    String text = frame.toString();
    int file = text.lastIndexOf('(');
    html.open("li", "class", frame.isPlatform() ? "jdk" : "app").text(text.substring(0, file));
    html.trusted("<wbr>").element("span", text.substring(file), "class", "line").close();
  }

  private void extents() {
    if (first.place().blocks().isEmpty()) {
      return;
    }
    ExtentPicture picture = ExtentPicture.around(first.place().blocks(), MAP_CELLS);
    html.element("h3", "Which blocks");
    html.open("div", "class", "extents");
    for (ExtentPicture.Band band : picture.bands(first)) {
      html.open("div", "class", "row").element("span", band.label(), "class", "name");
      html.open("span", "class", "track", "aria-hidden", "true");
      cells(band, picture.width());
      html.close().close();
    }
    html.open("div", "class", "row axis").element("span", "block", "class", "name");
    html.open("span", "class", "ends").element("span", String.valueOf(picture.first()));
    html.element("span", String.valueOf(picture.last())).close().close();
    html.close();
  }

  /** Writes one element for each run of equal cells. */
  private void cells(ExtentPicture.Band band, int width) {
    BitSet cells = band.cells();
    for (int from = cells.nextSetBit(0); from >= 0; ) {
      int to = cells.nextClearBit(from);
      html.element(
          "span",
          "",
          "class",
          "bar " + band.label(),
          "style",
          style(100.0 * from / width, 100.0 * (to - from) / width));
      from = cells.nextSetBit(to);
    }
  }

  private void change() {
    html.element("h3", "What to change");
    html.open("div", "class", "prose").trusted(HtmlReport.rendered(page.section("How to fix it")));
    html.close();
  }

  private void proof() {
    html.element("h3", "Why it is true");
    html.element("p", certainty());
    html.open("ol", "class", "order");
    first.steps().stream()
        .sorted(Comparator.comparingLong(step -> step.stamp().nanos()))
        .forEach(this::inOrder);
    html.close();
    html.open("details").element("summary", "What this rule takes as proof");
    html.open("div", "class", "prose")
        .trusted(HtmlReport.rendered(page.section("Why it is proof")));
    html.close().close();
    kernels();
    html.open("p").text("More: ");
    html.element("a", "the rule " + finding.rule(), "href", "#rule-" + finding.rule()).close();
  }

  /**
   * Writes what each kernel does in this case: the same program stalls on one kernel and corrupts a
   * file on another.
   */
  private void kernels() {
    TableOperation.Kind operation = KernelTable.operation(finding);
    String type = Explanation.fileSystem(first.place().file(), audit);
    KernelTable.Version here = Explanation.here(audit);
    html.open("details").element("summary", "What this kernel and others do in this case");
    html.open("ul");
    for (KernelTable.Row row : KernelTable.packed().of(operation, type)) {
      boolean same = here != null && type != null && row.covers(here);
      html.open("li").element(same ? "strong" : "span", row.versions() + ":");
      html.text(" " + Explanation.qualifier(row, type) + row.does());
      html.text(same ? " (this kernel, " + here + ")" : "").close();
    }
    html.close().close();
  }

  private void inOrder(Step step) {
    html.open("li").element("strong", Prose.label(step, first).replace(" by", ""));
    html.text(prose.at(step.stamp()));
    String line = lines.get(step.stamp().source());
    if (line != null) {
      html.open("pre").text(line).close();
    }
    html.close();
  }

  private String certainty() {
    return switch (finding.certainty()) {
      case CONFIRMED -> "Confirmed: the kernel showed both sides on the same block, in this order.";
      case OBSERVED ->
          "Observed: both sides were seen; that they belong together follows from the file and"
              + " range.";
      case MET ->
          "Met: two threads stood before these calls at the same time. Nothing orders them; whether"
              + " they overlapped in this run, other findings tell.";
      case PREDICTED ->
          "Predicted: nothing is known to order these calls, and nobody has seen them meet.";
      case POSSIBLE -> "Possible only: " + Prose.doubts(first) + ".";
    };
  }

  private void again() {
    if (finding.count() == 1) {
      return;
    }
    html.open("details");
    html.element("summary", "%,d more through the same lines".formatted(finding.count() - 1));
    html.open("ul");
    long more = finding.count() - 1;
    for (var other : prose.others(first, finding.instances()).entrySet()) {
      html.element("li", Prose.often(other.getKey(), other.getValue()));
      more -= other.getValue();
    }
    if (more > 0) {
      html.element("li", "and %,d more".formatted(more));
    }
    html.close().close();
  }
}
