package io.pinaudit.samples.real;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * H2 keeps a database on its {@code nioMapped:} file system, which maps the whole file, and
 * compacts it. H2 lets the mapping go and waits until it is gone before it cuts the file; that is
 * right.
 */
public final class H2Mapped {
  private H2Mapped() {}

  /** Runs the program; the package describes the arguments. */
  public static void main(String[] args) throws SQLException {
    String url = "jdbc:h2:nioMapped:" + Folder.of(args).file("db").toAbsolutePath();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "create table t as select x id, repeat('row', 100) text from system_range(1, 2000)");
      statement.execute("checkpoint sync");
      statement.execute("delete from t where id > 100");
      statement.execute("shutdown compact");
    }
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet count = statement.executeQuery("select count(*) from t")) {
      count.next();
      System.out.println("truth: the compacted table has " + count.getInt(1) + " rows");
    }
  }
}
