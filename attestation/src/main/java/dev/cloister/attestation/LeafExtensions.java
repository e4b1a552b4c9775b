package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.DerReader;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What AMD writes into the certificate of a VCEK or VLEK (AMD 57230, table "Extensions", base
 * 1.3.6.1.4.1.3704.1).
 *
 * @param product from productName, without its stepping
 * @param tcb the firmware levels that the key was derived for
 * @param hardwareId the chip, 64 bytes (8 on Turin); empty in a VLEK
 * @param cloud the cloud, for example {@code CN=cc-us-east-2.amazonaws.com}; empty in a VCEK
 */
record LeafExtensions(SnpProduct product, TcbVersion tcb, Bytes hardwareId, String cloud) {

  private static final String BASE = "1.3.6.1.4.1.3704.1.";
  private static final String STRUCT_VERSION = BASE + "1";
  private static final String PRODUCT_NAME = BASE + "2";
  private static final String LEVELS = BASE + "3.";
  private static final String HARDWARE_ID = BASE + "4";
  private static final String CLOUD = BASE + "5";
  private static final int MAX_CLOUD_NAME = 256;

  static LeafExtensions read(VendorCertificate leaf, SigningKey kind) {
    return new Reader(leaf.extensions(), kind).read();
  }

  private record Reader(Extensions extensions, SigningKey kind) {

    LeafExtensions read() {
      extensions.requireKnown(Set.of(Extensions.KEY_USAGE, Extensions.BASIC_CONSTRAINTS), role());
      SnpProduct product = product();
      int structVersion = number("1", STRUCT_VERSION, 1);
      if (structVersion != (product.layout() == TcbLayout.TURIN ? 1 : 0)) {
        throw refused(STRUCT_VERSION, "structVersion " + structVersion + " of another product");
      }
      boolean ofChip = kind == SigningKey.VCEK;
      if (extensions.has(HARDWARE_ID) != ofChip || extensions.has(CLOUD) == ofChip) {
        throw refused(
            ofChip ? HARDWARE_ID : CLOUD, "a VCEK names its chip only, a VLEK its cloud only");
      }
      return new LeafExtensions(
          product,
          tcb(product.layout()),
          ofChip ? hardwareId(product.layout()) : Bytes.EMPTY,
          ofChip ? "" : cloud());
    }

    private SnpProduct product() {
      String name = value(PRODUCT_NAME, DerReader::text);
      int dash = name.indexOf('-');
      boolean plain = dash < 0 || isStepping(name.substring(dash));
      Optional<SnpProduct> product = SnpProduct.named(dash < 0 ? name : name.substring(0, dash));
      if (!plain || product.isEmpty()) {
        throw refused(PRODUCT_NAME, "no product that is known here");
      }
      if (dash > 0 && product.get() == SnpProduct.MILAN && !name.equals("Milan-B0")) {
        throw refused(PRODUCT_NAME, "a stepping that this product was never issued for");
      }
      return product.get();
    }

    private static boolean isStepping(String suffix) {
      return suffix.matches("-[A-C][0-9]");
    }

    private TcbVersion tcb(TcbLayout layout) {
      boolean turin = layout == TcbLayout.TURIN;
      for (int reserved = turin ? 5 : 4; reserved <= 7; reserved++) {
        number("spl" + reserved, LEVELS + reserved, 0);
      }
      String absent = LEVELS + (turin ? 4 : 9);
      if (extensions.has(absent)) {
        throw refused(absent, "an extension of another product");
      }
      return new TcbVersion(
          layout,
          turin ? number("fmcSPL", LEVELS + 9, 127) : 0,
          number("blSPL", LEVELS + 1, 127),
          number("teeSPL", LEVELS + 2, 127),
          number("snpSPL", LEVELS + 3, 127),
          number("ucodeSPL", LEVELS + 8, 255));
    }

    /** Raw on most certificates, wrapped into an octet string on others; the length decides. */
    private Bytes hardwareId(TcbLayout layout) {
      int size = layout == TcbLayout.TURIN ? 8 : 64;
      Bytes value = extensions.value(HARDWARE_ID, role());
      if (value.size() == size) {
        return value;
      }
      Bytes inner = value(HARDWARE_ID, DerReader::octets);
      if (inner.size() != size) {
        throw refused(HARDWARE_ID, inner.size() + " bytes instead of " + size);
      }
      return inner;
    }

    private String cloud() {
      String name = value(CLOUD, DerReader::text);
      if (name.isEmpty() || name.length() > MAX_CLOUD_NAME) {
        throw refused(CLOUD, "a name of 1 to " + MAX_CLOUD_NAME + " letters belongs here");
      }
      return name;
    }

    private int number(String name, String oid, int max) {
      return value(
          oid,
          reader -> {
            try {
              return reader.integer(0, max);
            } catch (CloisterException e) {
              throw refused(oid, name + " is not a number from 0 to " + max);
            }
          });
    }

    private <T> T value(String oid, Function<DerReader, T> read) {
      DerReader reader =
          DerReader.of(extensions.value(oid, role()), role(), VendorCertificate.MAX_BYTES);
      T value = read.apply(reader);
      reader.end();
      return value;
    }

    private String role() {
      return kind.text();
    }

    private CloisterException refused(String oid, String detail) {
      return new CloisterException(
          AttestationError.CERTIFICATE_EXTENSION, "certificates." + role() + "." + oid, detail);
    }
  }
}
