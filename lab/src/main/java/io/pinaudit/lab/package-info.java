/**
 * The verbs of the DAX guest: {@code lab}, {@code demo} and {@code matrix}.
 *
 * <p>Depends on the packages {@code host}, {@code guest} and {@code matrix} below it, and on {@code
 * cli}; nothing depends on it. Everything runs on one thread, except the threads that copy the
 * guest's streams.
 */
package io.pinaudit.lab;
