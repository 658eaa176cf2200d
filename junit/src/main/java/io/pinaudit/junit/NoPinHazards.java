package io.pinaudit.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Fails the tests of a class, or one test, if storage or memory was freed, cut or unmapped while an
 * I/O or a mapping still used it.
 *
 * <p>On a class, one recording covers all its tests, nested ones too, and the class fails when its
 * last test has ended: the message says in which test each hazard happened. On a method, the method
 * itself fails. Tests may run in parallel; a hazard is then told of the test whose thread, code or
 * file it concerns, else of "one of" the tests that ran at that time.
 *
 * <p>Files {@code pinaudit.baseline} and {@code pinaudit.suppressions} in the project's folder are
 * read if they exist. The system properties {@code pinaudit.baseline}, {@code
 * pinaudit.suppressions} and {@code pinaudit.directory} name other ones.
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(PinHazardExtension.class)
public @interface NoPinHazards {
  /** How bad a hazard has to be, at least, to fail the tests. */
  enum FailOn {
    /** What loses no data by itself. */
    WARNING,
    /** What loses data, or ends the program. */
    ERROR,
    /** What may change the data of another file. */
    CRITICAL
  }

  /** Returns the mildest severity that fails the tests. */
  FailOn failOn() default FailOn.WARNING;

  /** Returns the names of the rules to apply; none stands for all that can be applied. */
  String[] rules() default {};

  /**
   * Returns whether the tests may pass although not everything that the rules need was seen. The
   * reasons are then published as a report entry.
   */
  boolean allowIncomplete() default false;

  /**
   * Returns how often the tests are run again, at most, if they were clean: each time in a JVM of
   * their own, with the option {@code meet} of the agent, so that calls meet that nothing is known
   * to order. Tests whose calls meet fail. With 0 they are not run again.
   */
  int confirm() default 0;
}
