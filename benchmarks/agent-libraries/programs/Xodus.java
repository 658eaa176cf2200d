import java.io.File;
import jetbrains.exodus.bindings.IntegerBinding;
import jetbrains.exodus.bindings.StringBinding;
import jetbrains.exodus.env.Environment;
import jetbrains.exodus.env.EnvironmentConfig;
import jetbrains.exodus.env.Environments;
import jetbrains.exodus.env.Store;
import jetbrains.exodus.env.StoreConfig;

/** Xodus's log with mapped reads, and its garbage collector. */
public final class Xodus {
  private Xodus() {}

  public static void main(String[] args) throws Exception {
    EnvironmentConfig config = new EnvironmentConfig().setLogCacheUseNio(true).setLogFileSize(64);
    config.setGcFilesDeletionDelay(0).setGcStartIn(0);
    for (int round = 0; round < 3; round++) {
      try (Environment environment = Environments.newInstance(new File(args[0], "x"), config)) {
        for (int j = 0; j < 10; j++) {
          environment.executeInTransaction(
              transaction -> {
                Store store =
                    environment.openStore("s", StoreConfig.WITHOUT_DUPLICATES, transaction);
                for (int i = 0; i < 500; i++) {
                  store.put(
                      transaction,
                      IntegerBinding.intToEntry(i),
                      StringBinding.stringToEntry("value " + i + System.nanoTime()));
                }
              });
        }
        environment.gc();
        Thread.sleep(500);
      }
    }
  }
}
