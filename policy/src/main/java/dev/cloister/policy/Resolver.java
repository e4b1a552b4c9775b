package dev.cloister.policy;

import java.util.List;

/**
 * What the host said about name resolution, checked. What name servers answer is never trusted.
 *
 * @param nameServers 3 at most
 * @param clusterDomain a DNS name, or empty where there is no cluster
 */
public record Resolver(List<IpAddress> nameServers, String clusterDomain) {

  /** No name server and no cluster domain. */
  public static final Resolver EMPTY = new Resolver(List.of(), "");

  public Resolver {
    nameServers = List.copyOf(nameServers);
  }
}
