package io.pinaudit.analyzer.whatif;

/**
 * What would become of a taking on a kernel.
 *
 * @param outcome in one word
 * @param pages how many pages would be freed, orphaned or waited for
 * @param nanos how long it would wait, or how long the pins would live on; at least so long if they
 *     were not seen to end
 * @param ended whether their end was seen
 * @param row of the table that says so; null if it is withheld
 * @param why it is withheld; null otherwise
 */
public record Forecast(
    Outcome outcome, long pages, long nanos, boolean ended, KernelTable.Row row, String why) {
  static Forecast withheld(String why) {
    return new Forecast(Outcome.WITHHELD, 0, 0, true, null, why);
  }

  static Forecast of(Outcome outcome, Taking.Span span, KernelTable.Row row) {
    return new Forecast(outcome, span.pages(), span.nanos(), span.ended(), row, null);
  }
}
