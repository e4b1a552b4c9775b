package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.DerReader;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * A certificate revocation list of the shape that AMD and Intel issue (RFC 5280 section 5; AMD
 * 57230; Intel SGX PCK Certificate and CRL Profile Specification). AMD's root lists authorities
 * only: all chip keys have the number 0. Intel's root lists authorities and signers of collateral,
 * its authorities list keys of platforms.
 *
 * @param signed the part that the signature covers
 * @param issuer who signed it
 * @param thisUpdate first second of its validity
 * @param nextUpdate last second of its validity
 * @param revoked numbers of the revoked certificates
 * @param signature by the issuer's key
 */
record VendorRevocationList(
    Bytes signed,
    DistinguishedName issuer,
    Instant thisUpdate,
    Instant nextUpdate,
    Set<BigInteger> revoked,
    Bytes signature) {

  private static final int MAX_BYTES = 256 * 1024;
  private static final int MAX_ENTRIES = 8192;

  VendorRevocationList {
    revoked = Set.copyOf(revoked);
  }

  /** The time in which it is valid. */
  Validity validity() {
    return new Validity(thisUpdate, nextUpdate);
  }

  static VendorRevocationList parse(Bytes raw, SignatureAlgorithm algorithm, String path) {
    try {
      return read(raw, algorithm, path);
    } catch (CloisterException e) {
      throw new CloisterException(AttestationError.REVOCATION_LIST_INVALID, path, e.detail(), e);
    }
  }

  private static VendorRevocationList read(Bytes raw, SignatureAlgorithm kind, String path) {
    DerReader outer = DerReader.of(raw, path, MAX_BYTES);
    DerReader list = outer.enter(DerReader.SEQUENCE);
    outer.end();
    Bytes signed = list.element();
    Bytes algorithm = kind.require(list.element(), path);
    Bytes signature = list.bits();
    list.end();

    DerReader body = DerReader.of(signed, path, MAX_BYTES).enter(DerReader.SEQUENCE);
    body.integer(1, 1);
    if (!body.element().equals(algorithm)) {
      throw body.malformed("the two signature algorithms differ");
    }
    DistinguishedName issuer = DistinguishedName.read(body);
    Instant thisUpdate = body.time();
    Instant nextUpdate = body.time();
    Set<BigInteger> revoked =
        body.nextIs(DerReader.SEQUENCE) ? entries(body.enter(DerReader.SEQUENCE), path) : Set.of();
    if (body.nextIs(DerReader.context(0))) {
      DerReader wrapper = body.enter(DerReader.context(0));
      Extensions.read(wrapper.enter(DerReader.SEQUENCE), path).requireKnown(Set.of(), path);
      wrapper.end();
    }
    body.end();
    return new VendorRevocationList(signed, issuer, thisUpdate, nextUpdate, revoked, signature);
  }

  /** Refuses it outside its validity. */
  void requireCurrent(Instant at, String path) {
    if (at.isBefore(thisUpdate) || at.isAfter(nextUpdate)) {
      throw new Refusal(
          AttestationError.REVOCATION_LIST_NOT_CURRENT,
          path,
          thisUpdate + " to " + nextUpdate,
          at.toString());
    }
  }

  private static Set<BigInteger> entries(DerReader list, String path) {
    Set<BigInteger> revoked = new HashSet<>();
    while (list.hasMore()) {
      DerReader entry = list.enter(DerReader.SEQUENCE);
      revoked.add(entry.integer());
      entry.time();
      if (entry.hasMore()) {
        Extensions.read(entry.enter(DerReader.SEQUENCE), path).requireKnown(Set.of(), path);
      }
      entry.end();
      if (revoked.size() > MAX_ENTRIES) {
        throw list.malformed("more than " + MAX_ENTRIES + " entries");
      }
    }
    return revoked;
  }
}
