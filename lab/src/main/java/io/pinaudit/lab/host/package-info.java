/**
 * What the machine lends the guest: packages, kernels, programs, files.
 *
 * <p>Installs with apt what is missing, if this process may. Everything runs on one thread; a lock
 * guards what several labs share on the machine.
 */
package io.pinaudit.lab.host;
