package dev.cloister.policy;

import java.util.Set;

/** Which sysctls belong to the namespaces of a pod (Kubernetes' lists; kernel documentation). */
final class Sysctls {

  private static final Set<String> IPC =
      Set.of(
          "kernel.msgmax",
          "kernel.msgmnb",
          "kernel.msgmni",
          "kernel.sem",
          "kernel.shmall",
          "kernel.shmmax",
          "kernel.shmmni",
          "kernel.shm_rmid_forced");

  private Sysctls() {}

  /** Whether the kernel keeps this one apart per IPC or network namespace. */
  static boolean isNamespaced(String name) {
    return isName(name) && (IPC.contains(name) || isBelow(name, "fs.mqueue.") || isNetwork(name));
  }

  /** Whether it belongs to the network namespace. */
  static boolean isNetwork(String name) {
    return isBelow(name, "net.");
  }

  private static boolean isBelow(String name, String prefix) {
    return name.startsWith(prefix) && name.length() > prefix.length();
  }

  private static boolean isName(String name) {
    if (!Grammar.isLine(name, 128) || name.startsWith(".") || name.endsWith(".")) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean mark = c == '_' || c == '-' || (c == '.' && name.charAt(i - 1) != '.');
      if (!Grammar.isLowerOrDigit(c) && !mark) {
        return false;
      }
    }
    return true;
  }
}
