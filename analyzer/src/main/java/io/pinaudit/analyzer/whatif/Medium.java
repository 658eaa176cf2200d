package io.pinaudit.analyzer.whatif;

import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.run.DeviceNumber;

/**
 * The kind of file system that a file lies on.
 *
 * @param fileSystem type of the file system; null if unknown
 * @param dax whether the pages of the file are storage
 */
record Medium(String fileSystem, boolean dax) {
  static Medium of(FileRef file, Ledgers ledgers) {
    DeviceNumber device = file.id().device();
    return new Medium(
        ledgers.blocks().fileSystem(device), ledgers.blocks().dax(device).orElse(false));
  }
}
