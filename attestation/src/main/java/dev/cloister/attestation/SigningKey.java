package dev.cloister.attestation;

/** What kind of key signed a report (AMD 56860, ATTESTATION_REPORT, SIGNING_KEY). */
public enum SigningKey {
  /** The key of one chip at one firmware level. */
  VCEK("vcek", "SEV-VCEK", "SEV-"),
  /** A key that a cloud loads into its chips. */
  VLEK("vlek", "SEV-VLEK", "SEV-VLEK-");

  private final String text;
  private final String commonName;
  private final String issuerPrefix;

  SigningKey(String text, String commonName, String issuerPrefix) {
    this.text = text;
    this.commonName = commonName;
    this.issuerPrefix = issuerPrefix;
  }

  /** Its name in JSON. */
  public String text() {
    return text;
  }

  String commonName() {
    return commonName;
  }

  String issuerName(SnpProduct product) {
    return issuerPrefix + product.text();
  }

  String issuerRole() {
    return this == VCEK ? "ask" : "asvk";
  }
}
