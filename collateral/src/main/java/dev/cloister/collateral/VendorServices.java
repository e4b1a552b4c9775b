package dev.cloister.collateral;

import java.net.URI;

/**
 * Where vendors, or caches of what they publish, answer. What comes from there proves itself, so
 * that any cache will do.
 *
 * @param amd the key distribution service (AMD 57230)
 * @param intel the provisioning certification service (PCS API version 4), or a PCCS
 * @param intelCertificates where Intel publishes its root's revocation list
 */
public record VendorServices(URI amd, URI intel, URI intelCertificates) {

  /** The vendors' own. */
  public static VendorServices vendors() {
    return new VendorServices(
        URI.create("https://kdsintf.amd.com"),
        URI.create("https://api.trustedservices.intel.com"),
        URI.create("https://certificates.trustedservices.intel.com"));
  }

  /** One cache of everything. */
  public static VendorServices at(URI cache) {
    return new VendorServices(cache, cache, cache);
  }
}
