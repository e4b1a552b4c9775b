package dev.cloister.manifest;

import dev.cloister.encoding.Transcript;

/**
 * What a recovery share is of. A share opens under exactly the label that it was made for.
 *
 * @param deployment pin of the deployment
 * @param head the transition in force when it was made, never {@link Head#NONE}
 * @param index number of the share, from 1 to 255
 * @param threshold how many shares recover: 1 to {@value Quorum#MAX_KEYS}
 */
public record ShareLabel(DeploymentPin deployment, Head head, int index, int threshold) {

  /** The highest number of a share. */
  public static final int MAX_INDEX = 255;

  public ShareLabel {
    if (head.equals(Head.NONE)) {
      throw new IllegalArgumentException("shares are made at a transition");
    }
    if (index < 1 || index > MAX_INDEX || threshold < 1 || threshold > Quorum.MAX_KEYS) {
      throw new IllegalArgumentException("share " + index + " of threshold " + threshold);
    }
  }

  /** All of it, as the beginning of a transcript of this domain. */
  Transcript transcript(String domain) {
    return Transcript.of(domain)
        .add(deployment.digest())
        .add(head.number())
        .add(head.digest())
        .add(index)
        .add(threshold);
  }
}
