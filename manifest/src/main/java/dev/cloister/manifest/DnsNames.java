package dev.cloister.manifest;

import dev.cloister.encoding.CloisterException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** DNS names that a manifest may give to a certificate, or that a workload may connect to. */
final class DnsNames {

  /** The suffix of identity names, which the Coordinator alone gives. */
  static final String RESERVED = "id.cloister.internal";

  private static final String LOOPBACK = "localhost";
  private static final int MAX_LENGTH = 253;

  private DnsNames() {}

  /**
   * Checks the names of one workload.
   *
   * @throws CloisterException with {@link ManifestError#BAD_SAN}
   */
  static void check(List<String> names, String path) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      String problem = problem(names.get(i));
      if (problem.isEmpty() && !seen.add(names.get(i))) {
        problem = "stands twice";
      }
      if (!problem.isEmpty()) {
        throw new CloisterException(ManifestError.BAD_SAN, path + "[" + i + "]", problem);
      }
    }
  }

  /**
   * Checks the name of a host that a workload connects to.
   *
   * @throws CloisterException with {@link ManifestError#BAD_HOST}
   */
  static void checkHost(String name, String path) {
    String problem =
        name.equals(LOOPBACK) || name.endsWith("." + LOOPBACK)
            ? "stays inside the pod"
            : problem(name);
    if (!problem.isEmpty()) {
      throw new CloisterException(ManifestError.BAD_HOST, path, problem);
    }
  }

  private static String problem(String name) {
    if (name.length() > MAX_LENGTH) {
      return "longer than " + MAX_LENGTH;
    }
    String last = "";
    for (String label : name.split("\\.", -1)) {
      if (!DnsLabel.matches(label)) {
        return "not a DNS name in lower case";
      }
      last = label;
    }
    if (isNumber(last)) {
      return "an address is no name";
    }
    return name.equals(RESERVED) || name.endsWith("." + RESERVED)
        ? "names under " + RESERVED + " are given by the Coordinator alone"
        : "";
  }

  private static boolean isNumber(String label) {
    for (int i = 0; i < label.length(); i++) {
      if (label.charAt(i) < '0' || label.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }
}
