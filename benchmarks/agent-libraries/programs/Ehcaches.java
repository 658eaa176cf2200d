import java.io.File;
import org.ehcache.PersistentCacheManager;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.ehcache.config.units.MemoryUnit;

/** A cache with a tier on disk. */
public final class Ehcaches {
  private Ehcaches() {}

  public static void main(String[] args) throws Exception {
    for (int round = 0; round < 2; round++) {
      try (PersistentCacheManager manager =
          CacheManagerBuilder.newCacheManagerBuilder()
              .with(CacheManagerBuilder.persistence(new File(args[0], "cache")))
              .withCache(
                  "c",
                  CacheConfigurationBuilder.newCacheConfigurationBuilder(
                      Long.class,
                      String.class,
                      ResourcePoolsBuilder.heap(10).disk(10, MemoryUnit.MB, true)))
              .build(true)) {
        var cache = manager.getCache("c", Long.class, String.class);
        for (long i = 0; i < 5000; i++) {
          cache.put(i, "value " + i);
        }
      }
    }
  }
}
