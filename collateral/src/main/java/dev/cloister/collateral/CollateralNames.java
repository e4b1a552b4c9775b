package dev.cloister.collateral;

import dev.cloister.attestation.CollateralNeeds;
import dev.cloister.attestation.SigningKey;
import dev.cloister.attestation.SnpProduct;
import dev.cloister.attestation.TcbVersion;

/**
 * What the vendors' services call what they publish: path and query (AMD 57230, "Key Distribution
 * Service"; Intel PCS API version 4). The store's pieces have the same names.
 */
final class CollateralNames {

  static final String TCB_INFO_CHAIN = "TCB-Info-Issuer-Chain";
  static final String QE_IDENTITY = "/tdx/certification/v4/qe/identity";
  static final String QE_IDENTITY_CHAIN = "SGX-Enclave-Identity-Issuer-Chain";
  static final String PCK_CRL_CHAIN = "SGX-PCK-CRL-Issuer-Chain";
  static final String ROOT_CA_CRL = "/IntelSGXRootCA.der";

  private CollateralNames() {}

  /** The certificate of a chip's key. */
  static String chipKey(CollateralNeeds.Amd needs, SnpProduct product) {
    TcbVersion tcb = needs.reported();
    StringBuilder name = new StringBuilder(base(needs.key(), product));
    name.append('/').append(needs.chipId().toHex());
    char separator = '?';
    for (TcbVersion.Component component : tcb.components()) {
      String parameter =
          switch (component.name()) {
            case "fmc" -> "fmcSPL";
            case "bootloader" -> "blSPL";
            case "tee" -> "teeSPL";
            case "snp" -> "snpSPL";
            default -> "ucodeSPL";
          };
      name.append(separator).append(parameter);
      name.append('=').append("%02d".formatted(component.value()));
      separator = '&';
    }
    return name.toString();
  }

  /** The authority of a product's keys, and its root. */
  static String authorities(SigningKey key, SnpProduct product) {
    return base(key, product) + "/cert_chain";
  }

  /** The list of a product's revoked authorities. */
  static String amdCrl(SigningKey key, SnpProduct product) {
    return base(key, product) + "/crl";
  }

  private static String base(SigningKey key, SnpProduct product) {
    return "/" + key.text() + "/v1/" + product.text();
  }

  static String tcbInfo(CollateralNeeds.Intel needs) {
    return "/tdx/certification/v4/tcb?fmspc=" + needs.fmspc().toHex();
  }

  /** The list of revoked platforms. */
  static String pckCrl(CollateralNeeds.Intel needs) {
    String authority = needs.ofPlatform() ? "platform" : "processor";
    return "/sgx/certification/v4/pckcrl?ca=" + authority + "&encoding=der";
  }
}
