package io.pinaudit.junit;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.platform.commons.support.AnnotationSupport;

/** Records and judges what {@link NoPinHazards} is on; JUnit makes one. Any thread. */
final class PinHazardExtension
    implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {
  private static final Namespace NAMESPACE = Namespace.create(PinHazardExtension.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    begin(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    begin(context);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    end(context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    end(context);
  }

  /**
   * Begins a recording. A method, or a nested class, has the recording of the class around it.
   * Where tests are run again, the process that runs them records them.
   */
  private static void begin(ExtensionContext context) {
    if (current(context) == null && !Rerun.isHere()) {
      AnnotationSupport.findAnnotation(context.getElement(), NoPinHazards.class)
          .ifPresent(
              settings ->
                  store(context).put(AuditedTests.class, AuditedTests.begin(context, settings)));
    }
  }

  private static void end(ExtensionContext context) {
    AuditedTests audited = current(context);
    if (audited != null && audited.begunIn(context)) {
      store(context).remove(AuditedTests.class);
      audited.end(context);
    }
  }

  private static AuditedTests current(ExtensionContext context) {
    return store(context).get(AuditedTests.class, AuditedTests.class);
  }

  private static Store store(ExtensionContext context) {
    return context.getStore(NAMESPACE);
  }
}
