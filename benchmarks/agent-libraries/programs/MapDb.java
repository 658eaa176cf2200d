import java.io.File;
import java.util.Map;
import org.mapdb.DB;
import org.mapdb.DBMaker;
import org.mapdb.Serializer;

/** MapDB's mapped, channel and plain files, with its cleaner hack, and a log. */
public final class MapDb {
  private MapDb() {}

  public static void main(String[] args) {
    fill(DBMaker.fileDB(new File(args[0], "mapped")).fileMmapEnable().cleanerHackEnable().make());
    fill(DBMaker.fileDB(new File(args[0], "mapped")).fileMmapEnable().make());
    fill(DBMaker.fileDB(new File(args[0], "channel")).fileChannelEnable().make());
    fill(DBMaker.fileDB(new File(args[0], "plain")).make());
    fill(DBMaker.fileDB(new File(args[0], "log")).transactionEnable().make());
    fill(DBMaker.fileDB(new File(args[0], "gone")).fileMmapEnable().fileDeleteAfterClose().make());
  }

  private static void fill(DB db) {
    try (db) {
      Map<Integer, String> map =
          db.hashMap("m", Serializer.INTEGER, Serializer.STRING).createOrOpen();
      for (int i = 0; i < 2000; i++) {
        map.put(i, "value " + i);
      }
      db.commit();
      map.clear();
      db.commit();
      db.getStore().compact();
    }
  }
}
