package io.pinaudit.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs test classes in this JVM and prints how each class and method ended, a block each. */
final class RunSubjects {
  private RunSubjects() {}

  public static void main(String[] args) {
    LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
    for (String name : args) {
      request.selectors(selectClass(name));
    }
    LauncherDiscoveryRequest built =
        request
            .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
            .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
            .configurationParameter(
                "junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
            .build();
    LauncherFactory.create().execute(built, new Printer());
  }

  private static final class Printer implements TestExecutionListener {
    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      String name = test.getSource().map(Printer::name).orElse("");
      if (!name.isEmpty()) {
        String message =
            result.getThrowable().map(thrown -> String.valueOf(thrown.getMessage())).orElse("");
        System.out.println("<<" + name + " " + result.getStatus() + "\n" + message + ">>");
      }
    }

    private static String name(TestSource source) {
      if (source instanceof MethodSource method) {
        return simple(method.getClassName()) + "." + method.getMethodName();
      }
      return source instanceof ClassSource type ? simple(type.getClassName()) : "";
    }

    private static String simple(String className) {
      return className.substring(className.lastIndexOf('.') + 1);
    }
  }
}
