package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;

/**
 * What the machine says about the enclave that signs quotes: an SGX REPORT body (Intel SDM volume
 * 3D, table "Layout of REPORT"). Immutable.
 *
 * @param raw 384 bytes
 */
record QeReport(Bytes raw) {

  static final int SIZE = 384;
  private static final int DEBUG = 2;

  QeReport {
    if (raw.size() != SIZE) {
      throw new IllegalArgumentException("an SGX report body has 384 bytes");
    }
  }

  Bytes miscSelect() {
    return raw.slice(16, 20);
  }

  Bytes attributes() {
    return raw.slice(48, 64);
  }

  boolean isDebuggable() {
    return (raw.at(48) & DEBUG) != 0;
  }

  Bytes mrSigner() {
    return raw.slice(128, 160);
  }

  int isvProdId() {
    return raw.u16le(256);
  }

  int isvSvn() {
    return raw.u16le(258);
  }

  Bytes reportData() {
    return raw.slice(320, 384);
  }
}
