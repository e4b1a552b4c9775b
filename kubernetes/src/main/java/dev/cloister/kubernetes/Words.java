package dev.cloister.kubernetes;

import java.util.Collection;

/** Texts from YAML as they may stand in messages and reports. */
final class Words {

  private Words() {}

  /** In quotes, without control characters, cut after 100 characters. */
  static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    int length = Math.min(text.length(), 100);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      boolean harmless = c >= 0x20 && c != '"' && c != '\\' && (c < 0x7f || c >= 0xa0);
      boolean whole = !Character.isSurrogate(c) && c != 0x2028 && c != 0x2029;
      out.append(harmless && whole ? c : '?');
    }
    return out.append(length < text.length() ? "…\"" : "\"").toString();
  }

  /** The nearest of the words within two changes, as a clause for a message, or nothing. */
  static String didYouMean(String text, Collection<String> words) {
    String best = "";
    int bestDistance = 3;
    for (String word : words) {
      int distance = text.length() > 64 ? 3 : distance(text, word);
      boolean nearer = distance < bestDistance && distance < Math.max(2, word.length());
      if (nearer || (distance == bestDistance && distance < 3 && word.compareTo(best) < 0)) {
        best = word;
        bestDistance = distance;
      }
    }
    return best.isEmpty() ? "" : "; did you mean " + best + "?";
  }

  /** Levenshtein's distance, letters compared without case. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        boolean same =
            Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
        int next = Math.min(diagonal + (same ? 0 : 1), Math.min(row[j], row[j - 1]) + 1);
        diagonal = row[j];
        row[j] = next;
      }
    }
    return row[b.length()];
  }
}
