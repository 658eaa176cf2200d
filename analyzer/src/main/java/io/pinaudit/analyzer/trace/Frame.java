package io.pinaudit.analyzer.trace;

/**
 * One frame of a Java stack.
 *
 * @param className binary name of the class
 * @param method name of the method
 * @param line line number; 0 or less if unknown
 */
public record Frame(String className, String method, int line) {
  /**
   * Returns whether the frame belongs to the JDK or to the agent, and so to no line of the
   * application.
   */
  public boolean isPlatform() {
    return className.startsWith("java.")
        || className.startsWith("jdk.")
        || className.startsWith("sun.")
        || className.startsWith("io.pinaudit.agent.")
        || className.startsWith("io.pinaudit.events.");
  }

  /**
   * Returns the frame as the JVM prints it. The file name is that of the outermost class, by
   * javac's convention.
   */
  @Override
  public String toString() {
    String simple = className.substring(className.lastIndexOf('.') + 1);
    int nested = simple.indexOf('$');
    String file = (nested > 0 ? simple.substring(0, nested) : simple) + ".java";
    return className + "." + method + "(" + (line > 0 ? file + ":" + line : "Unknown Source") + ")";
  }
}
