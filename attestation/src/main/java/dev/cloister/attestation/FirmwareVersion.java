package dev.cloister.attestation;

/**
 * The version of the security processor's SNP firmware.
 *
 * @param major 0 to 255
 * @param minor 0 to 255
 * @param build 0 to 255
 */
public record FirmwareVersion(int major, int minor, int build)
    implements Comparable<FirmwareVersion> {

  @Override
  public int compareTo(FirmwareVersion other) {
    return Integer.compare(
        (major << 16) | (minor << 8) | build,
        (other.major << 16) | (other.minor << 8) | other.build);
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + build;
  }
}
