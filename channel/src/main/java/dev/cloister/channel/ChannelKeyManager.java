package dev.cloister.channel;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Gives JSSE the one certificate of the connection. A fresh one is made when JSSE first asks, which
 * a responder's does when it has read a whole client hello: who sends less than that costs no key.
 */
final class ChannelKeyManager extends X509ExtendedKeyManager {

  private static final String ALIAS = "channel";

  private final SecureRandom random;
  private @Nullable ChannelCertificate own;

  /** One that makes a fresh certificate. */
  ChannelKeyManager(SecureRandom random) {
    this.random = random;
  }

  /** One that has this certificate. */
  ChannelKeyManager(ChannelCertificate own, SecureRandom random) {
    this.random = random;
    this.own = own;
  }

  /** The connection's certificate. */
  synchronized ChannelCertificate own() {
    ChannelCertificate made = own;
    if (made == null) {
      made = ChannelCertificate.generate(random);
      own = made;
    }
    return made;
  }

  @Override
  public String[] getClientAliases(String keyType, Principal[] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
    return ALIAS;
  }

  @Override
  public String[] getServerAliases(String keyType, Principal[] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
    return ALIAS;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return new X509Certificate[] {own().certificate()};
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return own().privateKey();
  }
}
