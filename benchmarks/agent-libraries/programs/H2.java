import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;

/** A database on each of H2's file systems that map, truncate or split files. */
public final class H2 {
  private H2() {}

  public static void main(String[] args) throws Exception {
    for (String system :
        new String[] {"nioMapped", "async", "split:20:nioMapped", "file", "retry"}) {
      String url =
          "jdbc:h2:"
              + system
              + ":"
              + Path.of(args[0]).toAbsolutePath().resolve(system.replace(':', '-'));
      try (Connection connection = DriverManager.getConnection(url);
          Statement statement = connection.createStatement()) {
        fill(connection, statement);
        statement.execute("shutdown compact");
      }
      try (Connection connection = DriverManager.getConnection(url);
          Statement statement = connection.createStatement();
          ResultSet count = statement.executeQuery("select count(*) from t")) {
        count.next();
        if (count.getInt(1) != 500) {
          throw new AssertionError(count.getInt(1));
        }
      }
    }
  }

  private static void fill(Connection connection, Statement statement) throws Exception {
    statement.execute("create table t(id int primary key, text varchar)");
    try (PreparedStatement insert = connection.prepareStatement("insert into t values (?, ?)")) {
      for (int i = 0; i < 3000; i++) {
        insert.setInt(1, i);
        insert.setString(2, "row " + i + "x".repeat(200));
        insert.execute();
      }
    }
    statement.execute("checkpoint sync");
    statement.execute("delete from t where id >= 500");
  }
}
