import io.pinaudit.agent.boot.Dispatcher;
import java.nio.file.Files;
import java.nio.file.Path;

/** Replaces all hooks by one that throws, then goes about its business. */
public final class FailingHookProgram {
  private FailingHookProgram() {}

  public static void main(String[] args) throws Exception {
    for (int i = 0; i < Dispatcher.CAPACITY; i++) {
      Dispatcher.install(
          i,
          (first, second, a, b, c, d) -> {
            throw new IllegalStateException("fault");
          });
    }
    Path path = Path.of(args[0]).resolve("ordinary.dat");
    Files.writeString(path, "ordinary");
    System.out.println(Files.readString(path));
    Files.delete(path);
    Files.writeString(path, "again");
    Files.delete(path);
    System.out.println(Files.exists(path));
  }
}
