/**
 * The pod policy: what one pod VM may run, how its containers are composed, and what the host may
 * ask for. Data and pure functions; no file, socket or clock is touched here.
 */
module dev.cloister.policy {
  requires static org.jspecify;
  requires transitive dev.cloister.encoding;

  exports dev.cloister.policy;
}
