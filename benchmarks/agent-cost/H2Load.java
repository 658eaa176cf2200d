import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.util.Random;

/** Inserts, updates, selects and commits, on H2's mapped files. */
public final class H2Load {
  private H2Load() {}

  public static void main(String[] args) throws Exception {
    Path file = Path.of(args[0]).toAbsolutePath().resolve("h2-" + ProcessHandle.current().pid());
    Random random = new Random(7);
    try (Connection connection = DriverManager.getConnection("jdbc:h2:nioMapped:" + file)) {
      connection.createStatement().execute("create table t(id int primary key, text varchar)");
      PreparedStatement merge = connection.prepareStatement("merge into t values (?, ?)");
      PreparedStatement select = connection.prepareStatement("select text from t where id = ?");
      connection.setAutoCommit(false);
      Slices.serve(
          () -> {
            for (int i = 0; i < 5000; i++) {
              merge.setInt(1, random.nextInt(20_000));
              merge.setString(2, "text " + random.nextLong());
              merge.execute();
              select.setInt(1, random.nextInt(20_000));
              select.executeQuery().close();
              if (i % 500 == 0) {
                connection.commit();
              }
            }
            connection.commit();
          });
    }
  }
}
