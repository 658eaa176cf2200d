package io.pinaudit.fleet.audit;

import io.pinaudit.analyzer.timeline.Share;
import java.io.Serializable;

/**
 * What one worker audits at a time: a share of a timeline, or all of it.
 *
 * @param timeline which is read whole
 * @param share which is judged
 */
public record Part(Timeline timeline, Share share) implements Serializable {}
