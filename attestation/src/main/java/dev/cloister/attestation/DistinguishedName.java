package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.DerReader;
import java.util.Map;
import java.util.TreeMap;

/**
 * The name of a subject or issuer: single-valued attributes, each once (AMD 57230, section
 * "Certificate fields").
 *
 * @param raw its DER
 * @param attributes object identifier to text
 */
record DistinguishedName(Bytes raw, Map<String, String> attributes) {

  private static final int MAX_ATTRIBUTES = 8;
  private static final String COMMON_NAME = "2.5.4.3";

  DistinguishedName {
    attributes = Map.copyOf(attributes);
  }

  static DistinguishedName read(DerReader reader) {
    Bytes raw = reader.element();
    DerReader parts = DerReader.of(raw, "name", raw.size()).enter(DerReader.SEQUENCE);
    Map<String, String> attributes = new TreeMap<>();
    while (parts.hasMore()) {
      DerReader set = parts.enter(DerReader.SET);
      DerReader attribute = set.enter(DerReader.SEQUENCE);
      String type = attribute.oid();
      String value = attribute.text();
      attribute.end();
      set.end();
      if (attributes.put(type, value) != null || attributes.size() > MAX_ATTRIBUTES) {
        throw parts.malformed("a name has an attribute twice, or too many");
      }
    }
    return new DistinguishedName(raw, attributes);
  }

  /** The common name, or nothing. */
  String commonName() {
    return attributes.getOrDefault(COMMON_NAME, "");
  }

  /** Whether this is exactly the name that the vendor gives its keys. */
  boolean isVendors(String organisation, String commonName) {
    return attributes.equals(
        Map.of(
            "2.5.4.6",
            "US",
            "2.5.4.8",
            "CA",
            "2.5.4.7",
            "Santa Clara",
            "2.5.4.10",
            organisation,
            "2.5.4.11",
            "Engineering",
            COMMON_NAME,
            commonName));
  }
}
