package dev.cloister.policy;

import java.util.List;

/**
 * Everything that the composer takes from the host, checked by the {@link Guard}.
 *
 * @param facts the pod's facts
 * @param resolver name servers and cluster domain
 * @param links services, where the policy opens service links
 */
public record HostInputs(PodFacts facts, Resolver resolver, List<ServiceLink> links) {
  public HostInputs {
    links = List.copyOf(links);
  }
}
