package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.pinaudit.lab.KernelCache.ImagePackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KernelCacheTest {
  @Test
  void readsTheImageThatTheMetaPackageDependsOn() throws IOException {
    String shown =
        """
        Package: linux-image-amd64
        Source: linux-signed-amd64 (6.1.192+2)
        Version: 6.1.192-2
        Depends: linux-image-6.1.0-56-amd64 (= 6.1.192-2)
        Description-en: Linux for 64-bit PCs (meta-package)
        """;
    assertEquals(
        new ImagePackage("linux-image-6.1.0-56-amd64", "6.1.192-2"), ImagePackage.in(shown));
  }

  @Test
  void namesThePlaceAfterPackageAndVersion() {
    assertEquals(
        "linux-image-6.12.9+bpo-amd64_6.12.9-1~bpo12+1",
        new ImagePackage("linux-image-6.12.9+bpo-amd64", "6.12.9-1~bpo12+1").folder());
    assertEquals("linux-image-x_1%2-3", new ImagePackage("linux-image-x", "1:2-3").folder());
  }

  @Test
  void refusesADescriptionWithoutImage() {
    assertThrows(IOException.class, () -> ImagePackage.in("Package: linux-image-amd64\n"));
  }

  @Test
  void followsTheXdgSpecification() {
    assertEquals(
        Path.of("/c"), KernelCache.userDirectory(Map.of("XDG_CACHE_HOME", "/c", "HOME", "/h")));
    assertEquals(Path.of("/h/.cache"), KernelCache.userDirectory(Map.of("HOME", "/h")));
    assertEquals(
        Path.of("/h/.cache"),
        KernelCache.userDirectory(Map.of("XDG_CACHE_HOME", "relative", "HOME", "/h")));
  }
}
