package io.pinaudit.analyzer.whatif;

/**
 * Says what a kernel would do in a taking.
 *
 * @param outcome the outcome in one word
 * @param pages how many pages would be freed, orphaned or waited for
 * @param nanos how long the call would wait, or how long the pins would live on, in nanoseconds; a
 *     lower bound if the pins were not seen to end
 * @param ended whether the end of the pins was seen
 * @param row the row of the table that says so; null if the forecast is withheld
 * @param why why the forecast is withheld; null otherwise
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
