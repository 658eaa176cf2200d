package io.pinaudit.lab.guest;

import java.time.Duration;

/**
 * How a command in the guest ended.
 *
 * @param exitStatus the command's; 128 plus the signal if one ended it, 127 if it was not found
 * @param acceleration who executed the guest; never {@link Acceleration#AUTO}
 * @param bootTime from QEMU's start until the command started
 * @param commandTime from then until it had ended
 */
public record GuestResult(
    int exitStatus, Acceleration acceleration, Duration bootTime, Duration commandTime) {}
