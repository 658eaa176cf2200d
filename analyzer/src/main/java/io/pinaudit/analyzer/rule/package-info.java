/**
 * The rules: each rule watches the timeline for one hazard and keeps the evidence for what it
 * finds.
 *
 * <p>A rule, its test and its page {@code docs/rules/<Rule>.md} carry one name. The package depends
 * on {@code trace} and {@code timeline}, and knows nothing of reports. One thread feeds the rules.
 */
package io.pinaudit.analyzer.rule;
