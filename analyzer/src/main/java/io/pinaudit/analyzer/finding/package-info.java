/**
 * What was found, as data: a finding, its instances, their steps, places and doubts.
 *
 * <p>Rules make findings, reports render them, gates judge them. Depends on {@code trace} and
 * {@code timeline}. Immutable.
 */
package io.pinaudit.analyzer.finding;
