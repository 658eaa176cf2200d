import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.nio.ByteBuffer;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;

/** LMDB through jnr-ffi: its files are mapped by its own native code. */
public final class LmdbJava {
  private LmdbJava() {}

  public static void main(String[] args) {
    File folder = new File(args[0], "lmdb");
    folder.mkdir();
    try (Env<ByteBuffer> env = Env.create().setMapSize(1 << 20).setMaxDbs(1).open(folder)) {
      Dbi<ByteBuffer> db = env.openDbi("db", DbiFlags.MDB_CREATE);
      ByteBuffer key = ByteBuffer.allocateDirect(3).put("key".getBytes(UTF_8)).flip();
      ByteBuffer value = ByteBuffer.allocateDirect(5).put("value".getBytes(UTF_8)).flip();
      db.put(key, value);
    }
  }
}
