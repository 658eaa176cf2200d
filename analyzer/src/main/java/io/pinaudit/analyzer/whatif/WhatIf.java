package io.pinaudit.analyzer.whatif;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Watcher;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.trace.InputException;
import java.util.Optional;

/**
 * Watches an audit and answers what would have happened in the run on other kernels or file
 * systems.
 *
 * <pre>{@code
 * WhatIf whatIf = new WhatIf(Questions.aboutKernels());
 * Audit audit = Audit.of(inputs, whatIf);
 * Answers answers = whatIf.answers(audit);
 * }</pre>
 *
 * <p>Each audit needs a new object, which is confined to the audit's thread.
 */
public final class WhatIf implements Watcher {
  private final Questions questions;
  private final Case.Grouping here = new Case.Grouping();
  private final Case.Grouping onDax = new Case.Grouping();
  private final Remedies.Builder remedies = new Remedies.Builder();
  private final Takings takings =
      new Takings(
          new Takings.Sink() {
            @Override
            public void took(Taking taking) {
              here.add(taking);
              remedies.took(taking);
            }

            @Override
            public void tookAsIfOnDax(Taking taking) {
              onDax.add(taking);
            }
          });

  /** Watches one audit. */
  public WhatIf(Questions questions) {
    this.questions = questions;
  }

  @Override
  public void observe(Moment moment, Ledgers ledgers) {
    if (!questions.any()) {
      return;
    }
    takings.observe(moment, ledgers);
    if (questions.remedies()) {
      remedies.observe(moment, ledgers);
    }
  }

  /**
   * Returns the answers. Call this once, when the audit is over.
   *
   * @throws InputException if the answers depend on the kernel of the run, and that is not known
   */
  public Answers answers(Audit audit) throws InputException {
    if (!questions.any()) {
      return Answers.NONE;
    }
    takings.finish(audit.endNanos(), audit.ledgers());
    KernelTable.Version kernel = kernel(audit);
    return new Answers(
        questions.kernels().isEmpty()
            ? Optional.empty()
            : Optional.of(
                OnKernels.of(
                    questions.kernels(),
                    kernel,
                    here.cases(audit.findings(), kernel),
                    audit.findings())),
        questions.remedies() ? Optional.of(remedies.build()) : Optional.empty(),
        questions.asIfOnDax() ? Optional.of(asIfOnDax(audit, kernel)) : Optional.empty());
  }

  private AsIfOnDax asIfOnDax(Audit audit, KernelTable.Version here) throws InputException {
    KernelTable.Version kernel = questions.daxKernel() == null ? here : questions.daxKernel();
    if (kernel == null) {
      throw new InputException(
          audit.inputs().names().getFirst()
              + ": error: which kernel the run was on is not known: name one, as in dax:6.12");
    }
    return AsIfOnDax.of(
        kernel, onDax.cases(audit.findings(), here), audit.findings(), audit.ledgers().blocks());
  }

  private static KernelTable.Version kernel(Audit audit) {
    var run = audit.inputs().description();
    return run == null ? null : KernelTable.Version.of(run.kernelRelease());
  }
}
