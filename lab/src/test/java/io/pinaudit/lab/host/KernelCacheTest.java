package io.pinaudit.lab.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.lab.host.KernelCache.ImagePackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
  void readsTheImageBesideOtherPackages() throws IOException {
    String shown =
        """
        Package: linux-image-amd64
        Version: 7.2.12-1
        Depends: linux-base-amd64 (= 7.2.12-1), linux-image-7.2.12+deb14-amd64 (= 7.2.12-1)
        """;
    assertEquals(
        new ImagePackage("linux-image-7.2.12+deb14-amd64", "7.2.12-1"), ImagePackage.in(shown));
  }

  @Test
  void readsThePartsOfASplitImage() {
    String shown =
        """
        Package: linux-image-7.2.12+deb14-amd64
        Depends: dracut | linux-initramfs-tool, linux-base-7.2.12+deb14-amd64 (= 7.2.12-1), \
        linux-binary-7.2.12+deb14-amd64 (= 7.2.12-1), linux-modules-7.2.12+deb14-amd64 (= 7.2.12-1)
        """;
    assertEquals(
        List.of(
            "linux-base-7.2.12+deb14-amd64",
            "linux-binary-7.2.12+deb14-amd64",
            "linux-modules-7.2.12+deb14-amd64"),
        ImagePackage.parts(shown));
  }

  @Test
  void aWholeImageHasNoParts() {
    String shown =
        """
        Package: linux-image-5.10.0-32-amd64
        Depends: kmod, linux-base (>= 4.3~), initramfs-tools (>= 0.120+deb8u2) | linux-initramfs-tool
        """;
    assertEquals(List.of(), ImagePackage.parts(shown));
  }

  @Test
  void tellsKernelsApartByTheirWholeSeries() {
    assertTrue(Kernel.named("6.1").is("6.1.192-2"));
    assertFalse(Kernel.named("6.1").is("6.12.95-1~bpo12+1"));
    assertTrue(Kernel.named("7").is("7.2.12-1"));
    assertFalse(Kernel.named("7").is("5.10.7-1"));
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
