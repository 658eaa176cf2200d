package io.pinaudit.analyzer.ftrace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelStackTest {
  @ParameterizedTest
  @CsvSource({
    "entry=0x1 stack= ffffffff81 dax_disassociate_entry+1 ffffffff82 do_truncate+2 ffffffff83"
        + " do_sys_ftruncate.constprop.0+313,ftruncate",
    "entry=0x1 stack= ffffffff81 evict+1 ffffffff82 do_unlinkat+2 ffffffff83"
        + " __x64_sys_unlink+56,unlink",
    "entry=0x1 stack= ffffffff81 ext4_punch_hole+1 ffffffff83 __x64_sys_fallocate+56,fallocate",
    "entry=0x1 stack= ffffffff81 evict+1 ffffffff83 task_work_run+56,close",
    "entry=0x1 stack= ffffffff81 evict+1 ffffffff83 kthread+56,''",
    "entry=0x1 ino=7,''",
    "do_sys_ftruncate entry=0x1,''",
  })
  void namesTheOutermostSystemCall(String text, String name) {
    assertEquals(name, KernelStack.operation(text).name());
  }
}
