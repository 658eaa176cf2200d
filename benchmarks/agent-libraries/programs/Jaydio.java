import java.io.File;
import net.smacke.jaydio.DirectRandomAccessFile;

/** Direct I/O through native methods that JNA binds. */
public final class Jaydio {
  private Jaydio() {}

  public static void main(String[] args) throws Exception {
    File path = new File(args[0], "direct.dat");
    byte[] bytes = new byte[1 << 16];
    DirectRandomAccessFile file = new DirectRandomAccessFile(path, "rw", 1 << 14);
    for (int i = 0; i < 10; i++) {
      file.write(bytes, 0, bytes.length);
    }
    file.seek(12_345);
    file.read(bytes, 0, 50_000);
    file.close();
  }
}
