package io.pinaudit.lab.guest;

import java.time.Duration;

/**
 * How a command in the guest ended.
 *
 * @param exitStatus the command's status; 128 plus the signal if one ended it, 127 if it was not
 *     found
 * @param acceleration what executed the guest; never {@link Acceleration#AUTO}
 * @param bootTime time from QEMU's start until the command started
 * @param commandTime time from then until the command ended
 */
public record GuestResult(
    int exitStatus, Acceleration acceleration, Duration bootTime, Duration commandTime) {}
