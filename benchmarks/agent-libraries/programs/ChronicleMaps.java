import java.io.File;
import net.openhft.chronicle.map.ChronicleMap;

/** A persisted map, twice. */
public final class ChronicleMaps {
  private ChronicleMaps() {}

  public static void main(String[] args) throws Exception {
    for (int round = 0; round < 2; round++) {
      try (ChronicleMap<Integer, CharSequence> map =
          ChronicleMap.of(Integer.class, CharSequence.class)
              .averageValue("some value of this length")
              .entries(20_000)
              .createPersistedTo(new File(args[0], "map.dat"))) {
        for (int i = 0; i < 10_000; i++) {
          map.put(i, "value " + i + " " + round);
        }
      }
    }
  }
}
