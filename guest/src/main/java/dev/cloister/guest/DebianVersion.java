package dev.cloister.guest;

/**
 * A package version with the order of Debian's Policy Manual, section 5.6.12: {@code
 * [epoch:]upstream[-revision]}, a tilde sorting before everything, letters before other signs,
 * digits as numbers.
 *
 * @param text the version as written
 */
record DebianVersion(String text) implements Comparable<DebianVersion> {

  @Override
  public int compareTo(DebianVersion other) {
    int byEpoch = compareNumbers(epoch(), other.epoch());
    if (byEpoch != 0) {
      return byEpoch;
    }
    int byUpstream = compareParts(upstream(), other.upstream());
    return byUpstream != 0 ? byUpstream : compareParts(revision(), other.revision());
  }

  private String epoch() {
    int colon = text.indexOf(':');
    return colon < 0 ? "0" : text.substring(0, colon);
  }

  private String withoutEpoch() {
    return text.substring(text.indexOf(':') + 1);
  }

  private String upstream() {
    String rest = withoutEpoch();
    int dash = rest.lastIndexOf('-');
    return dash < 0 ? rest : rest.substring(0, dash);
  }

  private String revision() {
    String rest = withoutEpoch();
    int dash = rest.lastIndexOf('-');
    return dash < 0 ? "0" : rest.substring(dash + 1);
  }

  private static int compareParts(String left, String right) {
    int l = 0;
    int r = 0;
    while (l < left.length() || r < right.length()) {
      while (isSign(left, l) || isSign(right, r)) {
        int difference = Integer.compare(weight(left, l), weight(right, r));
        if (difference != 0) {
          return difference;
        }
        l++;
        r++;
      }
      int leftEnd = digitsEnd(left, l);
      int rightEnd = digitsEnd(right, r);
      int difference = compareNumbers(left.substring(l, leftEnd), right.substring(r, rightEnd));
      if (difference != 0) {
        return difference;
      }
      l = leftEnd;
      r = rightEnd;
    }
    return 0;
  }

  private static boolean isSign(String part, int at) {
    return at < part.length() && !isDigit(part.charAt(at));
  }

  private static int weight(String part, int at) {
    if (at >= part.length() || isDigit(part.charAt(at))) {
      return 0;
    }
    char sign = part.charAt(at);
    if (sign == '~') {
      return -1;
    }
    return Character.isLetter(sign) ? sign : sign + 256;
  }

  private static int digitsEnd(String part, int from) {
    int end = Math.min(from, part.length());
    while (end < part.length() && isDigit(part.charAt(end))) {
      end++;
    }
    return end;
  }

  private static int compareNumbers(String left, String right) {
    String l = left.replaceFirst("^0+", "");
    String r = right.replaceFirst("^0+", "");
    return l.length() != r.length()
        ? Integer.compare(l.length(), r.length())
        : Integer.signum(l.compareTo(r));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
