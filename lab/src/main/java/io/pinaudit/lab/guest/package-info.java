/**
 * The DAX guest: boots a stock Debian kernel with emulated persistent memory under QEMU and runs a
 * command of this machine in it.
 *
 * <p>{@link io.pinaudit.lab.guest.Guest} is the entry for programs and tests. Depends on {@code
 * host} and on the command-line frame. {@code Guest.run} blocks its caller, whose thread must stay
 * alive meanwhile; each stream of the guest is moved by a thread of its own.
 */
package io.pinaudit.lab.guest;
