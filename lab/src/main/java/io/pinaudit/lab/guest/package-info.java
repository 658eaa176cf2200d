/**
 * The DAX guest: boots a stock Debian kernel with emulated persistent memory under QEMU and runs a
 * command of this machine in it.
 *
 * <p>{@link io.pinaudit.lab.guest.Guest} is the entry for programs and tests. Depends on {@code
 * host} and {@code cli}. {@code Guest.run} blocks its caller, whose thread must stay alive
 * meanwhile; a thread for each stream of the guest copies it.
 */
package io.pinaudit.lab.guest;
