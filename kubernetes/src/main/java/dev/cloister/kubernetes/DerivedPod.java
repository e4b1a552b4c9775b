package dev.cloister.kubernetes;

import dev.cloister.encoding.Bytes;
import dev.cloister.policy.PodPolicy;
import java.util.List;
import java.util.Map;

/**
 * What the derivation of one pod template gives.
 *
 * @param policy its policy
 * @param membership how it takes part in its deployment
 * @param ports its ports
 * @param wishes to whom its author wants it to connect
 * @param files bytes that the host has to supply, by volume and path
 * @param origins where each variable comes from, by container and name
 * @param images where references stand and what is to stand there
 * @param serviceAccount name of its service account
 * @param runtimeClass whether it names its runtime class
 */
record DerivedPod(
    PodPolicy policy,
    Membership membership,
    Ports ports,
    Wishes wishes,
    Map<String, Map<String, Bytes>> files,
    Map<String, Map<String, String>> origins,
    List<ImageUse> images,
    String serviceAccount,
    boolean runtimeClass) {

  /**
   * A reference to an image.
   *
   * @param node where it stands
   * @param pinned what is to stand there
   */
  record ImageUse(YamlNode node, String pinned) {}
}
