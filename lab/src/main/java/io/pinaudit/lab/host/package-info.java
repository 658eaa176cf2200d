/**
 * What the machine lends the guest: packages, kernels, programs, files.
 *
 * <p>Installs with apt what is missing, if it may. Depends on the command-line frame for progress
 * and errors. One thread; what several labs share on the machine is locked.
 */
package io.pinaudit.lab.host;
