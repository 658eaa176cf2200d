/**
 * The verbs of the DAX guest: {@code lab}, {@code demo} and {@code matrix}.
 *
 * <p>Depends on its rooms {@code host}, {@code guest} and {@code matrix}, and on the command-line
 * frame; nothing depends on it. One thread, but for those that move the guest's streams.
 */
package io.pinaudit.lab;
