package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.DerReader;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * A certificate revocation list of the shape that AMD issues (RFC 5280 section 5; AMD 57230):
 * signed by the root, listing the authorities that it signed and no longer stands for. Chip keys
 * are never listed; all of them have the number 0.
 *
 * @param signed the part that the signature covers
 * @param issuer the root
 * @param thisUpdate first second of its validity
 * @param nextUpdate last second of its validity
 * @param revoked numbers of the revoked certificates
 * @param signature by the root's key
 */
record AmdRevocationList(
    Bytes signed,
    DistinguishedName issuer,
    Instant thisUpdate,
    Instant nextUpdate,
    Set<BigInteger> revoked,
    Bytes signature) {

  private static final int MAX_BYTES = 64 * 1024;
  private static final int MAX_ENTRIES = 1024;
  private static final String ROLE = "crl";

  AmdRevocationList {
    revoked = Set.copyOf(revoked);
  }

  static AmdRevocationList parse(Bytes raw) {
    try {
      return read(raw);
    } catch (CloisterException e) {
      throw new CloisterException(
          AttestationError.REVOCATION_LIST_INVALID, "certificates.crl", e.detail(), e);
    }
  }

  private static AmdRevocationList read(Bytes raw) {
    DerReader outer = DerReader.of(raw, ROLE, MAX_BYTES);
    DerReader list = outer.enter(DerReader.SEQUENCE);
    outer.end();
    Bytes signed = list.element();
    Bytes algorithm = PssAlgorithm.require(list.element(), ROLE);
    Bytes signature = list.bits();
    list.end();

    DerReader body = DerReader.of(signed, ROLE, MAX_BYTES).enter(DerReader.SEQUENCE);
    body.integer(1, 1);
    if (!body.element().equals(algorithm)) {
      throw body.malformed("the two signature algorithms differ");
    }
    DistinguishedName issuer = DistinguishedName.read(body);
    Instant thisUpdate = body.time();
    Instant nextUpdate = body.time();
    Set<BigInteger> revoked =
        body.nextIs(DerReader.SEQUENCE) ? entries(body.enter(DerReader.SEQUENCE)) : Set.of();
    if (body.nextIs(DerReader.context(0))) {
      DerReader wrapper = body.enter(DerReader.context(0));
      Extensions.read(wrapper.enter(DerReader.SEQUENCE), ROLE).requireKnown(Set.of(), ROLE);
      wrapper.end();
    }
    body.end();
    return new AmdRevocationList(signed, issuer, thisUpdate, nextUpdate, revoked, signature);
  }

  private static Set<BigInteger> entries(DerReader list) {
    Set<BigInteger> revoked = new HashSet<>();
    while (list.hasMore()) {
      DerReader entry = list.enter(DerReader.SEQUENCE);
      revoked.add(entry.integer());
      entry.time();
      if (entry.hasMore()) {
        Extensions.read(entry.enter(DerReader.SEQUENCE), ROLE).requireKnown(Set.of(), ROLE);
      }
      entry.end();
      if (revoked.size() > MAX_ENTRIES) {
        throw list.malformed("more than " + MAX_ENTRIES + " entries");
      }
    }
    return revoked;
  }
}
