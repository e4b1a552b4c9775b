package dev.cloister.kubernetes;

import dev.cloister.policy.PodRole;
import java.util.List;

/**
 * How the pods of a workload take part in their deployment. Role and join are in the measured
 * policy; names and secret are the manifest's to give.
 *
 * @param role what they are to the deployment
 * @param join whether they wait for the Coordinator
 * @param sans DNS names for their certificate besides the identity name; none without {@code join}
 * @param secret id of their workload secret, or empty; empty without {@code join}
 */
public record Membership(PodRole role, boolean join, List<String> sans, String secret) {

  /** What a pod is whose annotations say nothing about it. */
  public static final Membership STANDARD = new Membership(PodRole.WORKLOAD, true, List.of(), "");

  public Membership {
    sans = List.copyOf(sans);
  }
}
