package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * MRTD: what the TDX module measures while a TD is built (Intel 348549, TDX Module Base
 * Architecture, section "MRTD: Build-Time Measurement Register"). Every page that is added counts
 * with its address; content counts, 256 bytes at a time, where the firmware asks for it.
 */
public final class TdxBuild {

  private static final int CHUNK = 256;
  private static final int RECORD = 128;

  /** In which order a host measures pages and their contents. */
  public enum PageOrder {
    /**
     * Each page, then its content: Linux from 6.16 on, whose KVM_TDX_INIT_MEM_REGION does both page
     * by page.
     */
    SINGLE_PASS,
    /** All pages of a section, then all their contents: hosts before that. */
    TWO_PASS
  }

  private TdxBuild() {}

  /**
   * MRTD of a TD that starts with this firmware.
   *
   * @param firmware the firmware file
   * @return 48 bytes
   * @throws CloisterException with {@link AttestationError#FIRMWARE_MALFORMED}
   */
  public static Bytes mrTd(Bytes firmware, PageOrder order) {
    return mrTd(TdvfFirmware.parse(firmware).sections(), order);
  }

  static Bytes mrTd(List<TdvfFirmware.Section> sections, PageOrder order) {
    MessageDigest digest = sha384();
    for (TdvfFirmware.Section section : sections) {
      if (section.added()) {
        measure(digest, section, order);
      }
    }
    return Bytes.of(digest.digest());
  }

  private static void measure(MessageDigest digest, TdvfFirmware.Section section, PageOrder order) {
    for (long at = 0; at < section.size(); at += LaunchPages.PAGE) {
      digest.update(header("MEM.PAGE.ADD", section.address() + at));
      if (order == PageOrder.SINGLE_PASS) {
        extend(digest, section, at);
      }
    }
    if (order == PageOrder.TWO_PASS) {
      for (long at = 0; at < section.size(); at += LaunchPages.PAGE) {
        extend(digest, section, at);
      }
    }
  }

  private static void extend(MessageDigest digest, TdvfFirmware.Section section, long page) {
    if (!section.extended()) {
      return;
    }
    for (long at = page; at < page + LaunchPages.PAGE; at += CHUNK) {
      digest.update(header("MR.EXTEND", section.address() + at));
      digest.update(chunk(section.content(), at));
    }
  }

  /** The content from an offset on, with zeros where the file has none. */
  private static byte[] chunk(Bytes content, long at) {
    byte[] chunk = new byte[CHUNK];
    int rest = Math.clamp(content.size() - at, 0, CHUNK);
    if (rest > 0) {
      content.toBuffer().get((int) at, chunk, 0, rest);
    }
    return chunk;
  }

  private static byte[] header(String name, long address) {
    ByteBuffer record = ByteBuffer.allocate(RECORD).order(ByteOrder.LITTLE_ENDIAN);
    record.put(0, name.getBytes(StandardCharsets.US_ASCII)).putLong(16, address);
    return record.array();
  }

  private static MessageDigest sha384() {
    try {
      return MessageDigest.getInstance("SHA-384");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-384", e);
    }
  }
}
