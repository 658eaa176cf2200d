import java.net.URL;
import java.net.URLClassLoader;

/** Runs out of stack while it loads classes, again and again. */
public final class OverflowProgram {
  private static final int THREADS = 50;
  private static final long STACK_BYTES = 1 << 18;
  private static final int LOADS_OF_THREAD = 150;
  private static int budget;

  private OverflowProgram() {}

  /** A class to load. */
  static final class Small {}

  public static void main(String[] args) throws Exception {
    URL[] path = {OverflowProgram.class.getProtectionDomain().getCodeSource().getLocation()};
    for (int i = 0; i < THREADS; i++) {
      budget = LOADS_OF_THREAD;
      Thread thread = new Thread(null, () -> overflow(path), "overflow", STACK_BYTES);
      thread.start();
      thread.join();
    }
    System.out.println("done");
  }

  private static void overflow(URL[] path) {
    try {
      dive(path, 0);
    } catch (StackOverflowError e) {
      return;
    }
  }

  private static void dive(URL[] path, int depth) {
    try {
      dive(path, depth + 1);
    } catch (StackOverflowError e) {
      if (depth % 8 == 0) {
        load(path);
      }
      throw e;
    }
  }

  private static void load(URL[] path) {
    if (budget-- <= 0) {
      return;
    }
    try (URLClassLoader loader = new URLClassLoader(path, null)) {
      loader.loadClass("OverflowProgram$Small");
    } catch (Throwable t) {
      return;
    }
  }
}
