/**
 * The rules: each watches the timeline for one hazard and keeps what proves it.
 *
 * <p>A rule, its test and its page {@code docs/rules/<Rule>.md} carry one name. Depends on {@code
 * trace} and {@code timeline}; knows nothing of reports. Fed by one thread.
 */
package io.pinaudit.analyzer.rule;
