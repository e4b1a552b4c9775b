package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.DerReader;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The extensions of a certificate or revocation list, each once (RFC 5280 section 4.2).
 *
 * @param values object identifier to the content of extnValue
 * @param critical those marked critical
 */
record Extensions(Map<String, Bytes> values, Set<String> critical) {

  static final String KEY_USAGE = "2.5.29.15";
  static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final int MAX = 32;

  Extensions {
    values = Map.copyOf(values);
    critical = Set.copyOf(critical);
  }

  static Extensions none() {
    return new Extensions(Map.of(), Set.of());
  }

  static Extensions read(DerReader sequence, String role) {
    Map<String, Bytes> values = new LinkedHashMap<>();
    Set<String> critical = new HashSet<>();
    while (sequence.hasMore()) {
      DerReader extension = sequence.enter(DerReader.SEQUENCE);
      String oid = extension.oid();
      if (extension.nextIs(DerReader.BOOLEAN)) {
        if (!extension.bool()) {
          throw extension.malformed("a default value is written out");
        }
        critical.add(oid);
      }
      Bytes value = extension.octets();
      extension.end();
      if (values.put(oid, value) != null || values.size() > MAX) {
        throw new CloisterException(
            AttestationError.CERTIFICATE_EXTENSION,
            "certificates." + role + "." + oid,
            "the extension stands twice, or there are more than " + MAX);
      }
    }
    return new Extensions(values, critical);
  }

  /** Refuses critical extensions that are not among the known ones. */
  void requireKnown(Set<String> known, String role) {
    for (String oid : critical) {
      if (!known.contains(oid)) {
        throw new CloisterException(
            AttestationError.CERTIFICATE_EXTENSION,
            "certificates." + role + "." + oid,
            "an unknown extension is marked critical");
      }
    }
  }

  boolean has(String oid) {
    return values.containsKey(oid);
  }

  /** The value of the extension, which must be there. */
  Bytes value(String oid, String role) {
    Bytes value = values.get(oid);
    if (value == null) {
      throw new CloisterException(
          AttestationError.CERTIFICATE_EXTENSION,
          "certificates." + role + "." + oid,
          "the extension is missing");
    }
    return value;
  }
}
