package dev.cloister.policy;

/** How Kubernetes' controllers name their pods (apiserver storage/names, controllers). */
final class PodNames {

  private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
  private static final int SUFFIX = 5;
  private static final int MAX_GENERATED_BASE = 63 - SUFFIX;
  private static final int MAX_HASH = 10;

  private PodNames() {}

  static void requireBase(String base) {
    Grammar.require(
        Grammar.isObjectName(base + "x"), "pod.name.base", "the beginning of a DNS name", base);
  }

  /** Whether {@code podName} is {@code base}, cut as Kubernetes cuts it, and a random suffix. */
  static boolean isCutWithSuffix(String base, String podName) {
    String cut = base.length() > MAX_GENERATED_BASE ? base.substring(0, MAX_GENERATED_BASE) : base;
    return podName.length() == cut.length() + SUFFIX
        && podName.startsWith(cut)
        && isOf(ALPHABET, podName, cut.length(), podName.length());
  }

  /** The name of a ReplicaSet is the Deployment's, '-' and the hash of the template. */
  static boolean isOfDeployment(String base, String podName) {
    return hasMiddle(base, podName, ALPHABET, 1, MAX_HASH);
  }

  static boolean isOfIndexedJob(String base, int completions, String podName) {
    int begin = base.length() + 1;
    int end = podName.length() - SUFFIX - 1;
    return hasMiddle(base, podName, "0123456789", 1, 10)
        && (end <= begin || isNumberIn(podName.substring(begin, end), 0, completions - 1));
  }

  /** Scheduled time in minutes since 1970: eight digits until the year 2160. */
  static boolean isOfCronJob(String base, String podName) {
    return hasMiddle(base, podName, "0123456789", 8, 9);
  }

  /**
   * Whether the name is base, '-', {@code min} to {@code max} characters of an alphabet, '-' and a
   * random suffix, where everything before the suffix may have been cut.
   */
  private static boolean hasMiddle(String base, String podName, String alphabet, int min, int max) {
    int prefix = podName.length() - SUFFIX;
    if (prefix < 1 || prefix > MAX_GENERATED_BASE) {
      return false;
    }
    if (!isOf(ALPHABET, podName, prefix, podName.length())) {
      return false;
    }
    boolean cut = prefix == MAX_GENERATED_BASE;
    String begin = base + "-";
    if (cut && begin.length() >= prefix) {
      return begin.startsWith(podName.substring(0, prefix));
    }
    if (!podName.startsWith(begin) || begin.length() >= prefix) {
      return false;
    }
    boolean dash = podName.charAt(prefix - 1) == '-';
    int end = dash ? prefix - 1 : prefix;
    int length = end - begin.length();
    boolean enough = length >= min || (cut && !dash);
    return (dash || cut) && enough && length <= max && isOf(alphabet, podName, begin.length(), end);
  }

  static boolean isNumberIn(String text, int first, int last) {
    if (!Grammar.isNumber(text)) {
      return false;
    }
    long number = Long.parseLong(text);
    return number >= first && number <= last;
  }

  private static boolean isOf(String alphabet, String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (alphabet.indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }
}
