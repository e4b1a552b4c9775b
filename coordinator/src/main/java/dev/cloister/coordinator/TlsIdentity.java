package dev.cloister.coordinator;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Who the Coordinator is to those who speak plain HTTPS; asked anew at each handshake, because it
 * changes with the phase and with each transition. Safe for use by any thread.
 */
@FunctionalInterface
public interface TlsIdentity {

  /** The key and certificates of this moment: self-signed ones while nothing is in force. */
  Credential current();

  /**
   * A key and its certificates.
   *
   * @param key P-256
   * @param chain leaf first
   */
  record Credential(PrivateKey key, List<X509Certificate> chain) {
    public Credential {
      chain = List.copyOf(chain);
      if (chain.isEmpty()) {
        throw new IllegalArgumentException("a chain without certificates");
      }
    }

    @Override
    public String toString() {
      return "credential of " + chain.getFirst().getSubjectX500Principal();
    }
  }
}
