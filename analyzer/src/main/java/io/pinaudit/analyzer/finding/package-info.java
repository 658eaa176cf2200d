/**
 * The findings of an audit as data: each finding has instances, and each instance has steps, places
 * and doubts.
 *
 * <p>Rules make findings, reports render them, gates judge them. All types are immutable.
 */
package io.pinaudit.analyzer.finding;
