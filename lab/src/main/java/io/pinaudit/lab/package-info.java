/**
 * The DAX guest: boots a stock Debian kernel with emulated persistent memory under QEMU and runs a
 * command of this machine in it.
 *
 * <p>{@link io.pinaudit.lab.Guest} is the entry for programs and tests, {@link
 * io.pinaudit.lab.LabVerb} the one for the command line. Depends on the command-line frame of the
 * analyzer only; nothing depends on this package. {@code Guest.run} blocks its caller, whose thread
 * must stay alive meanwhile; each stream of the guest is moved by a thread of its own.
 */
package io.pinaudit.lab;
