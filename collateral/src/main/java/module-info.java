/** What vendors publish about their processors, fetched, checked and kept. */
module dev.cloister.collateral {
  requires transitive dev.cloister.attestation;
  requires transitive dev.cloister.encoding;
  requires java.net.http;
  requires static transitive org.jspecify;

  exports dev.cloister.collateral;
}
