package io.pinaudit.analyzer.finding;

import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Stamp;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One hazard that was found in a run, as data, with the instances that prove it. Reports turn
 * findings into prose.
 *
 * <p>All instances of one hazard through the same two stacks make one finding.
 *
 * @param id {@code F1}, {@code F2}, … in the order of a report; stable within a run
 * @param hazard what went wrong
 * @param severity how bad the finding is: the severity of its worst instances
 * @param certainty how sure the finding is: the certainty of the surest among its worst instances
 * @param fingerprint 16 hexadecimal digits that are the same in every run of the same program, and
 *     when its lines move; {@code -2} and so on is added if another finding of the run has the same
 * @param sites the two sites that all instances have in common
 * @param count how many instances there were
 * @param first the earliest instance of that severity and certainty, which reports show
 * @param worst the instance of that severity and certainty that lasted longest
 * @param latest the instance of any severity that began last
 * @param instances the earliest ones of any severity, in order of time, at most {@value #KEPT}
 */
public record Finding(
    String id,
    Hazard hazard,
    Severity severity,
    Certainty certainty,
    String fingerprint,
    Sites sites,
    long count,
    Instance first,
    Instance worst,
    Instance latest,
    List<Instance> instances) {
  /**
   * The largest number of instances that a finding keeps; the others are only counted, to save
   * memory.
   */
  public static final int KEPT = 100;

  /**
   * The two sites of a program by which instances are grouped; either is null if it is not known.
   *
   * @param holder the site that pinned, mapped or transferred
   * @param culprit the site that freed, unmapped or waited
   */
  public record Sites(Actor.Site holder, Actor.Site culprit) {}

  /** Returns the same finding under another name. */
  public Finding named(String other) {
    return new Finding(
        other,
        hazard,
        severity,
        certainty,
        fingerprint,
        sites,
        count,
        first,
        worst,
        latest,
        instances);
  }

  /** Returns the name of the rule that found the hazard. */
  public String rule() {
    return hazard.rule();
  }

  /**
   * One occurrence of a hazard.
   *
   * @param severity how bad the occurrence is
   * @param link how sure it is that the two sides that were seen belong together
   * @param doubts what was not seen or is not known; with any doubt the instance is only {@link
   *     Certainty#POSSIBLE}
   * @param place the file and blocks in danger
   * @param steps in order of {@link Step.Role}
   * @param began the moment from which on the hazard was there
   * @param nanos how long the hazard lasted, in nanoseconds; up to the end of the recording if no
   *     end was seen
   * @param ended whether the end of the hazard was seen
   * @param ambiguous whether other pins of the same pages lived too, so that the pin shown is only
   *     the likeliest
   */
  public record Instance(
      Severity severity,
      Certainty link,
      Set<Doubt> doubts,
      Place place,
      List<Step> steps,
      Stamp began,
      long nanos,
      boolean ended,
      boolean ambiguous) {
    /** Keeps its own copy of the doubts. */
    public Instance {
      Set<Doubt> own = EnumSet.noneOf(Doubt.class);
      own.addAll(doubts);
      doubts = Collections.unmodifiableSet(own);
    }

    /**
     * Returns a builder of an instance. Unless the builder is told otherwise, the instance lasted
     * no time, has ended, and is neither doubtful nor ambiguous.
     *
     * @param began the moment from which on the hazard was there
     */
    public static Builder of(Severity severity, Certainty link, Place place, Stamp began) {
      return new Builder(severity, link, place, began);
    }

    /** Returns a copy of this instance with another link and other doubts. */
    public Instance with(Certainty otherLink, Set<Doubt> otherDoubts) {
      return new Instance(
          severity, otherLink, otherDoubts, place, steps, began, nanos, ended, ambiguous);
    }

    /** Builds an instance part by part. Confined to one thread. */
    public static final class Builder {
      private final Severity severity;
      private final Certainty link;
      private final Place place;
      private final Stamp began;
      private Set<Doubt> doubts = Set.of();
      private List<Step> steps = List.of();
      private long nanos;
      private boolean ended = true;
      private boolean ambiguous;

      private Builder(Severity severity, Certainty link, Place place, Stamp began) {
        this.severity = severity;
        this.link = link;
        this.place = place;
        this.began = began;
      }

      /** Sets what was not seen or is not known. */
      public Builder doubts(Set<Doubt> unseen) {
        doubts = unseen;
        return this;
      }

      /** Sets the steps of the proof, in the order of their roles. */
      public Builder steps(List<Step> proof) {
        steps = List.copyOf(proof);
        return this;
      }

      /** Sets how long the hazard lasted, in nanoseconds, and whether its end was seen. */
      public Builder lasted(long durationNanos, boolean endSeen) {
        nanos = durationNanos;
        ended = endSeen;
        return this;
      }

      /** Sets whether other pins of the same pages lived too. */
      public Builder ambiguous(boolean several) {
        ambiguous = several;
        return this;
      }

      /** Returns the instance. */
      public Instance build() {
        return new Instance(severity, link, doubts, place, steps, began, nanos, ended, ambiguous);
      }
    }

    /**
     * Returns how sure the instance is: as sure as its link, but only possible if there are doubts.
     */
    public Certainty certainty() {
      return doubts.isEmpty() ? link : Certainty.POSSIBLE;
    }

    /** Returns the step of a role, if the instance has one. */
    public Optional<Step> step(Step.Role role) {
      return steps.stream().filter(step -> step.role() == role).findFirst();
    }

    /**
     * Returns the buffer endpoint: the mapped file's memory that the I/O used, or at least the
     * file.
     */
    public Optional<Endpoint> buffer() {
      return transfer()
          .filter(transfer -> transfer.buffer().id() != null)
          .map(
              transfer ->
                  endpoint(
                      transfer.buffer(),
                      transfer.bufferRange().offset(),
                      transfer.bufferRange().length()))
          .or(
              () ->
                  step(Step.Role.PINNED)
                      .map(Step::place)
                      .filter(pinned -> pinned.file() != null)
                      .map(pinned -> new Endpoint(pinned.file().id(), null, pinned.ranges())));
    }

    /** Returns the storage endpoint, if the call of the I/O was observed. */
    public Optional<Endpoint> storage() {
      return transfer()
          .filter(transfer -> transfer.storage().path() != null || transfer.storage().id() != null)
          .map(
              transfer ->
                  endpoint(
                      transfer.storage(),
                      transfer.storageOffset(),
                      transfer.bufferRange().length()));
    }

    private Optional<JavaCall.Transferred> transfer() {
      return steps.stream()
          .map(step -> step.actor().call())
          .filter(call -> call != null && call.effect() instanceof JavaCall.Transferred)
          .map(call -> (JavaCall.Transferred) call.effect())
          .findFirst();
    }

    private static Endpoint endpoint(JavaCall.Named file, long offset, long length) {
      return new Endpoint(
          file.id(), file.path(), offset < 0 ? List.of() : List.of(new ByteRange(offset, length)));
    }
  }
}
