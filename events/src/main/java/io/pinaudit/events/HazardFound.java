package io.pinaudit.events;

import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * A hazard that {@code pinaudit watch} found in the run of this JVM and told of, so that it stands
 * in the recording beside all else that happened then. Its start and end are when the hazard
 * happened; the recording has it a few seconds later, when the watch told of it.
 */
@Name(HazardFound.NAME)
@Label("Hazard Found")
@Description("A hazard that pinaudit watch found in this run and told of")
@Enabled
@StackTrace(false)
public final class HazardFound extends TimedEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "HazardFound";

  /** Makes an empty event: fill it, then commit it. */
  public HazardFound() {}

  @Label("Finding")
  @Description("Its name in the reports of the run: F1, F2, …")
  public String finding;

  @Label("Rule")
  @Description("The rule that found it, such as FreedWhilePinned")
  public String rule;

  @Label("Severity")
  @Description("info, warning, error or critical")
  public String severity;

  @Label("Certainty")
  @Description("How sure it is: possible, observed or confirmed")
  public String certainty;

  @Label("Fingerprint")
  @Description("The same in every run of the same program")
  public String fingerprint;

  @Label("What")
  @Description("What happened, in one clause")
  public String what;

  @Label("Where")
  @Description("The file and its blocks")
  public String where;
}
