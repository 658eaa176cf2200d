package io.pinaudit.lab.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.cli.UsageException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccelerationTest {
  @Test
  void seesHardwareVirtualisationOfBothMakers() {
    assertTrue(Acceleration.hasVirtualisation("model name : x\nflags\t\t: fpu vmx sse\n"));
    assertTrue(Acceleration.hasVirtualisation("flags\t\t: fpu svm"));
  }

  @Test
  void isNotFooledByOtherFlags() {
    assertFalse(Acceleration.hasVirtualisation("flags\t\t: fpu vmx_x svmx\nbugs\t: vmx svm\n"));
    assertFalse(Acceleration.hasVirtualisation(""));
  }

  @Test
  void triesWhatWasAskedFor() {
    assertEquals(List.of(Acceleration.TCG), Acceleration.named("tcg").candidates());
    assertEquals(List.of(Acceleration.KVM), Acceleration.named("kvm").candidates());
    assertEquals(Acceleration.TCG, Acceleration.named("auto").candidates().getLast());
    assertThrows(UsageException.class, () -> Acceleration.named("xen"));
  }
}
